"""Images, and what is asked about them."""

import numpy as np
import pytest

from core.images.images import DEFAULT_IMAGE
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


def test_images_are_drawn_as_written_down() -> None:
    # A purpose of its own, 3, so that drawing weights or an order never changes the images.
    random = np.random.default_rng([5, 3, 0])
    expected = random.integers(0, 11, (20, 4)) / 10
    assert generate(DARKNESS, 20, 5).images.tobytes() == expected.tobytes()


def test_each_data_seed_has_its_own_images() -> None:
    drawn = {generate(DARKNESS, 10, seed).images.tobytes() for seed in (0, 1, 2, 2**32 - 1)}
    assert len(drawn) == 4


def test_one_task_is_one_entry() -> None:
    assert all(task.name == name for name, task in TASKS.items())
    assert DARKNESS.question == "How dark is this image?"
    assert (DARKNESS.low, DARKNESS.high) == ("light", "dark")
