"""A run of a sweep: the same numbers as any other run, its goal, and its curve."""

import math
import pickle
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from core import Cancelled, Outcome, Trainer, TrainingConfig
from core.run import Run
from core.sweeps import MOST_POINTS, Ended, Task, run

FULL = TrainingConfig(images=20, learning_rate=0.5, steps=40)
BATCHES = replace(FULL, batch_size=6)
YES_NO = TrainingConfig(task="and", images=40, test_share=0.25, steps=30)


@pytest.mark.parametrize("config", [FULL, BATCHES, YES_NO], ids=["full", "batches", "yes-no"])
def test_a_result_is_what_a_trainer_finds(config: TrainingConfig) -> None:
    result, trainer = run(Task(config)), Trainer(config)
    while trainer.run.outcome is None:
        trainer.run.step()
    trainer.run.scorer.score()
    scores = trainer.run.scorer.scores
    assert (result.config, result.outcome) == (config, Outcome.STEPS_TAKEN)
    assert result.steps == config.steps
    assert result.loss == trainer.run.overall()[0]
    assert result.multiply_adds == trainer.run.multiply_adds
    if config is YES_NO:
        assert scores is not None
        assert scores.test is not None
        assert scores.train.confusion is not None
        assert scores.test.confusion is not None
        assert result.test_loss == scores.test.loss
        assert result.accuracy == scores.train.confusion.accuracy
        assert result.test_accuracy == scores.test.confusion.accuracy
    else:
        assert (result.test_loss, result.accuracy, result.test_accuracy) == (None, None, None)


def first_at_or_below(config: TrainingConfig, goal: float) -> int:
    """Take step after step, and look at the loss over all images where it would be judged."""
    trainer = Trainer(replace(config, until_loss=None))
    for step in range(1, (config.steps or 0) + 1):
        trainer.run.step()
        is_end = step % trainer.run.here.batches.per_epoch == 0
        if is_end and trainer.run.overall()[0] <= goal:
            return step
    raise AssertionError("the goal is out of reach")


@pytest.mark.parametrize("config", [FULL, BATCHES], ids=["full", "batches"])
def test_a_goal_is_noted_and_the_run_goes_on_as_without_it(config: TrainingConfig) -> None:
    plain = run(Task(config))
    result = run(Task(config, goal=0.01))
    assert result.goal_steps == first_at_or_below(config, 0.01)
    assert result.loss == plain.loss
    assert result.steps == plain.steps
    assert plain.goal_steps is plain.goal_seconds is None
    assert result.goal_seconds is not None
    # An epoch of 20 images in batches of 6 has 4 steps; each end until the goal costs a forward
    # pass: 20 images × 4 weights.
    judged = result.goal_steps // 4 if config is BATCHES else 0
    assert result.multiply_adds == plain.multiply_adds + judged * 80


def test_a_goal_that_is_not_reached_is_none() -> None:
    result = run(Task(replace(FULL, steps=2), goal=1e-9))
    assert (result.goal_steps, result.goal_multiply_adds) == (None, None)
    assert result.outcome == Outcome.STEPS_TAKEN


@pytest.mark.parametrize("goal", [None, 0.05, 0.01, 0.001])
def test_a_run_stops_where_its_config_says_whatever_the_goal(goal: float | None) -> None:
    config = replace(FULL, until_loss=0.01)
    result = run(Task(config, goal))
    stopped = first_at_or_below(config, 0.01)
    assert (result.steps, result.outcome) == (stopped, Outcome.LOSS_REACHED)
    reached = {None: stopped, 0.05: first_at_or_below(config, 0.05), 0.01: stopped, 0.001: None}
    assert result.goal_steps == reached[goal]
    # A step: forward and gradient of 20 images × 4 weights, and 4 for the update.
    assert result.multiply_adds == stopped * (2 * 80 + 4)


def test_an_accuracy_that_a_run_stops_at_is_its_goal() -> None:
    result = run(Task(replace(YES_NO, until_accuracy=0.5, steps=1000)))
    assert result.outcome == Outcome.ACCURACY_REACHED
    assert (result.goal_steps, result.goal_multiply_adds) == (result.steps, result.multiply_adds)


def test_a_run_that_diverges_says_so() -> None:
    result = run(Task(replace(FULL, learning_rate=50.0)))
    assert result.outcome == Outcome.DIVERGED
    assert not result.is_usable
    assert all(math.isfinite(loss) for loss in result.curve_losses)


def test_a_run_without_memory_is_a_result_too() -> None:
    with patch.object(Run, "of", side_effect=MemoryError):
        result = run(Task(FULL))
    assert result.outcome == Ended.MEMORY
    assert not result.is_usable
    assert math.isnan(result.loss)


@pytest.mark.parametrize("steps", [0, 1, 5, 40, 700])
def test_a_curve_has_exact_losses_from_start_to_end(steps: int) -> None:
    config = replace(BATCHES, steps=steps)
    result, trainer = run(Task(config)), Trainer(config)
    trainer.run.run_for(60.0)
    losses = trainer.run.log.history.curve().last
    assert len(result.curve_steps) == min(steps + 1, len(result.curve_steps)) <= MOST_POINTS
    assert (result.curve_steps[0], result.curve_steps[-1]) == (0, steps)
    assert list(result.curve_steps) == sorted(set(result.curve_steps))
    assert np.array_equal(result.curve_losses, losses[list(result.curve_steps)])
    meter = trainer.run.log.meter
    assert list(result.curve_multiply_adds) == [meter.total(step) for step in result.curve_steps]


def test_a_long_run_keeps_few_points() -> None:
    result = run(Task(TrainingConfig(images=1, steps=10_000)))
    assert len(result.curve_steps) == len(result.curve_losses) <= MOST_POINTS


def test_a_run_stops_when_it_is_asked_to() -> None:
    with pytest.raises(Cancelled):
        run(Task(TrainingConfig(steps=10**9)), lambda: True)


def test_tasks_and_results_can_be_sent() -> None:
    result = run(Task(YES_NO, 0.1))
    assert pickle.loads(pickle.dumps(Task(YES_NO, 0.1))) == Task(YES_NO, 0.1)
    assert pickle.loads(pickle.dumps(result)) == result
