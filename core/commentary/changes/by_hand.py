"""Facts about manual changes: weights and biases that a person set or froze."""

import math
from typing import TypeAlias

import numpy as np

from core.network.architecture import Architecture
from core.run.descent import ManualEdits
from core.run.snapshot import Snapshot
from core.structs import Struct


class ParameterSet(Struct):
    """A weight or bias got another value by hand."""

    index: int
    """Its place in the flat vector."""
    weights: int | None
    """How many of all are weights, a bias coming after; None where they have no numbers."""
    before: float
    after: float
    loss_before: float | None
    loss_after: float | None
    manual_edits: ManualEdits | None
    """All manual changes made there, beside gradient descent."""
    step: int
    """Multiply-adds of the coming step."""
    batch: int | None = None
    """Images that the losses are the means over, if they are not all training images."""
    architecture: Architecture | None = None
    """The network, which names it."""


class ParametersSet(Struct):
    """Several weights and biases got other values by hand, all at once."""

    indices: tuple[int, ...]
    """Their places in the flat vector."""
    parameters: int
    """How many there are in all."""
    weights: int | None
    """How many of all are weights, a bias coming after; None where they have no numbers."""
    distance: float
    """How far that is: the root of the sum of the changes' squares."""
    loss_before: float | None
    loss_after: float | None
    manual_edits: ManualEdits | None
    """All manual changes made there, beside gradient descent."""
    step: int
    """Multiply-adds of the coming step."""
    batch: int | None = None
    """Images that the losses are the means over, if they are not all training images."""


class ParameterFrozen(Struct):
    """A weight or bias was frozen, or unfrozen."""

    index: int
    """Its place in the flat vector."""
    frozen: bool
    frozen_count: int
    """How many are frozen now."""


HandFact: TypeAlias = ParameterSet | ParametersSet | ParameterFrozen
"""Any of them."""


def by_hand(before: Snapshot, after: Snapshot) -> tuple[HandFact, ...]:
    """Return what was changed in the parameters themselves, at one step.

    Parameters
    ----------
    before, after : Snapshot
        The moments around one change.
    """
    if before.step != after.step or len(before.parameters) != len(after.parameters):
        return ()
    facts: list[HandFact] = []
    old, new, architecture = before.parameters, after.parameters, after.architecture
    changed = np.flatnonzero((old != new) & ~(np.isnan(old) & np.isnan(new))).tolist()
    weights = architecture.layers[0].weights.stop if architecture.is_linear else None
    losses = before.loss, after.loss
    if len(changed) == 1:
        index = changed[0]
        values = float(old[index]), float(new[index])
        edits, step = after.manual_edits, after.cost.step
        facts.append(
            ParameterSet(index, weights, *values, *losses, edits, step, after.batch, architecture)
        )
    elif changed:
        distance = math.dist(old.tolist(), new.tolist())
        told = ParametersSet(
            tuple(changed),
            len(new),
            weights,
            distance,
            *losses,
            after.manual_edits,
            after.cost.step,
            after.batch,
        )
        facts.append(told)
    for index in sorted(before.frozen ^ after.frozen)[:1]:
        facts.append(ParameterFrozen(index, index in after.frozen, len(after.frozen)))
    return tuple(facts)
