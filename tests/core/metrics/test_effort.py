"""What the steps of a run took, in any unit, worked out by hand."""

import numpy as np
import pytest

from core.images.batches import Schedule
from core.metrics.effort import IN_A_ROW, MOST, Clock, Effort, StepTimes, Unit
from core.metrics.meter import Meter
from core.settings.config import TrainingConfig


def test_mini_batches_are_counted_in_every_unit() -> None:
    # 10 images in batches of 4: an epoch is 4 + 4 + 2 of them. A step on n images costs 8 n + 4.
    config = TrainingConfig(images=10, batch_size=4)
    effort = Effort(Meter(config, Schedule(10, 4)), Clock())
    amounts = {
        Unit.STEPS: [0, 1, 2, 3, 4],
        Unit.EPOCHS: [0, 1 / 3, 2 / 3, 1, 4 / 3],
        Unit.IMAGES: [0, 4, 8, 10, 14],
        Unit.MULTIPLY_ADDS: [0, 36, 72, 92, 128],
    }
    for unit, expected in amounts.items():
        assert [effort.at(step, unit) for step in range(5)] == pytest.approx(expected), unit
    assert not effort.knows(Unit.SECONDS)


def test_a_change_of_the_batch_size_shows_in_the_course() -> None:
    config = TrainingConfig(images=10, batch_size=5)
    schedule = Schedule(10, 5)
    meter = Meter(config, schedule)
    meter.change(TrainingConfig(images=10), schedule.changed(3, 10, 10), 3)
    course = Effort(meter, Clock()).course(5, Unit.IMAGES)
    assert course.at(np.arange(6)).tolist() == [0, 5, 10, 15, 25, 35]
    assert [course.step_at(amount) for amount in (0, 5, 14, 15, 24, 35, 99)] == [
        0,
        1,
        3,
        3,
        4,
        5,
        5,
    ]


def test_seconds_are_those_of_the_first_time_that_a_step_was_taken() -> None:
    clock = Clock()
    assert not clock.is_running
    assert clock.at(7) == 0.0
    clock.note(0, 10, 2.0)
    clock.note(4, 8, 99.0)  # gone back to, and taken once more
    clock.note(8, 12, 4.0)  # a second each; the first two were known
    assert clock.is_running
    assert [clock.at(step) for step in (0, 5, 10, 11, 12)] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert clock.at(14) == 6.0
    branch = clock.until(11)
    branch.note(11, 13, 1.0)
    assert [branch.at(step) for step in (10, 11, 13)] == [2.0, 3.0, 4.0]
    assert clock.at(12) == 4.0


def test_steps_before_a_session_was_opened_count_as_long_as_the_first_that_was_measured() -> None:
    clock = Clock()
    clock.note(1_000, 1_010, 5.0)
    assert clock.at(1_000) == 500.0
    assert clock.until(500).at(500) == 250.0


def test_a_clock_keeps_the_same_times_in_bounded_room() -> None:
    clock = Clock()
    for step in range(1, 3 * MOST):
        clock.note(step - 1, step, 0.5)
    course = clock.course(3 * MOST - 1)
    assert len(course.steps) <= MOST + 1
    assert clock.at(3 * MOST - 1) == (3 * MOST - 1) / 2
    assert course.at(np.array([1, 5_000])).tolist() == [0.5, 2_500.0]


def test_a_step_in_a_row_is_told_from_one_after_a_pause() -> None:
    times = StepTimes()
    assert times.fastest is None
    # A single step of 5 ms is a row of its own; 4 ms of a single one, or of two, are none.
    for steps, seconds in ((1, 0.004), (2, 0.004), (1, IN_A_ROW), (10, 0.02)):
        times = times.noted(steps, seconds)
    assert times == StepTimes((0.005, 0.002), after_pause=0.002)
    for _ in range(100):
        times = times.noted(1, 1.0)
    assert times.fastest == 1.0, "only the last ones count"


def test_a_short_step_that_was_interrupted_for_long_is_no_row() -> None:
    interrupted = StepTimes().noted(1, 0.006)
    assert interrupted.fastest == 0.006, "nothing else is known of it"
    for times in (interrupted.noted(1, 1e-4), StepTimes().noted(1, 1e-4).noted(1, 0.006)):
        assert times == StepTimes((), after_pause=1e-4)
        assert times.noted(1000, 0.007).fastest == pytest.approx(7e-6)
