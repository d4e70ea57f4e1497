"""What is said of a run in its task's own words, and of images that come and go."""

import math

import pytest

from core.commentary.changes.actions import ImageChanged, ImagesChanged, after_change
from core.commentary.opening import opening
from core.commentary.steps.image import SelectedImage
from core.commentary.steps.steps import after_step
from core.commentary.steps.weights import WeightsMoved
from core.images.tasks import TASKS
from core.run.changes import AddImage, RemoveImage
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.moments import around, at
from tui.words.narrator import two_lines
from tui.words.phrases import answer, says

SURE = TrainingConfig(task="xor", output="sigmoid", loss="bce", bias=True)


@pytest.mark.parametrize(
    ("task", "target", "said"),
    [
        ("darkness", 0.45, "it predicts 0.684; the image is 0.450 dark"),
        ("contrast", 0.5, "it predicts 0.684; the target is 0.500"),
        ("top-bottom", -0.2, "it predicts 0.684; the target is −0.200"),
        ("xor", 1.0, "it predicts 0.684 (yes); the target is yes"),
        ("xor", 0.0, "it predicts 0.684 (yes); the target is no"),
        ("own", 3.0, "it predicts 0.684; the target is 3.000"),
        ("own", math.nan, "it predicts 0.684; this image is not in your data"),
        ("own-yes-no", math.nan, "it predicts 0.684 (yes); this image is not in your data"),
    ],
)
def test_an_answer_in_the_tasks_words(task: str, target: float, said: str) -> None:
    assert answer(0.684, target, TASKS[task]) == said


def test_a_yes_no_task_opens_with_its_answer() -> None:
    first, _ = two_lines([opening(at(SURE, 0))])
    assert first.startswith("It predicts 0.768 (yes); the target is yes. The weights")


def test_the_direction_of_the_error_is_in_the_tasks_words() -> None:
    first, second = two_lines(after_step(*around(TrainingConfig(task="contrast"), 1)))
    assert first.startswith("Loss 0.417 → 0.308. All four fall")
    assert second == "832 of 1,000 images came out too strong: smaller weights, smaller sums."


def moved(rose: tuple[int, ...], fell: tuple[int, ...]) -> WeightsMoved:
    return WeightsMoved(fell, rose, 5, 4, None, 482, 518, 1000, "xor")


def test_of_a_yes_no_task_it_counts_the_images_that_push_each_way() -> None:
    # A sigmoid's output is above 0 and below 1, so each image pushes, and how many came out too
    # high means nothing.
    assert says(moved((), (0, 1, 2, 3, 4))) == (
        "All five fall.",
        "482 images push towards no, 518 towards yes; larger errors push harder.",
    )
    _, why = says(moved((0, 1), (2, 3, 4)))
    assert why == "482 images push towards no, 518 towards yes."


@pytest.mark.parametrize(
    ("fell", "first"),
    [((1, 2, 3), "Weights 2, 3 and 4 fall."), ((2,), "Weight 3 falls."), ((), "No weight moves.")],
)
def test_beside_frozen_weights_those_that_move_go_one_way(
    fell: tuple[int, ...], first: str
) -> None:
    why = "979 of 1,000 images came out too dark: smaller weights, smaller sums." if fell else ""
    assert says(WeightsMoved(fell, (), 4, 4, None, 979, 21, 1000, "darkness")) == (first, why)


@pytest.mark.parametrize(
    ("many", "why"),
    [
        (501, "501 of 1,000 images came out too dark: smaller weights, smaller sums."),
        (500, ""),
        (400, ""),
    ],
)
def test_only_more_than_half_of_the_images_explain_where_the_weights_went(
    many: int, why: str
) -> None:
    fact = WeightsMoved((0, 1, 2, 3), (), 4, 4, None, many, 1000 - many, 1000, "darkness")
    assert says(fact) == ("All four fall.", why)


def selected(before: float, after: float, target: float, task: str = "xor") -> SelectedImage:
    return SelectedImage(before, after, target, 1000, True, False, 500, task)


@pytest.mark.parametrize(
    ("fact", "first"),
    [
        (selected(0.45, 0.52, 1.0), "This image is correct now: 0.520 (yes)."),
        (selected(0.52, 0.45, 0.0), "This image is correct now: 0.450 (no)."),
        (
            selected(0.52, 0.45, 1.0),
            "This image is wrong now (0.450, no), but the loss over all 1,000 fell.",
        ),
        (selected(0.6, 0.7, 1.0), "This image came closer: 0.700, target 1.000."),
        (selected(0.7, 0.6, 1.0), "This image got worse, but the loss over all 1,000 fell."),
        # Numbers come out right when they are the target, not when they pass one half.
        (selected(0.45, 0.52, 0.9, "contrast"), "This image came closer: 0.520, target 0.900."),
        (selected(0.45, 0.9, 0.9, "contrast"), "This image is correct now: 0.900."),
    ],
)
def test_an_image_comes_out_right_or_wrong(fact: SelectedImage, first: str) -> None:
    assert says(fact)[0] == first


def test_without_a_known_target_no_image_comes_closer() -> None:
    fact = ImageChanged((0,), (0.5,), 0.684, math.nan, "own")
    assert says(fact)[1] == "Pixel 1 is 0.5: it predicts 0.684; this image is not in your data."


def test_images_that_come_and_go() -> None:
    trainer = Trainer(TrainingConfig())
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.apply(AddImage((1.0, 1.0, 1.0, 1.0), 0.0))
    trainer.run.ensure_evaluated()
    after = trainer.snapshot()
    (fact,) = after_change(before, after)
    assert isinstance(fact, ImagesChanged)
    assert (fact.before, fact.after, fact.whole) == (1000, 1001, True)
    assert fact.loss_after == trainer.run.loss
    assert says(fact) == (
        "Training image added: 1,001 now.",
        "Loss over all of them: 0.446 → 0.450. Press b to undo.",
    )
    trainer.apply(RemoveImage(1000))
    trainer.run.ensure_evaluated()
    (back,) = after_change(after, trainer.snapshot())
    assert says(back) == (
        "Training image removed: 1,000 now.",
        "Loss over all of them: 0.450 → 0.446. Press b to undo.",
    )


def test_with_mini_batches_the_losses_before_and_after_do_not_compare() -> None:
    trainer = Trainer(TrainingConfig(images=9, batch_size=4))
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.apply(AddImage((1.0, 1.0, 1.0, 1.0), 0.0))
    trainer.run.ensure_evaluated()
    (fact,) = after_change(before, trainer.snapshot())
    assert says(fact) == ("Training image added: 10 now.", "Press b to undo.")
