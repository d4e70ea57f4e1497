"""Words for changed settings: what each means for the steps from now on."""

from core.commentary import (
    BatchChanged,
    EngineChanged,
    MethodChanged,
    OptimizerChanged,
    RateChanged,
    SettingChanged,
)
from core.network import OPTIMIZERS
from core.settings import SETTINGS, Setting, Value
from tui.words.numerals import count, fixed, short
from tui.words.phrases import (
    Lines,
    capital,
    diverges_above,
    fit,
    images,
    known_rate,
    says,
    sentence,
)

_ENGINES = {
    "matrix": "Engine matrix: all images at once, in numpy.",
    "loops": "Engine loops: plain Python, one multiply-add at a time.",
}

_OPTIMIZERS = {
    "momentum": "part of each step goes on into the next",
    "rmsprop": "it divides each gradient by its usual size",
    "adam": "it divides a mean of the gradients by their usual size",
}


@says.register
def _(fact: EngineChanged) -> Lines:
    return (
        _ENGINES.get(fact.engine, f"Engine {fact.engine}."),
        "The same products and sums, the same multiply-adds: only the time differs.",
    )


@says.register
def _(fact: RateChanged) -> Lines:
    steps = "longer" if fact.after > fact.before else "shorter"
    first = f"Learning rate {known_rate(fact.before)} → {known_rate(fact.after)}: {steps} steps."
    if fact.limit is None:
        return first, "Too large a rate overshoots, too small a one takes long."
    if fact.above:
        return first, f"{diverges_above(fact.limit)} ( is smaller."
    limit = short(fact.limit)
    return first, f"On these images it converges as long as the rate is below {limit}."


@says.register
def _(fact: MethodChanged) -> Lines:
    many, few = count(fact.parameters + 1), fixed(fact.backprop_passes, 1)
    if fact.method == "nudge":
        first = f"By nudging: {many} forward passes a step; backprop comes to {few} of them."
    else:
        first = f"By backprop: like {few} forward passes a step; nudging takes {many}."
    first = fit(first, f"The gradient by {'nudging' if fact.method == 'nudge' else 'backprop'}.")
    cost = f"A step is now {count(fact.after)} multiply-adds, before {count(fact.before)}"
    return first, fit(f"{cost}: almost the same gradient.", f"{cost}.")


@says.register
def _(fact: OptimizerChanged) -> Lines:
    if fact.optimizer == "sgd":
        return "Plain gradient descent from here on: each step is −rate × gradient.", ""
    title = OPTIMIZERS[fact.optimizer].title
    return (
        sentence(f"{title} from here on: {_OPTIMIZERS[fact.optimizer]}"),
        "It remembers nothing yet. Another rate may suit it: ( and ) change it.",
    )


@says.register
def _(fact: BatchChanged) -> Lines:
    if fact.whole:
        return f"Each step sees all {images(fact.images)} from here on.", ""
    left = "The epoch that was going on is left; a new one begins." if fact.left else ""
    return f"Each step sees {images(fact.images)} from here on.", left


@says.register
def _(fact: SettingChanged) -> Lines:
    setting = SETTINGS[fact.setting]
    title = capital(setting.title)
    before, after = (_value(value, setting) for value in (fact.before, fact.after))
    first = f"{title} {before} → {after}."
    about = sentence(setting.about)
    why = about if fact.matters else "It has no part in the optimizer that makes the steps now."
    return fit(first, f"{title}: {after}."), fit(why, "")


def _value(value: Value, setting: Setting) -> str:
    """Return a setting's value in words."""
    if value is None:
        return setting.unset or "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int):
        return count(value)
    return known_rate(value) if isinstance(value, float) else str(value)
