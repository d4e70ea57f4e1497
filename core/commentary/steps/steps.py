"""Facts about what just happened in a run, each computed from two of its moments.

`after_step` returns those of a single step, `milestones` those of a stretch of a fast run. A fact
carries its numbers and no words. Losses may be missing, since a long step is still being computed,
and numbers may be infinite or NaN: then there are fewer facts, and none that is not true.
"""

from typing import TypeAlias

from core.commentary.changes.actions import ActionFact
from core.commentary.layers import (
    LayerFact,
    exploding,
    relu_gradient_zero,
    serious_layer_problem,
    unbroken_symmetry,
    update_too_large,
    vanishing,
)
from core.commentary.opening import Opening
from core.commentary.steps.endings import EndFact, Paused, ended, preset_shown
from core.commentary.steps.image import ImageFact, error_sides, selected_image
from core.commentary.steps.loss import (
    LossFact,
    Overshot,
    epoch_done,
    flat_curve,
    is_flat,
    loss_milestone,
    loss_moved,
    overfitting,
    rate_too_small,
    slowed,
)
from core.commentary.steps.weights import (
    WeightFact,
    converged,
    no_change,
    sign_changed,
    stepped,
    weights_moved,
)
from core.run.snapshot import Snapshot
from core.run.stopping import Arrival
from core.structs import Struct


class Computing(Struct):
    """The loss at this step is still being computed."""

    step: int
    multiply_adds: int
    """Of its forward pass and gradient."""


def computing(moment: Snapshot) -> Computing:
    """Return what the loss and gradient of a moment cost, while they are computed."""
    return Computing(moment.step, moment.cost.step - moment.cost.update.count)


StepFact: TypeAlias = EndFact | Computing | LossFact | WeightFact | ImageFact | LayerFact
"""What a step can bring about."""

Fact: TypeAlias = Opening | ActionFact | StepFact
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
    trend, rest = loss_moved(before, after), no_change(after)
    if isinstance(trend, Overshot):
        return (trend,)
    symmetry = unbroken_symmetry(after)
    if rest is not None:
        why = symmetry or (relu_gradient_zero(after),)
        return tuple(fact for fact in (*why, rest, converged(after)) if fact is not None)
    image, here = selected_image(before, after), converged(after)
    passes = image is not None and (image.crossed_target or image.came_right)
    worsens = image is not None and image.worse and not passes
    facts: list[StepFact | None] = [
        epoch_done(before, after),
        trend,
        here,
        overfitting(before, after),
        *sign_changed(before, after),
        *symmetry,
        relu_gradient_zero(after) if not symmetry else None,
        update_too_large(after),
        vanishing(after),
        exploding(after),
        image if passes else None,
        rate_too_small(before, after) if here is None else None,
        flat_curve(before, after),
        image if worsens else None,
        slowed(after),
        weights_moved(before, after),
        error_sides(before, after),
        image if not (passes or worsens) else None,
        stepped(before, after),
    ]
    return tuple(fact for fact in facts if fact is not None)


def after_arrival(after: Snapshot, arrivals: frozenset[Arrival]) -> tuple[StepFact, ...]:
    """Return what a run has come to, for which it has paused: first what it has learned.

    Parameters
    ----------
    after : Snapshot
        The moment that it has come to.
    arrivals : frozenset of Arrival
        What is new there.
    """
    paused = Paused(after.step, goes_on=Arrival.AT_REST not in arrivals)
    if Arrival.SHOWN in arrivals and (shown := preset_shown(after)) is not None:
        return shown, paused
    facts: list[StepFact | None] = [converged(after)]
    if Arrival.AT_REST in arrivals:
        symmetry = unbroken_symmetry(after)
        facts += symmetry or (relu_gradient_zero(after),)
        facts.append(no_change(after))
    return tuple(fact for fact in (*facts, paused) if fact is not None)


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
    trend, turns = loss_moved(before, after), sign_changed(before, after)
    image = selected_image(before, after)
    symmetry = unbroken_symmetry(after) if not before.step or not unbroken_symmetry(before) else ()
    facts: list[StepFact | None] = [
        *symmetry,
        no_change(after) if no_change(before) is None else None,
        converged(after) if converged(before) is None else None,
        trend if isinstance(trend, Overshot) else None,
        relu_gradient_zero(after)
        if relu_gradient_zero(before) is None and not unbroken_symmetry(after)
        else None,
        overfitting(before, after),
        *(
            serious_layer_problem(after)
            if not before.step or not serious_layer_problem(before)
            else ()
        ),
        loss_milestone(before, after) if converged(before) is None else None,
        epoch_done(before, after),
        image if image is not None and image.came_right else None,
        turns[0] if len(turns) == 1 and len(turns[0].indices) == 1 else None,
        flat_curve(before, after) if not is_flat(before) else None,
        slowed(after) if slowed(before) is None else None,
    ]
    return tuple(fact for fact in facts if fact is not None)
