"""What follows from what the user did, in words: what it means, and then what to try."""

from collections.abc import Sequence

from core.actions import (
    ActionFact,
    EssayStart,
    ImageChanged,
    ImagesChanged,
    NewWeights,
    Opening,
    StartedAgain,
    WentTo,
)
from core.by_hand import ParameterFrozen, ParameterSet, ParametersSet
from core.examples import Example
from core.images import TASKS
from core.optimizers import OPTIMIZERS
from core.other_runs import Answered, CameBack
from core.reshaping import Reshaped
from core.setting import Setting, Value
from core.setting_facts import (
    BatchChanged,
    EngineChanged,
    MethodChanged,
    OptimizerChanged,
    RateChanged,
    SettingChanged,
)
from core.settings import SETTINGS
from core.walk import Walk
from tui.numerals import count, fixed, short
from tui.phrases import (
    Lines,
    all_of,
    answer,
    apart,
    fit,
    images,
    known_rate,
    level,
    listed,
    names,
    plain,
    sentence,
    yes_or_no,
)
from tui.shape_words import shape_words

_ENGINES = {
    "matrix": "Engine matrix: all images at once, in numpy.",
    "loops": "Engine loops: plain Python, one multiply-add at a time.",
}

_OPTIMIZERS = {
    "momentum": "part of each step goes on into the next",
    "rmsprop": "it divides each gradient by its usual size",
    "adam": "it divides a mean of the gradients by their usual size",
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
        case OptimizerChanged():
            return _optimizer_changed(fact)
        case BatchChanged():
            return _batch_changed(fact)
        case SettingChanged():
            return _setting_changed(fact)
        case ImageChanged():
            return _image_changed(fact)
        case StartedAgain():
            return _started_again(fact)
        case ParameterSet():
            return _parameter_set(fact)
        case ParametersSet():
            return _parameters_set(fact)
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
    name = "It" if fact.weights is None else _names((fact.index,), fact.weights)
    now = f"{name} is {plain(fact.after)} now, by hand"
    return _changed(fact, now, f"; it was {plain(fact.before)}")


def _parameters_set(fact: ParametersSet) -> Lines:
    if len(fact.indices) == fact.parameters:
        who = all_of(fact.parameters)
    elif fact.weights is not None:
        who = _names(fact.indices, fact.weights)
    else:
        who = f"{count(len(fact.indices))} weights and biases"
    now = f"{who} moved at once, by hand"
    return _changed(fact, now, f": {plain(fact.distance)} along a straight line")


def _names(indices: Sequence[int], weights: int) -> str:
    """Name parameters at the beginning of a sentence."""
    return sentence(names(indices, weights)).removesuffix(".")


def _changed(fact: ParameterSet | ParametersSet, now: str, more: str) -> Lines:
    """Say what a change by hand did to the loss, and what descent makes of as many looks."""
    walk = fact.walk
    if walk is None:
        return fit(f"{now}{more}.", f"{now}."), "b takes it back."
    looks = listed(walk.looks, "look")
    losses = f"loss {_from_to(walk.start_loss, fact.loss_after)}"
    first = fit(
        f"{now}{more}. {looks}: {losses}.", f"{now}. {looks}: {losses}.", f"{looks}: {losses}."
    )
    descent, back = _descent(walk, fact.step), "b takes it back."
    came = f"{_came(fact)} " if walk.looks > 1 and _came(fact) else ""
    return first, fit(f"{came}{descent} {back}", f"{came}{descent}", f"{descent} {back}", descent)


def _from_to(before: float | None, after: float | None) -> str:
    """Write how the loss has changed; what is still being computed as dots."""
    if before is not None and after is not None:
        return " → ".join(apart(before, after))
    return " → ".join("…" if loss is None else short(loss) for loss in (before, after))


def _came(fact: ParameterSet | ParametersSet) -> str:
    """Say whether the last edit of a walk was a good one."""
    if fact.loss_before is None or fact.loss_after is None or fact.loss_after == fact.loss_before:
        return ""
    return "That helped." if fact.loss_after < fact.loss_before else "That made it worse."


def _descent(walk: Walk, step: int) -> str:
    """Say what gradient descent makes of as many multiply-adds."""
    same = f"Descent, for the same {count(walk.multiply_adds)}"
    if walk.has_diverged:
        return f"{same}, diverges."
    if not walk.steps:
        return f"{same}: no step yet, one is {count(step)}."
    loss = "…" if walk.descent_loss is None else short(walk.descent_loss)
    return f"{same}: {loss} ({listed(walk.steps, 'step')})."


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


def _optimizer_changed(fact: OptimizerChanged) -> Lines:
    if fact.optimizer == "sgd":
        return "Plain gradient descent from here on: each step is −rate × gradient.", ""
    title = OPTIMIZERS[fact.optimizer].title
    return (
        sentence(f"{title} from here on: {_OPTIMIZERS[fact.optimizer]}"),
        "It remembers nothing yet. Another rate may suit it: ( and ) change it.",
    )


def _batch_changed(fact: BatchChanged) -> Lines:
    if fact.whole:
        return f"Each step sees all {images(fact.images)} from here on.", ""
    left = "The epoch that was going on is left; a new one begins." if fact.left else ""
    return f"Each step sees {images(fact.images)} from here on.", left


def _setting_changed(fact: SettingChanged) -> Lines:
    setting = SETTINGS[fact.setting]
    title = f"{setting.title[:1].upper()}{setting.title[1:]}"
    before, after = (_value(value, setting) for value in (fact.before, fact.after))
    first = f"{title} {before} → {after}."
    about = sentence(setting.about)
    why = about if fact.matters else "It has no part in the optimizer that makes the steps now."
    return fit(first, f"{title}: {after}."), fit(why, "")


def _value(value: Value, setting: Setting) -> str:
    """Write a setting's value."""
    if value is None:
        return setting.unset or "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int):
        return count(value)
    return known_rate(value) if isinstance(value, float) else str(value)


def _image_changed(fact: ImageChanged) -> Lines:
    if fact.example is not None:
        return _example_chosen(fact, fact.example)
    said = answer(fact.prediction, fact.truth, TASKS[fact.task])
    if len(fact.pixels) == 1:
        pixel = f"Pixel {fact.pixels[0] + 1} is {plain(fact.values[0])}"
        said = fit(f"{pixel}: {said}", said)
    return "You look at another image; the training images stay.", sentence(said)


def _example_chosen(fact: ImageChanged, example: Example) -> Lines:
    task, number = TASKS[fact.task], count(example.index + 1)
    where = f"You look at training image {number}: one of those that it learns from."
    if example.is_test:
        where = f"You look at test image {number}: nothing is learnt from it."
    if fact.rule is None:
        return where, sentence(answer(fact.prediction, fact.truth, task))
    label, rule = (
        yes_or_no(value) if task.yes_no else level(value) for value in (fact.truth, fact.rule)
    )
    said = f"It predicts {level(fact.prediction)}; its label says {label}, the rule {rule}."
    return where, said


def _started_again(fact: StartedAgain) -> Lines:
    first = "Back at step 0, with the weights it began with."
    if fact.kept:
        return first, "The run before stays as a faint line: which of them learns faster?"
    return first, "( ) changes the rate: then the run before stays as a faint line."
