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

_OTHERS = "On the network, W draws others."
"""What to do where the initial weights are the reason."""


@says.register
def _(fact: NoGradientToHidden) -> Lines:
    where = "layer" if fact.layers == 1 else "layers"
    what = f"No gradient reaches the hidden {where}: the output's weights are all 0."
    if not fact.forever:
        return what, "Once a step has moved these, it gets through."
    if not fact.bias:
        return what, f"Nothing will ever learn: every gradient is 0. {_OTHERS}"
    return what, "Only the output's bias learns: one answer for all images. W draws others."


@says.register
def _(fact: IdenticalNeurons) -> Lines:
    what = f"All {count(fact.neurons)} neurons of layer {fact.layer + 1} are alike"
    if fact.layers > 1:
        what = f"In {count(fact.layers)} layers all neurons are alike"
    elif fact.hidden == 1:
        what = f"All {count(fact.neurons)} hidden neurons are alike"
    why = "Together they can do no more than one neuron."
    if fact.ignores_image:
        why = "So far a layer's weights are all 0: one answer for every image."
    same = "they get the same gradient and stay alike"
    return fit(f"{what}: {same}.", f"{what}, and stay so."), fit(f"{why} {_OTHERS}", why)


@says.register
def _(fact: ReluGradientZero) -> Lines:
    who = f"{count(fact.neurons)} of {count(fact.relus)} relu neurons have gradient 0"
    if fact.neurons == fact.relus:
        who = f"All {count(fact.relus)} relu neurons have gradient 0"
    why = "They cannot learn from here. n: new weights." if fact.forever else ""
    return fit(f"{who}: a relu at 0 passes nothing back.", f"{who}."), why


@says.register
def _(fact: Vanishing) -> Lines:
    why = "It shrinks from layer to layer on its way back: the first hardly learns."
    if fact.scaled_by:
        title = OPTIMIZERS[fact.scaled_by].title
        why = f"It shrinks from layer to layer on its way back; {title} divides by its size."
    what = f"The gradient vanishes: the first layer has 1/{short(fact.times)} of the last one's."
    return what, why


@says.register
def _(fact: Exploding) -> Lines:
    return (
        f"The gradient explodes: the first layer has {short(fact.times)} times the last one's.",
        "It grows from layer to layer on its way back: no rate suits them all.",
    )


@says.register
def _(fact: UpdateTooLarge) -> Lines:
    return (
        f"The gradient explodes: the step is {short(fact.times)} times as large as the weights.",
        f"( makes it smaller. {_OTHERS}",
    )
