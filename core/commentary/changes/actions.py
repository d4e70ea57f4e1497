"""Facts about what a person did to a run: another image, another network, another moment."""

from dataclasses import replace
from typing import TypeAlias

import numpy as np

from core.commentary.changes.by_hand import HandFact, by_hand
from core.commentary.changes.settings import SettingFact, settings_changed
from core.images.images import Example
from core.network.architecture import Place
from core.run.snapshot import Snapshot
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.kinds import Value
from core.settings.reshaping import Reshape
from core.structs import Struct


class Answered(Struct):
    """What the network predicts for the selected image."""

    prediction: float
    target: float
    task: str
    rule: float | None = None
    """The clean label of the image, if its label differs."""


def answered(now: Snapshot) -> Answered:
    """Return what the network predicts for the selected image."""
    return Answered(now.reading.prediction, now.reading.target, now.config.task, now.rule)


class StartedAgain(Struct):
    """The same weights as at the start."""

    left: int
    """The step that was left."""
    kept: bool
    """Whether the previous curve is shown beside the new one, since the run is a branch."""


class DefaultStart(Struct):
    """The default network, weights and all."""

    prediction: float
    target: float
    task: str
    rule: float | None = None
    """The clean label of the image, if its label differs."""


class NewWeights(Struct):
    """Other random weights on the same images."""

    seed: int
    prediction: float
    target: float
    task: str
    zero: bool
    """Whether they are all 0, whatever the seed."""
    rule: float | None = None
    """The clean label of the image, if its label differs."""


def default_start(after: Snapshot) -> DefaultStart:
    """Return what the default network predicts as it begins."""
    reading = after.reading
    return DefaultStart(reading.prediction, reading.target, after.config.task, after.rule)


def after_start(before: Snapshot, after: Snapshot) -> StartedAgain | DefaultStart | NewWeights:
    """Return what it means that the run is at step 0 again, on the same images.

    Parameters
    ----------
    before, after : Snapshot
        The run that was left, and the one that was begun.
    """
    was, now, reading = before.config, after.config, after.reading
    if _weights_of(was) == _weights_of(now):
        return StartedAgain(before.step, after.previous_run is not None)
    if now.starts_as_default:
        return default_start(after)
    zero = now.initialisation == "zero"
    return NewWeights(now.seed, reading.prediction, reading.target, now.task, zero, after.rule)


def _weights_of(config: TrainingConfig) -> object:
    """Return what the initial weights depend on."""
    return config.architecture, config.seed, config.initialisation


class Rebuilt(Struct):
    """Another run has begun, with other settings."""

    changes: tuple[tuple[str, Value, Value], ...]
    """Names in `SETTINGS`, each with its value before and now; first those that no run goes on
    with."""
    same_weights: bool
    """Whether it begins with the same initial weights."""


def rebuilt(before: Snapshot, after: Snapshot) -> Rebuilt:
    """Return with which settings another run has begun.

    Parameters
    ----------
    before, after : Snapshot
        The run that was left, and the one that was begun.
    """
    was, now = before.config, after.config
    changes = [
        (name, getattr(was, name), getattr(now, name))
        for name in sorted(SETTINGS, key=lambda name: SETTINGS[name].keeps_run)
        if getattr(was, name) != getattr(now, name)
    ]
    return Rebuilt(tuple(changes), _weights_of(was) == _weights_of(now))


class Reshaped(Struct):
    """Another run has begun, with the network changed."""

    reshape: str
    """What was changed: a value of `Reshape`."""
    layer: int
    """The hidden layer that it was about, from 0; the number of hidden layers for the output."""
    layers: int
    """Hidden layers now."""
    neurons: int
    """Neurons of that layer now; 0 if it is gone."""
    name: str
    """That layer's activation now, or how the initial weights are drawn."""
    parameters: int
    """Weights and biases now."""
    biases: bool
    """Whether some of them are biases."""
    zero: bool
    """Whether all weights begin at 0."""
    is_default: bool
    """Whether the network and its initial weights are the default network's."""


def after_reshaping(before: Snapshot, place: Place, reshape: Reshape, after: Snapshot) -> Reshaped:
    """Return what was changed in a network.

    Parameters
    ----------
    before : Snapshot
        The run that was left.
    place : Place
        Where the selected parameter was in it.
    reshape : Reshape
        What was asked for.
    after : Snapshot
        The run that has begun.
    """
    was, now = before.architecture, after.architecture
    layer = min(place.layer, max(0, len(was.hidden) - 1))
    gone = len(now.hidden) < len(was.hidden)
    if len(now.hidden) > len(was.hidden) > 0:
        layer += 1
    if reshape is Reshape.ACTIVATION:
        layer = place.layer
    name = now.layers[min(layer, len(now.hidden))].activation.name
    if reshape is Reshape.INITIALISATION:
        name = after.config.initialisation
    return Reshaped(
        reshape.value,
        layer,
        len(now.hidden),
        0 if gone else now.layers[layer].outputs,
        name,
        now.parameter_count,
        now.bias,
        after.config.initialisation == "zero",
        after.config.starts_as_default,
    )


class WentTo(Struct):
    """The run is at another known moment."""

    step: int
    last_step: int
    """The last step that is known of this run."""
    loss: float | None
    is_other: bool
    """Whether it is another run than the one on the screen before."""
    undone: bool
    """Whether it is the same step, before a change that was made there."""
    batch: int | None = None
    """Images that the loss is the mean over, if they are not all training images."""


def after_travel(before: Snapshot, after: Snapshot) -> WentTo:
    """Return which moment the run is at now.

    Parameters
    ----------
    before, after : Snapshot
        The moment that was left, and the one that was gone to.
    """
    last = max(after.step, after.curve.length - 1)
    undone = after.step == before.step and not _is_as(before, after)
    return WentTo(after.step, last, after.loss, False, undone, after.batch)


def _is_as(before: Snapshot, after: Snapshot) -> bool:
    """Whether nothing was changed: a step that led to infinity is shown where it began."""
    had, has = before.schedule.images, after.schedule.images
    same = np.array_equal(before.parameters, after.parameters, equal_nan=True)
    return same and (before.config, before.frozen, had) == (after.config, after.frozen, has)


def after_swap(after: Snapshot) -> WentTo:
    """Return at which moment the other run is, which was changed places with."""
    return replace(after_travel(after, after), is_other=True, undone=False)


class RunReturned(Struct):
    """The run that was left for another one is back where it was left."""

    step: int
    last_step: int
    """The last step that is known of it."""
    loss: float | None
    batch: int | None = None
    """Images that the loss is the mean over, if they are not all training images."""
    kept: int = 0
    """How many other runs are kept."""


def run_returned(now: Snapshot, kept: int) -> RunReturned:
    """Return where the run is that was come back to.

    Parameters
    ----------
    now : Snapshot
        The moment.
    kept : int
        How many other runs are kept.
    """
    return RunReturned(now.step, max(now.step, now.curve.length - 1), now.loss, now.batch, kept)


class ImageChanged(Struct):
    """Another image is selected."""

    pixels: tuple[int, ...]
    """Indices of the pixels that differ."""
    values: tuple[float, ...]
    """What they are now."""
    prediction: float
    target: float
    task: str
    example: Example | None = None
    """Which of the run's own images it is, if it was picked out of them."""
    rule: float | None = None
    """The clean label, if its label differs."""


def _image_changed(before: Snapshot, after: Snapshot) -> tuple[ImageChanged, ...]:
    """Return whether another image was selected, or other pixels were set."""
    reading, example = after.reading, after.reading.example
    pixels = tuple(
        index
        for index, (old, new) in enumerate(zip(before.reading.image, reading.image, strict=True))
        if old != new
    )
    if not pixels and example in (None, before.reading.example):
        return ()
    values = tuple(reading.image[pixel] for pixel in pixels)
    task = after.config.task
    return (
        ImageChanged(pixels, values, reading.prediction, reading.target, task, example, after.rule),
    )


class ImagesChanged(Struct):
    """A training image was added, or taken out."""

    before: int
    """How many there were."""
    after: int
    """How many there are."""
    whole: bool
    """Whether each step learns from all of them."""
    loss_before: float | None
    loss_after: float | None


def _images_changed(before: Snapshot, after: Snapshot) -> tuple[ImagesChanged, ...]:
    """Return what was changed in the training images, at one step."""
    had, has = before.schedule.images, after.schedule.images
    is_here = before.step == after.step and len(before.parameters) == len(after.parameters)
    if not is_here or had == has:
        return ()
    whole = before.is_full_batch and after.is_full_batch
    return (ImagesChanged(had, has, whole, before.loss, after.loss),)


ActionFact: TypeAlias = (
    Rebuilt
    | Reshaped
    | RunReturned
    | Answered
    | SettingFact
    | ImageChanged
    | StartedAgain
    | DefaultStart
    | NewWeights
    | HandFact
    | ImagesChanged
    | WentTo
)
"""Any of them."""


def after_change(before: Snapshot, after: Snapshot) -> tuple[ActionFact, ...]:
    """Return what was changed: settings, parameters, images; nothing if nothing was.

    Parameters
    ----------
    before, after : Snapshot
        The run may have taken steps between them; only the settings and the image are compared.
    """
    return (
        *settings_changed(before, after),
        *by_hand(before, after),
        *_images_changed(before, after),
        *_image_changed(before, after),
    )
