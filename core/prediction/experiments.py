"""Experiments: the same network with one thing changed, to see what its time depends on."""

from dataclasses import replace
from enum import StrEnum

from core.errors import ConfigError
from core.settings.config import TrainingConfig
from core.settings.reshaping import Reshape, reshaped

_STILL = 1e-9
"""A learning rate by which the weights hardly move: however many steps are timed, none diverges."""


class Experiment(StrEnum):
    """What is changed."""

    IMAGES = "twice the images"
    WIDTH = "twice the width"
    LAYER = "one more layer"


def as_timed(config: TrainingConfig, images: int) -> TrainingConfig:
    """Return a config with what the time of a step depends on; all else is at its default.

    Parameters
    ----------
    config : TrainingConfig
        Of a run.
    images : int
        Training images that the run has now.
    """
    batch = None if config.is_full_batch else config.batch_size
    plain = TrainingConfig()
    return replace(
        config,
        task=plain.task,
        images=images,
        pixels=plain.pixels,
        pixel_noise=plain.pixel_noise,
        label_noise=plain.label_noise,
        test_share=plain.test_share,
        data=None,
        data_seed=plain.data_seed,
        seed=plain.seed,
        at_hand=None,
        batch_size=None if batch is None or batch >= images else batch,
        learning_rate=_STILL,
        until_loss=None,
        until_accuracy=None,
        steps=None,
        patience=None,
    )


def changed(config: TrainingConfig, experiment: Experiment) -> TrainingConfig:
    """Return a config with one thing changed.

    Parameters
    ----------
    config : TrainingConfig
        As `as_timed` returns it.
    experiment : Experiment
        What to change.

    Raises
    ------
    ConfigError
        If there is nothing to change, or the result is not a network that can be run.
    """
    match experiment:
        case Experiment.IMAGES:
            batch = None if config.is_full_batch else 2 * config.images_per_step
            return replace(config, images=2 * config.images_now, batch_size=batch)
        case Experiment.WIDTH:
            if not config.hidden:
                raise ConfigError("hidden", "there is no hidden layer to widen")
            return replace(config, hidden=tuple(2 * size for size in config.hidden))
    layers = config.architecture.layers
    last = config.architecture.place(config.architecture.parameter_count - 1)
    assert last.layer == len(layers) - 1
    return reshaped(config, last, Reshape.ADD_LAYER)
