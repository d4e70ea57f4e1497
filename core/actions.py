"""What follows from what a user does to a run, as facts: data with its numbers."""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from core.config import TrainingConfig
from core.other_runs import Answered, CameBack
from core.reshaping import Reshaped
from core.snapshot import Snapshot


@dataclass(frozen=True)
class Opening:
    """A run that has not begun, and what it makes of the image."""

    task: str
    """What is to be learnt, a name in `TASKS`."""
    prediction: float
    truth: float
    learning_rate: float
    limit: float | None
    """2/λ, above which it diverges; None where that is not known."""
    zero: bool
    """Whether all weights begin at 0."""


@dataclass(frozen=True)
class RateChanged:
    """Another learning rate."""

    before: float
    after: float
    limit: float | None

    @property
    def above(self) -> bool:
        """Whether it is known to diverge."""
        return self.limit is not None and self.after > self.limit


@dataclass(frozen=True)
class EngineChanged:
    """Another engine computes the steps."""

    engine: str


@dataclass(frozen=True)
class MethodChanged:
    """The gradient is found another way."""

    method: str
    parameters: int
    before: int
    """Multiply-adds of a step the other way."""
    after: int
    """Multiply-adds of a step from now on."""
    backprop_passes: float
    """What a forward pass and backprop's gradient come to, in forward passes."""


@dataclass(frozen=True)
class ImageChanged:
    """Another image is looked at."""

    pixels: tuple[int, ...]
    """Indices of the pixels that differ."""
    values: tuple[float, ...]
    """What they are now."""
    prediction: float
    truth: float
    task: str


@dataclass(frozen=True)
class StartedAgain:
    """The same weights as at the start."""

    left: int
    """The step that was left."""
    kept: bool
    """Whether the last curve stands beside the new one, since the run goes another way."""


@dataclass(frozen=True)
class EssayStart:
    """The essay's network, weights and all."""

    prediction: float
    truth: float
    task: str


@dataclass(frozen=True)
class NewWeights:
    """Other random weights on the same images."""

    seed: int
    prediction: float
    truth: float
    task: str
    zero: bool
    """Whether they are all 0, whatever the seed."""


@dataclass(frozen=True)
class ParameterSet:
    """A weight or bias got another value by hand."""

    index: int
    """Its place in the flat vector."""
    weights: bool
    """Whether the network is so small that its weights have numbers."""
    before: float
    after: float
    loss_before: float | None
    loss_after: float | None


@dataclass(frozen=True)
class ParameterFrozen:
    """A weight or bias is held, or let go again."""

    index: int
    """Its place in the flat vector."""
    frozen: bool
    held: int
    """How many are held now."""


@dataclass(frozen=True)
class ImagesChanged:
    """A training image was added, or taken out."""

    before: int
    """How many there were."""
    after: int
    """How many there are."""
    whole: bool
    """Whether each step learns from all of them."""
    loss_before: float | None
    loss_after: float | None


@dataclass(frozen=True)
class WentTo:
    """The run stands at another moment that is known."""

    step: int
    last_step: int
    """The last step that is known of this run."""
    loss: float | None
    is_other: bool
    """Whether it is another run than the one that was looked at."""
    taken_back: bool
    """Whether it is the same step, before a change that was made there."""


ActionFact: TypeAlias = (
    Opening
    | Reshaped
    | CameBack
    | Answered
    | RateChanged
    | EngineChanged
    | MethodChanged
    | ImageChanged
    | StartedAgain
    | EssayStart
    | NewWeights
    | ParameterSet
    | ParameterFrozen
    | ImagesChanged
    | WentTo
)
"""Any of them."""


def known_limit(config: TrainingConfig, now: Snapshot) -> float | None:
    """Give the learning rate above which this run diverges, where that is known.

    It is known where the loss is a bowl and each step goes by all images. On mini-batches the
    bowl of all images is no limit.
    """
    if now.bowl is None or not now.is_full_batch:
        return None
    limit = now.bowl.stable_learning_rate
    return limit if math.isfinite(limit) else None


def opening(now: Snapshot) -> ActionFact:
    """Tell what there is before the first step."""
    return Opening(
        task=now.config.task,
        prediction=now.reading.prediction,
        truth=now.reading.truth,
        learning_rate=now.config.learning_rate,
        limit=known_limit(now.config, now),
        zero=now.config.initialisation == "zero",
    )


def after_change(before: Snapshot, after: Snapshot) -> tuple[ActionFact, ...]:
    """Tell what a changed setting or another image looked at means; nothing if nothing changed.

    Parameters
    ----------
    before, after : Snapshot
        The run may have taken steps between them; only the settings and the image are compared.
    """
    was, now = before.config, after.config
    facts: list[ActionFact] = []
    if was.learning_rate != now.learning_rate:
        limit = known_limit(now, after)
        facts.append(RateChanged(was.learning_rate, now.learning_rate, limit))
    if was.gradient != now.gradient:
        facts.append(
            MethodChanged(
                now.gradient,
                len(after.parameters),
                after.other_cost.step,
                after.cost.step,
                _backprop_passes(after),
            )
        )
    if was.engine != now.engine:
        facts.append(EngineChanged(now.engine))
    facts += _by_hand(before, after)
    image = after.reading.image
    pixels = tuple(
        index
        for index, (old, new) in enumerate(zip(before.reading.image, image, strict=True))
        if old != new
    )
    if pixels:
        facts.append(
            ImageChanged(
                pixels,
                tuple(image[pixel] for pixel in pixels),
                after.reading.prediction,
                after.reading.truth,
                now.task,
            )
        )
    return tuple(facts)


def _backprop_passes(now: Snapshot) -> float:
    """Count what backprop takes, forward pass and gradient, in forward passes."""
    cost = now.cost if now.config.gradient == "backprop" else now.other_cost
    return (cost.forward.count + cost.gradient.count) / cost.forward.count


def _by_hand(before: Snapshot, after: Snapshot) -> list[ActionFact]:
    """Tell what was changed in the parameters and in the training images, at one step."""
    facts: list[ActionFact] = []
    if before.step != after.step or len(before.parameters) != len(after.parameters):
        return facts
    for index in np.flatnonzero(before.parameters != after.parameters)[:1].tolist():
        old, new = float(before.parameters[index]), float(after.parameters[index])
        plain = after.architecture.is_linear
        facts.append(ParameterSet(index, plain, old, new, before.loss, after.loss))
    for index in sorted(before.frozen ^ after.frozen)[:1]:
        facts.append(ParameterFrozen(index, index in after.frozen, len(after.frozen)))
    had, has = before.schedule.images, after.schedule.images
    if had != has:
        whole = before.is_full_batch and after.is_full_batch
        facts.append(ImagesChanged(had, has, whole, before.loss, after.loss))
    return facts


def after_travel(before: Snapshot, after: Snapshot) -> ActionFact:
    """Tell which moment the run stands at now.

    Parameters
    ----------
    before, after : Snapshot
        The moment that was left, and the one that was gone to.
    """
    other = (before.config.architecture, before.config.seed, before.curve.length) != (
        after.config.architecture,
        after.config.seed,
        after.curve.length,
    )
    last = max(after.step, after.curve.length - 1)
    taken_back = after.step == before.step and not other
    return WentTo(after.step, last, after.loss, other, taken_back)


def _weights_of(config: TrainingConfig) -> object:
    """Give what the first weights depend on."""
    return config.architecture, config.seed, config.initialisation


def after_start(before: Snapshot, after: Snapshot) -> ActionFact:
    """Tell what it means that the run stands at step 0 again.

    Parameters
    ----------
    before, after : Snapshot
        The run that was left, and the one that was begun.
    """
    was, now, reading = before.config, after.config, after.reading
    if _weights_of(was) == _weights_of(now):
        return StartedAgain(before.step, after.earlier is not None)
    if now.starts_as_essay:
        return EssayStart(reading.prediction, reading.truth, now.task)
    zero = now.initialisation == "zero"
    return NewWeights(now.seed, reading.prediction, reading.truth, now.task, zero)
