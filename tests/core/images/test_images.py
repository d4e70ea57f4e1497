"""Images, and what is asked about them."""

import numpy as np
import pytest

from core.images.images import DEFAULT_IMAGE, Batch, equal_rows
from core.images.tasks import TASKS, generate

DARKNESS = TASKS["darkness"]


def test_the_default_image_is_0_45_dark() -> None:
    # (0.2 + 0.5 + 0.4 + 0.7) / 4 = 1.8 / 4
    assert DEFAULT_IMAGE == (0.2, 0.5, 0.4, 0.7)
    assert DARKNESS.target(DEFAULT_IMAGE) == pytest.approx(0.45, abs=1e-15)


def test_white_is_0_and_black_is_1() -> None:
    assert DARKNESS.target((0.0, 0.0, 0.0, 0.0)) == 0.0
    assert DARKNESS.target((1.0, 1.0, 1.0, 1.0)) == 1.0


def test_random_images_are_tenths_with_their_mean_as_target() -> None:
    batch = generate(DARKNESS, 1000, 0)
    assert len(batch) == 1000
    assert batch.images.shape == (1000, 4)
    assert batch.images.dtype == batch.targets.dtype == np.float64
    assert set(batch.images.ravel()) == {tenth / 10 for tenth in range(11)}
    assert batch.targets == pytest.approx(batch.images.sum(axis=1) / 4, abs=1e-15)


def test_a_data_seed_draws_the_same_images_for_ever() -> None:
    # What anybody who is told the seed sees: a run that was shared or written down begins so.
    assert generate(DARKNESS, 4, 5).images.tolist() == [
        [1.0, 0.7, 0.3, 0.0],
        [1.0, 0.7, 0.0, 0.4],
        [0.4, 0.0, 1.0, 0.1],
        [0.4, 0.9, 0.8, 1.0],
    ]


def test_more_images_begin_with_the_same_ones_and_the_task_only_labels_them() -> None:
    drawn = generate(DARKNESS, 20, 5).images
    assert generate(DARKNESS, 7, 5).images.tolist() == drawn[:7].tolist()
    assert generate(TASKS["contrast"], 20, 5).images.tolist() == drawn.tolist()


def test_each_data_seed_has_its_own_images() -> None:
    drawn = {generate(DARKNESS, 10, seed).images.tobytes() for seed in (0, 1, 2, 2**32 - 1)}
    assert len(drawn) == 4


def test_one_task_is_one_entry() -> None:
    assert all(task.name == name for name, task in TASKS.items())
    assert DARKNESS.question == "How dark is this image?"
    assert (DARKNESS.low, DARKNESS.high) == ("light", "dark")


def test_equal_rows_have_the_same_pixels_and_the_same_label() -> None:
    ours = Batch(np.array([[0.0, 0.1, 0.2, 0.3]] * 3), np.array([1.0, 0.0, -0.0]))
    theirs = Batch(np.array([[-0.0, 0.1, 0.2, 0.3], [0.0, 0.1, 0.2, 0.4]]), np.array([0.0, 1.0]))
    assert equal_rows(ours, theirs).tolist() == [False, True, True]
    assert equal_rows(theirs, ours).tolist() == [True, False]
