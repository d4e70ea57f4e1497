"""When a run stops by itself, and that it does so again after going back."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.run.changes import AddImage, RemoveImage, SetFrozen, SetParameter, SetSettings
from core.run.run import Run
from core.run.stopping import Arrival, Outcome, Progress, Standstill
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from core.settings.kinds import Value
from core.settings.presets import PRESETS

SMALL = TrainingConfig(images=20)


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


def test_patience_counts_epochs_whose_loss_is_no_lower() -> None:
    progress, bests, epochs = Progress(), [], []
    for step, loss in enumerate([0.4, 0.45, 0.3, 0.3]):
        progress = progress.after(10 * step, loss)
        bests.append(progress.best)
        epochs.append(progress.epochs)
    assert bests == [0.4, 0.4, 0.3, 0.3]
    assert epochs == [0, 1, 0, 1]


def test_a_loss_is_taken_in_once() -> None:
    once = Progress().after(0, 0.5)
    assert once.after(0, 0.5) is once


@pytest.mark.parametrize(
    "others",
    [{}, {"optimizer": "momentum"}, {"optimizer": "adam"}, {"batch_size": 3}],
    ids=lambda others: "".join(others) or "sgd",
)
def test_it_is_at_rest_once_its_schedule_has_come_to_0(others: dict[str, Value]) -> None:
    config = replace(SMALL, schedule="cosine", cosine_steps=2).with_settings(others)
    assert [arrived_after(config, steps) for steps in (0, 1, 2, 3)] == [False, False, False, True]


@pytest.mark.parametrize("warmup_steps", [1, 3])
def test_no_step_of_the_warm_up_is_a_rest(warmup_steps: int) -> None:
    # Too small to move a weight; but until the coming step has all of the rate, that says nothing.
    config = replace(SMALL, learning_rate=1e-300, warmup_steps=warmup_steps)
    assert [arrived_after(config, steps) for steps in range(warmup_steps + 2)] == [
        *[False] * warmup_steps,
        True,
        True,
    ]


def arrived_after(config: TrainingConfig, steps: int) -> bool:
    trainer = Trainer(config)
    trainer.run.run_for(math.inf, max_steps=steps)
    trainer.run.ensure_evaluated()
    return Arrival.AT_REST in trainer.run.scorer.arrivals


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("zero", SetParameter(0, 0.5)),  # then not all weights are 0
        ("saturated", SetParameter(0, 100.0)),  # then the predictions are almost 1
        ("xor-with", RemoveImage(0)),  # then there are no 16 images
        ("one-too-few", AddImage((0.0, 0.0, 0.0, 0.0), 0.0)),
    ],
)
def test_a_preset_that_was_changed_by_hand_shows_something_else(
    name: str, change: SetParameter | RemoveImage | AddImage
) -> None:
    plain, changed = (Run.of(PRESETS[name].config) for _ in range(2))
    plain.ensure_evaluated()
    changed.apply(change)
    assert plain.scorer.closing is PRESETS[name].closing
    assert changed.scorer.closing is None
    changed.apply(SetSettings((("engine", "loops"),)))
    changed.apply(SetSettings((("engine", "matrix"),)))
    assert changed.scorer.closing is None


# -- mini-batches: judged over all training images, at the end of an epoch ------------------------

ONE_BY_ONE = TrainingConfig(batch_size=1)
XOR = replace(PRESETS["xor-with"].config, batch_size=1)


def correct_of(trainer: Trainer) -> int:
    """Count the training images that are answered right."""
    here = trainer.run.here
    predictions = here.network.forward(here.images.images)[-1][:, 0]
    return int(np.count_nonzero((predictions >= 0.5) == (here.images.targets >= 0.5)))


def test_no_single_image_reaches_the_loss_of_all() -> None:
    trainer, losses = Trainer(ONE_BY_ONE), list[float]()
    while not losses or losses[-1] > 0.001:
        losses.append(trainer.run.overall()[0])
        trainer.run.step()
    assert len(losses) - 1 == 113
    assert losses[-1] == pytest.approx(0.00099255, abs=5e-9)
    batches = trainer.run.log.history.curve().last
    assert batches[7] <= 0.001 < losses[7]  # the images of steps 7 are one
    # Judged at the end of an epoch, of 1,000 steps here.
    judged = Trainer(replace(ONE_BY_ONE, until_loss=0.001))
    judged.run.run_for(math.inf)
    assert (judged.run.outcome, judged.run.step_count) == (Outcome.LOSS_REACHED, 1_000)
    assert judged.run.overall()[0] <= 0.001


def test_no_single_image_reaches_the_accuracy_of_all() -> None:
    trainer, corrects = Trainer(XOR), list[int]()
    while 16 not in corrects:
        corrects.append(correct_of(trainer))
        trainer.run.step()
    assert (corrects[0], len(corrects) - 1) == (8, 118)
    judged = Trainer(replace(XOR, until_accuracy=1.0))
    judged.run.run_for(math.inf)
    # The first end of an epoch of 16 steps after step 118.
    assert (judged.run.outcome, judged.run.step_count) == (Outcome.ACCURACY_REACHED, 128)
    assert correct_of(judged) == 16


def test_what_judging_costs_is_charged_once_an_epoch() -> None:
    # 16 images, 20 weights: a look at all of them costs 320, a step on one 20 + 24 + 25 = 69.
    free, judged = Trainer(XOR), Trainer(replace(XOR, until_loss=1e-9))
    for trainer in (free, judged):
        trainer.run.run_for(math.inf, max_steps=40)
    assert free.run.multiply_adds == 40 * 69
    assert judged.run.multiply_adds == 40 * 69 + 2 * 320
    assert judged.snapshot().judging_cost == 320
    # Of a run that got its stop condition later, only the epochs since then are charged.
    free.apply(SetSettings.of(until_loss=1e-9))
    free.run.run_for(math.inf, max_steps=24)
    assert free.run.multiply_adds == 64 * 69 + 2 * 320
    assert free.run.log.meter.judging(64) == 2 * 320
    # A full batch shows all images in any case.
    full = Trainer(replace(PRESETS["xor-with"].config, until_loss=1e-9))
    assert full.snapshot().judging_cost == 0


def test_a_batch_of_all_images_but_one_that_diverges_is_no_goal() -> None:
    trainer = Trainer(replace(SMALL, batch_size=6, learning_rate=50.0, until_loss=0.01))
    trainer.run.run_for(math.inf)
    assert trainer.run.outcome is Outcome.DIVERGED


@pytest.mark.parametrize("goal", [{"until_loss": 0.01}, {"patience": 2}], ids=["loss", "patience"])
def test_an_epoch_is_judged_the_same_however_the_steps_are_taken(goal: dict[str, float]) -> None:
    config = replace(SMALL, batch_size=6, seed=3, learning_rate=0.3).with_settings(goal)
    ends = []
    for most, seconds in ((None, math.inf), (1, math.inf), (3, 0.0)):
        trainer = Trainer(config)
        while trainer.run.outcome is None and trainer.run.step_count < 4_000:
            trainer.run.run_for(seconds, max_steps=most)
        ends.append((trainer.run.step_count, trainer.run.outcome, trainer.run.multiply_adds))
    stepped = Trainer(config)
    stepped.run.ensure_evaluated()
    while stepped.run.outcome is None:
        stepped.run.advance()
        stepped.run.accept(stepped.run.compute())
    ends.append((stepped.run.step_count, stepped.run.outcome, stepped.run.multiply_adds))
    assert ends == ends[:1] * 4
    assert ends[0][0] % 4 == 0


def test_an_epoch_that_is_not_judged_yet_is_judged_where_the_run_goes_on() -> None:
    trainer = Trainer(replace(SMALL, batch_size=6, until_loss=10.0))
    trainer.run.run_for(math.inf, max_steps=3)
    trainer.run.advance()
    assert trainer.run.here.is_judged_here
    trainer.run.here.evaluation = trainer.run.here.engine.evaluate(trainer.run.here.coming_batch)
    trainer.run.here.judge(trainer.run.here.evaluation)
    assert (trainer.run.outcome, trainer.run.here.is_evaluated) == (None, False)
    trainer.run.ensure_evaluated()
    assert (trainer.run.outcome, trainer.run.step_count) == (Outcome.LOSS_REACHED, 4)


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


OVER = replace(SMALL, schedule="cosine", cosine_steps=3, optimizer="adam")
"""A run whose learning rate comes to 0, while its gradient and what Adam remembers do not."""


@pytest.mark.parametrize("batch_size", [None, 7])
def test_a_run_whose_learning_rate_has_come_to_0_is_at_rest_one_step_later(
    batch_size: int | None,
) -> None:
    run = Trainer(replace(OVER, batch_size=batch_size)).run
    for _ in range(3):
        run.step()
        assert not run.scorer.arrivals
    assert run.config.rate_at(run.step_count) == 0
    run.step()
    assert run.scorer.arrivals == {Arrival.AT_REST}


def test_a_step_that_a_warm_up_has_kept_too_small_is_no_rest() -> None:
    trainer = Trainer(replace(SMALL, learning_rate=1e-18, warmup_steps=4))
    while trainer.run.step_count < 4:
        trainer.run.step()
        here = trainer.run.here
        assert np.array_equal(here.previous, here.network.parameters)
        assert bool(trainer.run.scorer.arrivals) == (trainer.run.step_count == 4)
    assert trainer.snapshot().standstill is Standstill.ROUNDING


def test_what_a_person_does_to_a_run_at_rest_ends_that() -> None:
    trainer = Trainer(replace(SMALL, learning_rate=1e-18))
    trainer.run.step()
    assert trainer.run.scorer.arrivals == {Arrival.AT_REST}
    trainer.apply(SetSettings.of(learning_rate=0.1))
    assert not trainer.run.scorer.arrivals
    assert trainer.snapshot().standstill is None


def test_a_run_all_of_whose_weights_are_frozen_is_at_rest_until_one_is_not() -> None:
    trainer = Trainer(replace(SMALL, optimizer="momentum"))
    for index in range(4):
        trainer.apply(SetFrozen(index, frozen=True))
    trainer.run.step()
    assert trainer.run.scorer.arrivals == {Arrival.AT_REST}
    assert trainer.snapshot().standstill is Standstill.FROZEN
    trainer.apply(SetFrozen(2, frozen=False))
    assert not trainer.run.scorer.arrivals
