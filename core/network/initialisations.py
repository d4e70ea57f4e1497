"""Initialisations: how initial weights are drawn. Biases begin at 0 in every one of them."""

from collections.abc import Callable

import numpy as np

from core.arrays import Array
from core.network.activations import Activation, glorot_limit, he_limit
from core.structs import Struct


class Initialisation(Struct):
    """One way to draw the weights of a layer."""

    name: str
    """The name that options and files use."""
    spread: Callable[[int, int, Activation], float]
    """From the layer's numbers of inputs and outputs and its activation: the limit of a uniform
    distribution in ±limit, or the standard deviation of a normal one around 0."""
    is_normal: bool = False
    """Whether the distribution is the normal one."""

    def draw(
        self, random: np.random.Generator, inputs: int, outputs: int, activation: Activation
    ) -> Array:
        """Draw a layer's weights, shape (inputs · outputs,), row by row."""
        spread, count = self.spread(inputs, outputs, activation), inputs * outputs
        if self.is_normal:
            return random.normal(0.0, spread, count)
        return random.uniform(-spread, spread, count) if spread else np.zeros(count)


def _auto(inputs: int, outputs: int, activation: Activation) -> float:
    """He's limit for relu, Glorot's for the others: what each was made for."""
    return activation.limit(inputs, outputs)


def _glorot(inputs: int, outputs: int, activation: Activation) -> float:
    """√(6 / (inputs + outputs)): keeps the signal's size in both directions, for derivatives near
    1."""
    return glorot_limit(inputs, outputs)


def _he(inputs: int, outputs: int, activation: Activation) -> float:
    """√(6 / inputs): makes up for the half that relu sets to zero."""
    return he_limit(inputs, outputs)


def _one(inputs: int, outputs: int, activation: Activation) -> float:
    """1 whatever the layer: its sums grow with √inputs, which the ways above prevent.

    Source: LeCun et al., 1998, http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf, section 4.6.
    """
    return 1.0


def _nothing(inputs: int, outputs: int, activation: Activation) -> float:
    """0: what must not be done with hidden layers, since neurons that begin identical stay
    identical.

    Source: Goodfellow, Bengio and Courville, 2016,
    https://www.deeplearningbook.org/contents/optimization.html, section 8.4.
    """
    return 0.0


INITIALISATIONS: dict[str, Initialisation] = {
    initialisation.name: initialisation
    for initialisation in (
        Initialisation("auto", _auto),
        Initialisation("glorot", _glorot),
        Initialisation("he", _he),
        Initialisation("uniform", _one),
        Initialisation("normal", _one, is_normal=True),
        Initialisation("zero", _nothing),
    )
}
"""Every way, by name. A new one is one entry here and the function that gives its spread."""
