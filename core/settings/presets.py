"""Presets, each with something to see."""

from dataclasses import dataclass

from core.settings.config import TrainingConfig


@dataclass(frozen=True)
class Preset:
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
        ),
        Preset(
            "xor-with",
            "xor, a hidden layer",
            "four hidden neurons solve it in 100 steps",
            _xor((4,), 1.0),
            (
                "The same question with four hidden neurons. Press space: within 100 steps,",
                "all 16 predictions are correct. Then look at the weight images of the neurons.",
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
        ),
    )
}
"""Every preset, by name."""
