"""The images of a run: drawn, made noisy, and parted into those to learn from and those to test."""

import numpy as np
import pytest

from core.images.images import DEFAULT_IMAGE, Batch
from core.images.own_data import OwnData
from core.images.tasks import TASKS, generate
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from core.settings.images import first_image, images_of, target_of

EVERY = {(a, b, c, d) for a in (0, 1) for b in (0, 1) for c in (0, 1) for d in (0, 1)}


def same(one: Batch, other: Batch) -> bool:
    return (one.images.tobytes(), one.targets.tobytes()) == (
        other.images.tobytes(),
        other.targets.tobytes(),
    )


def test_the_default_images_are_what_they_always_were() -> None:
    # default_rng([seed, 3, 0]), tenths, the mean as target; nothing kept for testing.
    images = np.random.default_rng([0, 3, 0]).integers(0, 11, (1000, 4)) / 10
    training, test = images_of(TrainingConfig())
    assert training.images.tobytes() == images.tobytes()
    assert training.targets.tobytes() == images.mean(axis=1).tobytes()
    assert test is None
    trainer = Trainer(TrainingConfig())
    assert same(trainer.run.here.images, training)
    assert trainer.run.scorer.test is None


def test_every_task_sees_the_same_images() -> None:
    drawn = [images_of(TrainingConfig(task=name))[0].images for name in ("darkness", "xor")]
    assert drawn[0].tobytes() == drawn[1].tobytes()


def test_continuous_pixels_are_anything_from_0_to_1() -> None:
    batch, _ = images_of(TrainingConfig(pixels="continuous"))
    assert len(set(batch.images.ravel())) == 4000
    assert batch.images.min() >= 0
    assert batch.images.max() <= 1


@pytest.mark.parametrize("count", [16, 48, 7, 40, 1000])
def test_black_and_white_each_image_comes_as_often_as_any_other(count: int) -> None:
    batch = generate(TASKS["xor"], count, 3, "black-white")
    images = [tuple(image) for image in batch.images.tolist()]
    assert set(images[:16]) <= EVERY
    assert len(set(images[:16])) == min(count, 16)
    often = [images.count(image) for image in set(images)]
    assert max(often) - min(often) <= 1
    # From the 17th on they come again, in the same order.
    assert images[16:32] == images[: len(images[16:32])]


def test_which_black_and_white_images_come_once_more_is_drawn() -> None:
    def first(count: int, seed: int) -> list[list[float]]:
        images: list[list[float]] = generate(
            TASKS["xor"], count, seed, "black-white"
        ).images.tolist()
        return images

    assert len({str(first(5, seed)) for seed in range(10)}) > 5
    # All of them alike: there is nothing to draw, and they come in the order of counting.
    assert first(16, 0) == first(16, 1)
    assert first(16, 0)[:3] == [[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]


def test_pixel_noise_moves_the_images_and_not_their_labels() -> None:
    clean, _ = images_of(TrainingConfig(task="contrast"))
    noisy, _ = images_of(TrainingConfig(task="contrast", pixel_noise=0.05))
    assert noisy.targets.tobytes() == clean.targets.tobytes()
    assert noisy.images.min() >= 0
    assert noisy.images.max() <= 1
    inside = (clean.images > 0.25) & (clean.images < 0.75)
    noise = (noisy.images - clean.images)[inside]
    assert noise.std() == pytest.approx(0.05, rel=0.1)
    assert noise.mean() == pytest.approx(0, abs=0.01)


def test_label_noise_turns_just_that_share_of_yes_and_no_round() -> None:
    clean, _ = images_of(TrainingConfig(task="xor", images=250))
    noisy, _ = images_of(TrainingConfig(task="xor", images=250, label_noise=0.1))
    assert noisy.images.tobytes() == clean.images.tobytes()
    assert np.count_nonzero(noisy.targets != clean.targets) == 25
    assert set(noisy.targets) == {0.0, 1.0}
    every, _ = images_of(TrainingConfig(task="xor", images=250, label_noise=1.0))
    assert (every.targets == 1 - clean.targets).all()
    # More noise: the labels that were wrong stay wrong.
    more, _ = images_of(TrainingConfig(task="xor", images=250, label_noise=0.2))
    assert ((more.targets != clean.targets) >= (noisy.targets != clean.targets)).all()


def test_label_noise_changes_numbers() -> None:
    clean, _ = images_of(TrainingConfig())
    noisy, _ = images_of(TrainingConfig(label_noise=0.1))
    assert noisy.images.tobytes() == clean.images.tobytes()
    assert (noisy.targets - clean.targets).std() == pytest.approx(0.1, rel=0.1)


def test_each_kind_of_noise_is_drawn_by_itself() -> None:
    both, _ = images_of(TrainingConfig(pixel_noise=0.1, label_noise=0.1))
    pixels, _ = images_of(TrainingConfig(pixel_noise=0.1))
    labels, _ = images_of(TrainingConfig(label_noise=0.1))
    assert both.images.tobytes() == pixels.images.tobytes()
    assert both.targets.tobytes() == labels.targets.tobytes()
    other, _ = images_of(TrainingConfig(pixel_noise=0.1, data_seed=1))
    assert other.images.tobytes() != pixels.images.tobytes()


@pytest.mark.parametrize("share", [0.1, 0.25, 0.9])
def test_each_image_is_learned_from_or_tests_in_the_order_of_all(share: float) -> None:
    every, _ = images_of(TrainingConfig(images=200, pixels="continuous"))
    config = TrainingConfig(images=200, pixels="continuous", test_share=share)
    training, test = images_of(config)
    assert test is not None
    assert (len(training), len(test)) == (config.training_images, round(200 * share))
    rows = [tuple(image) for image in every.images.tolist()]
    places = [
        [rows.index(tuple(image)) for image in part.images.tolist()] for part in (training, test)
    ]
    assert sorted(places[0] + places[1]) == list(range(200))
    assert places == [sorted(part) for part in places]
    for part, where in zip((training, test), places, strict=True):
        assert part.targets.tobytes() == every.targets[where].tobytes()
    trainer = Trainer(config)
    assert same(trainer.run.here.images, training)
    assert trainer.run.scorer.test is not None
    assert same(trainer.run.scorer.test, test)


def test_which_images_test_is_a_matter_of_the_data_seed_alone() -> None:
    def test(seed: int = 0, data_seed: int = 0) -> Batch:
        config = TrainingConfig(images=50, test_share=0.2, seed=seed, data_seed=data_seed)
        kept = images_of(config)[1]
        assert kept is not None
        return kept

    assert same(test(), test(seed=9))
    assert not same(test(), test(data_seed=9))


def test_the_quadratic_is_of_the_images_to_learn_from() -> None:
    config = TrainingConfig(images=40, test_share=0.5)
    trainer = Trainer(config)
    without = Trainer(TrainingConfig(images=40))
    ours, theirs = trainer.snapshot().quadratic, without.snapshot().quadratic
    assert ours is not None
    assert theirs is not None
    inputs = trainer.run.here.images.images
    steepest = np.linalg.eigvalsh(2 / len(inputs) * inputs.T @ inputs)[-1]
    assert ours.stable_learning_rate == pytest.approx(2 / steepest)
    assert ours.stable_learning_rate != theirs.stable_learning_rate


def mine(*, labelled: bool = True) -> OwnData:
    images = np.array([[0.0, 0.25, 0.5, 1.0], [1.0, 1.0, 0.0, 0.0], [0.0, 0.25, 0.5, 1.0]])
    return OwnData("mine.csv", Batch(images, np.array([3.0, -1.0, 4.0])), labelled)


def test_own_images_come_as_they_are() -> None:
    data = mine()
    training, test = images_of(TrainingConfig(task="own", images=3, data=data))
    assert test is None
    assert training is data.batch


def test_own_images_without_labels_get_the_tasks() -> None:
    training, _ = images_of(TrainingConfig(task="contrast", images=3, data=mine(labelled=False)))
    assert training.targets.tolist() == [1.0, 1.0, 1.0]


def test_own_images_take_noise_and_are_parted_as_well() -> None:
    config = TrainingConfig(
        task="own", images=3, data=mine(), pixel_noise=0.1, label_noise=0.1, test_share=0.34
    )
    training, test = images_of(config)
    assert test is not None
    assert (len(training), len(test)) == (2, 1)
    assert not set(training.targets) & {3.0, -1.0, 4.0}


def test_the_target_of_an_image_is_the_tasks_or_is_in_the_data() -> None:
    own = TrainingConfig(task="own", images=3, data=mine())
    assert target_of(own, (1.0, 1.0, 0.0, 0.0)) == -1.0
    assert target_of(own, (0.0, 0.25, 0.5, 1.0)) == 3.0
    assert np.isnan(target_of(own, DEFAULT_IMAGE))
    named = TrainingConfig(task="contrast", images=3, data=mine())
    assert target_of(named, (1.0, 1.0, 0.0, 0.0)) == 1.0
    assert target_of(TrainingConfig(), DEFAULT_IMAGE) == pytest.approx(0.45)


def test_the_image_selected_first_is_like_the_training_images() -> None:
    assert first_image(TrainingConfig()) == DEFAULT_IMAGE
    assert first_image(TrainingConfig(pixels="black-white")) == (0.0, 1.0, 0.0, 1.0)
    assert first_image(TrainingConfig(task="own", images=3, data=mine())) == (0.0, 0.25, 0.5, 1.0)
