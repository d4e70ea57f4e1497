"""When a run stops by itself, and that it does so again after going back."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.engines.engine import Evaluation
from core.run.changes import SetSettings
from core.run.stopping import Outcome, Progress
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

SMALL = TrainingConfig(images=20)


def seen(loss: float, images: int = 1) -> Evaluation:
    return Evaluation(loss, np.zeros(images), np.zeros(images), np.zeros(4))


def test_it_stops_after_so_many_steps() -> None:
    trainer = Trainer(replace(SMALL, steps=7))
    assert trainer.run.run_for(math.inf) == 7
    assert trainer.run.outcome is Outcome.STEPS_TAKEN
    assert trainer.run.run_for(math.inf) == 0


def test_no_steps_at_all_end_before_the_first() -> None:
    trainer = Trainer(replace(SMALL, steps=0))
    trainer.run.ensure_evaluated()
    assert trainer.run.outcome is Outcome.STEPS_TAKEN
    assert trainer.run.run_for(math.inf) == 0


def test_step_by_step_it_ends_at_the_same_step() -> None:
    trainer = Trainer(replace(SMALL, steps=7))
    trainer.run.ensure_evaluated()
    while trainer.run.outcome is None:
        trainer.run.advance()
        trainer.run.ensure_evaluated()
    assert trainer.run.step_count == 7


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
    assert trainer.run.run_for(math.inf) == 3
    assert trainer.run.outcome is Outcome.NO_PROGRESS
    losses = trainer.run.log.history.curve().last
    assert losses[0] < min(losses[1:])


@pytest.mark.parametrize("batch_size", [None, 6])
def test_patience_stops_at_the_same_step_however_it_is_run(batch_size: int | None) -> None:
    config = replace(SMALL, batch_size=batch_size, patience=2, learning_rate=0.9, seed=3)
    at_once = Trainer(config)
    at_once.run.run_for(math.inf, max_steps=2_000)
    stepped = Trainer(config)
    stepped.run.ensure_evaluated()
    while stepped.run.outcome is None and stepped.run.step_count < 2_000:
        stepped.run.advance()
        stepped.run.accept(stepped.run.compute())
    assert stepped.run.step_count == at_once.run.step_count
    assert stepped.run.outcome == at_once.run.outcome
    assert stepped.run.log.history.latest == at_once.run.log.history.latest


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
    trainer.run.run_for(math.inf)
    ended, outcome = trainer.run.step_count, trainer.run.outcome
    assert outcome is not None
    for step in (ended // 2, 0):
        trainer.run.go_to(trainer.run.moment_at(step))
        assert not trainer.run.outcome
        trainer.run.run_for(math.inf)
        assert (trainer.run.step_count, trainer.run.outcome) == (ended, outcome)


def test_a_divergence_is_reported_before_any_other_end() -> None:
    trainer = Trainer(replace(SMALL, learning_rate=1e12, steps=1))
    trainer.run.run_for(math.inf)
    assert trainer.run.outcome is Outcome.DIVERGED


@pytest.mark.parametrize(
    ("config", "change", "longer"),
    [
        (replace(SMALL, steps=7), SetSettings.of(steps=20), 20),
        (replace(SMALL, until_loss=0.05), SetSettings.of(until_loss=0.01), None),
        (replace(SMALL, learning_rate=1.5, patience=3), SetSettings.of(patience=5), 8),
    ],
    ids=["steps", "loss", "patience"],
)
def test_what_ended_by_a_setting_goes_on_with_another(
    config: TrainingConfig, change: SetSettings, longer: int | None
) -> None:
    trainer = Trainer(config)
    trainer.run.run_for(math.inf)
    first, outcome = trainer.run.step_count, trainer.run.outcome
    assert outcome is not None
    trainer.apply(change)
    assert trainer.run.outcome is None
    trainer.run.run_for(math.inf)
    last = trainer.run.step_count
    # Patience begins again: the loss of step 3 is the lowest again, and five epochs lead to step 8.
    assert last > first
    assert longer in (None, last)
    assert trainer.run.outcome is outcome
    # Gone back, it ends where it ended, the first time and the second.
    trainer.run.go_to((first, 0))
    assert (trainer.run.outcome, trainer.run.config) == (outcome, config)
    trainer.run.go_to((first, 1))
    assert trainer.run.outcome is None
    trainer.run.go_to((0, 0))
    trainer.run.go_to((last, 1))
    assert (trainer.run.step_count, trainer.run.outcome) == (last, outcome)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (SetSettings.of(steps=4), Outcome.STEPS_TAKEN),
        (SetSettings.of(until_loss=10.0), Outcome.LOSS_REACHED),
    ],
)
def test_a_setting_can_end_it_here_and_now(change: SetSettings, outcome: Outcome) -> None:
    trainer = Trainer(SMALL)
    trainer.run.run_for(math.inf, max_steps=5)
    trainer.apply(change)
    assert trainer.run.outcome is outcome
    assert trainer.run.run_for(math.inf) == 0
    trainer.run.go_to((5, 0))
    assert trainer.run.outcome is None


def test_another_rate_leaves_an_end_as_it_is_and_patience_too() -> None:
    config = replace(SMALL, learning_rate=1.5, patience=3)
    trainer = Trainer(config)
    trainer.run.run_for(math.inf, max_steps=2)
    trainer.apply(SetSettings.of(learning_rate=1.6))
    trainer.run.run_for(math.inf)
    assert (trainer.run.step_count, trainer.run.outcome) == (3, Outcome.NO_PROGRESS)
    trainer.apply(SetSettings.of(learning_rate=1.5))
    assert trainer.run.outcome is Outcome.NO_PROGRESS


@pytest.mark.parametrize(
    "change",
    [
        SetSettings.of(batch_size=10),
        SetSettings.of(engine="loops"),
        SetSettings.of(gradient="nudge"),
        SetSettings.of(patience=3),
    ],
)
def test_patience_is_the_same_whether_a_loss_was_computed_before_a_change(
    change: SetSettings,
) -> None:
    evaluated, unevaluated = (
        Trainer(replace(SMALL, learning_rate=1.5, patience=4)) for _ in range(2)
    )
    for trainer in (evaluated, unevaluated):
        trainer.run.run_for(math.inf, max_steps=2)
        trainer.run.advance()
    evaluated.run.ensure_evaluated()
    for trainer in (evaluated, unevaluated):
        trainer.apply(change)
        trainer.run.ensure_evaluated()
    assert evaluated.run.here.ending.progress == unevaluated.run.here.ending.progress
    evaluated.run.run_for(math.inf)
    unevaluated.run.run_for(math.inf)
    assert (evaluated.run.step_count, evaluated.run.outcome) == (
        unevaluated.run.step_count,
        unevaluated.run.outcome,
    )


def test_no_setting_undoes_a_divergence_but_another_way_there_does() -> None:
    # Far above its start, but finite: it stands at the step that diverged.
    trainer = Trainer(replace(SMALL, learning_rate=500.0))
    trainer.run.run_for(math.inf)
    step = trainer.run.step_count
    assert (trainer.run.outcome, trainer.run.here.diverged_at) == (Outcome.DIVERGED, step)
    assert math.isfinite(trainer.run.loss)
    trainer.apply(SetSettings.of(steps=1000, patience=3))
    assert trainer.run.outcome is Outcome.DIVERGED
    # That change, too, is a moment to come back to.
    trainer.run.go_to((0, 0))
    trainer.run.go_to((step, 1))
    assert (trainer.run.moment, trainer.run.config.patience) == ((step, 1), 3)
    trainer.run.go_to((step - 1, 0))
    trainer.apply(SetSettings.of(learning_rate=0.01))
    trainer.run.run_for(math.inf, max_steps=5)
    assert trainer.run.outcome is None
