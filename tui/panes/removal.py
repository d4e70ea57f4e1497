"""What the data pane asks for when a training image is to go."""

from textual.message import Message

from core.examples import Example
from core.images import Image


class RemovalWanted(Message):
    """A person wants to take out the training image that is looked at.

    Parameters
    ----------
    following : tuple of Image and Example, optional
        The image to look at then.
    """

    def __init__(self, following: tuple[Image, Example] | None) -> None:
        super().__init__()
        self.following = following
