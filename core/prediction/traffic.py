"""The bytes that a training step goes through."""

from core.prediction.compiled import FUNCTIONS, kernel_traffic
from core.prediction.gpu import gpu_calls
from core.prediction.outline import NUMBER
from core.prediction.steps import step_calls
from core.rates.compiled import is_small
from core.settings.config import TrainingConfig


def traffic_of(
    config: TrainingConfig, images: int | None = None, engine: str = "matrix"
) -> int | None:
    """Count the bytes that a step of an engine reads and writes; None if that is not known.

    Each call counts the arrays that it is given, whichever cache they lie in; single numbers are
    not counted. The kernel of the compiled engine counts what it reads and writes once per step:
    images, targets and predictions. The loops engine computes on Python's objects, whose bytes are
    not counted.

    Parameters
    ----------
    config : TrainingConfig
        The network, its loss and its update.
    images : int, optional
        Of the batch; the config's batch size unless said.
    engine : str
        Name of the engine.
    """
    count = config.images_per_step if images is None else images
    match engine:
        case "loops":
            return None
        case "compiled" if is_small(config.architecture, config.gradient):
            return kernel_traffic(config, count)
        case "compiled":
            calls = step_calls(config, count, FUNCTIONS)
        case "gpu":
            calls = gpu_calls(config, count, is_gpu=True)
        case _:
            calls = step_calls(config, count)
    return NUMBER * sum(
        times * sum(operand.size for operand in (*call.read, *call.written))
        for call, times in calls
    )
