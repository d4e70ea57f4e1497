"""The substeps of the coming step, in their order, each with its cost.

Forward goes through the layers 1 … L, then comes the loss. By backprop the output's delta follows,
and the gradient of the layers L … 1, for all but layer 1 together with the deltas carried back to
the layer below. By finite differences each parameter is nudged, or in a larger
network each layer's parameters in turn. The update is the last substep.

For a batch of B images, layer l of n_{l−1} inputs and n_l neurons, W weights in all:

==================  ===========================================================================
forward, layer l    B · n_{l−1} · n_l
loss, delta         0
gradient, layer l   B · n_{l−1} · n_l, and as much again for the deltas carried back if l ≥ 2
one nudge           B · W
update              what the optimizer takes for the parameters that are not frozen
==================  ===========================================================================

The multiply-adds add up to `StepCost.step` exactly.
"""

from collections.abc import Iterator
from enum import StrEnum
from itertools import accumulate

from core.engines.engine import NUDGE
from core.network.cost import Phase
from core.quantities.quantities import (
    ErrorQuantity,
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    PredictionQuantity,
    Quantity,
    UpdateQuantity,
)
from core.run.snapshot import Snapshot
from core.structs import Struct

MOST_NUDGES = 12
"""Parameters that are nudged in a part each; of more, a layer's are one part."""


class SubstepKind(StrEnum):
    """The kind of a substep."""

    FORWARD = "forward"
    LOSS = "loss"
    DELTA = "delta"
    GRADIENT = "gradient"
    NUDGE = "nudge"
    UPDATE = "update"


_PHASES = {
    SubstepKind.FORWARD: Phase.FORWARD,
    SubstepKind.LOSS: Phase.FORWARD,
    SubstepKind.DELTA: Phase.GRADIENT,
    SubstepKind.GRADIENT: Phase.GRADIENT,
    SubstepKind.NUDGE: Phase.GRADIENT,
    SubstepKind.UPDATE: Phase.UPDATE,
}


class Substep(Struct):
    """One substep of a step."""

    kind: SubstepKind
    """What is done."""
    layer: int | None
    """In which layer, counted from 0; None where the part is the whole network's."""
    parameter: int | None
    """The one that is nudged, by its place in the flat vector, if it is a single one."""
    multiply_adds: int
    """What this part takes."""
    done: int
    """What the step has taken, this part included."""

    @property
    def phase(self) -> Phase:
        """The line of the cost that it belongs to."""
        return _PHASES[self.kind]


class Nudge(Struct):
    """A nudged parameter, and the loss with and without the nudge."""

    value: float
    """The parameter as it is."""
    tried: float
    """The parameter with the nudge of ε = 10⁻⁶."""
    loss: float
    """The loss without the nudge."""
    tried_loss: float
    """The loss with it: loss + slope · ε; the slope was computed from it."""
    slope: float
    """(tried loss − loss) / ε."""


def substeps_of(snapshot: Snapshot) -> tuple[Substep, ...]:
    """Return the substeps of the coming step.

    Parameters
    ----------
    snapshot : Snapshot
        The moment before it. Only its settings and its cost are read: no number of the step is
        computed here.

    Returns
    -------
    tuple of Substep
        Never empty; the last one's `done` is the cost of the whole step.
    """
    plan = list(_plan(snapshot))
    totals = accumulate(cost for _, _, _, cost in plan)
    return tuple(Substep(*entry, total) for entry, total in zip(plan, totals, strict=True))


def nudge_of(snapshot: Snapshot, index: int) -> Nudge | None:
    """Return the two losses of a nudged parameter, from the gradient by finite differences.

    Parameters
    ----------
    snapshot : Snapshot
        The moment.
    index : int
        The parameter's place in the flat vector.

    Returns
    -------
    Nudge or None
        None while loss and gradient are still being computed. The loss with the nudge is worked
        back from the slope, not computed a second time.
    """
    if snapshot.loss is None or snapshot.gradient is None:
        return None
    value, slope = float(snapshot.parameters[index]), float(snapshot.gradient[index])
    return Nudge(value, value + NUDGE, snapshot.loss, snapshot.loss + slope * NUDGE, slope)


def quantity_of(substep: Substep, snapshot: Snapshot, selected: int = 0) -> Quantity:
    """Choose the number whose arithmetic, and whose code, shows a part best.

    Parameters
    ----------
    substep : Substep
        One of the snapshot's.
    snapshot : Snapshot
        The moment.
    selected : int
        The selected parameter; a number of it is chosen where the part computes one,
        else one of the layer's first.

    Raises
    ------
    IndexError
        If there is no such parameter.
    """
    place = snapshot.architecture.place(selected)
    number = place.layer if substep.layer is None else substep.layer
    layer = snapshot.architecture.layers[number]
    near = selected if place.layer == number else layer.start
    match substep.kind:
        case SubstepKind.FORWARD if number == len(snapshot.architecture.layers) - 1:
            return PredictionQuantity()
        case SubstepKind.FORWARD:
            return NeuronQuantity(number, place.neuron if place.layer == number else 0)
        case SubstepKind.LOSS:
            return LossQuantity()
        case SubstepKind.DELTA:
            return ErrorQuantity()
        case SubstepKind.GRADIENT | SubstepKind.NUDGE:
            return GradientQuantity(near if substep.parameter is None else substep.parameter)
        case SubstepKind.UPDATE:
            return UpdateQuantity(selected)


_Entry = tuple[SubstepKind, int | None, int | None, int]
"""Kind, layer, parameter and multiply-adds."""


def _plan(snapshot: Snapshot) -> Iterator[_Entry]:
    images = snapshot.batch_size
    layers = snapshot.architecture.layers
    products = [images * layer.inputs * layer.outputs for layer in layers]
    for number, count in enumerate(products):
        yield SubstepKind.FORWARD, number, None, count
    yield SubstepKind.LOSS, None, None, 0
    if snapshot.config.gradient == "nudge":
        yield from _nudges(snapshot, sum(products))
    else:
        yield SubstepKind.DELTA, None, None, 0
        for number in reversed(range(len(layers))):
            carried = products[number] if number else 0
            yield SubstepKind.GRADIENT, number, None, products[number] + carried
    yield SubstepKind.UPDATE, None, None, snapshot.cost.update.count


def _nudges(snapshot: Snapshot, forward: int) -> Iterator[_Entry]:
    """Yield the nudges, each of which is one more forward pass."""
    single = snapshot.architecture.parameter_count <= MOST_NUDGES
    for number, layer in enumerate(snapshot.architecture.layers):
        places = range(layer.start, layer.stop)
        if single:
            for index in places:
                yield SubstepKind.NUDGE, number, index, forward
        else:
            yield SubstepKind.NUDGE, number, None, len(places) * forward
