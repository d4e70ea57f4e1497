"""What a person may change in a network itself: its shape, and how its weights begin.

The layer that a change is about is that of a selected parameter. The output layer has one neuron,
and is no hidden layer: with it selected, neurons and layers are those of the last hidden layer,
which it sums up, but the activation is its own.
"""

from dataclasses import replace
from enum import StrEnum

from core.errors import ConfigError
from core.network.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from core.network.architecture import Architecture, Place, written_activations
from core.network.initialisations import INITIALISATIONS
from core.settings.config import TrainingConfig

FIRST_LAYER = 4
"""Neurons of the first hidden layer that a network without any gets: as many as pixels."""
SINGLE = 16
"""Up to so many neurons in a layer, one at a time is added; from there on an eighth of them."""


class Reshape(StrEnum):
    """A change of the network; each starts another run."""

    MORE_NEURONS = "more neurons"
    FEWER_NEURONS = "fewer neurons"
    ADD_LAYER = "add layer"
    REMOVE_LAYER = "remove layer"
    ACTIVATION = "activation"
    BIAS = "bias"
    INITIALISATION = "initialisation"


def more_neurons(neurons: int) -> int:
    """Return the next larger size of a layer."""
    return neurons + (1 if neurons < SINGLE else neurons // 8)


def fewer_neurons(neurons: int) -> int:
    """Return the next smaller size of a layer, the least from which it grows so far; 0 after 1."""
    if neurons <= SINGLE:
        return neurons - 1
    fewer = max(SINGLE, 8 * neurons // 9)
    return fewer if more_neurons(fewer) >= neurons else fewer + 1


def reshaped(config: TrainingConfig, place: Place, reshape: Reshape) -> TrainingConfig:
    """Return the config with a change.

    Parameters
    ----------
    config : TrainingConfig
        What the run is made from now.
    place : Place
        Where the selected parameter is.
    reshape : Reshape
        What to change.

    Raises
    ------
    ConfigError
        If there is no hidden layer to take away from, or the change asks for what no run can have.
    """
    hidden = list(config.hidden)
    names = list(config.architecture.activations)
    layer = min(place.layer, len(hidden) - 1)
    match reshape:
        case Reshape.BIAS:
            return replace(config, bias=not config.architecture.bias)
        case Reshape.INITIALISATION:
            name = _next(tuple(INITIALISATIONS), config.initialisation)
            return replace(config, initialisation=name)
        case Reshape.ACTIVATION if place.layer == len(hidden):
            return replace(config, output=_next(OUTPUT_ACTIVATIONS, config.output))
        case Reshape.ACTIVATION:
            names[layer] = _next(tuple(ACTIVATIONS), names[layer])
        case Reshape.MORE_NEURONS | Reshape.ADD_LAYER if not hidden:
            hidden = [1 if reshape is Reshape.MORE_NEURONS else FIRST_LAYER]
            names = [config.activation]
        case Reshape.MORE_NEURONS:
            hidden[layer] = more_neurons(hidden[layer])
        case Reshape.ADD_LAYER:
            hidden.insert(layer + 1, hidden[layer])
            names.insert(layer + 1, names[layer])
        case Reshape.FEWER_NEURONS | Reshape.REMOVE_LAYER if not hidden:
            raise ConfigError("hidden", "there is no hidden layer to remove")
        case Reshape.FEWER_NEURONS if hidden[layer] > 1:
            hidden[layer] = fewer_neurons(hidden[layer])
        case Reshape.FEWER_NEURONS | Reshape.REMOVE_LAYER:
            del hidden[layer]
            # The last one's name is kept for a layer that may be added again.
            names = names[:layer] + names[layer + 1 :] or names
    return replace(config, hidden=tuple(hidden), activation=written_activations(names))


def _next(names: tuple[str, ...], name: str) -> str:
    """Return the name after one, and after the last the first."""
    return names[(names.index(name) + 1) % len(names)]


def standing(before: Architecture, index: int, after: Architecture) -> int:
    """Find the parameter to stand on in another network: the same one, or the nearest to it.

    Parameters
    ----------
    before : Architecture
        The network that was left.
    index : int
        The selected parameter's place in its flat vector.
    after : Architecture
        The network that is there now.

    Returns
    -------
    int
        A place in its flat vector. In a layer that was added it is the first weight.
    """
    place, last = before.place(index), len(after.hidden)
    if last > len(before.hidden) > 0:
        layer = after.layers[min(place.layer, len(before.hidden) - 1) + 1]
        return layer.index(0, 0)
    if not before.hidden or not after.hidden:
        number = 0
    else:
        number = last if place.layer == len(before.hidden) else min(place.layer, last - 1)
    layer, source = after.layers[number], place.source
    if source is None and not layer.bias:
        source = layer.inputs - 1  # the biases stand below the last weights
    if source is not None:
        source = min(source, layer.inputs - 1)
    return layer.index(source, min(place.neuron, layer.outputs - 1))
