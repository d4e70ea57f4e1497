"""The rules that label: small images by hand, and which of them a weighted sum can follow."""

import itertools

import numpy as np
import pytest

from core.arrays import Array
from core.images.images import Image
from core.images.tasks import TASKS, Answer, Task, generate

RULES = [task for task in TASKS.values() if not task.is_own]
EVERY = np.array(list(itertools.product((0.0, 1.0), repeat=4)))
"""All 16 black and white images."""

W, B = 0.0, 1.0
GREY: Image = (0.2, 0.5, 0.4, 0.7)

BY_HAND: list[tuple[str, Image, float]] = [
    # top left, top right, bottom left, bottom right
    ("darkness", GREY, 0.45),
    ("contrast", GREY, 0.5),
    ("contrast", (0.3, 0.3, 0.3, 0.3), 0.0),
    ("brightest", GREY, 0.2),
    ("darkest", GREY, 0.7),
    # (0.2 + 0.5)/2 − (0.4 + 0.7)/2 = 0.35 − 0.55
    ("top-bottom", GREY, -0.2),
    ("top-bottom", (B, B, W, W), 1.0),
    # |(0.2 + 0.4)/2 − (0.5 + 0.7)/2| = |0.3 − 0.6|
    ("edge", GREY, 0.3),
    ("edge", (B, W, B, W), 1.0),
    ("edge", (W, B, W, B), 1.0),
    ("edge", (B, B, W, W), 0.0),
    # 0.2 + 0.7 = 0.9 = 0.5 + 0.4: as dark as the other one, so not darker
    ("diagonal", GREY, 0.0),
    ("diagonal", (0.2, 0.5, 0.3, 0.7), 1.0),
    ("diagonal", (0.1, 0.0, 0.3, 0.2), 0.0),
    ("checkerboard", (B, W, W, B), 1.0),
    ("checkerboard", (W, B, B, W), 1.0),
    ("checkerboard", (0.5, 0.4, 0.0, 1.0), 1.0),
    ("checkerboard", (B, B, W, B), 0.0),
    ("checkerboard", (B, B, B, B), 0.0),
    ("and", (0.5, 0.9, 0.0, 0.0), 1.0),
    ("and", (0.9, 0.5, 0.0, 0.0), 1.0),
    ("and", (0.49, 0.9, 1.0, 1.0), 0.0),
    ("and", (0.9, 0.49, 1.0, 1.0), 0.0),
    ("or", (0.49, 0.5, 0.0, 0.0), 1.0),
    ("or", (0.5, 0.4, 0.0, 0.0), 1.0),
    ("or", (0.4, 0.4, 1.0, 1.0), 0.0),
    ("xor", (B, W, B, B), 1.0),
    ("xor", (0.5, 0.4, 0.0, 0.0), 1.0),
    ("xor", (0.4, 0.5, 0.0, 0.0), 1.0),
    ("xor", (0.5, 0.5, 0.0, 0.0), 0.0),
    ("xor", (W, B, W, W), 1.0),
    ("xor", (B, B, W, W), 0.0),
    ("xor", (W, W, B, W), 0.0),
    ("parity", (W, W, W, W), 0.0),
    ("parity", (W, W, B, W), 1.0),
    ("parity", (B, W, W, B), 0.0),
    ("parity", (B, B, W, B), 1.0),
    ("parity", (B, B, B, B), 0.0),
    ("parity", (0.5, 0.4, 0.4, 0.4), 1.0),
]


@pytest.mark.parametrize(("name", "image", "target"), BY_HAND)
def test_the_label_by_hand(name: str, image: Image, target: float) -> None:
    assert TASKS[name].target(image) == pytest.approx(target, abs=1e-12)


def test_each_rule_is_worked_out_by_hand_somewhere() -> None:
    assert {name for name, _, _ in BY_HAND} == {task.name for task in RULES}


@pytest.mark.parametrize("task", RULES, ids=lambda task: task.name)
def test_one_image_has_the_label_that_it_has_among_many(task: Task) -> None:
    batch = generate(task, 200, 4, "continuous")
    assert batch.targets.shape == (200,)
    assert batch.targets.dtype == np.float64
    for image, target in zip(batch.images[:20].tolist(), batch.targets[:20], strict=True):
        assert task.target(tuple(image)) == target


@pytest.mark.parametrize("task", RULES, ids=lambda task: task.name)
def test_labels_follow_the_tasks_rule(task: Task) -> None:
    targets = np.concatenate([generate(task, 500, 1).targets, task.label(EVERY)])
    least, most = {
        Answer.DARKNESS: (0, 1),
        Answer.AMOUNT: (0, 1),
        Answer.DIFFERENCE: (-1, 1),
        Answer.YES_NO: (0, 1),
    }[task.answer]
    assert least <= targets.min() < targets.max() <= most
    assert task.yes_no == bool(np.isin(task.label(EVERY), (0, 1)).all() and _turns(task))
    # Both answers come up on images drawn at random, so that there is something to learn.
    if task.yes_no:
        assert 0.1 < generate(task, 1000, 0).targets.mean() < 0.9


def _turns(task: Task) -> bool:
    """Whether a small change of a grey image can turn the answer from 0 to 1."""
    return set(generate(task, 500, 2, "continuous").targets) == {0.0, 1.0}


def separates(images: Array, targets: Array, rounds: int = 5_000) -> bool:
    """Whether the perceptron comes to an end: just if a line parts yes from no."""
    inputs = np.column_stack([images, np.ones(len(images))])
    signs = np.where(targets > 0.5, 1.0, -1.0)
    weights = np.zeros(5)
    for _ in range(rounds):
        (wrong,) = np.nonzero(signs * (inputs @ weights) <= 0)
        if not wrong.size:
            return True
        weights += signs[wrong[0]] * inputs[wrong[0]]
    return False


@pytest.mark.parametrize("task", RULES, ids=lambda task: task.name)
def test_a_weighted_sum_can_do_it_exactly_for_the_tasks_marked_so(task: Task) -> None:
    targets = task.label(EVERY)
    if task.yes_no:
        assert separates(EVERY, targets) == task.linear
        return
    # Numbers: the best weighted sum with a bias is right on all images, grey ones too, or is not.
    images = np.vstack([EVERY, generate(task, 200, 0, "continuous").images])
    inputs = np.column_stack([images, np.ones(len(images))])
    solution, *_ = np.linalg.lstsq(inputs, task.label(images), rcond=None)
    error = np.abs(inputs @ solution - task.label(images)).max()
    assert (error < 1e-9) == task.linear
    assert error < 1e-9 or error > 0.1


def test_the_diagonal_is_parted_on_grey_images_too() -> None:
    batch = generate(TASKS["diagonal"], 300, 0)
    assert separates(batch.images, batch.targets, 100_000)


def test_own_answers_nobody_knows() -> None:
    for name in ("own", "own-yes-no"):
        assert TASKS[name].is_own
        assert np.isnan(TASKS[name].target(GREY))
        assert TASKS[name].linear is None
