"""Words for what a person did to a run: another image, another network, another moment."""

from core.commentary.changes import (
    Answered,
    DefaultStart,
    ImageChanged,
    ImagesChanged,
    NewWeights,
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
    fit,
    listed,
    plain,
    says,
    sentence,
)

_DRAWN = {
    "auto": "He for relu, otherwise Glorot",
    "glorot": "uniform, ±√(6 / (inputs + outputs))",
    "he": "uniform, ±√(6 / inputs)",
    "uniform": "between −1 and 1",
    "normal": "mean 0, standard deviation 1",
    "zero": "this fails with hidden layers",
}
"""How each initialisation draws."""


@says.register
def _(fact: Answered) -> Lines:
    return sentence(_answer(fact)), ""


@says.register
def _(fact: DefaultStart) -> Lines:
    first = fit(f"The default network: {_answer(fact)}.", "The default network.")
    return first, "Press s to take one step, or space to run."


@says.register
def _(fact: NewWeights) -> Lines:
    said = _answer(fact)
    if fact.zero:
        first = "The weights start at 0 for every seed. Press R for the default network."
        return first, sentence(said)
    return (
        "New weights, same images. Press R for the default network.",
        fit(f"Seed {fact.seed}: {said}.", sentence(said)),
    )


def _answer(fact: ImageChanged | DefaultStart | NewWeights | Answered) -> str:
    """Return the prediction and what is right, as the middle of a sentence."""
    return answer(fact.prediction, fact.target, TASKS[fact.task], fact.rule)


@says.register
def _(fact: StartedAgain) -> Lines:
    first = "Back at step 0, with the initial weights of this run."
    if fact.kept:
        return first, "The previous run stays as a faint curve: which of the two learns faster?"
    return first, "Change the rate with ( or ) to keep the previous run as a faint curve."


@says.register
def _(fact: Reshaped) -> Lines:
    kinds = "weights and biases" if fact.biases else "weights"
    whole = f"{count(fact.parameters)} {kinds}"
    anew = "all 0" if fact.zero else "re-initialised"
    if fact.is_default:
        return "The default network. Press b for the previous run.", ""
    what = _what(fact)
    if fact.reshape == Reshape.INITIALISATION:
        return fit(f"{what}. Press b for the previous run.", f"{what}. b: previous run."), ""
    return (
        fit(
            f"{what}: {whole}, {anew}. b: previous run.",
            f"{what}: {whole}. b: previous run.",
            f"{what}. b: previous run.",
            "b: previous run.",
        ),
        "",
    )


def _what(fact: Reshaped) -> str:
    """Return what was changed, without a full stop."""
    layer, neurons = f"Layer {count(fact.layer + 1)}", listed(fact.neurons, "neuron")
    match Reshape(fact.reshape):
        case Reshape.BIAS:
            return f"{'Each' if fact.biases else 'No'} neuron has a bias"
        case Reshape.INITIALISATION:
            return f"Initial weights {fact.name}: {_DRAWN[fact.name]}"
        case Reshape.ACTIVATION:
            whose = "The output" if fact.layer == fact.layers else layer
            return f"{whose} uses {fact.name} now"
        case Reshape.MORE_NEURONS | Reshape.FEWER_NEURONS | Reshape.REMOVE_LAYER:
            if fact.neurons:
                return f"{layer} has {neurons}"
            return f"{layer} is removed" if fact.layers else "No hidden layer is left"
        case Reshape.ADD_LAYER:
            named = listed(fact.neurons, f"{fact.name} neuron")
            return f"{layer} is new, with {named}"


@says.register
def _(fact: WentTo) -> Lines:
    where = sentence(_where(fact))
    if fact.undone:
        return "Undone: the run is as it was before the change.", where
    if fact.is_other:
        return fit(f"The other run. {where}", where), "Press o to return to the run you left."
    if fact.step == fact.last_step:
        return fit(f"{where} This is the latest step.", where), "Press s or space to continue."
    return where, "s or space replays the recorded steps. Any change starts a new branch."


@says.register
def _(fact: RunReturned) -> Lines:
    where = f"at {_where(fact)}"
    second = ""
    if fact.kept:
        second = f"{fact.kept} other runs are kept: press P to go through them."
        if fact.kept == 1:
            second = "1 other run is kept: press P to go to it."
    return fit(f"Back in the previous run, {where}.", sentence(where)), second


def _where(fact: WentTo | RunReturned) -> str:
    """Return where a run is, as the middle of a sentence."""
    of = "loss" if fact.batch is None else "batch loss"
    loss = "" if fact.loss is None else f": {of} {short(fact.loss)}"
    return f"step {fact.step:,} of {fact.last_step:,}{loss}"


@says.register
def _(fact: ImageChanged) -> Lines:
    if fact.example is not None:
        return _example_chosen(fact, fact.example)
    said = _answer(fact)
    if len(fact.pixels) == 1:
        pixel = f"Pixel {fact.pixels[0] + 1} is {plain(fact.values[0])}"
        said = fit(f"{pixel}: {said}.", said).removesuffix(".")
    return "You changed the selected image; the training images are unchanged.", sentence(said)


def _example_chosen(fact: ImageChanged, example: Example) -> Lines:
    number = count(example.index + 1)
    where = f"Training image {number} is selected: every epoch uses it."
    if example.is_test:
        where = f"Test image {number} is selected: no step uses it."
    return where, sentence(_answer(fact))


@says.register
def _(fact: ImagesChanged) -> Lines:
    what = "added" if fact.after > fact.before else "removed"
    first = f"Training image {what}: {count(fact.after)} now."
    old, new = fact.loss_before, fact.loss_after
    if old is None or new is None or not fact.whole:
        return first, UNDO
    if old == new:
        return first, f"The loss over all of them did not change. {UNDO}"
    return first, f"Loss over all of them: {' → '.join(apart(old, new))}. {UNDO}"
