"""When a run stops by itself, and that it does so again after going back."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.config import TrainingConfig
from core.engines.engine import Evaluation
from core.stopping import Outcome, Progress
from core.trainer import Trainer

SMALL = TrainingConfig(images=20)


def seen(loss: float, images: int = 1) -> Evaluation:
    return Evaluation(loss, np.zeros(images), np.zeros(images), np.zeros(4))


def test_it_stops_after_so_many_steps() -> None:
    trainer = Trainer(replace(SMALL, steps=7))
    assert trainer.run_for(math.inf) == 7
    assert trainer.outcome is Outcome.STEPS_TAKEN
    assert trainer.run_for(math.inf) == 0


def test_no_steps_at_all_end_before_the_first() -> None:
    trainer = Trainer(replace(SMALL, steps=0))
    trainer.look()
    assert trainer.outcome is Outcome.STEPS_TAKEN
    assert trainer.run_for(math.inf) == 0


def test_step_by_step_it_ends_at_the_same_step() -> None:
    trainer = Trainer(replace(SMALL, steps=7))
    trainer.look()
    while trainer.outcome is None:
        trainer.advance()
        trainer.look()
    assert trainer.step_count == 7


def test_patience_counts_epochs_whose_mean_loss_is_no_lower() -> None:
    progress = Progress()
    # Two batches an epoch, of 3 images and of 1: the means are 0.5 · 3/4 + 0.1 · 1/4 = 0.4,
    # then 0.45, then 0.3.
    losses = [(0.5, 3), (0.1, 1), (0.5, 3), (0.3, 1), (0.3, 3), (0.3, 1)]
    bests, epochs = [], []
    for step, (loss, images) in enumerate(losses):
        ends = step % 2 == 1
        progress = progress.after(step, seen(loss, images), ends_epoch=ends)
        if ends:
            bests.append(progress.best)
            epochs.append(progress.epochs)
    assert bests == pytest.approx([0.4, 0.4, 0.3])
    assert epochs == [0, 1, 0]


def test_a_loss_is_taken_in_once() -> None:
    once = Progress().after(0, seen(0.5), ends_epoch=True)
    assert once.after(0, seen(0.5), ends_epoch=True) is once


def test_it_stops_for_want_of_progress() -> None:
    # With a rate that makes the loss rise from the first step on, the third epoch is the limit.
    trainer = Trainer(replace(SMALL, learning_rate=1.5, patience=3))
    assert trainer.run_for(math.inf) == 3
    assert trainer.outcome is Outcome.NO_PROGRESS
    losses = trainer.history.curve().last
    assert losses[0] < min(losses[1:])


@pytest.mark.parametrize("batch_size", [None, 6])
def test_patience_stops_at_the_same_step_however_it_is_run(batch_size: int | None) -> None:
    config = replace(SMALL, batch_size=batch_size, patience=2, learning_rate=0.9, seed=3)
    at_once = Trainer(config)
    at_once.run_for(math.inf, max_steps=2_000)
    stepped = Trainer(config)
    stepped.look()
    while stepped.outcome is None and stepped.step_count < 2_000:
        stepped.advance()
        stepped.accept(stepped.compute())
    assert stepped.step_count == at_once.step_count
    assert stepped.outcome == at_once.outcome
    assert stepped.history.latest == at_once.history.latest


@pytest.mark.parametrize(
    "config",
    [
        replace(SMALL, steps=30),
        replace(SMALL, until_loss=0.05),
        replace(SMALL, learning_rate=1.5, patience=5),
        replace(SMALL, batch_size=6, learning_rate=0.9, patience=2, seed=3, steps=500),
    ],
    ids=["steps", "loss", "patience", "patience with batches"],
)
def test_going_back_and_on_again_ends_it_at_the_same_step(config: TrainingConfig) -> None:
    trainer = Trainer(config)
    trainer.run_for(math.inf)
    ended, outcome = trainer.step_count, trainer.outcome
    assert outcome is not None
    for step in (ended // 2, 0):
        trainer.go_to(trainer.moment_at(step))
        assert not trainer.outcome
        trainer.run_for(math.inf)
        assert (trainer.step_count, trainer.outcome) == (ended, outcome)


def test_a_divergence_is_told_before_any_other_end() -> None:
    trainer = Trainer(replace(SMALL, learning_rate=1e12, steps=1))
    trainer.run_for(math.inf)
    assert trainer.outcome is Outcome.DIVERGED
