"""The memory of a training step, from shapes alone."""

from dataclasses import dataclass

from core.settings.config import TrainingConfig

BYTES = 8
"""Of a number: all engines compute in float64."""


@dataclass(frozen=True)
class Memory:
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


def memory_of(config: TrainingConfig, images: int | None = None) -> Memory:
    """Count the memory of a training step.

    Parameters
    ----------
    config : TrainingConfig
        The network, its optimizer and the images.
    images : int, optional
        Of the batch; the config's batch size unless said.
    """
    raise NotImplementedError
