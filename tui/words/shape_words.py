"""A changed network, in words."""

from core.commentary.actions import Reshaped
from core.settings.reshaping import Reshape
from tui.words.numerals import count
from tui.words.phrases import Lines, fit, listed

_DRAWN = {
    "auto": "he for relu, else glorot",
    "glorot": "evenly within ±√(6 / (inputs + outputs))",
    "he": "evenly within ±√(6 / inputs)",
    "uniform": "evenly within ±1",
    "normal": "around 0, deviation 1",
    "zero": "which fails with hidden layers",
}
"""How each initialisation draws."""


def shape_words(fact: Reshaped) -> Lines:
    """Say what has changed, and that it is another run; what follows from it comes after."""
    kinds = "weights and biases" if fact.biases else "weights"
    whole = f"{count(fact.parameters)} {kinds}"
    anew = "all 0" if fact.zero else "drawn anew"
    if fact.essays:
        return "The essay's network and its start. b: back to the run before.", ""
    what = _what(fact)
    if fact.reshape == Reshape.FIRST_WEIGHTS:
        return fit(f"{what}. b: the run before.", f"{what}. b: back."), ""
    return (
        fit(
            f"{what}: {whole}, {anew}. b: the run before.",
            f"{what}: {whole}. b: back.",
            f"{what}. b: back.",
            "b: back.",
        ),
        "",
    )


def _what(fact: Reshaped) -> str:
    """Say what was changed, without a full stop."""
    layer, neurons = f"Layer {count(fact.layer + 1)}", listed(fact.neurons, "neuron")
    match Reshape(fact.reshape):
        case Reshape.BIAS:
            return f"{'Each' if fact.biases else 'No'} neuron has a bias"
        case Reshape.FIRST_WEIGHTS:
            return f"First weights {fact.name}, {_DRAWN[fact.name]}"
        case Reshape.ACTIVATION:
            whose = "The output" if fact.layer == fact.layers else layer
            return f"{whose} is {fact.name} now"
        case Reshape.MORE_NEURONS | Reshape.FEWER_NEURONS | Reshape.REMOVE_LAYER:
            if fact.neurons:
                return f"{layer} has {neurons}"
            return f"{layer} is gone" if fact.layers else "No hidden layer is left"
        case Reshape.ADD_LAYER:
            named = listed(fact.neurons, f"{fact.name} neuron")
            return f"{layer} is new, {named}"
