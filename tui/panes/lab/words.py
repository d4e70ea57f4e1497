"""What the numbers of the lab mean, in words."""

from collections.abc import Sequence

from core.explain import written_call
from core.prediction import Experiment
from core.rates import Disturbance
from tui.panes.lab.survey import LARGEST, LONGEST, Survey, Trial
from tui.words.machine import disturbance_text, percent_text, storage_text, time_text
from tui.words.numerals import short
from tui.words.phrases import capital, fit, images

_ALL = 0.97
"""Of a step that grows with the images: that is nearly all of it."""
NEARLY_NOTHING = 1.1
"""Twice the images take less than so many times as long: that is hardly more."""
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
    """Return which part of a step grows with the images, so that twice as many take longer."""
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
        part = percent_text(ratio - 1.0)
        grows, brief = f"{part} of the step grows with the images", f"{part} grows with the images"
    return (
        f". {capital(grows)}: twice as many take {times(ratio)} as long",
        f". {capital(brief)}: twice as many take {times(ratio)}",
        f". {capital(brief)}: {times(ratio)} for twice as many",
    )


def doctor(predicted: float, measured: float, found: Sequence[Disturbance]) -> str:
    """Return why a measurement is far from its prediction, as far as that is known."""
    if measured < predicted:
        ratio = times(predicted / measured)
        return (
            f"Measured is {ratio} shorter than predicted: this machine was busy when its rates "
            "were measured. napkin-net bench --again measures them again."
        )
    ratio = times(measured / predicted)
    return f"Measured is {ratio} longer than predicted. {disturbance_text(found)}"


def why_not(trial: Trial, engine: str) -> str:
    """Return why a network is not timed; empty if it can be."""
    if trial.config is None:
        return f"not possible: {trial.problem}"
    match trial.too_much(engine):
        case "memory":
            most = storage_text(LARGEST)
            return (
                f"not timed: a step needs {storage_text(trial.memory)} of memory, more than {most}"
            )
        case "time":
            seconds = time_text(trial.predictions[engine].seconds)
            return f"not timed: a step would take {seconds}, more than {time_text(LONGEST)}"
    return ""
