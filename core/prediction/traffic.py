"""The bytes that a training step goes through."""

from core.prediction.outline import NUMBER
from core.prediction.steps import step_calls
from core.settings.config import TrainingConfig


def traffic_of(config: TrainingConfig, images: int | None = None) -> int:
    """Count the bytes that the calls of a step of the matrix engine read and write.

    Each call counts the arrays that it is given, whichever cache they lie in; single numbers are
    not counted.

    Parameters
    ----------
    config : TrainingConfig
        The network, its loss and its update.
    images : int, optional
        Of the batch; the config's batch size unless said.
    """
    count = config.images_per_step if images is None else images
    return NUMBER * sum(
        times * sum(operand.size for operand in (*call.read, *call.written))
        for call, times in step_calls(config, count)
    )
