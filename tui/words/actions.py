"""What follows from what the user did, in words: what it means, and then what to try."""

from core.commentary import (
    ActionFact,
    Answered,
    CameBack,
    EssayStart,
    ImageChanged,
    ImagesChanged,
    NewWeights,
    Opening,
    ParameterFrozen,
    ParameterSet,
    ParametersSet,
    Reshaped,
    StartedAgain,
    WentTo,
)
from core.images import TASKS, Example
from core.settings import Reshape
from tui.words.by_hand import hand_words
from tui.words.numerals import count, short
from tui.words.phrases import (
    Lines,
    answer,
    apart,
    fit,
    images,
    listed,
    plain,
    sentence,
)
from tui.words.settings import setting_words

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


def action_words(fact: ActionFact) -> Lines:
    """Say a fact in two lines; the second may be empty."""
    match fact:
        case Opening():
            return _opening(fact)
        case ImageChanged():
            return _image_changed(fact)
        case ImagesChanged():
            return _images_changed(fact)
        case StartedAgain():
            return _started_again(fact)
        case WentTo():
            return _went_to(fact)
        case CameBack():
            loss = "" if fact.loss is None else f": loss {short(fact.loss)}"
            where = f"at step {fact.step:,} of {fact.last_step:,}{loss}"
            return fit(f"Back in the run before, {where}.", sentence(where)), ""
        case Answered():
            return sentence(answer(fact.prediction, fact.truth, TASKS[fact.task], fact.rule)), ""
        case Reshaped():
            return shape_words(fact)
        case EssayStart():
            said = answer(fact.prediction, fact.truth, TASKS[fact.task], fact.rule)
            return fit(
                f"The essay's start: {said}.", "The essay's start."
            ), "s: one step. space: run."
        case NewWeights():
            said = answer(fact.prediction, fact.truth, TASKS[fact.task], fact.rule)
            if fact.zero:
                return "They begin at 0 whatever the seed. R: the essay's start.", sentence(said)
            return (
                "New weights, same images. R: the essay's start.",
                fit(f"Seed {fact.seed}: {said}.", sentence(said)),
            )
        case ParameterSet() | ParametersSet() | ParameterFrozen():
            return hand_words(fact)
        case _:
            return setting_words(fact)


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
    said = sentence(answer(fact.prediction, fact.truth, TASKS[fact.task], fact.rule))
    picked, short_ = "The weights were picked at random.", "The weights are random."
    if fact.zero:
        picked = short_ = "The weights are all 0."
    first = fit(f"{said} {picked}", f"{said} {short_}", said)
    if fact.limit is None:
        return first, "s: each takes one small step to lower the loss. space: step after step."
    if fact.learning_rate > fact.limit:
        return first, f"s: one step. On these images, rates above {short(fact.limit)} diverge."
    return first, "s: each takes one small step that lowers the loss. space: step after step."


def _image_changed(fact: ImageChanged) -> Lines:
    if fact.example is not None:
        return _example_chosen(fact, fact.example)
    said = answer(fact.prediction, fact.truth, TASKS[fact.task], fact.rule)
    if len(fact.pixels) == 1:
        pixel = f"Pixel {fact.pixels[0] + 1} is {plain(fact.values[0])}"
        said = fit(f"{pixel}: {said}.", said).removesuffix(".")
    return "You look at another image; the training images stay.", sentence(said)


def _example_chosen(fact: ImageChanged, example: Example) -> Lines:
    task, number = TASKS[fact.task], count(example.index + 1)
    where = f"You look at training image {number}: one of those that it learns from."
    if example.is_test:
        where = f"You look at test image {number}: nothing is learnt from it."
    return where, sentence(answer(fact.prediction, fact.truth, task, fact.rule))


def _started_again(fact: StartedAgain) -> Lines:
    first = "Back at step 0, with the weights it began with."
    if fact.kept:
        return first, "The run before stays as a faint line: which of them learns faster?"
    return first, "( ) changes the rate: then the run before stays as a faint line."
