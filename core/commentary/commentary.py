"""Facts about what just happened in a run, each computed from two of its moments.

`after_step` returns those of a single step, `milestones` those of a stretch of a fast run. A fact
carries its numbers and no words. Losses may be missing, since a long step is still being computed,
and numbers may be infinite or NaN: then there are fewer facts, and none that is not true.
"""

from dataclasses import dataclass
from typing import TypeAlias

from core.commentary.actions import ActionFact
from core.commentary.endings import EndFact, ended
from core.commentary.image import ImageFact, counted, looked_at
from core.commentary.layers import (
    LayerFact,
    exploding,
    hurled,
    strained,
    stuck,
    unbroken,
    vanishing,
)
from core.commentary.loss import (
    LossFact,
    Overshot,
    epoch_done,
    gap,
    is_flat,
    looks_flat,
    loss_moved,
    passed,
    slowed,
    timid,
)
from core.commentary.weights import WeightFact, arrived, moved, settled, stepped, turned
from core.run.snapshot import Snapshot


@dataclass(frozen=True)
class Computing:
    """The loss at this step is still being computed."""

    step: int
    multiply_adds: int
    """Of its forward pass and gradient."""


def computing(moment: Snapshot) -> Computing:
    """Return what the loss and gradient of a moment cost, while they are computed."""
    return Computing(moment.step, moment.cost.step - moment.cost.update.count)


StepFact: TypeAlias = EndFact | Computing | LossFact | WeightFact | ImageFact | LayerFact
"""What a step can bring about."""

Fact: TypeAlias = ActionFact | StepFact
"""Any fact of commentary."""


def after_step(before: Snapshot, after: Snapshot) -> tuple[StepFact, ...]:
    """Return what a step brought about, what matters most first.

    Parameters
    ----------
    before : Snapshot
        The moment before the step.
    after : Snapshot
        The moment after it; a few steps later is right as well.
    """
    if after.outcome is not None:
        return (ended(after),)
    if after.loss is None:
        return (computing(after),)
    if after.step <= before.step or after.architecture != before.architecture:
        return ()
    trend, rest = loss_moved(before, after), settled(after)
    if isinstance(trend, Overshot):
        return (trend,)
    symmetry = unbroken(after)
    if rest is not None:
        why = symmetry or (stuck(after),)
        return tuple(fact for fact in (*why, rest, arrived(after)) if fact is not None)
    image, here = looked_at(before, after), arrived(after)
    passes = image is not None and (image.passed or image.came_right)
    worsens = image is not None and image.worse and not passes
    facts: list[StepFact | None] = [
        epoch_done(before, after),
        trend,
        here,
        gap(before, after),
        *turned(before, after),
        *symmetry,
        stuck(after) if not symmetry else None,
        hurled(after),
        vanishing(after),
        exploding(after),
        image if passes else None,
        timid(before, after) if here is None else None,
        looks_flat(before, after),
        image if worsens else None,
        slowed(after),
        moved(before, after),
        counted(before, after),
        image if not (passes or worsens) else None,
        stepped(before, after),
    ]
    return tuple(fact for fact in facts if fact is not None)


def milestones(before: Snapshot, after: Snapshot) -> tuple[StepFact, ...]:
    """Return the milestones of a stretch of a fast run, what matters most first; mostly none.

    Parameters
    ----------
    before, after : Snapshot
        Two frames of a run, thousands of steps apart or none.
    """
    if after.outcome is not None:
        return (ended(after),) if before.outcome is None else ()
    if after.step <= before.step or after.architecture != before.architecture:
        return ()
    if after.loss is None:
        return ()
    trend, turns = loss_moved(before, after), turned(before, after)
    image = looked_at(before, after)
    symmetry = unbroken(after) if not before.step or not unbroken(before) else ()
    facts: list[StepFact | None] = [
        *symmetry,
        settled(after) if settled(before) is None else None,
        arrived(after) if arrived(before) is None else None,
        trend if isinstance(trend, Overshot) else None,
        stuck(after) if stuck(before) is None and not unbroken(after) else None,
        gap(before, after),
        *(strained(after) if not before.step or not strained(before) else ()),
        passed(before, after) if arrived(before) is None else None,
        epoch_done(before, after),
        image if image is not None and image.came_right else None,
        turns[0] if len(turns) == 1 and len(turns[0].indices) == 1 else None,
        looks_flat(before, after) if not is_flat(before) else None,
        slowed(after) if slowed(before) is None else None,
    ]
    return tuple(fact for fact in facts if fact is not None)
