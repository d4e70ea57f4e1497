"""Words of the explain pane: its title, and the facts beside the arithmetic."""

from functools import singledispatch

from core import TASKS, Snapshot
from core.explain import (
    Cause,
    CleanLabel,
    Count,
    CountQuantity,
    EqualCostDescent,
    ErrorQuantity,
    Explanation,
    Fact,
    GradientQuantity,
    IdenticalNeurons,
    InitialValue,
    LossQuantity,
    NeuronQuantity,
    Origin,
    OtherOperations,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    Reason,
    Remark,
    Scope,
    TargetQuantity,
    TooManyTerms,
    UpdateQuantity,
    Updates,
)
from core.network import OPTIMIZERS
from tui.words.numerals import count, fixed, short
from tui.words.phrases import batch_words, joined, listed, name_of

_COUNTS = {
    Count.FORWARD: "from the images to the predictions",
    Count.GRADIENT: "from the errors to the gradient",
    Count.UPDATE: "moving the weights",
    Count.STEP: "a step",
    Count.OTHER_STEP: "a step, the other way",
    Count.TOTAL: "all steps so far",
    Count.FORWARD_PASSES: "by hand, a look for each edit",
}
_REMARKS = {
    Remark.GIVEN: "The truth is given with the image: nothing computes it.",
    Remark.UNKNOWN: "What is right for this image nobody knows: it is not in your data.",
    Remark.PENDING: "The gradient is still being computed.",
    Remark.MIXED: "Added up step by step: they did not all cost the same.",
    Remark.DIRECTION: "What η is multiplied by is worked out with the step: t leads there.",
    Remark.FROZEN: "It is frozen: no step moves it.",
    Remark.PENALISED: (
        "λ₁ and λ₂ pull the weight towards 0; g is the gradient of the loss alone, as it is shown."
    ),
    Remark.UNPENALISED: "L1 and L2 pull weights towards 0, and leave biases alone.",
    Remark.UNSEEN: "This image is only looked at: the mean is of the training images.",
    Remark.UNMOVED: "Nothing was moved by hand at this moment: + and − on the network do that.",
    Remark.SEEN: "This image is one of the training images, which the mean is of.",
}


def title_of(snapshot: Snapshot, quantity: Quantity) -> str:
    """Return the name of the number that is explained.

    Raises
    ------
    IndexError
        If the network has no such number.
    """
    architecture = snapshot.architecture
    match quantity:
        case PixelQuantity(pixel):
            return f"pixel {pixel + 1}, {fixed(snapshot.reading.image[pixel], 2)}"
        case PredictionQuantity():
            return "the prediction"
        case TargetQuantity():
            return "the truth"
        case ErrorQuantity():
            return "the error"
        case ParameterQuantity(index):
            return f"{name_of(architecture, index)}, {fixed(float(snapshot.parameters[index]), 4)}"
        case NeuronQuantity(layer, neuron):
            return f"layer {layer + 1} · neuron {neuron + 1}"
        case GradientQuantity(index):
            return f"gradient of {name_of(architecture, index)}"
        case UpdateQuantity(index):
            return f"{name_of(architecture, index)} after the coming step"
        case LossQuantity():
            return f"loss{batch_words(snapshot)}"
        case CountQuantity(counted):
            return f"multiply-adds: {_COUNTS[counted]}"


def words_for(explanation: Explanation, snapshot: Snapshot) -> list[tuple[str, bool]]:
    """Return the words for an explanation's facts, each with whether it says why a number is 0."""
    words = [
        (_in_context(fact, explanation, snapshot), isinstance(fact, Reason | IdenticalNeurons))
        for fact in explanation.facts
    ]
    reasons = [fact for fact in explanation.facts if isinstance(fact, Reason)]
    parts = [fact for fact in reasons if fact.scope is Scope.BATCH and fact.images < fact.of]
    if explanation.result == 0 and parts and sum(fact.images for fact in parts) == parts[0].of:
        words.append(("Together that is every image: the gradient is 0.", True))
    return words


def _in_context(fact: Fact, explanation: Explanation, snapshot: Snapshot) -> str:
    """Return the words for a fact, for a gradient after those that explain its terms."""
    if fact in (Remark.SEEN, Remark.UNSEEN) and isinstance(explanation.quantity, GradientQuantity):
        return f"{_image_gradients(snapshot)} {words_of(fact)}"
    return words_of(fact)


@singledispatch
def words_of(fact: Fact) -> str:
    """Return the words for a fact beside an explanation, one sentence or more."""
    raise TypeError(f"no words for {fact!r}")


@words_of.register
def _(fact: Remark) -> str:
    return _REMARKS[fact]


@words_of.register
def _(fact: TooManyTerms) -> str:
    known = "" if fact.value is None else f": the step found {fixed(fact.value, 6, signed=True)}"
    return (
        f"Image by image that is {count(fact.multiply_adds)} multiply-adds, "
        f"too many to follow here{known}."
    )


@words_of.register
def _(fact: IdenticalNeurons) -> str:
    who = f"All {count(fact.neurons)} neurons of layer {fact.layer + 1} are alike"
    return f"{who}: their gradients are the same, and they stay alike."


@words_of.register
def _(fact: CleanLabel) -> str:
    return f"The rule: {TASKS[fact.task].rule}."


@words_of.register
def _(fact: EqualCostDescent) -> str:
    manual_edits = fact.manual_edits
    start, hand, descent = (
        "…" if loss is None else short(loss, 4)
        for loss in (manual_edits.start_loss, fact.loss, manual_edits.descent_loss)
    )
    words = f"A look: one forward pass, to see what an edit did. By hand: loss {start} → {hand}. "
    if manual_edits.has_diverged:
        return f"{words}Gradient descent, for the same, diverges: its steps are too long."
    if not manual_edits.steps:
        return f"{words}Gradient descent has not taken a step for that: one is {count(fact.step)}."
    cost = count(manual_edits.descent_multiply_adds)
    steps = f"{listed(manual_edits.steps, 'step')}, {cost} multiply-adds"
    return f"{words}Gradient descent, for no more: {start} → {descent} ({steps})."


def _image_gradients(snapshot: Snapshot) -> str:
    """Return what the terms of a gradient are."""
    words = "pull: how steeply the loss of one image rises with this weight or bias"
    if snapshot.architecture.hidden:
        words += "; error of a neuron: how it rises with the neuron’s sum"
    return f"{words}."


@words_of.register
def _(fact: InitialValue) -> str:
    edge = fixed(fact.spread, 2)
    match fact.origin:
        case Origin.DEFAULT:
            return "It began as the essay picked it."
        case Origin.BIAS:
            return "A bias begins at 0."
        case Origin.ZERO:
            return "It began at 0, as all weights of this network did."
        case Origin.NORMAL:
            drawn = "normally distributed around 0, two thirds of them within"
            return f"It began as a random number, {drawn} ±{edge} (seed {fact.seed})."
        case Origin.DRAWN:
            return f"It began as a random number between −{edge} and {edge} (seed {fact.seed})."


@words_of.register
def _(fact: OtherOperations) -> str:
    work, each = fact.work, "each" if fact.parameters > 1 else "it"
    items = [
        listed(number, noun)
        for number, noun in (
            (work.products, "product"),
            (work.sums, "product"),
            (work.roots, "square root"),
            (work.quotients, "division"),
        )
        if number
    ]
    if work.sums:
        items[1 if work.products else 0] += " added onto a sum"
    said = []
    if items:
        title = OPTIMIZERS[fact.optimizer].title
        said.append(f"{title} takes {joined(items)} more for {each} of {count(fact.parameters)}.")
    if fact.penalties:
        both = "L1 and L2 each add" if fact.penalties == 2 else "The penalty adds"
        said.append(f"{both} a product to the gradient of {listed(fact.weights, 'weight')}.")
    return f"{' '.join(said)} They are counted in lines of their own."


@words_of.register
def _(fact: Updates) -> str:
    title, number = OPTIMIZERS[fact.optimizer].title, count(fact.count)
    began = f"update {number} since {title} began with 0"
    match fact.optimizer:
        case "momentum":
            return f"v: the velocity, what is left of the steps before. This is {began}."
        case "rmsprop":
            return f"s: the mean of the squared gradients of late. This is {began}."
    return (
        "m, s: means of the gradients and of their squares of late. "
        f"t = {number}: this is {began}, and the divisions by 1 − βᵗ make up for that."
    )


@words_of.register
def _(fact: Reason) -> str:
    if fact.scope is Scope.IMAGE:
        return _for_this_image(fact)
    if fact.cause is Cause.CANCEL:
        return f"The pulls of {count(fact.images)} images cancel out: the gradient is 0."
    if fact.images < fact.of:
        who = f"For {count(fact.images)} of {count(fact.of)} images "
        ending = "."
    else:
        who = "For the image " if fact.of == 1 else f"For all {count(fact.of)} images "
        ending = ": the gradient is 0." if not fact.derivative else "."
    return f"{who}{_cause(fact)}{ending}"


def _for_this_image(reason: Reason) -> str:
    """Return why the selected image's own gradient is zero or small."""
    ending = ": it pulls hardly at all." if reason.derivative else ": it does not pull."
    return f"For this image {_cause(reason)}{ending}"


def _cause(reason: Reason) -> str:
    """Return a cause as the middle of a sentence."""
    neuron = f"neuron {reason.neuron + 1}"
    match reason.cause:
        case Cause.INPUT:
            what = "the pixel" if reason.layer == 0 else "the number that the weight multiplies"
            return f"{what} is 0"
        case Cause.DEAD:
            return f"{neuron} is off: its sum is not above 0, so its slope is 0 (a dead relu)"
        case Cause.SATURATED:
            derivative = short(reason.derivative or 0.0)
            return (
                f"{neuron} is saturated: {reason.activation} is flat there, its slope {derivative}"
            )
        case Cause.WEIGHTS:
            return f"the weights that lead on from {neuron} are 0, so nothing comes back"
        case Cause.RIGHT:
            return "the prediction is right"
        case Cause.BLOCKED | Cause.CANCEL:
            return f"the neurons above {neuron} let nothing through"
