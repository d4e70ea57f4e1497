"""Explanations: the equations that lead to a number, and the facts beside them, as data.

How they are laid out is not decided here.
"""

from enum import StrEnum
from typing import TypeAlias

from core.explain.equations import Equation, Scope
from core.metrics.corners import Corner
from core.network.optimizers import Work
from core.quantities.quantities import Quantity
from core.run.descent import ManualEdits
from core.structs import Struct


class Cause(StrEnum):
    """Why a gradient is zero, or nearly so."""

    INPUT = "input 0"
    DEAD = "dead relu"
    SATURATED = "saturated"
    WEIGHTS = "weights 0"
    BLOCKED = "blocked"
    RIGHT = "no error"
    CANCEL = "they cancel out"


class Reason(Struct):
    """Why a gradient is zero, or nearly so."""

    cause: Cause
    scope: Scope
    """Whether for the selected image, or for the batch."""
    images: int
    """For how many images it holds …"""
    of: int
    """… of how many."""
    layer: int
    """The layer of the neuron that the parameter leads to, from 0."""
    neuron: int
    """That neuron, from 0."""
    activation: str
    """Its activation."""
    derivative: float | None = None
    """For a saturated neuron: its derivative, for a batch the mean over those images."""


class TooManyTerms(Struct):
    """The batch is too large to be gone through here, image by image."""

    multiply_adds: int
    """What that would cost."""
    value: float | None
    """What the engine computed, if it has."""


class AtCorner(Struct):
    """Images at the corner of relu: the two gradient methods use the slopes on its two sides."""

    corner: Corner
    method: str
    """The method that the run uses."""


class Origin(StrEnum):
    """Where a parameter's first value came from."""

    DEFAULT = "the default network"
    DRAWN = "uniformly distributed"
    NORMAL = "normally distributed"
    ZERO = "all weights start at 0"
    BIAS = "a bias starts at 0"


class InitialValue(Struct):
    """The initial value of a parameter: where it came from."""

    origin: Origin
    spread: float
    """Random weights are drawn evenly from −spread … spread, or with this standard deviation."""
    seed: int


class Updates(Struct):
    """The number of the coming update, for an optimizer with state."""

    optimizer: str
    count: int
    """t: the coming update's number since the state was empty, from 1."""


class ScheduledRate(Struct):
    """The learning rate of the coming step, η(k), by a schedule."""

    schedule: str
    """A name in `SCHEDULES`; it begins after the warm-up."""
    warmup: int
    """Steps of the warm-up in all."""
    step: int
    """Updates so far: of the warm-up while that goes on, of the schedule after it."""
    is_warming_up: bool
    length: int
    """Steps of a period of the schedule; 0 where it has none."""


class Clipped(Struct):
    """Whether the gradient is clipped in the coming step."""

    by_norm: bool
    """Otherwise by value."""
    limit: float
    """The largest norm, or the largest size of a number."""
    size: float
    """What is compared with it: the norm, or this number's size."""
    is_clipped: bool


class OtherOperations(Struct):
    """Operations of an update that are not multiply-adds."""

    optimizer: str
    parameters: int
    """All that the optimizer works on."""
    work: Work
    """For each of them."""
    clips_norm: bool
    """Whether the gradient is clipped by norm …"""
    clips_value: bool
    """… or by value."""
    schedules: bool
    """Whether a schedule gives the learning rate."""
    weights: int
    """How many of them are weights."""
    penalties: int
    """How many penalties apply to each weight."""


class EqualCostDescent(Struct):
    """The losses that manual changes and gradient descent reached at equal cost."""

    manual_edits: ManualEdits
    loss: float | None
    """Of the manual changes; None while it is not known yet."""
    step: int
    """Multiply-adds of descent's first step."""


class TimeRule(StrEnum):
    """How the terms of a call's time are made, and why calls that are alike differ."""

    LONGER = "calling, and computing or memory, whichever takes longer"
    BYTES = "8 bytes of a number that is read, 16 of one that is written"
    MATRICES = "products add the numbers that they read and write"
    INCLUDED = "products whose multiply-adds include reading"
    FARTHER = "those products add numbers that they read from a farther cache"
    MEAN = "the calls of a line find their arrays in different caches"
    SEVERAL = "calls of a name differ in their arrays, or only some of them wait for memory"


class TimeShares(Struct):
    """What the predicted time of a step is spent on, in seconds."""

    engine: str
    """Name of the engine that takes the step."""
    call: float
    """Calling functions."""
    compute: float
    """Computing numbers."""
    memory: float
    """Reading and writing memory, as far as it takes longer than computing."""
    present: float | None = None
    """Of the run's own step, in all, if this is another one."""
    rules: tuple[TimeRule, ...] = ()
    """Those that its calls follow."""


class Remark(StrEnum):
    """A fact that needs no numbers."""

    GIVEN = "the target is given with the image"
    UNKNOWN = "targets come from a person's own data, and this image is not in it"
    PENDING = "the gradient is still being computed"
    MIXED = "the steps so far did not all cost the same"
    UNSEEN = "this image is not a training image"
    DIRECTION = "η and its factor are explained with the update"
    FROZEN = "no step changes it"
    PENALISED = "the gradient that is shown does not contain L1 and L2"
    UNPENALISED = "L1 and L2 exempt biases"
    UNMOVED = "no weight was changed by hand here"
    SEEN = "this image is a training image"
    UNPREDICTED = "no time is predicted for the engine, or not yet"


class CleanLabel(Struct):
    """The rule that the target follows."""

    task: str
    """A name in `TASKS`."""


class IdenticalNeurons(Struct):
    """All neurons of a layer are identical, so that they get the same gradients and stay
    identical."""

    layer: int
    """From 0."""
    neurons: int


Fact: TypeAlias = (
    Reason
    | TooManyTerms
    | AtCorner
    | InitialValue
    | CleanLabel
    | IdenticalNeurons
    | Updates
    | ScheduledRate
    | Clipped
    | OtherOperations
    | EqualCostDescent
    | TimeShares
    | Remark
)
"""Facts that an explanation holds beside its equations."""


class TopImage(Struct):
    """An image with a large term in a sum over the batch."""

    index: int
    """Its place in the batch, from 0."""
    image: tuple[float, ...]
    """Its pixels."""
    prediction: float
    target: float
    value: float
    """Its term of the sum."""
    share: float
    """Its part of all terms' sizes, 0 … 1."""


class Explanation(Struct):
    """The arithmetic behind one number."""

    quantity: Quantity
    """Which one."""
    result: float | None
    """The number, worked out from the terms; None where that is not done, see `facts`."""
    equations: tuple[Equation, ...]
    """In the order in which they are worked out."""
    top_images: tuple[TopImage, ...] = ()
    """The images that count most, the largest first; of a gradient those that raise it, then those
    that lower it."""
    facts: tuple[Fact, ...] = ()
