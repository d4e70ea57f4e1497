"""What a user may change in a run, as data.

`Trainer.apply` carries a change out between two steps. So a run can be told as its config and the
list of what was changed when.
"""

import math
from array import array
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from core.errors import ConfigError
from core.images.images import MAXIMUM_IMAGES, PIXELS, Batch, Image
from core.images.tasks import TASKS
from core.network.losses import LOSSES
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.kinds import Value
from core.structs import Struct


class AddImage(Struct):
    """Add a training image; it comes last."""

    image: Image
    """Four darknesses in [0, 1]."""
    label: float
    """Its target."""

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Return the config, with one image more at hand; raises `ConfigError`."""
        if len(self.image) != PIXELS or not all(0.0 <= pixel <= 1.0 for pixel in self.image):
            raise ConfigError("image", "must be four pixels from 0 to 1")
        if not math.isfinite(self.label):
            raise ConfigError("label", f"must be finite (got {self.label:g})")
        if TASKS[config.task].yes_no and self.label not in (0.0, 1.0):
            raise ConfigError("label", f"must be 0 or 1, for no or yes (got {self.label:g})")
        if LOSSES[config.loss].needs_sigmoid and not 0.0 <= self.label <= 1.0:
            raise ConfigError("label", f"must be 0 to 1 with {config.loss} (got {self.label:g})")
        return config.holding(config.images_now + 1)

    def check(self, images: int, size: int | None) -> None:
        """Raise `ConfigError` if so many training images with this one are too many."""
        if images >= MAXIMUM_IMAGES:
            raise ConfigError("image", f"cannot be added: at most {MAXIMUM_IMAGES:,} are possible")

    def edited(self, batch: Batch) -> Batch:
        """Return the training images with this one."""
        return Batch(
            np.concatenate([batch.images, np.array([self.image], dtype=np.float64)]),
            np.append(batch.targets, float(self.label)),
        )


class RemoveImage(Struct):
    """Remove a training image; those behind it move up."""

    index: int
    """Its place among those that there are, from 0."""

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Return the config, with one image less at hand."""
        return config.holding(config.images_now - 1)

    def check(self, images: int, size: int | None) -> None:
        """Raise `ConfigError` if it has to stay: so many there are, and a step takes so many."""
        if not 0 <= self.index < images:
            raise ConfigError("image", f"must be 0 to {images - 1:,} (got {self.index:,})")
        if images == 1:
            raise ConfigError("image", "cannot be removed: it is the last training image")
        if size is not None and images <= size:
            raise ConfigError("image", f"cannot be removed: the batch size is {size:,}")

    def edited(self, batch: Batch) -> Batch:
        """Return the training images without this one."""
        return Batch(
            np.delete(batch.images, self.index, axis=0), np.delete(batch.targets, self.index)
        )


ImageEdit: TypeAlias = AddImage | RemoveImage
"""Either of them."""


def edited(base: Batch, edits: Sequence[ImageEdit]) -> Batch:
    """Return images as a run's edits leave them; without any, the very same.

    Parameters
    ----------
    base : Batch
        The images that the run began with.
    edits : sequence of AddImage and RemoveImage
        In the order in which they were made.
    """
    if not edits:
        return base
    # Only places are moved about, and the images once: many edits of many images stay quick.
    places = array("q")
    places.frombytes(np.arange(len(base)).tobytes())
    added: list[AddImage] = []
    for edit in edits:
        if isinstance(edit, AddImage):
            places.append(len(base) + len(added))
            added.append(edit)
        else:
            del places[edit.index]
    images, targets = base.images, base.targets
    if added:
        images = np.concatenate([images, np.array([edit.image for edit in added], np.float64)])
        targets = np.concatenate([targets, np.array([edit.label for edit in added], np.float64)])
    order = np.frombuffer(places, dtype=np.int64)
    return Batch(images[order], targets[order])


class SetSettings(Struct):
    """Go on with other settings: those with which a run can, see `Setting.keeps_run`.

    Another optimizer begins with an empty state; what it is set to may change as it goes on.
    Another batch size begins a new epoch.
    """

    values: tuple[tuple[str, Value], ...]
    """Names of settings, each with its new value."""

    @classmethod
    def of(cls, **values: Value) -> "SetSettings":
        """Make one from names and values."""
        return cls(tuple(values.items()))

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Return the config with the change; raises `ConfigError`."""
        for name, _ in self.values:
            if name not in SETTINGS:
                raise ConfigError(name, "is not a setting of a run")
            if not SETTINGS[name].keeps_run:
                raise ConfigError(name, "cannot change during a run; it needs a new run")
        return config.with_settings(dict(self.values))


class SetParameter(Struct):
    """Set a weight or bias."""

    index: int
    """Its place in the flat vector."""
    value: float
    """Finite."""

    @property
    def values(self) -> tuple[tuple[int, float], ...]:
        """The one place, with its value."""
        return ((self.index, self.value),)

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Return the config, which stays as it is; raises `ConfigError`."""
        _check_values(self.values, config)
        return config


class SetParameters(Struct):
    """Set several weights and biases at once; one undo restores all."""

    values: tuple[tuple[int, float], ...]
    """Places in the flat vector, none twice, each with its finite value."""

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Return the config, which stays as it is; raises `ConfigError`."""
        if not self.values:
            raise ConfigError("parameter", "needs at least one position with its value")
        _check_values(self.values, config)
        known: set[int] = set()
        for index, _ in self.values:
            if index in known:
                raise ConfigError(
                    "parameter", f"needs one value per position (got 2 for {index:,})"
                )
            known.add(index)
        return config


class SetFrozen(Struct):
    """Freeze a weight or bias, so that no step changes it, or unfreeze it."""

    index: int
    """Its place in the flat vector."""
    frozen: bool

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Return the config, which stays as it is; raises `ConfigError`."""
        _check_index(self.index, config)
        return config


def _check_values(values: tuple[tuple[int, float], ...], config: TrainingConfig) -> None:
    for index, value in values:
        if not math.isfinite(value):
            raise ConfigError("parameter", f"must be finite (got {value:g})")
        _check_index(index, config)


def _check_index(index: int, config: TrainingConfig) -> None:
    count = config.architecture.parameter_count
    if not 0 <= index < count:
        raise ConfigError("parameter", f"must be 0 to {count - 1:,} (got {index:,})")


Change: TypeAlias = SetSettings | SetParameter | SetParameters | SetFrozen | AddImage | RemoveImage
"""Any of them."""


def is_by_hand(change: Change) -> bool:
    """Whether a change moves parameters by hand."""
    return isinstance(change, SetParameter | SetParameters)


_LADDER = (1, 2, 5)


def neighbouring_rate(rate: float, *, up: bool) -> float:
    """Return the next learning rate on the ladder 1, 2, 5 × 10ᵏ, at most 10⁶, at least 10⁻⁹."""
    rungs = [float(f"{digit}e{power}") for power in range(-9, 7) for digit in _LADDER]
    if up:
        return next((rung for rung in rungs if rung > rate * (1 + 1e-9)), rate)
    return next((rung for rung in reversed(rungs) if rung < rate * (1 - 1e-9)), rate)
