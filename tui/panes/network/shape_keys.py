"""The keys that change the network itself, on its pane."""

from dataclasses import dataclass

from textual.binding import Binding

from core.settings import Reshape


@dataclass(frozen=True)
class ShapeKey:
    """One key."""

    key: str
    """As it stands on the keyboard."""
    reshape: Reshape
    """What it changes."""
    words: str
    """What the footer calls it; empty where it is not shown there."""
    shown: str
    """The keys that the footer shows for these words."""
    tooltip: str
    """What it does, as a sentence; the palette has it up to the semicolon."""

    @property
    def binding(self) -> Binding:
        """The binding; capitals are bound twice, since terminals differ."""
        key = self.key
        if key.isupper():
            key = f"{key},shift+{key.lower()}"
        return Binding(
            key,
            f"reshape('{self.reshape.value}')",
            self.words or self.reshape.value,
            show=bool(self.words),
            key_display=self.shown or self.key,
            tooltip=self.tooltip,
        )


SHAPE_KEYS = (
    ShapeKey(
        "u",
        Reshape.MORE_NEURONS,
        "neurons",
        "u U",
        "A neuron (unit) more in the weight’s layer; from 16 on, an eighth more.",
    ),
    ShapeKey(
        "U",
        Reshape.FEWER_NEURONS,
        "",
        "",
        "A neuron less in the weight’s layer; the last one takes the layer with it.",
    ),
    ShapeKey(
        "i", Reshape.ADD_LAYER, "layers", "i I", "Insert a hidden layer after the weight’s layer."
    ),
    ShapeKey("I", Reshape.REMOVE_LAYER, "", "", "Take the weight’s hidden layer out."),
    ShapeKey(
        "A",
        Reshape.ACTIVATION,
        "activation",
        "A",
        "Give the weight’s layer another activation: linear, relu, tanh, sigmoid.",
    ),
    ShapeKey("O", Reshape.BIAS, "", "", "Biases on or off: the offsets that neurons add."),
    ShapeKey(
        "W",
        Reshape.FIRST_WEIGHTS,
        "",
        "",
        "Draw the first weights another way: auto, glorot, he, uniform, normal, zero.",
    ),
)
"""In the order in which help lists them. Each starts another run; b brings the one before back."""
