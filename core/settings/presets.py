"""Presets, each with something to see."""

import math
from collections.abc import Callable

from core.settings.config import TrainingConfig
from core.structs import Struct


class Standing(Struct):
    """How a run does at a moment, over all its training images."""

    step: int
    """Updates so far."""
    loss: float
    """Mean over the training images."""
    images: int
    """How many they are."""
    correct: int
    """How many of them are answered right in a yes/no task."""
    steepest: float
    """The largest component of the gradient, in size."""
    test_loss: float
    """Mean over the test images; NaN without any."""


class Closing(Struct):
    """What a preset has shown, and how to tell that it has."""

    what: str
    """What there is to see now, in one line of at most 78 columns."""
    then: str
    """Why, or what to do now, in another one."""
    holds: Callable[[Standing], bool]
    """Whether it has happened."""


class Preset(Struct):
    """One of them."""

    name: str
    """The name that the option uses."""
    title: str
    """The name in words."""
    about: str
    """The effect, in at most 48 columns."""
    config: TrainingConfig
    lines: tuple[str, str]
    """What to watch, in two lines of at most 78 columns."""
    closing: Closing | None = None
    """What is said once that has happened; None if any run that ends so has words for it."""


def _xor(hidden: tuple[int, ...], learning_rate: float) -> TrainingConfig:
    """Return xor on the 16 images in black and white."""
    return TrainingConfig(
        hidden=hidden,
        output="sigmoid",
        bias=True,
        learning_rate=learning_rate,
        loss="bce",
        task="xor",
        images=16,
        pixels="black-white",
        seed=1,
    )


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "essay",
            "default network",
            "four weights learn how dark an image is",
            TrainingConfig(),
            (
                "Four weights start out wrong, and learn how dark an image is.",
                "Press space. In the end each weight is 0.25: the prediction is the mean pixel.",
            ),
        ),
        Preset(
            "xor-without",
            "xor, no hidden layer",
            "the loss stops at ln 2: no weights solve xor",
            _xor((), 0.5),
            (
                "Is just one top pixel on? No weighted sum can tell. Press space:",
                "the loss stops at 0.693 = ln 2, the loss of predicting 0.5 for every image.",
            ),
            Closing(
                "The loss has stopped at 0.693 = ln 2: it predicts about 0.5 for every image.",
                "No weighted sum does better. Press tab, then i for a hidden layer.",
                lambda now: now.loss <= math.log(2) + 1e-5,
            ),
        ),
        Preset(
            "xor-with",
            "xor, a hidden layer",
            "four hidden neurons solve it in 100 steps",
            _xor((4,), 1.0),
            (
                "Is just one top pixel on? Four hidden neurons learn it. Press space: within",
                "100 steps all 16 predictions are correct. Look at the weight images then.",
            ),
            Closing(
                "All 16 predictions are correct. Look at each neuron’s 2×2 weight image:",
                "which pixels does it compare? Press space to go on.",
                lambda now: now.correct == now.images,
            ),
        ),
        Preset(
            "one-too-few",
            "one neuron too few",
            "at most 12 of the 16 predictions are correct",
            _xor((1,), 1.0),
            (
                "Xor needs two hidden neurons, and this network has one. Press space: at most",
                "12 of 16 predictions are correct. Press tab, then u for a second neuron.",
            ),
            Closing(
                "12 of 16 predictions are correct: one hidden neuron can do no better.",
                "Press tab, then u for a second neuron.",
                lambda now: 4 * now.correct >= 3 * now.images,
            ),
        ),
        Preset(
            "dead-relu",
            "dead relu",
            "no gradient reaches the hidden neurons",
            TrainingConfig(hidden=(2,), activation="relu", seed=165),
            (
                "All weights of both hidden neurons are below 0. So are their sums: relu is 0",
                "for every image. No gradient reaches them. Only the output’s bias learns.",
            ),
            Closing(
                "Only the output’s bias has learned: it is the mean target. The hidden neurons",
                "are as they were, and no step will change them. Press n for new weights.",
                lambda now: now.steepest <= 1e-4,
            ),
        ),
        Preset(
            "saturated",
            "saturated sigmoid",
            "one large step, and the weights stop moving",
            TrainingConfig(output="sigmoid", learning_rate=500.0),
            (
                "The steps are far too large. Press s: one moves the sums to where sigmoid is",
                "flat. Predictions and derivatives are almost 0, so the weights stop moving.",
            ),
            Closing(
                "Saturated: predictions and derivatives are almost 0, so no weight moves.",
                "Press r, then ( until the rate is 10 or less, then space.",
                lambda now: now.step > 0 and now.steepest <= 1e-5,
            ),
        ),
        Preset(
            "too-large",
            "too large a learning rate",
            "each step overshoots, and the loss rises",
            TrainingConfig(learning_rate=1.0),
            (
                "The default network with ten times its learning rate. Press s several times:",
                "each step overshoots the valley, farther each time. Rates above 0.905 diverge.",
            ),
        ),
        Preset(
            "overfitting",
            "overfitting ten images",
            "the training loss goes to 0, the test loss rises",
            TrainingConfig(
                hidden=(8,),
                learning_rate=0.3,
                images=50,
                label_noise=0.15,
                test_share=0.8,
                seed=2,
                data_seed=2,
            ),
            (
                "Ten images with noisy labels, 40 test images. Press space, ] to run faster:",
                "the training loss goes to 0 and the test loss rises: that is overfitting.",
            ),
            Closing(
                "The training loss is down to 0.001, and the test loss has more than doubled.",
                "That is overfitting: it has memorised the noise in the labels of ten images.",
                lambda now: now.loss <= 1e-3 and now.test_loss > 0.07,
            ),
        ),
        Preset(
            "zero",
            "all weights zero",
            "only the output’s bias learns",
            TrainingConfig(hidden=(4,), initialisation="zero"),
            (
                "All weights start at 0. The hidden neurons output 0, and no gradient reaches",
                "their weights: only the output’s bias learns. So initial weights are random.",
            ),
            Closing(
                "Only the output’s bias has learned: it is the mean target. All weights are 0,",
                "and no step will change them. Press c to set another initialisation.",
                lambda now: now.steepest <= 1e-4,
            ),
        ),
    )
}
"""Every preset, by name."""


def preset_of(config: TrainingConfig) -> Preset | None:
    """Return the preset that has these settings, if one has; also on an engine that is an extra."""
    like = config.portable
    return next((preset for preset in PRESETS.values() if preset.config == like), None)
