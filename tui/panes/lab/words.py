"""What the numbers of the lab mean, in words."""

from collections.abc import Sequence

from core.prediction import Experiment
from core.rates import Disturbance
from tui.panes.lab.survey import LARGEST, LONGEST, Survey, Trial
from tui.words.machine import disturbance_text, percent_text, storage_text, time_text
from tui.words.numerals import short
from tui.words.phrases import fit

NEARLY_NOTHING = 1.1
"""Twice the images take less than so many times as long: that is hardly more."""
_CALLING = {
    "matrix": "calling numpy",
    "loops": "Python around the arithmetic",
    "compiled": "calling the compiled code",
    "gpu": "starting the calls of the GPU",
}
"""What the time of calls is, by engine."""


def times(ratio: float) -> str:
    """Write a factor: ×1.07, ×23.4, ×1,230."""
    return f"×{ratio:.2f}" if ratio < 99.995 else f"×{short(ratio)}"


def verdict(survey: Survey, engine: str, width: int) -> str:
    """Return what a step of an engine is spent on, and what twice the images would take."""
    prediction = survey.now.predictions[engine]
    share = prediction.share
    largest = max(share.call, share.compute, share.memory)
    part = percent_text(largest / share.total)
    if largest == share.call:
        first = [f"{part} of this step is {_CALLING[engine]}"]
    elif largest == share.compute:
        most = max(prediction.calls, key=lambda call: call.share.compute)
        what = f"{part} of this step is computing"
        first = [f"{what}, most of it {most.name}", what]
    else:
        first = [f"{part} of this step is reading and writing memory"]
    second = _twice(survey, engine)
    return fit(*(f"{each}{second}." for each in first), width=width)


def _twice(survey: Survey, engine: str) -> str:
    doubled = survey.trials[Experiment.IMAGES].predictions.get(engine)
    if doubled is None:
        return ""
    ratio = doubled.seconds / survey.now.predictions[engine].seconds
    if ratio < NEARLY_NOTHING:
        return ": twice the images cost almost nothing more"
    return f": twice the images take {times(ratio)} as long"


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
