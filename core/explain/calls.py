"""The calls of a step in words: their names, and the rules that their times follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.explain.explanation import TimeRule
from core.network.cost import Phase

if TYPE_CHECKING:  # no start waits for predictions
    from core.prediction import CallTime

_PRODUCTS = "dot", "matmul"
"""The calls that multiply matrices."""
_WORDS = {
    "step": "Python around the calls",
    "schedule": "learning rate by the schedule",
    "batch": "take the next batch",
    "part": "take a part of the batch",
    "epoch": "begin an epoch, shuffle",
    "nudge": "nudge a parameter",
    "frozen": "put a frozen weight back",
    "memory": "images and predictions",
    "method dot": "dot of the parameters",
    "vector dot": "dot of vectors",
    "taken image": "take an image of the batch",
    "list": "copy a parameter to a list",
    "vector": "copy a parameter to an array",
    "call": "call the compiled code",
    "load": "copy a number of the batch",
    "tile": "begin a group of images",
    "four": "begin the loop over images",
    "four updated": "begin the loop over images",
    "four image": "image: prediction and gradient",
}
"""What a call does, where no part of the step alone makes it, or the engine tells which one."""
_PHASES = {
    "layer": (Phase.FORWARD, "a layer"),
    "neuron": (Phase.FORWARD, "a neuron"),
    "multiply-add": (Phase.FORWARD, "multiply-add"),
    "bias": (Phase.FORWARD, "a bias"),
    "forward loop": (Phase.FORWARD, "begin a loop"),
    "forward multiply-add": (Phase.FORWARD, "multiply-add"),
    "back layer": (Phase.GRADIENT, "a layer"),
    "row": (Phase.GRADIENT, "an input"),
    "gradient bias": (Phase.GRADIENT, "a bias"),
    "gradient loop": (Phase.GRADIENT, "begin a loop"),
    "gradient multiply-add": (Phase.GRADIENT, "multiply-add"),
    "carry loop": (Phase.GRADIENT, "begin a loop, deltas"),
    "carried multiply-add": (Phase.GRADIENT, "multiply-add, deltas"),
    "adam": (Phase.UPDATE, "Adam, once per step"),
    "changed": (Phase.UPDATE, "penalties and clipping"),
    "clip norm": (Phase.UPDATE, "clip by norm"),
    "clip value": (Phase.UPDATE, "clip by value"),
    "l1": (Phase.UPDATE, "L1 of a weight"),
    "l2": (Phase.UPDATE, "L2 of a weight"),
}
_KINDS = {
    "value": (Phase.FORWARD, "{}"),
    "slopes": (Phase.GRADIENT, "derivative of {}"),
    "carried": (Phase.GRADIENT, "derivative of {}"),
    "update": (Phase.UPDATE, "a parameter, {}"),
    "image": (Phase.FORWARD, "error of an image, {}"),
}
"""Of names that begin with such a word; the rest of the name follows."""


def written_call(call: CallTime) -> str:
    """Name a call in words, such as ``forward: dot 1×4 · 4×1,000``."""
    phase, words = call.phase, _WORDS.get(call.name, call.name)
    kind, _, rest = call.name.partition(" ")
    if call.name in _PHASES:
        phase, words = _PHASES[call.name]
    elif kind in _KINDS and rest:
        phase, form = _KINDS[kind]
        words = form.format(rest)
    named = f"{words} {call.shape}".rstrip()
    return named if phase is None else f"{phase}: {named}"


def rules_of(calls: Sequence[CallTime]) -> tuple[TimeRule, ...]:
    """Return the rules that the times of a step's calls follow, in the order of `TimeRule`."""
    found = {rule for call in calls for rule in _rules(call)}
    if len({(call.phase, call.name, call.shape) for call in calls}) < len(calls):
        found.add(TimeRule.SEVERAL)
    return tuple(rule for rule in TimeRule if rule in found)


def _rules(call: CallTime) -> set[TimeRule]:
    counted = [term.of for term in call.terms if not term.is_alone]
    found = {TimeRule.MEAN} if call.is_mean else set()
    if call.name not in _PRODUCTS:
        by_number = any(term.size > 1 for term in call.terms)
        longer = {TimeRule.LONGER} if counted and len(call.terms) > 1 else set()
        return found | longer | ({TimeRule.BYTES} if by_number else set())
    if {"read", "written"} <= {*counted} or counted.count("") > 1:
        return found | {TimeRule.MATRICES}
    if "" in counted:
        found.add(TimeRule.INCLUDED)
    return found | ({TimeRule.FARTHER} if "read" in counted else set())
