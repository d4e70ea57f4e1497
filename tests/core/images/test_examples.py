"""One of a run's own images, and where it is after others came and went."""

import numpy as np

from core import Trainer, TrainingConfig
from core.images.images import Batch, Example, example_at, found_again
from core.run.changes import AddImage, RemoveImage

IMAGES = Batch(
    np.array([[0.0, 0.1, 0.2, 0.3], [1.0, 1.0, 0.0, 0.0], [0.0, 0.1, 0.2, 0.3]]),
    np.array([0.15, 0.5, 0.9]),
)


def test_it_is_picked_out_with_its_own_label() -> None:
    assert example_at(IMAGES, 2) == ((0.0, 0.1, 0.2, 0.3), Example(2, 0.9))
    assert example_at(IMAGES, 1, is_test=True) == ((1.0, 1.0, 0.0, 0.0), Example(1, 0.5, True))


def test_it_is_found_where_it_moved_to_and_only_with_its_label() -> None:
    image, example = example_at(IMAGES, 2)
    without = RemoveImage(0).edited(IMAGES)
    assert found_again(example, image, without) == Example(1, 0.9)
    assert found_again(Example(2, 0.15), image, IMAGES) == Example(0, 0.15)
    assert found_again(example, image, RemoveImage(2).edited(IMAGES)) is None
    assert found_again(example, image, None) is None


def test_of_equal_ones_it_is_the_nearest() -> None:
    many = Batch(np.tile([[0.5, 0.5, 0.5, 0.5]], (9, 1)), np.full(9, 0.5))
    many.targets[[0, 3, 8]] = 1.0
    image = (0.5, 0.5, 0.5, 0.5)
    assert found_again(Example(4, 1.0), image, many) == Example(3, 1.0)
    assert found_again(Example(7, 1.0), image, many) == Example(8, 1.0)


def test_its_label_is_the_target_and_the_clean_label_is_known_where_it_differs() -> None:
    # 3 of 10 labels are flipped, so that for those the clean label is the other answer.
    config = TrainingConfig(task="xor", images=10, label_noise=0.3, output="sigmoid")
    trainer = Trainer(config)
    wrong = 0
    for index in range(10):
        image, example = example_at(trainer.run.here.images, index)
        now = trainer.snapshot(image, example)
        assert now.reading.target == trainer.run.here.images.targets[index]
        assert now.reading.error == now.reading.prediction - now.reading.target
        rule = float((image[0] >= 0.5) != (image[1] >= 0.5))
        assert now.rule == (None if rule == now.reading.target else rule)
        assert now.with_image(image).reading.target == rule
        assert now.with_image(image).rule is None
        wrong += now.rule is not None
    assert wrong == 3


def test_a_snapshot_knows_it_as_long_as_it_is_there() -> None:
    trainer = Trainer(TrainingConfig(images=20, test_share=0.25))
    image, example = example_at(trainer.run.here.images, 7)
    trainer.apply(AddImage(image, 0.0))
    assert trainer.snapshot(image, example).reading.example == example
    trainer.apply(RemoveImage(3))
    assert trainer.snapshot(image, example).reading.example == Example(6, example.label)
    trainer.apply(RemoveImage(6))
    gone = trainer.snapshot(image, example).reading
    assert gone.example is None
    assert trainer.run.scorer.test is not None
    image, example = example_at(trainer.run.scorer.test, 4, is_test=True)
    assert trainer.snapshot(image, example).reading.example == example
