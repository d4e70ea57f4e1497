"""The images of a config: those that it draws, or a person's own; and which of them only test."""

import math

import numpy as np

from core.images.images import DEFAULT_IMAGE, Batch, Example, Image, example_at
from core.images.tasks import ON, TASKS, generate
from core.randomness import Purpose, generator
from core.settings.config import TrainingConfig


def images_of(config: TrainingConfig) -> tuple[Batch, Batch | None]:
    """Return the training images, and those to test with if any are kept for that.

    Both are in the order in which they are drawn or were brought. The labels are those of the
    clean images, whatever pixel noise adds to them.
    """
    every = _with_noise(config, _clean(config))
    if not config.test_images:
        return every, None
    order = generator(config.data_seed, Purpose.TEST_IMAGES).permutation(len(every))
    test, training = np.sort(order[: config.test_images]), np.sort(order[config.test_images :])
    return (
        Batch(every.images[training], every.targets[training]),
        Batch(every.images[test], every.targets[test]),
    )


def _clean(config: TrainingConfig) -> Batch:
    """Return all images as they are before noise."""
    task, data = TASKS[config.task], config.data
    if data is None:
        return generate(task, config.images, config.data_seed, config.pixels)
    return data.batch if data.labelled else Batch(data.batch.images, task.label(data.batch.images))


def _with_noise(config: TrainingConfig, clean: Batch) -> Batch:
    """Return the batch with the config's pixel and label noise."""
    images, targets, seed = clean.images, clean.targets, config.data_seed
    if config.pixel_noise:
        noise = generator(seed, Purpose.PIXEL_NOISE).standard_normal(images.shape)
        images = np.clip(images + config.pixel_noise * noise, 0.0, 1.0)
    if config.label_noise and TASKS[config.task].yes_no:
        order = generator(seed, Purpose.LABEL_NOISE).permutation(len(clean))
        wrong = order[: round(config.label_noise * len(clean))]
        targets = targets.copy()
        targets[wrong] = 1.0 - targets[wrong]
    elif config.label_noise:
        noise = generator(seed, Purpose.LABEL_NOISE).standard_normal(len(clean))
        targets = targets + config.label_noise * noise
    return Batch(images, targets) if config.pixel_noise or config.label_noise else clean


def target_of(config: TrainingConfig, image: Image) -> float:
    """Return the target for any image; NaN if only the data could know, and does not."""
    task = TASKS[config.task]
    if task.is_own and config.data is not None:
        return config.data.label_of(image)
    return task.target(image)


def first_image(config: TrainingConfig) -> Image:
    """Return the image to look at first: the default network's, in black and white if all are, or
    the first of a person's own."""
    pixels = list(DEFAULT_IMAGE)
    if config.data is not None:
        pixels = config.data.batch.images[0].tolist()
    elif config.pixels == "black-white":
        pixels = [float(pixel >= ON) for pixel in pixels]
    top_left, top_right, bottom_left, bottom_right = pixels
    return top_left, top_right, bottom_left, bottom_right


def first_example(config: TrainingConfig, images: Batch) -> Example | None:
    """Return which training image the first image to look at is, where the images are few kinds.

    Parameters
    ----------
    config : TrainingConfig
        The run's: all black-white images are the 16 that there are, and a person's own are theirs.
    images : Batch
        The training images that it has.
    """
    if config.data is None and config.pixels != "black-white":
        return None
    (places,) = np.nonzero((images.images == first_image(config)).all(axis=1))
    return example_at(images, int(places[0]))[1] if len(places) else None


def could_have(config: TrainingConfig, image: Image) -> bool:
    """Whether an image could be one of a run's own, so that its target is known."""
    if config.pixels == "black-white" and config.data is None:
        return all(pixel in (0.0, 1.0) for pixel in image)
    return not math.isnan(target_of(config, image))
