"""Runs of every kind, for tests of the files that they are kept in."""

import json
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.files.session import Session, session_of, written
from core.images.images import DEFAULT_IMAGE, Batch, Image
from core.images.own_data import OwnData
from core.run.changes import (
    AddImage,
    RemoveImage,
    SetFrozen,
    SetParameter,
    SetParameters,
    SetSettings,
)
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig


def bytes_of(trainer: Trainer, image: Image = DEFAULT_IMAGE) -> bytes:
    """Write a run as it stands."""
    return b"".join(written(session_of(trainer, image)))


def rewritten(session: Session) -> bytes:
    """Write what was read."""
    return b"".join(written(session))


def text_of(value: object) -> bytes:
    """Write whatever JSON."""
    return json.dumps(value).encode()


def trained(config: TrainingConfig, steps: int) -> Trainer:
    trainer = Trainer(config)
    trainer.run.run_for(math.inf, max_steps=steps)
    return trainer


def edited_images() -> Trainer:
    """A run whose images were edited, begun again, and edited once more."""
    trainer = trained(TrainingConfig(images=12, batch_size=5, optimizer="adam"), 7)
    trainer.apply(AddImage((0.1, 0.2, 0.3, 0.4), 0.9))
    trainer.run.run_for(math.inf, max_steps=4)
    trainer.apply(RemoveImage(3))
    trainer.reset()
    trainer.run.run_for(math.inf, max_steps=3)
    trainer.apply(RemoveImage(0))
    trainer.run.run_for(math.inf, max_steps=3)
    return trainer


def own_data(count: int = 9) -> OwnData:
    """Return some images of a person's own."""
    chance = np.random.default_rng([count])
    images = chance.random((count, 4))
    return OwnData("mine.csv", Batch(images, images.max(axis=1)))


def start() -> Trainer:
    """A run that has not begun."""
    return Trainer(TrainingConfig())


def changed() -> Trainer:
    """A run with every kind of change, standing behind them."""
    trainer = trained(TrainingConfig(hidden=(3,), images=20, batch_size=7, seed=3), 5)
    trainer.apply(SetSettings.of(learning_rate=0.25, l2=0.01, until_loss=None))
    trainer.apply(SetSettings.of(engine="loops", optimizer="adam", batch_size=5))
    trainer.run.run_for(math.inf, max_steps=3)
    trainer.apply(SetSettings.of(gradient="nudge"))
    trainer.apply(SetFrozen(2, True))
    trainer.apply(SetParameter(0, -0.125))
    trainer.apply(SetParameters(((1, 0.5), (3, -0.75))))
    trainer.run.run_for(math.inf, max_steps=2)
    return trainer


def in_the_past() -> Trainer:
    """A run that stands before changes that are known."""
    trainer = changed()
    trainer.run.go_to(trainer.run.moment_at(4))
    return trainer


def branched() -> Trainer:
    """A run that branched off another."""
    trainer = in_the_past()
    trainer.apply(SetSettings.of(learning_rate=0.5))
    trainer.run.run_for(math.inf, max_steps=4)
    return trainer


def started_again() -> Trainer:
    """A run beside the one that it began again."""
    trainer = trained(TrainingConfig(), 30)
    trainer.apply(SetSettings.of(learning_rate=0.2))
    trainer.reset()
    trainer.run.run_for(math.inf, max_steps=12)
    return trainer


def diverged() -> Trainer:
    """A run that ended in infinity."""
    return trained(TrainingConfig(learning_rate=1e200), 9)


def blown_up() -> Trainer:
    """A run that ended with a loss that is large and finite."""
    return trained(TrainingConfig(learning_rate=2.0), 200)


def with_own_data() -> Trainer:
    """A run on a person's own images."""
    data = own_data()
    return trained(TrainingConfig(data=data, images=len(data), hidden=(2,)), 6)


def scheduled() -> Trainer:
    """A run by one schedule after another, whose gradient is clipped."""
    config = TrainingConfig(hidden=(2,), images=12, schedule="step", decay_steps=3, clip_norm=0.5)
    trainer = trained(config, 5)
    trainer.apply(SetSettings.of(schedule="cosine", warmup_steps=2, cosine_steps=9))
    trainer.apply(SetSettings.of(clip_norm=None, clip_value=0.125, cosine_end=0.5))
    trainer.run.run_for(math.inf, max_steps=3)
    return trainer


def unlabelled() -> Trainer:
    """A run on a person's own images that a task labels."""
    data = replace(own_data(), labelled=False)
    return trained(TrainingConfig(data=data, images=len(data), task="contrast"), 6)


def tested() -> Trainer:
    """A run with test images, whose loss was shown now and then, and that has patience."""
    config = TrainingConfig(
        images=40, test_share=0.25, task="xor", output="sigmoid", loss="bce", patience=500,
        hidden=(2, 2), activation="tanh,relu", batch_size=8,
    )  # fmt: skip
    trainer = Trainer(config)
    for _ in range(3):
        trainer.run.scorer.score()
        trainer.run.run_for(math.inf, max_steps=4)
        trainer.run.ensure_evaluated()
    return trainer


def stopped() -> Trainer:
    """A run that has taken the steps it was to take."""
    return trained(TrainingConfig(steps=4), 9)


def long() -> Trainer:
    """A run whose curve has wide buckets, and that has kept moments on the way."""
    trainer = Trainer(TrainingConfig(images=10))
    while trainer.run.step_count < 9_001:
        trainer.run.run_for(math.inf, max_steps=min(30, 9_001 - trainer.run.step_count))
        trainer.run.log.keep(trainer.run.here.checkpoint(trainer.run.log.done))
    return trainer


RUNS: dict[str, Callable[[], Trainer]] = {
    make.__name__: make
    for make in (
        start, changed, in_the_past, branched, started_again, diverged, blown_up, with_own_data,
        scheduled, unlabelled, tested, stopped, edited_images, long,
    )
}  # fmt: skip
"""Each kind of run, by name."""
