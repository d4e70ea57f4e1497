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
    """The output of each neuron, for each of the images that are computed at once."""
    deltas: int = 0
    """For each of those images its pixels and target, and of each neuron a delta and a number
    beside it."""

    @property
    def total(self) -> int:
        """All of it."""
        kept = self.parameters + self.gradient + self.optimizer
        return kept + self.activations + self.deltas


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
    parameters, neurons = architecture.parameter_count, sum(architecture.sizes[1:])
    at_once = images_at_once(config, images, is_on_gpu=is_on_gpu)
    return Memory(
        parameters=NUMBER * parameters,
        gradient=NUMBER * parameters,
        optimizer=NUMBER * parameters * OPTIMIZERS[config.optimizer].slots,
        activations=NUMBER * at_once * neurons,
        deltas=NUMBER * at_once * (architecture.inputs + 1 + 2 * neurons),
    )


def images_at_once(
    config: TrainingConfig, images: int | None = None, *, is_on_gpu: bool = False
) -> int:
    """Count the images that a step computes at once: a batch, or a part of a large one.

    The parameters are those of `memory_of`.
    """
    count = config.images_per_step if images is None else images
    return part_size(problem_of(config), count, limits_of(is_gpu=is_on_gpu))
