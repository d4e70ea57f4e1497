"""What the data pane tells the app: a training image is to go, or there are none for testing."""

from textual.message import Message

from core.images.images import Example, Image


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


class NoTestImages(Message):
    """A person wants to see the test images, and there are none."""
