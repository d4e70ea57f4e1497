"""What follows from what the user did, in words: what it means, and then what to try."""

from core.actions import (
    ActionFact,
    EngineChanged,
    EssayStart,
    ImageChanged,
    ImagesChanged,
    MethodChanged,
    NewWeights,
    Opening,
    ParameterFrozen,
    ParameterSet,
    RateChanged,
    StartedAgain,
    WentTo,
)
from core.images import TASKS
from core.other_runs import Answered, CameBack
from core.reshaping import Reshaped
from tui.numerals import count, fixed, short
from tui.phrases import Lines, answer, apart, fit, images, known_rate, plain, sentence
from tui.shape_words import shape_words

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
        case ParameterSet():
            return _parameter_set(fact)
        case ParameterFrozen():
            if not fact.frozen:
                return "It moves again with the next step.", ""
            return (
                "Frozen: no step moves it, and the update costs one multiply-add less.",
                f"x lets it go again. Held now: {count(fact.held)}.",
            )
        case ImagesChanged():
            return _images_changed(fact)
        case WentTo():
            return _went_to(fact)
        case CameBack():
            loss = "" if fact.loss is None else f": loss {short(fact.loss)}"
            where = f"at step {fact.step:,} of {fact.last_step:,}{loss}"
            return fit(f"Back in the run before, {where}.", sentence(where)), ""
        case Answered():
            return sentence(answer(fact.prediction, fact.truth, TASKS[fact.task])), ""
        case Reshaped():
            return shape_words(fact)
        case EssayStart():
            said = answer(fact.prediction, fact.truth, TASKS[fact.task])
            return fit(
                f"The essay's start: {said}.", "The essay's start."
            ), "s: one step. space: run."
        case NewWeights():
            said = answer(fact.prediction, fact.truth, TASKS[fact.task])
            if fact.zero:
                return "They begin at 0 whatever the seed. R: the essay's start.", sentence(said)
            return (
                "New weights, same images. R: the essay's start.",
                fit(f"Seed {fact.seed}: {said}.", sentence(said)),
            )


def _parameter_set(fact: ParameterSet) -> Lines:
    name = f"Weight {fact.index + 1}" if fact.weights else "It"
    first = f"{name} is {plain(fact.after)} now, by hand; it was {plain(fact.before)}."
    if fact.loss_before is None or fact.loss_after is None:
        return first, "b takes it back."
    way = "better" if fact.loss_after < fact.loss_before else "worse"
    if fact.loss_after == fact.loss_before:
        return first, "The loss is what it was. b takes it back."
    losses = f"{short(fact.loss_before)} → {short(fact.loss_after)}"
    return first, f"The loss got {way}: {losses}. b takes it back."


def _images_changed(fact: ImagesChanged) -> Lines:
    what = "One more to learn from" if fact.after > fact.before else "One fewer to learn from"
    first = f"{what}: {images(fact.after)} now."
    old, new = fact.loss_before, fact.loss_after
    if old is None or new is None or not fact.whole:
        return first, "b takes it back."
    if old == new:
        return first, "The loss, their mean, is what it was. b takes it back."
    return first, f"The loss, their mean, goes {' → '.join(apart(old, new))}. b takes it back."


def _went_to(fact: WentTo) -> Lines:
    loss = "" if fact.loss is None else f": loss {short(fact.loss)}"
    where = f"Step {fact.step:,} of {fact.last_step:,}{loss}."
    if fact.taken_back:
        return "Taken back: everything is as it was before the change.", where
    if fact.is_other:
        return fit(f"The other run. {where}", where), "o or b: back to where you were."
    if fact.step == fact.last_step:
        return fit(f"{where} This is where it stood.", where), "s or space: on from here."
    return where, "s, space: the same way again. Change something: another way, a branch."


def _opening(fact: Opening) -> Lines:
    said = sentence(answer(fact.prediction, fact.truth, TASKS[fact.task]))
    picked, short_ = "The weights were picked at random.", "The weights are random."
    if fact.zero:
        picked = short_ = "The weights are all 0."
    first = fit(f"{said} {picked}", f"{said} {short_}", said)
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
    many, few = count(fact.parameters + 1), fixed(fact.backprop_passes, 1)
    if fact.method == "nudge":
        first = f"By nudging: {many} forward passes a step; backprop comes to {few} of them."
    else:
        first = f"By backprop: like {few} forward passes a step; nudging takes {many}."
    first = fit(first, f"The gradient by {'nudging' if fact.method == 'nudge' else 'backprop'}.")
    cost = f"A step is now {count(fact.after)} multiply-adds, before {count(fact.before)}"
    return first, fit(f"{cost}: almost the same gradient.", f"{cost}.")


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
