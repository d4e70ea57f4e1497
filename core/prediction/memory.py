"""The memory of a training step, from shapes alone."""

from core.engines.gpu.devices import limits_of
from core.engines.matrix import part_size
from core.network.optimizers import OPTIMIZERS
from core.prediction.outline import NUMBER
from core.prediction.steps import problem_of
from core.settings.config import TrainingConfig
from core.structs import Struct


class Memory(Struct):
    """Bytes that a training step needs, by what they hold."""

    parameters: int
    """Weights and biases."""
    gradient: int
    """One number for each parameter."""
    optimizer: int
    """The optimizer state."""
    activations: int
    """Activations and deltas of each neuron, for the images that are computed at once."""

    @property
    def total(self) -> int:
        """All of it."""
        return self.parameters + self.gradient + self.optimizer + self.activations


def memory_of(
    config: TrainingConfig, images: int | None = None, *, is_on_gpu: bool = False
) -> Memory:
    """Count the memory of a training step.

    Parameters
    ----------
    config : TrainingConfig
        The network, its optimizer and the images.
    images : int, optional
        Of the batch; the config's batch size unless said.
    is_on_gpu : bool
        Whether a GPU computes it, which takes larger parts of a batch at once.
    """
    architecture = config.architecture
    parameters = architecture.parameter_count
    count = config.images_per_step if images is None else images
    at_once = part_size(problem_of(config), count, limits_of(is_gpu=is_on_gpu))
    # Activations of all levels; of each neuron a delta and a number beside it; the targets.
    numbers = sum(architecture.sizes) + 2 * sum(architecture.sizes[1:]) + 1
    slots = OPTIMIZERS[config.optimizer].slots
    return Memory(
        NUMBER * parameters,
        NUMBER * parameters,
        NUMBER * parameters * slots,
        NUMBER * at_once * numbers,
    )
