"""Words for layers: gradients that vanish or explode, dead relus, identical neurons."""

from core.commentary import (
    Exploding,
    IdenticalNeurons,
    NoGradientToHidden,
    ReluGradientZero,
    UpdateTooLarge,
    Vanishing,
)
from core.network import OPTIMIZERS
from tui.words.numerals import count, short
from tui.words.phrases import Lines, fit, says

_OTHERS = "On the network, press W for other weights."
"""What to do where the initial weights are the reason."""


@says.register
def _(fact: NoGradientToHidden) -> Lines:
    where = "layer" if fact.layers == 1 else "layers"
    what = f"No gradient reaches the hidden {where}: the output's weights are all 0."
    if not fact.forever:
        return what, "Once a step has changed these weights, the gradient gets through."
    if not fact.bias:
        return what, f"Every gradient stays 0. {_OTHERS}"
    return what, f"Only the output's bias can learn. {_OTHERS}"


@says.register
def _(fact: IdenticalNeurons) -> Lines:
    what = f"All {count(fact.neurons)} neurons of layer {fact.layer + 1} are identical"
    if fact.layers > 1:
        what = f"In {count(fact.layers)} layers all neurons are identical"
    elif fact.hidden == 1:
        what = f"All {count(fact.neurons)} hidden neurons are identical"
    why = "Together they do no more than one."
    if fact.ignores_image:
        why = "All weights of a layer are 0: the same answer for every image."
    same = "same gradient, so they stay identical"
    return fit(f"{what}: {same}.", f"{what}, and stay so."), fit(f"{why} {_OTHERS}", why)


@says.register
def _(fact: ReluGradientZero) -> Lines:
    who = f"{count(fact.neurons)} of {count(fact.relus)} relu neurons have gradient 0"
    if fact.neurons == fact.relus:
        who = f"All {count(fact.relus)} relu neurons have gradient 0"
    why = "These neurons cannot learn any more. Press n for new weights." if fact.forever else ""
    return fit(f"{who}: a relu at 0 has derivative 0.", f"{who}."), why


@says.register
def _(fact: Vanishing) -> Lines:
    why = "It shrinks from layer to layer in backprop, so the first hardly learns."
    if fact.scaled_by:
        title = OPTIMIZERS[fact.scaled_by].title
        why = f"It shrinks from layer to layer in backprop, but {title} divides by its RMS."
    what = f"The gradient vanishes: the first layer has 1/{short(fact.times)} of the last one's."
    return what, why


@says.register
def _(fact: Exploding) -> Lines:
    return (
        f"The gradient explodes: the first layer has {short(fact.times)} times the last one's.",
        "It grows from layer to layer in backprop: no learning rate suits all layers.",
    )


@says.register
def _(fact: UpdateTooLarge) -> Lines:
    return (
        f"The gradient explodes: the update is {short(fact.times)} times the weights.",
        f"Press ( for smaller steps. {_OTHERS}",
    )
