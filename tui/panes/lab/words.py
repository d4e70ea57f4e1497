"""What the numbers of the lab mean, in words."""

from collections.abc import Sequence

from core.engines import EXTRAS, missing
from core.explain import written_call
from core.prediction import Experiment
from core.rates import Disturbance, Kept
from tui.panes.lab.survey import LARGEST, LONGEST, Survey, Trial
from tui.words.machine import disturbance_text, long_time_text, percent_text, storage_text
from tui.words.numerals import short
from tui.words.phrases import capital, fit, images, listed
from tui.worker import Readings

_ALL = 0.97
"""Of a step that grows with the images: that is nearly all of it."""
NEARLY_NOTHING = 1.1
"""Twice the images take less than so many times as long: that is hardly more."""
LOADING = {"compiled": "compiling", "gpu": "loading"}
"""What is done with an engine, before it computes for the first time."""
_CALLING = {
    "matrix": "calling numpy",
    "loops": "Python around the arithmetic",
    "compiled": "calling the compiled code",
    "gpu": "launching torch’s calls",
}
"""What the time of calls is, by engine."""


def times(ratio: float) -> str:
    """Write a factor with three digits: ×1.07, ×23.4, ×1,230."""
    return f"×{ratio:.2f}" if ratio < 9.995 else f"×{short(ratio)}"


def exactly(trial: Trial, experiment: Experiment) -> str:
    """Return what an experiment times: how many images, or the levels of the network."""
    if trial.config is None:
        return ""
    if experiment is Experiment.IMAGES:
        return images(trial.config.images_per_step)
    return "→".join(map(str, trial.config.architecture.sizes))


def verdict(survey: Survey, engine: str, width: int) -> str:
    """Return what a step of an engine is spent on, and what twice the images would take."""
    prediction = survey.now.predictions[engine]
    share = prediction.share
    largest = max(share.call, share.compute, share.memory)
    part = percent_text(largest / share.total)
    if largest == share.call:
        # The kernel of the compiled engine calls nothing: it begins loops, of groups of images.
        is_kernel = any(call.name in ("tile", "four") for call in prediction.calls)
        what = "beginning loops" if is_kernel else _CALLING[engine]
        first = [f"{part} of this step is {what}", f"{part} is {what}"]
    elif largest == share.compute:
        most = max(prediction.calls, key=lambda call: call.share.compute)
        name = written_call(most).removesuffix(most.shape).rpartition(": ")[2].rstrip()
        what = f"{part} of this step is computing"
        first = [f"{what}, most of it {name}", what, f"{part} is computing"]
    else:
        what = "reading and writing memory"
        first = [f"{part} of this step is {what}", f"{part} is {what}"]
    seconds = _twice(survey, engine)
    return fit(*(f"{one}{two}." for one in first for two in seconds), width=width)


def _twice(survey: Survey, engine: str) -> tuple[str, ...]:
    """Return how much longer a step takes with twice the images."""
    doubled = survey.trials[Experiment.IMAGES].predictions.get(engine)
    if doubled is None:
        return ("",)
    ratio = doubled.seconds / survey.now.predictions[engine].seconds
    if ratio < NEARLY_NOTHING:
        return (
            ", however many images: twice as many cost almost nothing more",
            ": twice the images cost almost nothing more",
        )
    if ratio > 2.0 + 2.0 * (1.0 - _ALL):
        grows, brief = "it grows faster than the images", "it grows faster than the images"
    elif ratio > 1.0 + _ALL:
        grows, brief = "all of the step grows with the images", "all grows with the images"
    else:
        # No second share of the step beside the first: the two need not add up, see `growth_text`.
        return (
            f": twice the images take {times(ratio)} as long",
            f": twice the images take {times(ratio)}",
            f": {times(ratio)} for twice the images",
        )
    return (
        f". {capital(grows)}: twice as many take {times(ratio)} as long",
        f". {capital(brief)}: twice as many take {times(ratio)}",
        f". {capital(brief)}: {times(ratio)} for twice as many",
    )


def growth_text(survey: Survey, engine: str, width: int) -> str:
    """Return why the part of a step that grows with the images is not just its computing and
    memory; empty if it is, in whole percent, or if nothing grows."""
    now = survey.now.predictions[engine]
    doubled = survey.trials[Experiment.IMAGES].predictions.get(engine)
    if doubled is None or doubled.seconds < NEARLY_NOTHING * now.seconds:
        return ""
    total, share, then = now.share.total, now.share, doubled.share
    grows, worked = then.total / total - 1.0, (share.compute + share.memory) / total
    if percent_text(grows) == percent_text(worked):
        return ""
    both = f"Computing and memory are {percent_text(worked)}"
    if grows < worked:
        left = percent_text(worked - grows)
        return fit(
            f"{both}: {left} of that is the same for any number of images, as the update is.",
            f"{both}: {left} does not grow, such as the update.",
            width=width,
        )
    if (then.call - share.call) / total > (grows - worked) / 2.0:
        return fit(
            f"{both}. Calling grows as well: more images need more calls on this engine.",
            f"{both}. Calling grows as well.",
            width=width,
        )
    return fit(
        f"{both} now. With more images, numbers lie in farther caches: each takes longer.",
        f"{both} now; in farther caches, a number takes longer.",
        width=width,
    )


def doctor(
    engine: str,
    predicted: float,
    measured: float,
    found: Sequence[Disturbance],
    *,
    were_rates_disturbed: bool,
) -> str:
    """Return why a measurement is far from its prediction, as far as that is known."""
    if measured < predicted:
        first = f"A step of {engine} takes only {measured / predicted:.0%} of the predicted time."
        if were_rates_disturbed:
            return f"{first} Likely cause: the rates were measured on a busy machine. M: again."
        return f"{first} The rates may be from a busy moment: press M to measure them again."
    first = f"A step of {engine} takes {short(measured / predicted)} times the predicted time."
    return f"{first} {disturbance_text(found)}"


def rates_text(kept: Kept, percent: int | None, problem: str, width: int) -> str:
    """Return when the rates were measured and under which load, or how far measuring again is.

    Parameters
    ----------
    kept : Kept
        The rates.
    percent : int, optional
        How much of measuring them again is done; None if that is not going on.
    problem : str
        Why it has failed; empty if it has not.
    width : int
        Columns.
    """
    if percent is not None:
        return fit(
            f"Measuring the rates again, by another process: {percent}%.",
            f"Measuring the rates again: {percent}%.",
            width=width,
        )
    if problem:
        return fit(
            f"The rates cannot be measured again: {problem}. M tries once more.",
            "The rates cannot be measured again. M: once more.",
            width=width,
        )
    when, load = f"{kept.measured} UTC", ""
    if kept.load is not None:
        load = f", load {kept.load:.1f} on {listed(kept.machine.cores, 'core')}"
    if kept.was_disturbed:
        return fit(
            f"Rates of {when}, measured on a busy machine{load}: they may be too high. "
            "M: measure again.",
            f"Rates of {when} are from a busy machine{load}. M: again.",
            f"Rates of {when}: busy machine{load}. M: again.",
            f"Rates of a busy machine{load}. M: again.",
            "Rates of a busy machine. M: again.",
            width=width,
        )
    return fit(
        f"Rates of {when}{load}. M: measure again.",
        f"Rates of {when}. M: again.",
        "M: measure the rates again.",
        width=width,
    )


def after_pause_text(seconds: float, ratio: float, width: int) -> str:
    """Return what a step takes that is taken after a pause, and why that is more."""
    time = long_time_text(seconds)
    return fit(
        f"After a pause, as with s, a step takes {time}, {times(ratio)}: cold caches, and "
        "beginning and noting each time.",
        f"After a pause, as with s, a step takes {time}, {times(ratio)}: the caches are cold.",
        f"A step after a pause, as with s: {time}, {times(ratio)}.",
        f"After a pause: {time}.",
        width=width,
    )


def unknown_text(engine: str, *, is_loading: bool, is_measuring: bool) -> str:
    """Return why nothing is predicted of an engine."""
    if is_loading:
        how = "compiled, once, which takes up to a minute" if engine == "compiled" else "loaded"
        return f"{engine} is being {how}. Then its rates are measured, by another process."
    if is_measuring:
        return f"The rates of {engine} are being measured, by another process."
    if engine == "gpu":
        return "The rates of gpu are not known: the GPU may lack memory for it. M measures them."
    return f"The rates of {engine} are not known here, so nothing is predicted. M measures them."


def installing_text() -> str:
    """Return how to get the engines that are not installed; empty if all are."""
    commands = [f"{name}: {missing(name)}" for name in EXTRAS if missing(name)]
    return f"More engines, not installed: {', '.join(commands)}" if commands else ""


def why_not(trial: Trial, engine: str, readings: Readings | None = None) -> str:
    """Return why a network is not timed, as far as its readings show that too; empty if it can
    be."""
    if trial.config is None:
        return f"not possible: {trial.problem}"
    match trial.too_much(engine):
        case "memory":
            most = storage_text(LARGEST)
            return (
                f"not timed: a step needs {storage_text(trial.memory)} of memory, more than {most}"
            )
        case "time":
            seconds = long_time_text(trial.predictions[engine].seconds)
            return f"not timed: a step would take {seconds}, more than {long_time_text(LONGEST)}"
    if readings is not None and readings.is_too_large:
        return "not timed: the GPU has too little free memory"
    return ""
