"""Sentences about networks of all sizes: what a GPU would change, and how long a training takes."""

from collections.abc import Sequence

from core.scale import Estimate, Rung
from tui.words.machine import amount_text, long_time_text, time_range_text
from tui.words.phrases import WIDTH, capital, fit

CARD = "A100"
"""The accelerator that sentences compare with."""
_ANSWERS = {True: "would be faster", False: "would be slower", None: "might not be faster"}


def answer_text(own: Rung, width: int, gpu: str = "") -> str:
    """Return whether a GPU would be faster for a network, as far as that is known.

    Parameters
    ----------
    own : Rung
        The network.
    width : int
        Cells of the sentence, if it can be that short.
    gpu : str
        The name of this machine's GPU, if the time of the gpu engine is known.
    """
    engine, here = own.fastest_here
    if gpu and "gpu" in own.here:
        seconds = own.here["gpu"]
        answer = "faster" if seconds < here else "slower"
        times = f"{long_time_text(seconds)} per step, {engine} {long_time_text(here)}"
        return fit(
            f"The GPU of this machine is {answer}: predicted are {times}.",
            f"The GPU is {answer}: predicted are {times}.",
            f"The GPU is {answer}: {times}.",
            width=width,
        )
    found, is_faster = own.cards[CARD], own.is_faster_on(CARD)
    there, time = time_range_text(found.step, found.longest_step), long_time_text(here)
    answer, estimate = f"A GPU {_ANSWERS[is_faster]}", "An estimate, not measured here."
    on = _machines(found)
    texts = [
        f"{answer}: {there} per step on {on}, {time} here ({engine}).",
        f"{answer}: {there} on {on}, {time} here.",
        f"{answer}: {there}, here {time}.",
    ]
    if is_faster is False and found.waits:
        calls = f"{answer}: its calls alone take {there}, this step {time} here"
        texts = [f"{calls} ({engine}).", f"{calls}.", texts[-1]]
    return fit(f"{texts[0]} {estimate}", *texts, width=width)


def helps_text(rungs: Sequence[Rung], width: int = WIDTH) -> str:
    """Return the smallest network for which a GPU would be faster; nothing if there is none."""
    known = [each for each in rungs if each.model.config is not None and each.is_faster_on(CARD)]
    if not known:
        return ""
    rung = min(known, key=lambda each: each.model.multiply_adds_step)
    found, here = rung.cards[CARD], long_time_text(rung.fastest_here[1])
    there, on = time_range_text(found.step, found.longest_step), _machines(found)
    size = f"{amount_text(rung.model.parameters)} parameters"
    return fit(
        f"A GPU would be faster from {rung.model.name} on ({size}): {here} per step here, {there} "
        f"on {on}.",
        f"{capital(rung.model.name)}, {size}: {here} per step here, {there} on {on}.",
        f"{capital(rung.model.name)}: {here} per step here, {there} on {on}.",
        width=width,
    )


def training_text(rung: Rung, width: int = WIDTH) -> str:
    """Return how long the training of a network takes, here and on an accelerator."""
    engine, seconds = rung.fastest_here
    here = (
        f"{'at least ' if rung.model.is_least else ''}{long_time_text(seconds * rung.model.steps)}"
    )
    found = rung.cards[CARD]
    there = time_range_text(found.training, found.longest_training)
    cards = _machines(found)
    return fit(
        f"The training of {rung.model.name} takes {here} here ({engine}), {there} on {cards}.",
        f"Training {rung.model.name} takes {here} here, {there} on {cards}.",
        f"{rung.model.name}: {here} here, {there} on {cards}.",
        width=width,
    )


def _machines(found: Estimate) -> str:
    """Return on what an estimate is: an A100, 70 × A100."""
    return f"an {CARD}" if found.cards == 1 else f"{amount_text(found.cards)} × {CARD}"
