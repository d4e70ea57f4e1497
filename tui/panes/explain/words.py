"""Words of the explain pane: its title, and the facts beside the arithmetic."""

import math
from functools import singledispatch

from core import TASKS, Snapshot
from core.explain import (
    AtCorner,
    Cause,
    CleanLabel,
    Clipped,
    EqualCostDescent,
    Explanation,
    Fact,
    IdenticalNeurons,
    InitialValue,
    Origin,
    OtherOperations,
    Reason,
    Remark,
    ScheduledRate,
    Scope,
    TimeShares,
    TooManyTerms,
    Updates,
)
from core.network import OPTIMIZERS
from core.quantities import (
    Count,
    CountQuantity,
    ErrorQuantity,
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    TargetQuantity,
    TimeQuantity,
    UpdateQuantity,
)
from tui.words.machine import percent_text, rules_text, time_text
from tui.words.numerals import count, fixed, in_full, rate, short
from tui.words.phrases import batch_words, joined, listed, name_of, some

_COUNTS = {
    Count.FORWARD: "forward pass",
    Count.GRADIENT: "gradient",
    Count.UPDATE: "update",
    Count.STEP: "one step",
    Count.OTHER_STEP: "one step, by the other gradient method",
    Count.TOTAL: "all steps so far",
    Count.FORWARD_PASSES: "manual changes",
}
_REMARKS = {
    Remark.GIVEN: "The target is given with the image: nothing computes it.",
    Remark.UNKNOWN: "No target is known: this image is not in your data.",
    Remark.PENDING: "The gradient is still being computed.",
    Remark.MIXED: "Added up step by step: the steps did not all cost the same.",
    Remark.DIRECTION: "η and its factor are explained with the update: press t.",
    Remark.FROZEN: "Frozen: no step changes it.",
    Remark.PENALISED: (
        "λ₁ and λ₂ move the weight towards 0; g is the gradient of the loss without them."
    ),
    Remark.UNPENALISED: "L1 and L2 move weights towards 0; biases are exempt.",
    Remark.UNSEEN: "This image is not in the mean: it is not a training image.",
    Remark.UNMOVED: "No manual change at this step. Press + or − on the network to make one.",
    Remark.SEEN: "This image is in the mean: it is a training image.",
    Remark.UNPREDICTED: "There is no prediction for this engine here, or not yet.",
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
            return "the target"
        case ErrorQuantity():
            return "the error"
        case ParameterQuantity(index):
            return f"{name_of(architecture, index)}, {in_full(float(snapshot.parameters[index]))}"
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
        case TimeQuantity(engine, experiment):
            words = f"predicted time of a step, {engine}"
            return f"{words}, {experiment}" if experiment else words


def words_for(explanation: Explanation, snapshot: Snapshot) -> list[tuple[str, bool]]:
    """Return the words for an explanation's facts, each with whether it says why a number is 0."""
    words = [
        (_in_context(fact, explanation, snapshot), isinstance(fact, Reason | IdenticalNeurons))
        for fact in explanation.facts
    ]
    reasons = [fact for fact in explanation.facts if isinstance(fact, Reason)]
    parts = [fact for fact in reasons if fact.scope is Scope.BATCH and fact.images < fact.of]
    if explanation.result == 0 and parts and sum(fact.images for fact in parts) == parts[0].of:
        words.append(("Together these are all images: the gradient is 0.", True))
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
    known = "" if fact.value is None else f". The step found {fixed(fact.value, 6, signed=True)}"
    return (
        f"Image by image this takes {count(fact.multiply_adds)} multiply-adds, "
        f"too many to show here{known}."
    )


@words_of.register
def _(fact: AtCorner) -> str:
    corner = fact.corner
    at = f"For {some(corner.images, corner.of)} the weighted sum of neuron {corner.neuron + 1}"
    first = f"{at} is exactly 0. Relu has a corner there: slope 0 on the left, 1 on the right."
    if not corner.right:
        return f"{first} Both gradient methods use the left slope: the nudge lowers the sum."
    side = "the right one"
    if corner.right < corner.images:
        side = f"for {count(corner.right)} of them the right one"
    return f"{first} Backprop uses the left slope; finite differences use {side}."


@words_of.register
def _(fact: IdenticalNeurons) -> str:
    who = f"All {count(fact.neurons)} neurons of layer {fact.layer + 1} are identical"
    return f"{who}: their gradients are the same, so they stay identical."


@words_of.register
def _(fact: CleanLabel) -> str:
    return f"The target is {TASKS[fact.task].rule}."


@words_of.register
def _(fact: EqualCostDescent) -> str:
    manual_edits = fact.manual_edits
    start, hand, descent = (
        "…" if loss is None else short(loss, 4)
        for loss in (manual_edits.start_loss, fact.loss, manual_edits.descent_loss)
    )
    words = f"Each manual change costs one forward pass. Your loss: {start} → {hand}. "
    if manual_edits.has_diverged:
        return f"{words}Gradient descent at equal cost diverges: its steps are too large."
    if not manual_edits.steps:
        price = f"one costs {count(fact.step)} multiply-adds"
        return f"{words}Gradient descent at equal cost: no step yet, because {price}."
    cost = count(manual_edits.descent_multiply_adds)
    steps = f"{listed(manual_edits.steps, 'step')}, {cost} multiply-adds"
    return f"{words}Gradient descent at equal cost: {start} → {descent} ({steps})."


def _image_gradients(snapshot: Snapshot) -> str:
    """Return what the terms of a gradient are."""
    words = "per-image gradient: how steeply the loss of one image rises with this weight or bias"
    if snapshot.architecture.hidden:
        words += "; delta: how steeply it rises with the weighted sum of a neuron"
    return f"{words}."


@words_of.register
def _(fact: InitialValue) -> str:
    edge = fixed(fact.spread, 2)
    match fact.origin:
        case Origin.DEFAULT:
            return "Its initial value was chosen for the default network."
        case Origin.BIAS:
            return "A bias starts at 0."
        case Origin.ZERO:
            return "Its initial value was 0, as for all weights of this network."
        case Origin.NORMAL:
            drawn = "normally distributed around 0, two thirds of such numbers within"
            return f"Its initial value was random, {drawn} ±{edge} (seed {fact.seed})."
        case Origin.DRAWN:
            return f"Its initial value was random, between −{edge} and {edge} (seed {fact.seed})."


@words_of.register
def _(fact: OtherOperations) -> str:
    work, each = fact.work, "each parameter" if fact.parameters > 1 else "the parameter"
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
        items[1 if work.products else 0] += " added to a sum"
    said = []
    if fact.schedules:
        said.append("The schedule gives the learning rate: one call per step.")
    if fact.clips_norm:
        numbers = count(fact.parameters)
        said.append(
            f"Clipping adds {numbers} squares to a sum and multiplies {numbers} numbers by c."
        )
    if fact.clips_value:
        said.append(f"Clipping compares each of {count(fact.parameters)} numbers with two bounds.")
    if items:
        title = OPTIMIZERS[fact.optimizer].title
        said.append(
            f"{title} computes {joined(items)} more for {each} of {count(fact.parameters)}."
        )
    if fact.penalties:
        both = "L1 and L2 each add" if fact.penalties == 2 else "The penalty adds"
        said.append(f"{both} a product to the gradient of {listed(fact.weights, 'weight')}.")
    return f"{' '.join(said)} These are other operations."


@words_of.register
def _(fact: TimeShares) -> str:
    total = fact.call + fact.compute + fact.memory
    parts = (
        ("calling", fact.call),
        ("computing", fact.compute),
        ("waiting for memory", fact.memory),
    )
    shares = joined([f"{name} ({percent_text(part / total)})" for name, part in parts])
    words = f"The time is spent on {shares}."
    if fact.present is not None:
        ratio = f"×{short(total / fact.present)}"
        words = f"That is {ratio} of the present step, {time_text(fact.present)}. {words}"
    return f"{words} {rules_text(fact.rules)}".rstrip()


@words_of.register
def _(fact: Clipped) -> str:
    limit, size = rate(fact.limit), short(fact.size, 4)
    if math.isnan(fact.size):
        return "The gradient is not a number, so it cannot be clipped."
    if fact.by_norm:
        if fact.is_clipped:
            return (
                f"The gradient is clipped: its norm ‖g‖, {size}, is above the limit, {limit}. "
                "Every number of it is multiplied by c."
            )
        return f"The gradient is not clipped: its norm ‖g‖, {size}, is at most {limit}."
    if fact.is_clipped:
        return f"The gradient is clipped: its size, {size}, is above the limit, {limit}."
    return f"The gradient is not clipped: its size, {size}, is at most {limit}."


@words_of.register
def _(fact: ScheduledRate) -> str:
    if fact.is_warming_up:
        return (
            f"Warm-up: k = {count(fact.step)} of N = {count(fact.warmup)} steps are taken; "
            "the rate rises evenly to η₀."
        )
    if fact.schedule == "constant":
        return f"The warm-up ended {listed(fact.step, 'step')} ago: the rate stays η₀."
    steps, since = count(fact.step), " since the warm-up" if fact.warmup else ""
    if fact.schedule == "step":
        times, each = count(fact.step // fact.length), listed(fact.length, "decay step")
        taken = f"{listed(fact.step, 'step')} {'is' if fact.step == 1 else 'are'}"
        return (
            f"Step schedule: {taken} taken{since}, which is n = {times} times {each}. "
            "γ is the decay factor."
        )
    place = f"t = {steps} of T = {count(fact.length)} steps are taken{since}"
    if fact.step >= fact.length:
        place = f"its T = {count(fact.length)} steps are over"
    return f"Cosine schedule: {place}; E is the share at the end."


@words_of.register
def _(fact: Updates) -> str:
    title, number = OPTIMIZERS[fact.optimizer].title, count(fact.count)
    began = f"update {number} since the state of {title} was 0"
    match fact.optimizer:
        case "momentum":
            return f"v: the velocity, a decaying sum of earlier gradients. This is {began}."
        case "rmsprop":
            return f"s: the running mean of the squared gradients. This is {began}."
    return (
        "m, s: running means of the gradients and of their squares. "
        f"t = {number}: this is {began}. Dividing by 1 − βᵗ corrects for that start."
    )


@words_of.register
def _(fact: Reason) -> str:
    if fact.scope is Scope.IMAGE:
        return _for_this_image(fact)
    if fact.cause is Cause.CANCEL:
        return f"The gradients of {count(fact.images)} images cancel out: their mean is 0."
    if fact.images < fact.of:
        who = f"For {count(fact.images)} of {count(fact.of)} images "
        ending = "."
    else:
        who = "For the image " if fact.of == 1 else f"For all {count(fact.of)} images "
        ending = ": the gradient is 0." if not fact.derivative else "."
    return f"{who}{_cause(fact)}{ending}"


def _for_this_image(reason: Reason) -> str:
    """Return why the selected image's own gradient is zero or small."""
    ending = ": its gradient is small." if reason.derivative else ": its gradient is 0."
    return f"For this image {_cause(reason)}{ending}"


def _cause(reason: Reason) -> str:
    """Return a cause as the middle of a sentence."""
    neuron = f"neuron {reason.neuron + 1}"
    match reason.cause:
        case Cause.INPUT:
            what = "the pixel" if reason.layer == 0 else "the input of this weight"
            return f"{what} is 0"
        case Cause.DEAD:
            return f"{neuron} is inactive: its weighted sum is ≤ 0, so the derivative of relu is 0"
        case Cause.SATURATED:
            derivative = short(reason.derivative or 0.0)
            saturated = f"{neuron} is saturated: {reason.activation} is flat there"
            return f"{saturated}, its derivative {derivative}"
        case Cause.WEIGHTS:
            return f"the weights from {neuron} to the next layer are 0, so no delta reaches it"
        case Cause.RIGHT:
            return "the prediction equals the target"
        case Cause.BLOCKED | Cause.CANCEL:
            return f"no delta passes the neurons after {neuron}"
