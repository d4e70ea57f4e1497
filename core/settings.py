"""Every setting of a run, once: what it is called, what it takes, and what changing it means.

The config checks itself by this table; the command's options, the settings screen, session files
and the shared command line are made from it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from core.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from core.engines import ENGINES
from core.engines.engine import GRADIENT_METHODS
from core.images import MAXIMUM_IMAGES, PIXEL_VALUES, TASKS
from core.initialisations import INITIALISATIONS
from core.losses import LOSSES
from core.optimizers import OPTIMIZERS
from core.randomness import MAXIMUM_SEED

Value: TypeAlias = str | float | int | bool | tuple[int, ...] | None
"""What a setting may be."""


class Group(StrEnum):
    """What settings stand together."""

    TASK = "task and images"
    NETWORK = "network"
    LEARNING = "learning"
    STOPPING = "stopping"
    COMPUTING = "computing"


@dataclass(frozen=True)
class Choice:
    """One of some names."""

    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """Say what it takes."""
        return " or ".join(self.names)

    def holds(self, value: Value) -> bool:
        """Tell whether a value is one of them."""
        return value in self.names


@dataclass(frozen=True)
class Activations:
    """A name for all hidden layers, or one for each, with commas between."""

    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """Say what it takes."""
        return f"{', '.join(self.names)}; one for all layers or one for each, as in tanh,relu"

    def holds(self, value: Value) -> bool:
        """Tell whether all are known; whether they are as many as the layers, the network says."""
        return isinstance(value, str) and all(name in self.names for name in value.split(","))


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    least: int
    most: int

    @property
    def words(self) -> str:
        """Say what it takes."""
        return f"{self.least:,} to {self.most:,}"

    def holds(self, value: Value) -> bool:
        """Tell whether a value is one, in the range."""
        return type(value) is int and self.least <= value <= self.most


@dataclass(frozen=True)
class Real:
    """A finite number."""

    least: float
    most: float = math.inf
    with_least: bool = True
    """Whether the lower end itself is allowed."""
    with_most: bool = True
    """Whether the upper end itself is allowed."""

    @property
    def words(self) -> str:
        """Say what it takes."""
        from_words = "a number from" if self.with_least else "a number above"
        if math.isinf(self.most):
            return f"{from_words} {self.least:g}{' on' if self.with_least else ''}"
        to_words = "to" if self.with_most else "to below"
        return f"{from_words} {self.least:g} {to_words} {self.most:g}"

    def holds(self, value: Value) -> bool:
        """Tell whether a value is one, in the range."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if not math.isfinite(value) or not self.least <= value <= self.most:
            return False
        if value == self.least and not self.with_least:
            return False
        return value != self.most or self.with_most


@dataclass(frozen=True)
class Switch:
    """Yes or no."""

    words: str = "yes or no"

    def holds(self, value: Value) -> bool:
        """Tell whether a value is one of the two."""
        return isinstance(value, bool)


@dataclass(frozen=True)
class Layers:
    """Sizes of hidden layers."""

    words: str = "layer sizes such as 8,8, or none"

    def holds(self, value: Value) -> bool:
        """Tell whether a value is a tuple of whole numbers; the network checks them."""
        return isinstance(value, tuple) and all(type(size) is int for size in value)


Takes: TypeAlias = Choice | Activations | Whole | Real | Switch | Layers
"""Any of them."""


@dataclass(frozen=True)
class Setting:
    """One setting of a run."""

    name: str
    """The field of `TrainingConfig`; with dashes for underscores, the option."""
    title: str
    """Its name on the screen."""
    about: str
    """What it does, in one short line."""
    group: Group
    takes: Takes
    unset: str | None = None
    """What it means that nothing is given; None where something always is."""
    keeps_run: bool = False
    """Whether a run can go on with another value; otherwise that starts it anew."""
    matters: Callable[[str], bool] | None = None
    """For a setting of the optimizer: whether it has a part in the one of that name."""

    def holds(self, value: Value) -> bool:
        """Tell whether it takes a value."""
        return self.takes.holds(value) or (value is None and self.unset is not None)


def _of(*optimizers: str) -> Callable[[str], bool]:
    return lambda name: name in optimizers


_SHARE = Real(0.0, 1.0, with_most=False)
_FROM_0 = Real(0.0)

SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("task", "task", "what the network is to learn", Group.TASK, Choice(tuple(TASKS))),
        Setting(
            "images",
            "images",
            "how many 2×2 images there are",
            Group.TASK,
            Whole(1, MAXIMUM_IMAGES),
        ),
        Setting(
            "pixels",
            "pixel values",
            "tenths, any darkness, or only black and white (then all 16 images)",
            Group.TASK,
            Choice(PIXEL_VALUES),
        ),
        Setting(
            "pixel_noise",
            "pixel noise",
            "how far pixels stray from the image that the label belongs to",
            Group.TASK,
            Real(0.0, 1.0),
        ),
        Setting(
            "label_noise",
            "label noise",
            "yes/no: the share of wrong labels; numbers: how far they stray",
            Group.TASK,
            Real(0.0, 1.0),
        ),
        Setting(
            "test_share",
            "test share",
            "the part of the images that is kept for testing, never learnt from",
            Group.TASK,
            _SHARE,
        ),
        Setting("data_seed", "data seed", "draws the images", Group.TASK, Whole(0, MAXIMUM_SEED)),
        Setting("hidden", "hidden layers", "neurons of each hidden layer", Group.NETWORK, Layers()),
        Setting(
            "activation",
            "activation",
            "what hidden neurons make of their sum",
            Group.NETWORK,
            Activations(tuple(ACTIVATIONS)),
        ),
        Setting(
            "output",
            "output",
            "what the output neuron makes of its sum",
            Group.NETWORK,
            Choice(OUTPUT_ACTIVATIONS),
        ),
        Setting(
            "bias",
            "biases",
            "whether each neuron adds a number of its own",
            Group.NETWORK,
            Switch(),
            unset="with hidden layers yes, without no",
        ),
        Setting(
            "initialisation",
            "first weights",
            "how they are drawn; auto: he for relu, else glorot",
            Group.NETWORK,
            Choice(tuple(INITIALISATIONS)),
        ),
        Setting(
            "seed",
            "seed",
            "draws the weights and the order of the images",
            Group.NETWORK,
            Whole(0, MAXIMUM_SEED),
        ),
        Setting("loss", "loss", "what is made small", Group.LEARNING, Choice(tuple(LOSSES))),
        Setting(
            "learning_rate",
            "learning rate",
            "how far a step goes",
            Group.LEARNING,
            Real(0.0, with_least=False),
            keeps_run=True,
        ),
        Setting(
            "batch_size",
            "batch size",
            "images to a step",
            Group.LEARNING,
            Whole(1, MAXIMUM_IMAGES),
            unset="all of them",
            keeps_run=True,
        ),
        Setting(
            "optimizer",
            "optimizer",
            "how the gradient moves the weights",
            Group.LEARNING,
            Choice(tuple(OPTIMIZERS)),
            keeps_run=True,
        ),
        Setting(
            "momentum",
            "momentum",
            "how much of the last step goes on into the next",
            Group.LEARNING,
            _SHARE,
            keeps_run=True,
            matters=_of("momentum"),
        ),
        Setting(
            "nesterov",
            "nesterov",
            "momentum that looks a step ahead",
            Group.LEARNING,
            Switch(),
            keeps_run=True,
            matters=_of("momentum"),
        ),
        Setting(
            "alpha",
            "alpha",
            "how long the mean of squared gradients remembers",
            Group.LEARNING,
            _SHARE,
            keeps_run=True,
            matters=_of("rmsprop"),
        ),
        Setting(
            "centered",
            "centered",
            "divide by the spread of the gradient instead of its size",
            Group.LEARNING,
            Switch(),
            keeps_run=True,
            matters=_of("rmsprop"),
        ),
        Setting(
            "beta1",
            "beta 1",
            "how long the mean of gradients remembers",
            Group.LEARNING,
            _SHARE,
            keeps_run=True,
            matters=_of("adam"),
        ),
        Setting(
            "beta2",
            "beta 2",
            "how long the mean of squared gradients remembers",
            Group.LEARNING,
            _SHARE,
            keeps_run=True,
            matters=_of("adam"),
        ),
        Setting(
            "amsgrad",
            "amsgrad",
            "divide by the largest mean so far instead of the latest",
            Group.LEARNING,
            Switch(),
            keeps_run=True,
            matters=_of("adam"),
        ),
        Setting(
            "epsilon",
            "epsilon",
            "keeps the division from dividing by zero",
            Group.LEARNING,
            Real(0.0, with_least=False),
            keeps_run=True,
            matters=_of("rmsprop", "adam"),
        ),
        Setting(
            "l1",
            "L1",
            "pulls every weight towards 0 by the same amount",
            Group.LEARNING,
            _FROM_0,
            keeps_run=True,
        ),
        Setting(
            "l2",
            "L2",
            "pulls every weight towards 0 in proportion to its size",
            Group.LEARNING,
            _FROM_0,
            keeps_run=True,
        ),
        Setting(
            "until_loss",
            "until loss",
            "stop once the loss is this low",
            Group.STOPPING,
            _FROM_0,
            unset="never",
            keeps_run=True,
        ),
        Setting(
            "until_accuracy",
            "until accuracy",
            "yes/no tasks: stop once this share is right",
            Group.STOPPING,
            Real(0.0, 1.0, with_least=False),
            unset="never",
            keeps_run=True,
        ),
        Setting(
            "steps",
            "steps",
            "stop after so many",
            Group.STOPPING,
            Whole(0, 10**12),
            unset="never",
            keeps_run=True,
        ),
        Setting(
            "patience",
            "patience",
            "stop after so many epochs without a lower loss",
            Group.STOPPING,
            Whole(1, 10**9),
            unset="never",
            keeps_run=True,
        ),
        Setting(
            "engine",
            "engine",
            "matrix: numpy; loops: one multiply-add at a time",
            Group.COMPUTING,
            Choice(tuple(ENGINES)),
            keeps_run=True,
        ),
        Setting(
            "gradient",
            "gradient",
            "backprop carries errors back; nudge tries each weight a little higher",
            Group.COMPUTING,
            Choice(GRADIENT_METHODS),
            keeps_run=True,
        ),
    )
}
"""Every setting, by name, in the order of the settings screen."""
