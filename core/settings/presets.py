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
            "the essay",
            TrainingConfig(),
            (
                "Four weights that were picked at random are to find out how dark an image is.",
                "space: step after step. In the end each of them is 0.25: a mean.",
            ),
        ),
        Preset(
            "xor-without",
            "xor, no hidden layer",
            _xor((), 0.5),
            (
                "Is just one top pixel on? No weighted sum can tell. space, and watch the loss:",
                "it stops at 0.693 = ln 2, which is what tossing a coin gives.",
            ),
        ),
        Preset(
            "xor-with",
            "xor, a hidden layer",
            _xor((4,), 1.0),
            (
                "The same question with four hidden neurons: each bends a sum of its own.",
                "space: all 16 answers are right within 100 steps. Look at the stencils then.",
            ),
        ),
        Preset(
            "one-too-few",
            "one neuron too few",
            _xor((1,), 1.0),
            (
                "Xor takes two hidden neurons, and this network has one. space: it comes to",
                "12 right answers of 16 and no further. Give it a second one, and try again.",
            ),
        ),
        Preset(
            "dead-relu",
            "dead relu",
            TrainingConfig(hidden=(2,), activation="relu", seed=165),
            (
                "Both hidden neurons have only weights below 0: their sums are, and relu is 0",
                "for every image. So no gradient reaches them. Only the output’s bias learns.",
            ),
        ),
        Preset(
            "saturated",
            "saturated sigmoid",
            TrainingConfig(output="sigmoid", learning_rate=500.0),
            (
                "The steps are far too large. s: one drives the sums to where the sigmoid is",
                "flat. Answers and slopes are 0 but for a hair, and nothing moves any more.",
            ),
        ),
        Preset(
            "too-large",
            "too large a learning rate",
            TrainingConfig(learning_rate=1.0),
            (
                "The essay’s network, but each step goes ten times as far. s, again and again:",
                "it overshoots the valley, farther each time. Above a rate of 0.905 it must.",
            ),
        ),
        Preset(
            "overfitting",
            "overfitting ten images",
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
                "Ten images with noisy labels, and 40 to test with. space, ] to run faster:",
                "the loss goes to 0, while the one on the test images rises. Known by heart.",
            ),
        ),
        Preset(
            "zero",
            "all weights zero",
            TrainingConfig(hidden=(4,), initialisation="zero"),
            (
                "All weights start at 0. No hidden neuron says anything, and no error comes",
                "back through the zeros: only the output’s bias learns. Randomness matters.",
            ),
        ),
    )
}
"""Every preset, by name."""
