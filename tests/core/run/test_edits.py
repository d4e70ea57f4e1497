"""Training images added and taken out by hand: what follows from it, and what is refused."""

import math
from dataclasses import replace
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engines.matrix import MatrixEngine
from core.errors import ConfigError
from core.explain.count import explain_count
from core.files.reading import read_session
from core.images.images import Batch, example_at
from core.images.own_data import OwnData
from core.images.tasks import TASKS, generate
from core.metrics.quadratic import quadratic_of
from core.network.network import Network
from core.quantities.quantities import Count, CountQuantity
from core.run.changes import AddImage, ImageEdit, RemoveImage, SetParameter, SetSettings, edited
from core.run.run import Run
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from core.settings.sharing import words_of
from tests.core.sessions import bytes_of

BLACK = (1.0, 1.0, 1.0, 1.0)
DARK = AddImage(BLACK, 1.0)
YES_NO = TrainingConfig(task="xor", output="sigmoid", loss="bce", images=16, pixels="black-white")


def refusal(trainer: Trainer, edit: ImageEdit) -> ConfigError:
    """Try an edit that is refused, and see that nothing has happened."""
    before, moment = trainer.run.here.images, trainer.run.moment
    with pytest.raises(ConfigError) as refused:
        trainer.apply(edit)
    assert trainer.run.here.images is before
    assert trainer.run.moment == moment
    return refused.value


@st.composite
def edit_lists(draw: st.DrawFn) -> tuple[int, list[ImageEdit]]:
    first = count = draw(st.integers(1, 6))
    edits: list[ImageEdit] = []
    for _ in range(draw(st.integers(0, 12))):
        if count > 1 and draw(st.booleans()):
            edits.append(RemoveImage(draw(st.integers(0, count - 1))))
            count -= 1
        else:
            pixels = st.floats(0.0, 1.0)
            edits.append(AddImage(draw(st.tuples(*[pixels] * 4)), draw(st.floats(-5, 5))))
            count += 1
    return first, edits


@given(drawn=edit_lists())
def test_all_edits_at_once_are_the_edits_one_by_one(drawn: tuple[int, list[ImageEdit]]) -> None:
    first, edits = drawn
    base = generate(TASKS["darkness"], first, 0)
    at_once = edited(base, edits)
    one_by_one = reduce(lambda batch, edit: edit.edited(batch), edits, base)
    assert at_once.images.tobytes() == one_by_one.images.tobytes()
    assert at_once.targets.tobytes() == one_by_one.targets.tobytes()
    assert at_once.images.shape == (len(at_once), 4)
    assert at_once.images.flags.c_contiguous
    assert edits or at_once is base


def test_an_added_image_comes_last_and_is_learned_from() -> None:
    trainer = Trainer(TrainingConfig(images=3))
    # Loss by hand: the mean over all four of (prediction − label)².
    trainer.run.ensure_evaluated()
    three = trainer.run.here.images
    trainer.apply(AddImage(BLACK, 0.5))
    assert trainer.run.here.images.images.tolist() == [*three.images.tolist(), [1.0] * 4]
    assert trainer.run.here.images.targets.tolist() == [*three.targets.tolist(), 0.5]
    weights = trainer.run.here.network.parameters
    errors = [*(three.images @ weights - three.targets), weights.sum() - 0.5]
    assert trainer.run.loss == pytest.approx(float(np.mean(np.square(errors))), rel=1e-12)
    assert trainer.snapshot().curve.at(0).last == trainer.run.loss
    now = trainer.snapshot()
    assert (now.schedule.images, now.batch_size) == (4, 4)
    # 4 images × 4 weights forward and for the gradient, 4 for the update.
    assert now.cost.step == 16 + 16 + 4


def test_one_that_is_taken_out_leaves_no_trace() -> None:
    config = TrainingConfig(images=5)
    trainer, without = Trainer(config), Trainer(config)
    trainer.apply(DARK)
    trainer.apply(RemoveImage(5))
    for each in (trainer, without):
        each.run.run_for(math.inf, max_steps=9)
    assert (
        trainer.run.here.network.parameters.tobytes()
        == without.run.here.network.parameters.tobytes()
    )
    assert trainer.run.multiply_adds == without.run.multiply_adds


def test_a_batch_of_all_stays_one_of_all() -> None:
    trainer = Trainer(TrainingConfig(images=5))
    trainer.run.run_for(math.inf, max_steps=2)
    trainer.apply(DARK)
    assert trainer.snapshot().is_full_batch
    assert len(trainer.run.here.coming_batch) == 6
    trainer.apply(RemoveImage(0))
    trainer.apply(RemoveImage(0))
    assert len(trainer.run.here.coming_batch) == 4
    assert trainer.snapshot().is_full_batch


def test_with_mini_batches_a_new_pass_begins() -> None:
    trainer = Trainer(TrainingConfig(images=5, batch_size=2))
    trainer.run.run_for(math.inf, max_steps=4)
    assert trainer.snapshot().epoch == 1
    trainer.apply(DARK)
    assert not trainer.snapshot().is_full_batch
    seen: list[float] = []
    for _ in range(3):
        seen += trainer.run.here.coming_batch.targets.tolist()
        trainer.run.step()
    assert sorted(seen) == sorted(trainer.run.here.images.targets)
    assert trainer.snapshot().epoch == 2


@pytest.mark.parametrize(
    ("edit", "setting", "problem"),
    [
        (RemoveImage(3), "image", "must be 0 to 2 (got 3)"),
        (RemoveImage(-1), "image", "must be 0 to 2 (got -1)"),
        (AddImage((0.0, 0.0, 0.0, 1.1), 0.0), "image", "must be four pixels from 0 to 1"),
        (AddImage((0.0, 0.0, 0.0, math.nan), 0.0), "image", "must be four pixels from 0 to 1"),
        (AddImage(BLACK, math.inf), "label", "must be finite (got inf)"),
        (AddImage(BLACK, math.nan), "label", "must be finite (got nan)"),
    ],
)
def test_what_cannot_be_is_refused_in_words(edit: ImageEdit, setting: str, problem: str) -> None:
    trainer = Trainer(TrainingConfig(images=3))
    trainer.run.run_for(math.inf, max_steps=3)
    error = refusal(trainer, edit)
    assert (error.setting, error.problem) == (setting, problem)


def test_labels_are_what_task_and_loss_take() -> None:
    error = refusal(Trainer(YES_NO), AddImage(BLACK, 0.5))
    assert (error.setting, error.problem) == ("label", "must be 0 or 1, for no or yes (got 0.5)")
    sure = TrainingConfig(images=3, output="sigmoid", loss="bce")
    assert (
        refusal(Trainer(sure), AddImage(BLACK, 1.5)).problem == "must be 0 to 1 with bce (got 1.5)"
    )
    Trainer(sure).apply(AddImage(BLACK, 0.5))
    Trainer(YES_NO).apply(AddImage(BLACK, 1.0))
    Trainer(TrainingConfig(images=3)).apply(AddImage(BLACK, -7.5))


def test_a_batch_must_be_filled_and_an_image_be_left() -> None:
    trainer = Trainer(TrainingConfig(images=4, batch_size=3))
    trainer.apply(RemoveImage(0))
    assert refusal(trainer, RemoveImage(0)).problem == "cannot be removed: the batch size is 3"
    alone = Trainer(TrainingConfig(images=1))
    assert (
        refusal(alone, RemoveImage(0)).problem == "cannot be removed: it is the last training image"
    )
    alone.apply(DARK)
    alone.apply(RemoveImage(0))
    assert alone.run.here.images.targets.tolist() == [1.0]


def test_there_are_never_more_than_a_run_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.run.changes.MAXIMUM_IMAGES", 4)
    trainer = Trainer(TrainingConfig(images=3))
    trainer.apply(DARK)
    assert "cannot be added" in refusal(trainer, DARK).problem


def test_the_quadratic_is_of_the_images_that_there_are() -> None:
    trainer = Trainer(TrainingConfig(images=6))
    first = trainer.snapshot().quadratic
    trainer.apply(AddImage(BLACK, 0.2))
    now = trainer.snapshot().quadratic
    expected = quadratic_of(trainer.run.config.architecture, "mse", trainer.run.here.images)
    assert first is not None
    assert now is not None
    assert expected is not None
    assert now.stable_learning_rate == expected.stable_learning_rate < first.stable_learning_rate
    trainer.run.go_to((0, 0))
    again = trainer.snapshot().quadratic
    assert again is not None
    assert again.stable_learning_rate == first.stable_learning_rate


def test_the_quadratic_is_found_once_for_the_same_images_and_network() -> None:
    trainer = Trainer(TrainingConfig(images=6))
    first = trainer.snapshot().quadratic
    trainer.reset()
    assert trainer.snapshot().quadratic is first
    trainer.restart(1)
    assert trainer.snapshot().quadratic is first
    trainer.apply(AddImage(BLACK, 0.2))
    edited = trainer.snapshot().quadratic
    trainer.reset()
    assert trainer.snapshot().quadratic is edited is not first
    trainer.rebuild(replace(trainer.run.config, hidden=(2,)))
    assert trainer.snapshot().quadratic is None


def test_images_for_testing_are_left_alone() -> None:
    trainer = Trainer(TrainingConfig(images=10, test_share=0.3))
    test = trainer.run.scorer.test
    trainer.apply(DARK)
    trainer.restart(4)
    assert trainer.run.scorer.test is test
    assert len(trainer.run.here.images) == 8


@pytest.mark.parametrize(("batch_size", "seen"), [(None, 4), (2, 3)])
def test_patience_begins_again_with_other_images(batch_size: int | None, seen: int) -> None:
    trainer = Trainer(TrainingConfig(images=6, batch_size=batch_size, patience=5))
    trainer.run.run_for(math.inf, max_steps=4)
    trainer.apply(DARK)
    trainer.run.ensure_evaluated()
    progress = trainer.run.here.ending.progress
    assert (progress.step, progress.epochs) == (seen, 0)
    assert progress.best == (trainer.run.loss if batch_size is None else math.inf)


def test_a_label_whose_square_is_infinite_is_taken_without_a_warning() -> None:
    trainer = Trainer(TrainingConfig(images=20))
    trainer.run.ensure_evaluated()
    trainer.apply(AddImage(BLACK, 1e308))
    trainer.run.ensure_evaluated()
    assert trainer.run.outcome is not None
    trainer.apply(RemoveImage(20))
    trainer.run.ensure_evaluated()
    assert trainer.run.outcome is None


def test_a_label_far_off_is_no_divergence() -> None:
    trainer = Trainer(TrainingConfig(images=5))
    trainer.run.run_for(math.inf, max_steps=3)
    trainer.apply(AddImage((0.0, 0.0, 0.0, 0.0), 1e9))
    assert trainer.run.loss > 1e17
    assert trainer.run.outcome is None
    trainer.run.run_for(math.inf, max_steps=3)
    assert trainer.run.outcome is None


def test_what_was_paid_for_other_images_is_not_made_up() -> None:
    trainer = Trainer(TrainingConfig(images=5))
    trainer.run.run_for(math.inf, max_steps=2)
    trainer.apply(DARK)
    trainer.run.run_for(math.inf, max_steps=3)
    # 2 · (5·4 + 5·4 + 4) + 3 · (6·4 + 6·4 + 4) = 88 + 156
    assert trainer.run.multiply_adds == 244
    told = explain_count(trainer.snapshot(), CountQuantity(Count.TOTAL))
    assert told.result == 244
    terms = [[(each.name, each.value) for each in term.factors] for term in told.equations[0].terms]
    assert terms == [
        [("steps", 2), ("an earlier step", 44)],
        [("steps", 3), ("a step", 52)],
    ]
    # Changed before the first step, all steps are alike.
    fresh = Trainer(TrainingConfig(images=5))
    fresh.apply(DARK)
    fresh.run.run_for(math.inf, max_steps=3)
    told = explain_count(fresh.snapshot(), CountQuantity(Count.TOTAL))
    assert told.result == fresh.run.multiply_adds == 156
    assert told.equations


def test_no_step_uses_more_images_than_are_left() -> None:
    trainer = Trainer(TrainingConfig(images=5))
    trainer.apply(RemoveImage(0))
    trainer.run.run_for(math.inf, max_steps=2)
    before = trainer.snapshot()
    with pytest.raises(
        ConfigError, match=r"must be 1 to 4, the number of training images \(got 5\)"
    ) as refused:
        trainer.apply(SetSettings.of(batch_size=5))
    assert refused.value.setting == "batch_size"
    assert (trainer.run.config, trainer.run.moment) == (before.config, (2, 1))
    assert trainer.snapshot().schedule == before.schedule
    trainer.apply(SetSettings.of(batch_size=4))
    assert trainer.snapshot().schedule == before.schedule
    trainer.apply(SetSettings.of(batch_size=3))
    assert trainer.snapshot().batch_size == 3
    # All of them are those that there are now.
    trainer.apply(DARK)
    trainer.apply(SetSettings.of(batch_size=None))
    assert trainer.snapshot().batch_size == 5
    assert trainer.snapshot().is_full_batch


def test_changes_that_no_settings_express_are_counted() -> None:
    trainer = Trainer(TrainingConfig(images=5))
    trainer.apply(SetSettings.of(learning_rate=0.2))
    assert trainer.run.log.changes_untold == 0
    trainer.apply(DARK)
    trainer.apply(SetParameter(0, 0.5))
    assert trainer.run.log.changes_untold == 2
    trainer.run.run_for(math.inf, max_steps=2)
    trainer.apply(SetSettings.of(learning_rate=0.1))
    assert trainer.run.log.changes_untold == 3
    trainer.run.go_to((1, 3))
    assert trainer.run.log.changes_untold == 2


def test_b_undoes_an_edit_first() -> None:
    trainer = Trainer(TrainingConfig(images=5))
    trainer.run.run_for(math.inf, max_steps=2)
    five, loss = trainer.run.here.images, trainer.run.loss
    trainer.apply(DARK)
    assert trainer.run.moment_before() == (2, 0)
    trainer.run.go_to((2, 0))
    assert trainer.run.here.images is five
    assert trainer.run.loss == loss
    trainer.run.go_to((2, 1))
    assert len(trainer.run.here.images) == 6


def test_another_start_keeps_the_images_and_b_leads_to_the_run_before() -> None:
    trainer = Trainer(TrainingConfig(images=5))
    trainer.run.run_for(math.inf, max_steps=4)
    trainer.apply(DARK)
    trainer.apply(RemoveImage(1))
    trainer.run.run_for(math.inf, max_steps=4)
    images, end = trainer.run.here.images, trainer.run.here.network.parameters.tobytes()
    for new_weights in (True, False):
        if new_weights:
            trainer.restart(3)
        else:
            trainer.reset()
        assert trainer.run.here.images is images
        assert trainer.snapshot().schedule.since == 0
        # 5 images · 4 · 2 + 4 for each step, none of which has been taken yet.
        assert trainer.run.multiply_adds == 0
        assert trainer.run.log.meter.total(3) == 132
        assert trainer.run.moment_before() is None
        trainer.run.run_for(math.inf, max_steps=5)
        trainer.apply(DARK)
        trainer.run.go_to(trainer.run.moment_at(0))
        assert trainer.run.here.images.images.tobytes() == images.images.tobytes()
        assert trainer.return_to_before()
        assert trainer.run.here.network.parameters.tobytes() == end
        assert trainer.run.here.images is images


def test_after_edits_on_the_way_the_run_before_is_another_one() -> None:
    trainer = Trainer(TrainingConfig(images=5))
    trainer.run.run_for(math.inf, max_steps=4)
    trainer.apply(DARK)
    trainer.run.run_for(math.inf, max_steps=4)
    trainer.reset()
    trainer.run.run_for(math.inf, max_steps=4)
    assert trainer.snapshot().previous_run is not None
    trainer.reset()
    trainer.run.run_for(math.inf, max_steps=4)
    # Now both had the six images from the start.
    assert trainer.snapshot().previous_run is None


def test_a_branch_has_images_of_its_own() -> None:
    trainer = Trainer(TrainingConfig(images=5))
    trainer.run.run_for(math.inf, max_steps=20)
    old = trainer.run.here.network.parameters.tobytes()
    trainer.run.go_to(trainer.run.moment_at(5))
    trainer.apply(DARK)
    trainer.run.run_for(math.inf, max_steps=15)
    trainer.swap()
    trainer.run.go_to(trainer.run.moment_at(20))
    assert trainer.run.here.network.parameters.tobytes() == old
    assert len(trainer.run.here.images) == 5
    trainer.swap()
    assert len(trainer.run.here.images) == 6


def test_checkpoints_hold_no_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.run.timeline.SPACING", 0.0)
    trainer = Trainer(TrainingConfig(images=50))
    for _ in range(5):
        trainer.run.step()
        trainer.apply(DARK)
    held = [vars(checkpoint) for checkpoint in trainer.run.log.timeline._checkpoints]
    assert len(held) > 4
    assert not any(isinstance(value, Batch) for fields in held for value in fields.values())


def test_an_engine_keeps_no_room_for_numbers_of_images_that_are_gone() -> None:
    trainer = Trainer(TrainingConfig(images=50))
    for _ in range(30):
        trainer.apply(DARK)
        trainer.run.ensure_evaluated()
    assert isinstance(trainer.run.here.engine, MatrixEngine)
    assert len(trainer.run.here.engine._passes) == 1


def test_edits_of_own_data_leave_the_data_alone() -> None:
    data = OwnData("mine", Batch(np.zeros((2, 4)), np.array([1.0, 2.0])))
    trainer = Trainer(TrainingConfig(task="own", images=2, data=data))
    trainer.apply(AddImage(BLACK, 3.0))
    trainer.apply(SetParameter(0, 0.5))
    assert len(data) == 2
    assert trainer.run.config.data is data
    assert trainer.run.here.images.targets.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("config", [YES_NO, TrainingConfig(images=9, batch_size=4)])
def test_overall_is_of_all_images_that_there_are(config: TrainingConfig) -> None:
    trainer = Trainer(config)
    trainer.apply(AddImage(BLACK, 0.0))
    fresh = Network(config.architecture, trainer.run.here.network.parameters)
    predictions = fresh.forward(trainer.run.here.images.images)[-1][:, 0]
    loss, _ = trainer.run.overall()
    if config.loss == "mse":
        expected = np.mean((predictions - trainer.run.here.images.targets) ** 2)
    else:
        right = np.where(trainer.run.here.images.targets > 0.5, predictions, 1 - predictions)
        expected = -np.mean(np.log(right))
    assert loss == pytest.approx(float(expected), rel=1e-9)


TWELVE = TrainingConfig(images=12)
LIGHT = AddImage((0.0, 0.0, 0.0, 0.1), 0.0)


def started_again(trainer: Trainer, how: str) -> None:
    """Begin another run on the images as they are."""
    match how:
        case "reset":
            trainer.reset()
        case "restart":
            trainer.restart(7)
        case _:
            trainer.rebuild(replace(trainer.run.config, hidden=(2,)))


@pytest.mark.parametrize("how", ["reset", "restart", "rebuild"])
@pytest.mark.parametrize(
    ("edits", "size"),
    [([RemoveImage(0), DARK], 12), ([DARK, LIGHT, DARK], 15), ([RemoveImage(3)] * 2, 10)],
)
def test_a_step_may_take_all_images_that_there_are(
    edits: list[ImageEdit], size: int, how: str
) -> None:
    trainer = Trainer(TWELVE)
    for edit in edits:
        trainer.apply(edit)
    with pytest.raises(ConfigError, match="batch_size"):
        trainer.apply(SetSettings.of(batch_size=size + 1))
    trainer.apply(SetSettings.of(batch_size=size))
    images = trainer.run.here.images
    trainer.run.run_for(math.inf, max_steps=3)
    started_again(trainer, how)
    assert np.array_equal(trainer.run.here.images.images, images.images)
    assert trainer.run.here.coming_batch is trainer.run.here.images
    assert trainer.run.config.is_full_batch
    trainer.run.run_for(math.inf, max_steps=3)
    # A file of it can be opened.
    again = read_session(bytes_of(trainer)).trainer()
    assert again.run.config.is_full_batch
    again.run.go_to((0, len(edits)))
    again.run.go_to(trainer.run.moment)
    assert (
        again.run.here.network.parameters.tolist() == trainer.run.here.network.parameters.tolist()
    )
    again.reset()
    assert len(again.run.here.coming_batch) == size


def test_the_batch_of_all_first_images_is_a_part_once_there_are_more() -> None:
    trainer = Trainer(replace(TWELVE, batch_size=12))
    assert trainer.run.config.is_full_batch
    trainer.apply(DARK)
    assert not trainer.run.config.is_full_batch
    trainer.apply(RemoveImage(0))
    assert trainer.run.config.is_full_batch


def test_a_branch_before_a_batch_of_added_images_is_another_way() -> None:
    trainer = Trainer(TWELVE)
    trainer.run.step()
    for change in (DARK, LIGHT, SetSettings.of(batch_size=14)):
        trainer.apply(change)
        trainer.run.step()
    trainer.run.go_to((1, 0))
    trainer.apply(SetSettings.of(learning_rate=0.5))
    assert trainer.other is not None
    assert trainer.snapshot().previous_run is not None


def test_another_run_keeps_edited_images_only_where_it_draws_the_same() -> None:
    trainer = Trainer(TWELVE)
    trainer.apply(DARK)
    trainer.rebuild(replace(trainer.run.config, hidden=(3,), learning_rate=0.5))
    assert len(trainer.run.here.images) == 13
    assert trainer.return_to_before()
    assert trainer.run.config.hidden == ()
    trainer.rebuild(replace(trainer.run.config, data_seed=1))
    assert len(trainer.run.here.images) == 12


def test_another_run_is_refused_that_cannot_learn_from_the_edited_images() -> None:
    trainer = Trainer(replace(TWELVE, output="sigmoid"))
    trainer.apply(AddImage(BLACK, 2.0))
    trainer.run.step()
    moment = trainer.run.moment
    with pytest.raises(ConfigError, match=r"label: must be 0 to 1 with bce \(got 2\)"):
        trainer.rebuild(replace(trainer.run.config, loss="bce"))
    for _ in range(4):
        trainer.apply(RemoveImage(0))
    with pytest.raises(
        ConfigError, match="batch_size: must be 1 to 9, the number of training images"
    ):
        trainer.rebuild(replace(trainer.run.config, hidden=(2,), batch_size=10))
    assert trainer.run.moment == (moment[0], moment[1] + 4)
    assert not trainer.left


def test_no_option_expresses_a_batch_of_images_that_were_added() -> None:
    trainer = Trainer(TWELVE)
    trainer.apply(DARK)
    trainer.apply(SetSettings.of(batch_size=13))
    assert words_of(trainer.run.config) == ["--images", "12"]


def test_a_test_image_cannot_become_a_training_image() -> None:
    trainer = Trainer(TrainingConfig(task="xor", images=10, test_share=0.3))
    test = trainer.run.scorer.test
    assert test is not None
    for index in range(len(test)):
        image, example = example_at(test, index, is_test=True)
        with pytest.raises(ConfigError) as error:
            trainer.apply(AddImage(image, 1.0 - example.label))
        problem = f"cannot be added: it is test image {index + 1}, and no step uses test images"
        assert error.value.problem == problem
    assert len(trainer.run.here.images) == 7
    assert trainer.run.log.journal == []
    trainer.apply(AddImage((0.123, 0.2, 0.3, 0.4), 1.0))
    assert len(trainer.run.here.images) == 8


def test_equal_rows_of_ones_own_data_on_both_sides_of_the_split_are_counted() -> None:
    # The same row ten times: whichever three of them test, all three are training images too.
    batch = Batch(np.tile([0.1, 0.2, 0.3, 0.4], (10, 1)), np.full(10, 0.5))
    config = TrainingConfig(task="own", images=10, data=OwnData("mine.csv", batch), test_share=0.3)
    run = Run.of(config)
    assert run.scorer.equal_test_images == 3
    assert run.copy().scorer.equal_test_images == 3
    assert Run.of(replace(config, test_share=0.0)).scorer.equal_test_images == 0
    assert Run.of(TrainingConfig(pixels="continuous", test_share=0.3)).scorer.equal_test_images == 0
