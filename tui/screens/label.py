"""A line to type the label of an image in."""

from core import ConfigError, TrainingConfig
from core.images.images import Image
from core.images.tasks import TASKS
from core.run.changes import AddImage
from tui.screens.exact import ExactScreen


class LabelScreen(ExactScreen):
    """Ask what is right for an image; what the run cannot take as a label is refused in words.

    Parameters
    ----------
    image : tuple of four floats
        Its darknesses.
    text : str
        What stands there at first: the right answer, where that is known.
    config : TrainingConfig
        What the label has to go with.
    is_known : bool
        Whether the right answer is known.
    unicode : bool
        Whether more than ASCII may be written.
    """

    def __init__(
        self, image: Image, text: str, config: TrainingConfig, *, is_known: bool, unicode: bool
    ) -> None:
        kind = "label, 1 yes or 0 no" if TASKS[config.task].yes_no else "label to learn"
        hint = "this is right:" if is_known else "only you know it"
        super().__init__(f"{kind}; {hint}", text, None, unicode=unicode)
        self._image = image
        self._config = config

    def problem_of(self, value: float) -> str:
        """Say why a number cannot be the label; nothing if it can."""
        try:
            AddImage(self._image, value).applied_to(self._config)
        except ConfigError as error:
            return f"the label {error.problem}"
        return ""
