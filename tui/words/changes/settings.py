"""Words for changed settings: what each means for the steps from now on."""

from core.commentary.changes import (
    BatchChanged,
    EngineChanged,
    MethodChanged,
    OptimizerChanged,
    RateChanged,
    Rebuilt,
    SettingChanged,
)
from core.network import OPTIMIZERS
from core.settings import SETTINGS, Setting, Value, written
from tui.words.engines import place_words
from tui.words.numerals import count, fixed, short
from tui.words.phrases import (
    Lines,
    capital,
    direction_words,
    diverges_above,
    fit,
    images,
    joined,
    known_rate,
    listed,
    says,
    sentence,
    some,
)

_ENGINES = {
    "matrix": "Engine matrix: all images at once, in numpy.",
    "loops": "Engine loops: plain Python, one multiply-add at a time.",
    "compiled": "Engine compiled: many steps in one call, in machine code.",
    "gpu": "Engine gpu: matrix's calls, computed by torch on a GPU if there is one.",
}


_OPTIMIZERS = {
    "momentum": "part of each update continues in the next",
    "rmsprop": "it divides each gradient by its RMS",
    "adam": "it divides the running mean of each gradient by its RMS",
}


_STATES = {
    "momentum": "The velocity starts at",
    "rmsprop": "The running mean starts at",
    "adam": "The running means start at",
}
"""What an optimizer keeps for each weight, and how that begins."""


@says.register
def _(fact: EngineChanged) -> Lines:
    same = "The same products and sums, the same multiply-adds: only the time differs."
    first = _ENGINES.get(fact.engine, f"Engine {fact.engine}.")
    return first, place_words(fact.engine) or same


@says.register
def _(fact: RateChanged) -> Lines:
    if fact.after == 0:
        was = f"{known_rate(fact.before)} → 0" if fact.before else "stays 0"
        return f"Learning rate {was}: its schedule is over. No step changes anything.", ""
    steps = "larger" if fact.after > fact.before else "smaller"
    first = f"Learning rate {known_rate(fact.before)} → {known_rate(fact.after)}: {steps} steps."
    if fact.limit is None or (fact.is_scheduled and not fact.above):
        return first, "A rate that is too large overshoots; a rate that is too small is slow."
    if fact.above:
        limit = diverges_above(fact.limit, is_scheduled=fact.is_scheduled)
        return first, f"{limit} Press ( for a smaller rate."
    return first, f"Rates below {short(fact.limit)} converge on these images."


@says.register
def _(fact: MethodChanged) -> Lines:
    many, few = count(fact.parameters + 1), fixed(fact.backprop_passes, 1)
    if fact.method == "nudge":
        first = f"Finite differences cost {many} forward passes per step; backprop about {few}."
    else:
        first = f"Backprop costs about {few} forward passes per step; finite differences {many}."
    method = "finite differences" if fact.method == "nudge" else "backprop"
    first = fit(first, f"Gradient by {method}.")
    cost = f"A step costs {count(fact.after)} multiply-adds, before {count(fact.before)}"
    if fact.corner_images:
        at = some(fact.corner_images, fact.images)
        return first, fit(
            f"At the corner of relu ({at}): backprop uses slope 0, finite differences 0 or 1.",
            f"Corner of relu ({at}): slope 0 by backprop, 0 or 1 by nudge.",
            f"At the corner of relu ({at}), the gradients differ.",
        )
    if fact.difference is None:
        return first, fit(f"{cost}.")
    return first, fit(f"{cost}; gradients differ by ≈ {short(fact.difference, 1)}.", f"{cost}.")


@says.register
def _(fact: OptimizerChanged) -> Lines:
    name = fact.config.optimizer
    if name == "sgd":
        update = f"each update is −rate × {direction_words(fact.config)}."
        begun = (
            "Plain gradient descent from now on",
            "Plain gradient descent now",
            "Gradient descent now",
        )
        return fit(*(f"{words}: {update}" for words in begun)), ""
    title = OPTIMIZERS[name].title
    return (
        sentence(f"{title} from now on: {_OPTIMIZERS[name]}"),
        f"{_STATES[name]} 0. Another rate may suit {title}: press ( or ).",
    )


@says.register
def _(fact: BatchChanged) -> Lines:
    if fact.whole:
        return f"Each step uses all {images(fact.images)} from now on.", ""
    left = "The current epoch ends here; a new one begins." if fact.left else ""
    return f"Each step uses {images(fact.images)} from now on.", left


@says.register
def _(fact: SettingChanged) -> Lines:
    setting = SETTINGS[fact.setting]
    title = capital(setting.title)
    after = _value(fact.after, setting)
    first = f"{capital(_from_to(fact.setting, fact.before, fact.after))}."
    about = sentence(setting.about)
    decides = "optimizer" if setting.optimizers else "schedule"
    why = about if fact.matters else f"The current {decides} does not use this setting."
    return fit(first, f"{title}: {after}."), fit(why, "")


@says.register
def _(fact: Rebuilt) -> Lines:
    whole = joined([_from_to(*change) for change in fact.changes])
    number = listed(len(fact.changes), "setting")
    kept = "; the initial weights are the same" if fact.same_weights else ""
    ways = [f"New run, {whole}{kept}.", f"New run, {whole}."] if fact.changes else []
    ways += [f"New run, {number} changed{kept}."]
    return fit(*ways), "Press b for the previous run."


def _from_to(name: str, before: Value, after: Value) -> str:
    """Return how a setting has changed, without a full stop."""
    setting = SETTINGS[name]
    return f"{setting.title} {_value(before, setting)} → {_value(after, setting)}"


def _value(value: Value, setting: Setting) -> str:
    """Return a setting's value in words."""
    if value is None:
        return setting.unset or "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int):
        return count(value)
    return known_rate(value) if isinstance(value, float) else written(value)
