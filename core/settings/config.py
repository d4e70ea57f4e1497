"""What a run is made from: its settings, each declared once, their checks, and what follows."""

from collections.abc import Mapping
from dataclasses import field, fields, replace
from functools import cached_property

from core.engines import ENGINES, EXTRAS, missing
from core.engines.engine import GRADIENT_METHODS
from core.errors import ConfigError
from core.images.images import MAXIMUM_IMAGES
from core.images.own_data import OwnData
from core.images.tasks import PIXEL_VALUES, TASKS, Answer
from core.network.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from core.network.architecture import Architecture, is_default_start
from core.network.clipping import is_clipped
from core.network.initialisations import INITIALISATIONS
from core.network.losses import LOSSES
from core.network.optimizers import OPTIMIZERS, Options
from core.network.schedules import SCHEDULES, is_scheduled, rate_at
from core.randomness import MAXIMUM_SEED
from core.settings.defaults import fitting
from core.settings.kinds import Activations, Choice, Layers, Real, Switch, Value, Whole, written
from core.settings.settings import Declare, Group, Setting, settings_of
from core.structs import Struct

_task = Declare(Group.TASK)
_network = Declare(Group.NETWORK)
_loss = Declare(Group.LEARNING)
_update = Declare(Group.LEARNING, keeps_run=True)
_momentum = Declare(Group.LEARNING, keeps_run=True, optimizers=("momentum",))
_rmsprop = Declare(Group.LEARNING, keeps_run=True, optimizers=("rmsprop",))
_adam = Declare(Group.LEARNING, keeps_run=True, optimizers=("adam",))
_rmsprop_and_adam = Declare(Group.LEARNING, keeps_run=True, optimizers=("rmsprop", "adam"))
_rate = Declare(Group.LEARNING, keeps_run=True, came_later=True)
_decay = Declare(Group.LEARNING, keeps_run=True, schedules=("step",), came_later=True)
_cosine = Declare(Group.LEARNING, keeps_run=True, schedules=("cosine",), came_later=True)
_stopping = Declare(Group.STOPPING, keeps_run=True)
_computing = Declare(Group.COMPUTING, keeps_run=True)

_SHARE = Real(0.0, 1.0, with_most=False)
_NOISE = Real(0.0, 1.0)
_FROM_0 = Real(0.0)
_ABOVE_0 = Real(0.0, with_least=False)
_SEED = Whole(0, MAXIMUM_SEED)
_STEPS = Whole(1, 10**9)


class TrainingConfig(Struct):
    """Everything that decides how a run goes; the same config gives the same bits.

    A setting is declared by its default, its name on the screen, what it does, and what it takes;
    where it may be left open, also by what that means. `SETTINGS` collects them. What is not given
    goes with the task and the pixels: ``TrainingConfig(task="xor")`` is what ``--task xor`` is.

    Raises
    ------
    ConfigError
        For a value outside what its setting takes.
    """

    hidden: tuple[int, ...] = _network(
        (), "hidden layers", "number of neurons in each hidden layer", Layers()
    )
    activation: str = _network(
        "tanh",
        "activation",
        "activation function of the hidden neurons",
        Activations(tuple(ACTIVATIONS)),
    )
    """Of the hidden layers: one name for all, or one for each with commas between."""
    output: str = _network.fitting(
        "linear", "output", "activation function of the output neuron", Choice(OUTPUT_ACTIVATIONS)
    )
    bias: bool | None = _network(
        None,
        "biases",
        "each neuron adds a learned constant: its bias",
        Switch(),
        "yes with hidden layers or a yes/no task, otherwise no",
    )
    initialisation: str = _network(
        "auto",
        "initialisation",
        "auto: He for relu, otherwise Glorot (Xavier)",
        Choice(tuple(INITIALISATIONS)),
    )
    learning_rate: float = _update(
        0.1, "learning rate", "scales every update: how far a step goes", _ABOVE_0
    )
    """η₀, above 0: of each update, unless a schedule takes a share of it."""
    schedule: str = _rate(
        "constant",
        "rate schedule",
        "how the learning rate changes from step to step",
        Choice(tuple(SCHEDULES)),
    )
    warmup_steps: int = _rate(
        0,
        "warm-up steps",
        "steps in which the rate rises evenly, before the schedule begins",
        Whole(0, 10**9),
    )
    decay_steps: int = _decay(
        100, "decay steps", "step schedule: steps until the rate is multiplied again", _STEPS
    )
    decay_factor: float = _decay(
        0.1,
        "decay factor",
        "step schedule: multiplies the rate after the decay steps",
        Real(0.0, 1.0, with_least=False),
    )
    """γ of the step schedule."""
    cosine_steps: int = _cosine(
        300, "cosine steps", "cosine schedule: steps in which the rate falls to its end", _STEPS
    )
    cosine_end: float = _cosine(
        0.0, "cosine end", "cosine schedule: share of the learning rate at the end", Real(0.0, 1.0)
    )
    clip_norm: float | None = _rate(
        None,
        "clip norm",
        "largest norm of the gradient; a larger one is scaled down",
        _ABOVE_0,
        "none",
    )
    clip_value: float | None = _rate(
        None, "clip value", "largest size of each number of the gradient", _ABOVE_0, "none"
    )
    batch_size: int | None = _update(
        None, "batch size", "images per step", Whole(1, MAXIMUM_IMAGES), "all of them"
    )
    optimizer: str = _update(
        "sgd",
        "optimizer",
        "how the update is computed from the gradient",
        Choice(tuple(OPTIMIZERS)),
    )
    # What optimizers are set to begins as in PyTorch, but for momentum, which is 0 there.
    momentum: float = _momentum(
        0.9, "momentum", "share of the velocity kept by the next update", _SHARE
    )
    """μ of momentum."""
    nesterov: bool = _momentum(
        False, "nesterov", "Nesterov look-ahead: use the velocity after this update", Switch()
    )
    alpha: float = _rmsprop(0.99, "alpha", "decay of the running mean of squared gradients", _SHARE)
    """α of RMSProp: how much of the mean of squares is kept."""
    centered: bool = _rmsprop(
        False,
        "centered",
        "divide by the gradient's standard deviation; else by its RMS",
        Switch(),
    )
    beta1: float = _adam(0.9, "beta 1", "decay of the running mean of gradients", _SHARE)
    """β₁ of Adam, for the mean of gradients."""
    beta2: float = _adam(0.999, "beta 2", "decay of the running mean of squared gradients", _SHARE)
    """β₂ of Adam, for the mean of their squares."""
    amsgrad: bool = _adam(
        False, "amsgrad", "divide by the largest running mean so far; not by the latest", Switch()
    )
    epsilon: float = _rmsprop_and_adam(
        1e-8, "epsilon", "added to the divisor, so that it is never 0", _ABOVE_0
    )
    """ε of RMSProp and Adam, added to what is divided by."""
    l1: float = _update(
        0.0, "L1", "moves all weights towards 0 by the same amount; regularisation", _FROM_0
    )
    """λ₁: added to a weight's gradient with the weight's sign."""
    l2: float = _update(
        0.0, "L2", "moves weights towards 0, in proportion to size; regularisation", _FROM_0
    )
    """λ₂: so many times the weight is added to its gradient."""
    loss: str = _loss.fitting(
        "mse", "loss", "the measure of error that training minimises", Choice(tuple(LOSSES))
    )
    task: str = _task(
        "darkness", "task", "the question that the network learns to answer", Choice(tuple(TASKS))
    )
    images: int = _task.fitting(
        1000, "images", "number of 2×2 images, test images included", Whole(1, MAXIMUM_IMAGES)
    )
    """Images in all, for training and testing."""
    pixels: str = _task(
        "tenths",
        "pixel values",
        "values of a pixel; continuous: any from 0 to 1",
        Choice(PIXEL_VALUES),
    )
    pixel_noise: float = _task(
        0.0,
        "pixel noise",
        "standard deviation of pixel noise; labels are of the clean image",
        _NOISE,
    )
    """Standard deviation of what is added to the pixels, which stay in [0, 1]."""
    label_noise: float = _task(
        0.0,
        "label noise",
        "yes/no: share flipped; else standard deviation",
        _NOISE,
    )
    """Yes/no tasks: the share of labels turned round; others: standard deviation of what is added
    to them."""
    test_share: float = _task(
        0.0,
        "test share",
        "fraction of images held out for testing; no step uses them",
        _SHARE,
    )
    data: OwnData | None = None
    """A person's own images, which are no setting; None: they are drawn."""
    seed: int = _network(0, "seed", "seed for the initial weights; also orders the images", _SEED)
    data_seed: int = _task(
        0, "data seed", "seed for the images; also for noise and the test split", _SEED
    )
    """Of the images, their noise and which of them test."""
    until_loss: float | None = _stopping(
        None,
        "until loss",
        "stop at this loss over all training images, at an epoch’s end",
        _FROM_0,
        "never",
    )
    """Stop once the loss over all training images is at or below this. With mini-batches all stop
    conditions but `steps` are judged at the end of each epoch, at the cost of a forward pass."""
    until_accuracy: float | None = _stopping(
        None,
        "until accuracy",
        "yes/no: stop at this accuracy over all images, at an epoch’s end",
        Real(0.0, 1.0, with_least=False),
        "never",
    )
    """Stop once this share of all training images is answered right."""
    steps: int | None = _stopping(
        None, "steps", "stop after this many steps", Whole(0, 10**12), "never"
    )
    patience: int | None = _stopping(
        None,
        "patience",
        "stop after so many epochs without a lower loss; over all images",
        Whole(1, 10**9),
        "never",
    )
    """Stop after so many epochs whose last loss, over all training images, was no new lowest."""
    engine: str = _computing(
        "matrix",
        "engine",
        "matrix: numpy; loops: a multiply-add at a time",
        Choice(tuple(ENGINES)),
    )
    gradient: str = _computing(
        "backprop",
        "gradient",
        "backprop: chain rule; nudge: try each weight",
        Choice(GRADIENT_METHODS),
    )
    at_hand: int | None = field(default=None, compare=False)
    """Training images that there are, where a person has added some or taken some out; no setting,
    but a step may take as many as these."""
    is_run: bool = field(default=True, compare=False)
    """Whether it is to be run, no setting; a network that is only counted may be of any size."""

    def __post_init__(self) -> None:
        """Decide what is not given; refuse what no run can be made from."""
        self._decide()
        if command := missing(self.engine):
            raise ConfigError("engine", f"{self.engine} is not installed here: {command}")
        for name, setting in SETTINGS.items():
            value: Value = getattr(self, name)
            if name != "batch_size" and not setting.holds(value):
                raise ConfigError(name, f"must be {setting.takes.words} (got {_said(value)})")
        if self.clip_norm is not None and self.clip_value is not None:
            raise ConfigError(
                "clip_value", "cannot be set together with clip norm: remove one of the two"
            )
        if self.data is not None and self.images != len(self.data):
            raise ConfigError(
                "images", f"must be the number of images in the data, {len(self.data):,}"
            )
        self._check_task()
        if self.training_images < 1:
            share = f"{written(self.test_share)} of {self.images:,} is all"
            raise ConfigError("test_share", f"leaves no image for training: {share}")
        check_batch_size(self.batch_size, max(self.training_images, self.at_hand or 0))
        if LOSSES[self.loss].needs_sigmoid and self.output != "sigmoid":
            raise ConfigError(
                "loss", f"{self.loss} needs predictions between 0 and 1: choose --output sigmoid"
            )
        if LOSSES[self.loss].needs_sigmoid and not self._has_labels_from_0_to_1:
            raise ConfigError("loss", f"{self.loss} needs labels from 0 to 1: choose --loss mse")
        if self.until_accuracy is not None and not TASKS[self.task].yes_no:
            raise ConfigError(
                "until_accuracy", f"needs a yes/no task; {self.task} is a regression task"
            )
        _ = self.architecture

    def _decide(self) -> None:
        """Give each setting that is still open the value that goes with the others."""
        held: dict[str, Value] = {name: getattr(self, name) for name in SETTINGS}
        given = {name: value for name, value in held.items() if value is not None}
        usual = {name: each.usual for name, each in SETTINGS.items() if each.usual is not None}
        for name, value in (usual | fitting(given)).items():
            if name not in given:
                object.__setattr__(self, name, value)

    def _check_task(self) -> None:
        """Refuse a task whose labels are not there."""
        task, data = TASKS[self.task], self.data
        if task.is_own and data is None:
            raise ConfigError("task", f"{task.name} needs images of your own: --data FILE.csv")
        if data is None:
            return
        if task.is_own and not data.labelled:
            raise ConfigError("task", "must label the images, as the data has no label column")
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
        return Architecture(self.hidden, self.activation, self.output, bias, is_built=self.is_run)

    @cached_property
    def options(self) -> Options:
        """What an update is set to."""
        return Options(**{each.name: getattr(self, each.name) for each in fields(Options)})

    @cached_property
    def step_settings(self) -> "TrainingConfig":
        """The config with all settings that do not affect a step at their defaults."""
        plain = TrainingConfig()
        idle: dict[str, Value] = {
            name: getattr(plain, name)
            for name, setting in SETTINGS.items()
            if setting.group is Group.STOPPING or not setting.matters(self)
        }
        return self.with_settings(idle)

    @property
    def portable(self) -> "TrainingConfig":
        """The same with an engine that is installed everywhere; whatever the engine, a run is about
        the same."""
        return replace(self, engine="matrix") if self.engine in EXTRAS else self

    def with_settings(self, values: Mapping[str, Value]) -> "TrainingConfig":
        """Return the same with other settings, by name; raises `ConfigError`."""
        return replace(self, **values)  # type: ignore[arg-type]  # a config checks itself

    @property
    def is_plain_descent(self) -> bool:
        """Whether a step is −η times the gradient of the loss, and nothing else."""
        return self.optimizer == "sgd" and not (self.l1 or self.l2 or self.is_clipped)

    @property
    def is_clipped(self) -> bool:
        """Whether a gradient that is large enough is clipped."""
        return is_clipped(self.options)

    @property
    def is_scheduled(self) -> bool:
        """Whether the learning rate changes from step to step."""
        return is_scheduled(self.options)

    def rate_at(self, step: int) -> float:
        """Return η, the learning rate of the update after `step` updates."""
        return rate_at(self.options, step)

    @property
    def is_judged(self) -> bool:
        """Whether it may stop for what all training images show: a loss, an accuracy, patience."""
        goals = self.until_loss, self.until_accuracy, self.patience
        return any(goal is not None for goal in goals)

    @property
    def starts_as_default(self) -> bool:
        """Whether the initial weights are the default network's four."""
        return is_default_start(self.architecture, self.seed, self.initialisation)

    def draws_like(self, other: "TrainingConfig") -> bool:
        """Whether its images and labels are the same as another's."""
        names = [name for name, each in SETTINGS.items() if each.group is Group.TASK]
        return all(getattr(self, name) == getattr(other, name) for name in (*names, "data"))

    @property
    def test_images(self) -> int:
        """Images that are kept for testing."""
        return round(self.images * self.test_share)

    @property
    def rounds_to_no_test_image(self) -> bool:
        """Whether a test share is asked for that is less than half an image."""
        return self.test_share > 0 and not self.test_images

    @property
    def training_images(self) -> int:
        """Training images, before any is added or taken out by hand."""
        return self.images - self.test_images

    @property
    def images_per_step(self) -> int:
        """Images per step, in numbers."""
        return self.images_now if self.batch_size is None else self.batch_size

    @property
    def is_full_batch(self) -> bool:
        """Whether each step sees all images, so that a step is an epoch."""
        return self.images_per_step == self.images_now

    @property
    def images_now(self) -> int:
        """Training images, also those that were added by hand."""
        return self.at_hand or self.training_images

    def holding(self, images: int) -> "TrainingConfig":
        """Return the same where there are so many training images."""
        # While edits are made once more, one by one, there may be fewer than a step is to take.
        images = max(images, self.batch_size or 0)
        at_hand = None if images == self.training_images else images
        return self if at_hand == self.at_hand else replace(self, at_hand=at_hand)


SETTINGS: dict[str, Setting] = settings_of(TrainingConfig)
"""Every setting, by name, in the order of the settings screen."""


def check_batch_size(size: int | None, images: int) -> None:
    """Refuse to take more images per step than there are; raises `ConfigError`."""
    if size is not None and not Whole(1, images).holds(size):
        problem = f"must be 1 to {images:,}, the number of training images (got {_said(size)})"
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
