"""What follows from what a user does, as facts."""

import math
from dataclasses import replace

import pytest

from core.commentary.changes.actions import (
    Answered,
    DefaultStart,
    ImageChanged,
    ImagesChanged,
    NewWeights,
    RunReturned,
    StartedAgain,
    WentTo,
    after_change,
    after_start,
    after_swap,
    after_travel,
    answered,
    run_returned,
)
from core.commentary.changes.settings import EngineChanged, MethodChanged, RateChanged
from core.commentary.opening import Opening, opening, stable_rate_limit
from core.images.images import example_at
from core.images.tasks import TASKS
from core.run.changes import AddImage, RemoveImage, SetParameter, SetSettings
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.moments import DEFAULT, at


def test_opening_reports_prediction_target_and_limit() -> None:
    fact = opening(at(DEFAULT, 0))
    assert isinstance(fact, Opening)
    assert fact.prediction == pytest.approx(0.684)
    assert fact.target == pytest.approx(0.45)
    assert fact.limit == pytest.approx(0.905, abs=1e-3)
    on_batches = opening(at(replace(DEFAULT, batch_size=10), 0))
    assert isinstance(on_batches, Opening)
    assert on_batches.limit is None


def test_starts() -> None:
    trainer = Trainer(DEFAULT)
    trainer.run.step()
    before = trainer.snapshot()
    trainer.reset()
    assert after_start(before, trainer.snapshot()) == StartedAgain(1, False)
    trainer.run.step()
    trainer.apply(SetSettings.of(learning_rate=0.5))
    trainer.reset()
    assert after_start(before, trainer.snapshot()) == StartedAgain(1, True)
    trainer.restart(4)
    other = trainer.snapshot()
    fact = after_start(before, other)
    assert isinstance(fact, NewWeights)
    assert fact.seed == 4
    trainer.restart(0)
    assert isinstance(after_start(other, trainer.snapshot()), DefaultStart)


def test_changes() -> None:
    trainer = Trainer(DEFAULT)
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    assert after_change(before, before) == ()
    trainer.apply(SetSettings.of(learning_rate=1.0))
    trainer.apply(SetSettings.of(gradient="nudge"))
    trainer.apply(SetSettings.of(engine="loops"))
    rate, method, engine, image = after_change(before, trainer.snapshot((0.2, 0.9, 0.4, 0.7)))
    assert isinstance(rate, RateChanged)
    assert (rate.before, rate.after, rate.above) == (0.1, 1.0, True)
    assert method == MethodChanged("nudge", 4, 8004, 20004, 2.0, None, None, 1000)
    assert engine == EngineChanged("loops")
    assert isinstance(image, ImageChanged)
    assert (image.pixels, image.values) == ((1,), (0.9,))
    assert image.target == pytest.approx(0.55)


def test_the_prediction_for_the_selected_image_is_reported_beside_its_target() -> None:
    noisy = Trainer(replace(DEFAULT, task="xor", images=16, label_noise=0.5, output="sigmoid"))
    now = noisy.snapshot()
    for index, target in enumerate(noisy.run.here.images.targets.tolist()):
        image, example = example_at(noisy.run.here.images, index)
        shown = now.with_image(image, example)
        fact = answered(shown)
        clean = TASKS["xor"].target(image)
        assert (fact.prediction, fact.target, fact.task) == (
            shown.reading.prediction,
            target,
            "xor",
        )
        assert fact.rule == (None if clean == target else clean)
    assert answered(at(DEFAULT, 0)) == Answered(at(DEFAULT, 0).reading.prediction, 0.45, "darkness")


def test_the_start_of_a_run_is_reported_whole() -> None:
    now = at(DEFAULT, 0)
    limit = stable_rate_limit(now.config, now)
    assert opening(now) == Opening("darkness", now.reading.prediction, 0.45, 0.1, limit, False)
    zero = at(replace(DEFAULT, initialisation="zero", task="contrast", learning_rate=0.2), 0)
    fact = opening(zero)
    assert (fact.task, fact.prediction, fact.learning_rate) == ("contrast", 0.0, 0.2)
    assert fact.target == pytest.approx(0.5)
    assert fact.zero


@pytest.mark.parametrize("initialisation", ["auto", "zero"])
def test_new_weights_are_reported_whole(initialisation: str) -> None:
    config = replace(DEFAULT, seed=4, initialisation=initialisation)
    before, after = at(DEFAULT, 3), at(config, 0)
    prediction = after.reading.prediction
    expected = NewWeights(4, prediction, 0.45, "darkness", initialisation == "zero")
    assert after_start(before, after) == expected
    start = at(DEFAULT, 0)
    expected_default = DefaultStart(start.reading.prediction, 0.45, "darkness")
    assert after_start(at(config, 3), start) == expected_default


def test_a_moment_that_was_gone_to_is_reported_whole() -> None:
    trainer = Trainer(DEFAULT)
    trainer.run.run_for(math.inf, max_steps=9)
    end = trainer.snapshot()
    trainer.run.go_to(trainer.run.moment_at(4))
    trainer.run.ensure_evaluated()
    fourth = trainer.snapshot()
    assert after_travel(end, fourth) == WentTo(4, 9, fourth.loss, is_other=False, undone=False)
    assert run_returned(fourth, 2) == RunReturned(4, 9, fourth.loss, kept=2)
    assert fourth.loss != end.loss
    trainer.apply(SetParameter(0, 0.5))
    changed = trainer.snapshot()
    trainer.run.go_to((4, 0))
    undone = after_travel(changed, trainer.snapshot())
    assert (undone.step, undone.undone, undone.is_other) == (4, True, False)
    # A step that led to infinity is shown where it began; going back there undoes no change.
    again = after_travel(fourth, fourth)
    assert (again.step, again.undone) == (4, False)
    # The run beside it is another one, also where its curve is as long.
    other = after_swap(at(replace(DEFAULT, learning_rate=0.2), 4))
    assert (other.step, other.last_step, other.is_other, other.undone) == (4, 4, True, False)


def test_an_image_that_is_selected_or_painted_is_reported_whole() -> None:
    trainer = Trainer(DEFAULT)
    image, example = example_at(trainer.run.here.images, 7)
    before, picked = trainer.snapshot(), trainer.snapshot(image, example)
    changed = tuple(pixel for pixel in range(4) if image[pixel] != before.reading.image[pixel])
    (fact,) = after_change(before, picked)
    assert fact == ImageChanged(
        changed,
        tuple(image[pixel] for pixel in changed),
        picked.reading.prediction,
        picked.reading.target,
        "darkness",
        example,
    )
    # The same pixels, but now they are known as one of the run's own images, or no longer.
    (known,) = after_change(trainer.snapshot(image), picked)
    assert isinstance(known, ImageChanged)
    assert (known.pixels, known.values, known.example) == ((), (), example)
    assert after_change(picked, trainer.snapshot(image)) == ()


@pytest.mark.parametrize(("batch_size", "whole"), [(None, True), (5, False)])
def test_an_image_that_is_added_or_removed_is_reported_whole(
    batch_size: int | None, whole: bool
) -> None:
    trainer = Trainer(TrainingConfig(images=12, batch_size=batch_size))
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.apply(AddImage((1.0, 1.0, 1.0, 1.0), 0.0))
    trainer.run.ensure_evaluated()
    more = trainer.snapshot()
    assert after_change(before, more) == (ImagesChanged(12, 13, whole, before.loss, more.loss),)
    assert (before.loss != more.loss) == whole  # the added image is not of the first batch
    trainer.apply(RemoveImage(0))
    (fewer,) = after_change(more, trainer.snapshot())
    assert fewer == ImagesChanged(13, 12, whole, more.loss, None)
    trainer.run.step()
    assert after_change(before, trainer.snapshot()) == ()
