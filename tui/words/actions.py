"""Words for what a person did to a run: another image, another network, another moment."""

from core.commentary import (
    Answered,
    DefaultStart,
    ImageChanged,
    ImagesChanged,
    NewWeights,
    Opening,
    Reshaped,
    RunReturned,
    StartedAgain,
    WentTo,
)
from core.images import TASKS, Example
from core.settings import Reshape
from tui.words.numerals import count, short
from tui.words.phrases import (
    UNDO,
    Lines,
    answer,
    apart,
    diverges_above,
    fit,
    images,
    listed,
    plain,
    says,
    sentence,
)

_DRAWN = {
    "auto": "he for relu, else glorot",
    "glorot": "evenly within ±√(6 / (inputs + outputs))",
    "he": "evenly within ±√(6 / inputs)",
    "uniform": "evenly within ±1",
    "normal": "around 0, deviation 1",
    "zero": "which fails with hidden layers",
}
"""How each initialisation draws."""


@says.register
def _(fact: Opening) -> Lines:
    said = sentence(_answer(fact))
    picked, short_ = "The weights were picked at random.", "The weights are random."
    if fact.zero:
        picked = short_ = "The weights are all 0."
    first = fit(f"{said} {picked}", f"{said} {short_}", said)
    if fact.limit is None:
        return first, "s: each takes one small step to lower the loss. space: step after step."
    if fact.learning_rate > fact.limit:
        return first, f"s: one step. {diverges_above(fact.limit)}"
    return first, "s: each takes one small step that lowers the loss. space: step after step."


@says.register
def _(fact: Answered) -> Lines:
    return sentence(_answer(fact)), ""


@says.register
def _(fact: DefaultStart) -> Lines:
    first = fit(f"The essay's start: {_answer(fact)}.", "The essay's start.")
    return first, "s: one step. space: run."


@says.register
def _(fact: NewWeights) -> Lines:
    said = _answer(fact)
    if fact.zero:
        return "They begin at 0 whatever the seed. R: the essay's start.", sentence(said)
    return (
        "New weights, same images. R: the essay's start.",
        fit(f"Seed {fact.seed}: {said}.", sentence(said)),
    )


def _answer(fact: Opening | ImageChanged | DefaultStart | NewWeights | Answered) -> str:
    """Return the prediction and what is right, as the middle of a sentence."""
    return answer(fact.prediction, fact.target, TASKS[fact.task], fact.rule)


@says.register
def _(fact: StartedAgain) -> Lines:
    first = "Back at step 0, with the weights it began with."
    if fact.kept:
        return first, "The run before stays as a faint line: which of them learns faster?"
    return first, "( ) changes the rate: then the run before stays as a faint line."


@says.register
def _(fact: Reshaped) -> Lines:
    kinds = "weights and biases" if fact.biases else "weights"
    whole = f"{count(fact.parameters)} {kinds}"
    anew = "all 0" if fact.zero else "drawn anew"
    if fact.is_default:
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
    """Return what was changed, without a full stop."""
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


@says.register
def _(fact: WentTo) -> Lines:
    where = sentence(_where(fact))
    if fact.undone:
        return "Taken back: everything is as it was before the change.", where
    if fact.is_other:
        return fit(f"The other run. {where}", where), "o or b: back to where you were."
    if fact.step == fact.last_step:
        return fit(f"{where} This is where it stood.", where), "s or space: on from here."
    return where, "s, space: the same way again. Change something: another way, a branch."


@says.register
def _(fact: RunReturned) -> Lines:
    where = f"at {_where(fact)}"
    return fit(f"Back in the run before, {where}.", sentence(where)), ""


def _where(fact: WentTo | RunReturned) -> str:
    """Return where a run is, as the middle of a sentence."""
    loss = "" if fact.loss is None else f": loss {short(fact.loss)}"
    return f"step {fact.step:,} of {fact.last_step:,}{loss}"


@says.register
def _(fact: ImageChanged) -> Lines:
    if fact.example is not None:
        return _example_chosen(fact, fact.example)
    said = _answer(fact)
    if len(fact.pixels) == 1:
        pixel = f"Pixel {fact.pixels[0] + 1} is {plain(fact.values[0])}"
        said = fit(f"{pixel}: {said}.", said).removesuffix(".")
    return "You look at another image; the training images stay.", sentence(said)


def _example_chosen(fact: ImageChanged, example: Example) -> Lines:
    number = count(example.index + 1)
    where = f"You look at training image {number}: one of those that it learns from."
    if example.is_test:
        where = f"You look at test image {number}: nothing is learnt from it."
    return where, sentence(_answer(fact))


@says.register
def _(fact: ImagesChanged) -> Lines:
    what = "One more to learn from" if fact.after > fact.before else "One fewer to learn from"
    first = f"{what}: {images(fact.after)} now."
    old, new = fact.loss_before, fact.loss_after
    if old is None or new is None or not fact.whole:
        return first, UNDO
    if old == new:
        return first, f"The loss, their mean, is what it was. {UNDO}"
    return first, f"The loss, their mean, goes {' → '.join(apart(old, new))}. {UNDO}"
