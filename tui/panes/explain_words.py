"""What the explain pane says beside the arithmetic: which number it is, and why it may be zero."""

from core import TASKS, Snapshot
from core.explanation import (
    Began,
    Cause,
    Explanation,
    Fact,
    Origin,
    Reason,
    Remark,
    Ruled,
    Scope,
    Twins,
    Unworked,
)
from core.targets import (
    Count,
    CountTarget,
    ErrorTarget,
    GradientTarget,
    LossTarget,
    NeuronTarget,
    ParameterTarget,
    PixelTarget,
    PredictionTarget,
    StepTarget,
    Target,
    TruthTarget,
)
from tui.numerals import count, fixed, short
from tui.panes.network import name_of
from tui.panes.scene import batch_words

_COUNTS = {
    Count.FORWARD: "from the images to the predictions",
    Count.GRADIENT: "from the errors to the gradient",
    Count.UPDATE: "moving the weights",
    Count.STEP: "a step",
    Count.OTHER_STEP: "a step, the other way",
    Count.TOTAL: "all steps so far",
}
_REMARKS = {
    Remark.GIVEN: "The truth is given with the image: nothing computes it.",
    Remark.UNKNOWN: "What is right for this image nobody knows: it is not in your data.",
    Remark.PENDING: "The gradient is still being computed.",
    Remark.MIXED: "Added up step by step: they did not all cost the same.",
    Remark.UNSEEN: "This image is only looked at: the mean is of the training images.",
}


def title_of(snapshot: Snapshot, target: Target) -> str:
    """Name the number that is explained.

    Raises
    ------
    IndexError
        If the network has no such number.
    """
    architecture = snapshot.architecture
    match target:
        case PixelTarget(pixel):
            return f"pixel {pixel + 1}, {fixed(snapshot.reading.image[pixel], 2)}"
        case PredictionTarget():
            return "the prediction"
        case TruthTarget():
            return "the truth"
        case ErrorTarget():
            return "the error"
        case ParameterTarget(index):
            return f"{name_of(architecture, index)}, {fixed(float(snapshot.parameters[index]), 4)}"
        case NeuronTarget(layer, neuron):
            return f"layer {layer + 1} · neuron {neuron + 1}"
        case GradientTarget(index):
            return f"gradient of {name_of(architecture, index)}"
        case StepTarget(index):
            return f"coming step of {name_of(architecture, index)}"
        case LossTarget():
            return f"loss{batch_words(snapshot)}"
        case CountTarget(counted):
            return f"multiply-adds: {_COUNTS[counted]}"


def batch_name(snapshot: Snapshot) -> str:
    """Name the images of the coming step."""
    images = "image" if snapshot.batch_size == 1 else "images"
    return f"{count(snapshot.batch_size)} {images}"


def words_for(explanation: Explanation, snapshot: Snapshot) -> list[tuple[str, bool]]:
    """Say an explanation's facts, each with whether it tells why something is zero."""
    words = [_say(fact, explanation, snapshot) for fact in explanation.facts]
    reasons = [fact for fact in explanation.facts if isinstance(fact, Reason)]
    parts = [fact for fact in reasons if fact.scope is Scope.BATCH and fact.images < fact.of]
    if explanation.result == 0 and parts and sum(fact.images for fact in parts) == parts[0].of:
        words.append(("Together that is every image: the gradient is 0.", True))
    return words


def _say(fact: Fact, explanation: Explanation, snapshot: Snapshot) -> tuple[str, bool]:
    match fact:
        case Reason():
            return _reason(fact), True
        case Unworked(multiply_adds, value):
            known = "" if value is None else f": the step found {fixed(value, 6, signed=True)}"
            return (
                f"Image by image that is {count(multiply_adds)} multiply-adds, "
                f"too many to follow here{known}.",
                False,
            )
        case Twins(layer, neurons):
            who = f"All {count(neurons)} neurons of layer {layer + 1} are alike"
            return f"{who}: their gradients are the same, and they stay alike.", True
        case Began():
            return _origin(fact), False
        case Ruled(task):
            return f"The rule: {TASKS[task].rule}.", False
        case Remark.UNSEEN if isinstance(explanation.target, GradientTarget):
            return _pulls(snapshot), False
        case Remark():
            return _REMARKS[fact], False


def _pulls(snapshot: Snapshot) -> str:
    """Explain the words of a chain."""
    words = "pull: how steeply the loss of one image rises with this weight or bias"
    if snapshot.architecture.hidden:
        words += "; error of a neuron: how it rises with the neuron’s sum"
    return f"{words}. This image is only looked at: the mean is of the training images."


def _origin(began: Began) -> str:
    edge = fixed(began.spread, 2)
    match began.origin:
        case Origin.ESSAY:
            return "It began as the essay picked it."
        case Origin.BIAS:
            return "A bias begins at 0."
        case Origin.ZERO:
            return "It began at 0, as all weights of this network did."
        case Origin.NORMAL:
            drawn = "normally distributed around 0, two thirds of them within"
            return f"It began as a random number, {drawn} ±{edge} (seed {began.seed})."
        case Origin.DRAWN:
            return f"It began as a random number between −{edge} and {edge} (seed {began.seed})."


def _reason(reason: Reason) -> str:
    """Say why a gradient is zero or small, as plainly as can be."""
    if reason.scope is Scope.IMAGE:
        return _for_this_image(reason)
    if reason.cause is Cause.CANCEL:
        return f"The pulls of {count(reason.images)} images cancel out: the gradient is 0."
    if reason.images < reason.of:
        who = f"For {count(reason.images)} of {count(reason.of)} images "
        ending = "."
    else:
        who = "For the image " if reason.of == 1 else f"For all {count(reason.of)} images "
        ending = ": the gradient is 0." if not reason.slope else "."
    return f"{who}{_cause(reason)}{ending}"


def _for_this_image(reason: Reason) -> str:
    ending = ": it pulls hardly at all." if reason.slope else ": it does not pull."
    return f"For this image {_cause(reason)}{ending}"


def _cause(reason: Reason) -> str:
    """Say a cause as the middle of a sentence."""
    neuron = f"neuron {reason.neuron + 1}"
    match reason.cause:
        case Cause.INPUT:
            what = "the pixel" if reason.layer == 0 else "the number that the weight multiplies"
            return f"{what} is 0"
        case Cause.DEAD:
            return f"{neuron} is off: its sum is not above 0, so its slope is 0 (a dead relu)"
        case Cause.SATURATED:
            slope = short(reason.slope or 0.0)
            return f"{neuron} is saturated: {reason.activation} is flat there, its slope {slope}"
        case Cause.WEIGHTS:
            return f"the weights that lead on from {neuron} are 0, so nothing comes back"
        case Cause.RIGHT:
            return "the prediction is right"
        case Cause.BLOCKED | Cause.CANCEL:
            return f"the neurons above {neuron} let nothing through"
