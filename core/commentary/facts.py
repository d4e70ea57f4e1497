"""What steps can bring about, as data with its numbers; a screen finds the words."""

from dataclasses import dataclass
from typing import TypeAlias

from core.commentary.endings import EndFact
from core.commentary.layers import Alike, Exploding, Hurled, Unreached, Vanishing
from core.images.tasks import TASKS
from core.metrics.scores import YES
from core.settings.config import TrainingConfig

RIGHT = 0.0005
"""A prediction this near to the truth is the truth to three decimals."""


@dataclass(frozen=True)
class Computing:
    """The loss at this step is not there yet."""

    step: int
    multiply_adds: int
    """What its forward pass and gradient take."""


@dataclass(frozen=True)
class LossMoved:
    """The loss before and after some steps."""

    before: float
    after: float
    steps: int
    images: int
    """In the batch that `after` is the mean of."""
    whole: bool
    """Whether each batch is all training images; otherwise the two losses are of different ones."""


@dataclass(frozen=True)
class Overshot:
    """The loss rose: in a step's direction the lowest point was passed, and more than made up."""

    before: float
    after: float
    swung: bool
    """Whether most predictions were wrong in one direction before, and are in the other now."""
    were_high: bool
    """Whether most were too high before."""
    task: str
    learning_rate: float
    limit: float | None


@dataclass(frozen=True)
class Gap:
    """The loss on images that are not learnt from is far above the one on those that are."""

    train: float
    test: float
    images: int
    """Training images."""


@dataclass(frozen=True)
class Moved:
    """Which way the parameters of a network without hidden layers went, and for what images."""

    fell: tuple[int, ...]
    """Indices of those that fell."""
    rose: tuple[int, ...]
    """Indices of those that rose."""
    parameters: int
    """How many there are; the ones in neither list did not move."""
    weights: int
    """How many of them are weights; a bias comes after."""
    against: float | None
    """The value, before, of one that went away from the best it can be; None if none did."""
    too_high: int
    """Images predicted too high before the step, so what it answered to."""
    too_low: int
    images: int
    task: str


@dataclass(frozen=True)
class Stepped:
    """The parameters of a network with hidden layers, too many to be named, took a step."""

    config: TrainingConfig
    """What the step was made by."""

    parameters: int
    biases: bool
    """Whether some of them are biases."""
    most: float
    """The farthest that one of them moved."""


@dataclass(frozen=True)
class Turned:
    """Parameters whose gradient changed its sign, all to the same one."""

    indices: tuple[int, ...]
    weights: int
    """How many parameters are weights; an index from there on is a bias."""
    below: bool
    """Whether the gradient is now below 0."""
    all_past: bool
    """Whether one step turned all of them and still lowered the loss: it passed the lowest point
    of its way, and ended not as high beyond."""
    follows: bool
    """Whether the next step moves them all that way; what an optimizer remembers, or a penalty, may
    be stronger."""


@dataclass(frozen=True)
class Counted:
    """How many images are predicted too high and too low, before and after."""

    task: str
    images: int
    high_before: int
    high: int
    low_before: int
    low: int


@dataclass(frozen=True)
class LookedAt:
    """What some steps did to the prediction for the image that is looked at."""

    before: float
    after: float
    truth: float
    images: int
    """In the batch that the step learnt from."""
    together_better: bool
    """Whether the loss over all training images is known to have fallen."""
    together_worse: bool
    """Whether it is known to have risen."""
    answered: int
    """How many of the batch were wrong in the direction that the move of this prediction mends."""
    task: str
    is_learnt_from: bool = False
    """Whether it was picked out of the training images."""
    is_noisy: bool = False
    """Whether what is right for it is a label that the task's rule does not give."""

    @property
    def passed(self) -> bool:
        """Whether it went from one side of the truth to the other, and is not right there."""
        return (self.before - self.truth) * (self.after - self.truth) < 0

    @property
    def worse(self) -> bool:
        """Whether it is farther from the truth now."""
        return abs(self.after - self.truth) > abs(self.before - self.truth)

    @property
    def came_right(self) -> bool:
        """Whether it is the truth to three decimals, or the right one of yes and no, only now."""
        if TASKS[self.task].yes_no:
            return (self.after >= YES) == (self.truth >= YES) != (self.before >= YES)
        return abs(self.after - self.truth) < RIGHT <= abs(self.before - self.truth)

    @property
    def went_wrong(self) -> bool:
        """Whether it is the wrong one of yes and no, only now."""
        if not TASKS[self.task].yes_no:
            return False
        return (self.after >= YES) != (self.truth >= YES) == (self.before >= YES)


@dataclass(frozen=True)
class LooksFlat:
    """The curve has come down to where a linear plot shows nothing, and the loss still falls."""

    share: float
    """Of the loss, lost with each step; in (0, 1)."""


@dataclass(frozen=True)
class Slowed:
    """The loss falls by a far smaller share with each step than with the first."""

    share: float
    """Of the loss, lost with each step; in (0, 1)."""
    first: float
    """The same of the first step."""
    even: bool
    """Whether the weights are right on average, so that their differences are what is left."""


@dataclass(frozen=True)
class Timid:
    """The loss hardly falls, and larger steps would do."""

    share: float
    """Of the loss, lost with each step; in (0, 1)."""
    learning_rate: float
    limit: float
    """2/λ: it converges below."""


@dataclass(frozen=True)
class Arrived:
    """Every parameter is within 0.001 of the best there is for these images."""

    weights: int
    biases: int
    average: float | None
    """What each weight is, if the best is the plain average of the pixels; otherwise None."""


@dataclass(frozen=True)
class Settled:
    """The last step left every parameter as it was, to the last bit."""

    zero: bool
    """Whether the gradient is exactly 0; otherwise it is only too small to change a float."""
    loss: float


@dataclass(frozen=True)
class Stuck:
    """Neurons with relu whose gradient is exactly 0, though there are errors to learn from."""

    neurons: int
    relus: int
    """All there are with relu."""
    forever: bool
    """Whether no step can change that: no neuron gets any, and each step is −η times the gradient
    over the same images."""


@dataclass(frozen=True)
class Passed:
    """The loss came below a power of ten for the first time."""

    threshold: float
    step: int
    steps_since: int | None
    """Steps since ten times that was passed; None if the run began below that."""
    whole: bool
    """Whether the loss is the mean over all training images."""


@dataclass(frozen=True)
class EpochDone:
    """All training images were seen once."""

    images: int
    batch: int
    """Images to a step."""
    steps: int
    """Steps that took."""


StepFact: TypeAlias = (
    EndFact
    | Computing
    | LossMoved
    | Overshot
    | Gap
    | Moved
    | Stepped
    | Turned
    | Counted
    | LookedAt
    | LooksFlat
    | Slowed
    | Timid
    | Arrived
    | Settled
    | Unreached
    | Alike
    | Stuck
    | Vanishing
    | Exploding
    | Hurled
    | Passed
    | EpochDone
)
"""Any of them."""
