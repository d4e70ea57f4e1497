"""What a run is made from: every setting, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from core.errors import ConfigError
from core.images.own_data import OwnData
from core.images.tasks import TASKS, Answer
from core.network.architecture import Architecture, is_essays_start
from core.network.losses import LOSSES
from core.network.optimizers import Options
from core.settings.kinds import Group, Value, Whole, written
from core.settings.settings import SETTINGS


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides how a run goes; the same config gives the same bits.

    What each setting means and takes stands in `SETTINGS`.

    Raises
    ------
    ConfigError
        For a value outside what its setting takes.
    """

    hidden: tuple[int, ...] = ()
    """Neurons of each hidden layer."""
    activation: str = "tanh"
    """Of the hidden layers: one name for all, or one for each with commas between."""
    output: str = "linear"
    """Activation of the output neuron."""
    bias: bool | None = None
    """Whether neurons have a bias; None: with hidden layers yes, without no."""
    initialisation: str = "auto"
    """How the first weights are drawn."""
    learning_rate: float = 0.1
    """η, above 0."""
    batch_size: int | None = None
    """Images to a step; None: all of them."""
    optimizer: str = "sgd"
    """How the gradient moves the parameters."""
    momentum: float = 0.9
    """μ of momentum."""
    nesterov: bool = False
    """Whether momentum looks a step ahead."""
    alpha: float = 0.99
    """α of RMSProp: how much of the mean of squares is kept."""
    centered: bool = False
    """Whether RMSProp divides by the spread of the gradient."""
    beta1: float = 0.9
    """β₁ of Adam, for the mean of gradients."""
    beta2: float = 0.999
    """β₂ of Adam, for the mean of their squares."""
    amsgrad: bool = False
    """Whether Adam divides by the largest mean of squares so far."""
    epsilon: float = 1e-8
    """ε of RMSProp and Adam, added to what is divided by."""
    l1: float = 0.0
    """λ₁: added to a weight's gradient with the weight's sign."""
    l2: float = 0.0
    """λ₂: so many times the weight is added to its gradient."""
    loss: str = "mse"
    """What is made small."""
    task: str = "darkness"
    """What is learnt."""
    images: int = 1000
    """Images in all, for training and testing."""
    pixels: str = "tenths"
    """What values pixels have."""
    pixel_noise: float = 0.0
    """Standard deviation of what is added to the pixels, which stay in [0, 1]."""
    label_noise: float = 0.0
    """Yes/no tasks: the share of labels turned round; others: standard deviation of what is added
    to them."""
    test_share: float = 0.0
    """The part of the images that is kept for testing, in [0, 1)."""
    data: OwnData | None = None
    """A person's own images; None: they are drawn."""
    seed: int = 0
    """Of the weights and the order of the images."""
    data_seed: int = 0
    """Of the images, their noise and which of them test."""
    until_loss: float | None = None
    """Stop at the first step whose loss is at or below this."""
    until_accuracy: float | None = None
    """Stop at the first step at which this share of the images is answered right."""
    steps: int | None = None
    """Stop after so many."""
    patience: int | None = None
    """Stop after so many epochs without a lower loss than the lowest before them."""
    engine: str = "matrix"
    """What computes a step."""
    gradient: str = "backprop"
    """How the gradient is found."""
    at_hand: int | None = field(default=None, compare=False)
    """Training images that there are, where a person has added some or taken some out: no setting,
    but a step may take as many as these."""

    def __post_init__(self) -> None:
        """Refuse what no run can be made from."""
        for name, setting in SETTINGS.items():
            value: Value = getattr(self, name)
            if name != "batch_size" and not setting.holds(value):
                raise ConfigError(name, f"takes {setting.takes.words}, not {_said(value)}")
        if self.data is not None and self.images != len(self.data):
            raise ConfigError("images", f"takes what the data has, {len(self.data):,}")
        self._check_task()
        if self.training_images < 1:
            raise ConfigError("test_share", f"leaves no image to train on, of {self.images:,}")
        check_batch_size(self.batch_size, max(self.training_images, self.at_hand or 0))
        if LOSSES[self.loss].needs_sigmoid and self.output != "sigmoid":
            raise ConfigError(
                "loss", f"{self.loss} needs predictions between 0 and 1: --output sigmoid"
            )
        if LOSSES[self.loss].needs_sigmoid and not self._has_labels_from_0_to_1:
            raise ConfigError("loss", f"{self.loss} needs labels from 0 to 1: take mse")
        if self.until_accuracy is not None and not TASKS[self.task].yes_no:
            raise ConfigError("until_accuracy", f"needs a yes/no task; {self.task} has numbers")
        _ = self.architecture

    def _check_task(self) -> None:
        """Refuse a task whose labels are not there."""
        task, data = TASKS[self.task], self.data
        if task.is_own and data is None:
            raise ConfigError("task", f"{task.name} needs images of your own: --data FILE.csv")
        if data is None:
            return
        if task.is_own and not data.labelled:
            raise ConfigError("task", "must say how to label the data: it has no label column")
        if task.yes_no and data.labelled and not data.is_yes_no:
            raise ConfigError("task", f"{task.name} needs labels that are 0 or 1, for no or yes")

    @property
    def _has_labels_from_0_to_1(self) -> bool:
        """Whether no label lies outside of [0, 1]."""
        task = TASKS[self.task]
        if self.label_noise and not task.yes_no:
            return False
        if self.data is not None and self.data.labelled:
            least, most = self.data.label_range
            return least >= 0 and most <= 1
        return task.answer is not Answer.DIFFERENCE

    @cached_property
    def architecture(self) -> Architecture:
        """The network's shape, with the bias decided."""
        bias = bool(self.hidden) if self.bias is None else self.bias
        return Architecture(self.hidden, self.activation, self.output, bias)

    @cached_property
    def options(self) -> Options:
        """What an update is set to."""
        return Options(
            self.learning_rate,
            self.momentum,
            self.nesterov,
            self.alpha,
            self.centered,
            self.beta1,
            self.beta2,
            self.amsgrad,
            self.epsilon,
            self.l1,
            self.l2,
        )

    @cached_property
    def way(self) -> "TrainingConfig":
        """The same with everything as it comes that has no part in how a step is taken."""
        plain = TrainingConfig()
        idle: dict[str, Value] = {
            name: getattr(plain, name)
            for name, setting in SETTINGS.items()
            if setting.group is Group.STOPPING
            or (setting.matters is not None and not setting.matters(self.optimizer))
        }
        return self.with_settings(idle)

    def with_settings(self, values: Mapping[str, Value]) -> "TrainingConfig":
        """Give the same with other settings, by name; raises `ConfigError`."""
        return replace(self, **values)  # type: ignore[arg-type]  # a config checks itself

    @property
    def is_plain_descent(self) -> bool:
        """Whether a step is −η times the gradient of the loss, and nothing else."""
        return self.optimizer == "sgd" and not (self.l1 or self.l2)

    @property
    def starts_as_essay(self) -> bool:
        """Whether the first weights are the essay's four."""
        return is_essays_start(self.architecture, self.seed, self.initialisation)

    def draws_like(self, other: "TrainingConfig") -> bool:
        """Tell whether its images and labels are the same as another's."""
        names = [name for name, each in SETTINGS.items() if each.group is Group.TASK]
        return all(getattr(self, name) == getattr(other, name) for name in (*names, "data"))

    @property
    def test_images(self) -> int:
        """Images that are kept for testing."""
        return round(self.images * self.test_share)

    @property
    def training_images(self) -> int:
        """Images to learn from, before any is added or taken out by hand."""
        return self.images - self.test_images

    @property
    def images_per_step(self) -> int:
        """Images to a step, in numbers."""
        return self.images_now if self.batch_size is None else self.batch_size

    @property
    def is_full_batch(self) -> bool:
        """Whether each step sees all images, so that a step is an epoch."""
        return self.images_per_step == self.images_now

    @property
    def images_now(self) -> int:
        """Images to learn from, also those that were added by hand."""
        return self.at_hand or self.training_images

    def holding(self, images: int) -> "TrainingConfig":
        """Give the same where there are so many training images."""
        # While edits are made once more, one by one, there may be fewer than a step is to take.
        images = max(images, self.batch_size or 0)
        at_hand = None if images == self.training_images else images
        return self if at_hand == self.at_hand else replace(self, at_hand=at_hand)


def check_batch_size(size: int | None, images: int) -> None:
    """Refuse to take more images to a step than there are; raises `ConfigError`."""
    if size is not None and not Whole(1, images).holds(size):
        problem = f"takes 1 to the number of images, {images:,}, not {_said(size)}"
        raise ConfigError("batch_size", problem)


def _said(value: Value) -> str:
    """Write a wrong value as a person would say it."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "nothing"}[value]
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return written(value)
    return repr(value)
