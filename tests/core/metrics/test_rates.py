"""The course of the learning rate: what each step took, by the settings it had then."""

from core.metrics.rates import RateCourse
from core.run.changes import SetSettings
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

HALVED = TrainingConfig(
    learning_rate=0.8, images=4, schedule="step", decay_steps=2, decay_factor=0.5, warmup_steps=1
)


def rates(course: RateCourse, steps: int) -> list[float]:
    return [course.at(step) for step in range(steps)]


def test_each_step_has_the_rate_of_the_settings_it_was_taken_with() -> None:
    course = RateCourse(HALVED.options)
    course.change(TrainingConfig(learning_rate=0.3).options, 4)
    apart = course.copy()
    apart.change(TrainingConfig(learning_rate=0.7).options, 2)
    assert rates(course, 6) == [0.4, 0.8, 0.8, 0.4, 0.3, 0.3]
    assert rates(apart, 6) == [0.4, 0.8, 0.7, 0.7, 0.7, 0.7]
    # The warm-up's end, the step before the change, and the change; nothing turns in between.
    assert course.turns(5) == [0, 1, 3, 4, 5]
    assert (course.highest(5), course.highest(0)) == (0.8, 0.4)


def test_what_came_later_is_forgotten() -> None:
    course = RateCourse(HALVED.options)
    course.change(TrainingConfig(learning_rate=0.3).options, 4)
    course.change(HALVED.options, 0)
    assert rates(course, 6) == [0.4, 0.8, 0.8, 0.4, 0.4, 0.2]


def test_a_run_has_its_course_also_when_it_goes_back_and_branches() -> None:
    trainer = Trainer(HALVED)
    trainer.run.run_for(1e9, max_steps=4)
    trainer.apply(SetSettings.of(schedule="constant", warmup_steps=0))
    trainer.run.run_for(1e9, max_steps=2)
    assert rates(trainer.snapshot().rates, 7) == [0.4, 0.8, 0.8, 0.4, 0.8, 0.8, 0.8]
    trainer.run.go_to((3, 0))
    assert trainer.snapshot().rates.at(5) == 0.8
    trainer.apply(SetSettings.of(learning_rate=1.6))
    assert rates(trainer.snapshot().rates, 5) == [0.4, 0.8, 0.8, 0.8, 0.8]
