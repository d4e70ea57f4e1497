"""What follows from what the user did, in words: what it means, and then what to try."""

from core.actions import (
    ActionFact,
    EngineChanged,
    EssayStart,
    ImageChanged,
    MethodChanged,
    NewWeights,
    Opening,
    RateChanged,
    StartedAgain,
)
from core.images import TASKS
from tui.numerals import count, short
from tui.phrases import Lines, answer, fit, known_rate, plain, sentence

_ENGINES = {
    "matrix": "Engine matrix: all images at once, in numpy.",
    "loops": "Engine loops: plain Python, one multiply-add at a time.",
}


def action_words(fact: ActionFact) -> Lines:
    """Say a fact in two lines; the second may be empty."""
    match fact:
        case Opening():
            return _opening(fact)
        case RateChanged():
            return _rate_changed(fact)
        case EngineChanged():
            return (
                _ENGINES.get(fact.engine, f"Engine {fact.engine}."),
                "The same products and sums, the same multiply-adds: only the time differs.",
            )
        case MethodChanged():
            return _method_changed(fact)
        case ImageChanged():
            return _image_changed(fact)
        case StartedAgain():
            return _started_again(fact)
        case EssayStart():
            said = answer(fact.prediction, fact.truth, TASKS[fact.task])
            return fit(
                f"The essay's start: {said}.", "The essay's start."
            ), "s: one step. space: run."
        case NewWeights():
            said = answer(fact.prediction, fact.truth, TASKS[fact.task])
            return (
                "New weights, same images. R: the essay's start.",
                fit(f"Seed {fact.seed}: {said}.", sentence(said)),
            )


def _opening(fact: Opening) -> Lines:
    said = sentence(answer(fact.prediction, fact.truth, TASKS[fact.task]))
    first = fit(
        f"{said} The weights were picked at random.", f"{said} The weights are random.", said
    )
    if fact.limit is None:
        return first, "s: each takes one small step to lower the loss. space: step after step."
    if fact.learning_rate > fact.limit:
        return first, f"s: one step. On these images, rates above {short(fact.limit)} diverge."
    return first, "s: each takes one small step that lowers the loss. space: step after step."


def _rate_changed(fact: RateChanged) -> Lines:
    steps = "longer" if fact.after > fact.before else "shorter"
    first = f"Learning rate {known_rate(fact.before)} → {known_rate(fact.after)}: {steps} steps."
    if fact.limit is None:
        return first, "Too large a rate overshoots, too small a one takes long."
    limit = short(fact.limit)
    if fact.above:
        return first, f"On these images, rates above {limit} diverge. ( is smaller."
    return first, f"On these images it converges as long as the rate is below {limit}."


def _method_changed(fact: MethodChanged) -> Lines:
    if fact.method == "nudge":
        passes = f"{count(fact.parameters)} more forward passes"
        first = f"Gradient by nudging: one weight at a time a bit higher, {passes}."
    else:
        first = "Gradient by backprop: the errors are carried back through the network."
    cost = f"A step is now {count(fact.after)} multiply-adds, before {count(fact.before)}"
    return fit(first, "Gradient by nudging."), fit(f"{cost}: almost the same gradient.", f"{cost}.")


def _image_changed(fact: ImageChanged) -> Lines:
    said = answer(fact.prediction, fact.truth, TASKS[fact.task])
    if len(fact.pixels) == 1:
        pixel = f"Pixel {fact.pixels[0] + 1} is {plain(fact.values[0])}"
        said = fit(f"{pixel}: {said}", said)
    return "You look at another image; the training images stay.", sentence(said)


def _started_again(fact: StartedAgain) -> Lines:
    first = "Back at step 0, with the weights it began with."
    if fact.kept:
        return first, "The run before stays as a faint line: which of them learns faster?"
    return first, "( ) changes the rate: then the run before stays as a faint line."
