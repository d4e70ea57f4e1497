"""What a run is made from: every setting, checked."""

import math
from dataclasses import dataclass
from functools import cached_property

from core.engines import ENGINES
from core.engines.engine import GRADIENT_METHODS
from core.errors import ConfigError
from core.images import MAXIMUM_IMAGES, TASKS
from core.losses import LOSSES
from core.network import Architecture
from core.optimizers import OPTIMIZERS
from core.randomness import MAXIMUM_SEED


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides how a run goes; the same config gives the same bits.

    Raises
    ------
    ConfigError
        For a value outside what its setting takes.
    """

    hidden: tuple[int, ...] = ()
    """Neurons of each hidden layer."""
    activation: str = "tanh"
    """Of the hidden layers."""
    output: str = "linear"
    """Activation of the output neuron."""
    bias: bool | None = None
    """Whether neurons have a bias; None: with hidden layers yes, without no."""
    learning_rate: float = 0.1
    """η, above 0."""
    batch_size: int | None = None
    """Images to a step; None: all of them."""
    optimizer: str = "sgd"
    """How the gradient moves the parameters."""
    loss: str = "mse"
    """What is made small."""
    task: str = "darkness"
    """What is learnt."""
    images: int = 1000
    """Training images."""
    seed: int = 0
    """Of the weights and the order of the images."""
    data_seed: int = 0
    """Of the images."""
    engine: str = "matrix"
    """What computes a step."""
    gradient: str = "backprop"
    """How the gradient is found."""

    def __post_init__(self) -> None:
        """Refuse what no run can be made from."""
        rate = self.learning_rate
        if not (math.isfinite(rate) and rate > 0):
            raise ConfigError("learning_rate", f"takes a number above 0, not {rate:g}")
        if not 1 <= self.images <= MAXIMUM_IMAGES:
            raise ConfigError("images", f"takes 1 to {MAXIMUM_IMAGES:,}, not {self.images:,}")
        if self.batch_size is not None and not 1 <= self.batch_size <= self.images:
            raise ConfigError(
                "batch_size",
                f"takes 1 to the number of images, {self.images:,}, not {self.batch_size:,}",
            )
        for setting, seed in (("seed", self.seed), ("data_seed", self.data_seed)):
            if not 0 <= seed <= MAXIMUM_SEED:
                raise ConfigError(setting, f"takes 0 to {MAXIMUM_SEED:,}, not {seed:,}")
        for setting, value, known in (
            ("optimizer", self.optimizer, OPTIMIZERS),
            ("loss", self.loss, LOSSES),
            ("task", self.task, TASKS),
            ("engine", self.engine, ENGINES),
            ("gradient", self.gradient, GRADIENT_METHODS),
        ):
            if value not in known:
                raise ConfigError(setting, f"takes {' or '.join(known)}, not {value!r}")
        if LOSSES[self.loss].needs_sigmoid and self.output != "sigmoid":
            raise ConfigError(
                "loss", f"{self.loss} needs predictions between 0 and 1: --output sigmoid"
            )
        _ = self.architecture

    @cached_property
    def architecture(self) -> Architecture:
        """The network's shape, with the bias decided."""
        bias = bool(self.hidden) if self.bias is None else self.bias
        return Architecture(self.hidden, self.activation, self.output, bias)

    @property
    def images_per_step(self) -> int:
        """Images to a step, in numbers."""
        return self.images if self.batch_size is None else self.batch_size

    @property
    def is_full_batch(self) -> bool:
        """Whether each step sees all images, so that a step is an epoch."""
        return self.images_per_step == self.images
