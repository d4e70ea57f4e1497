"""While single-stepping: how far the coming step has come, and what of it is known."""

from enum import Enum, auto

from core import Snapshot
from core.quantities import Substep, SubstepKind, substeps_of
from core.structs import Struct


class Tone(Enum):
    """How a number stands out while single-stepping."""

    PLAIN = auto()
    """As ever: a substep before has computed it, or nothing is single-stepped."""
    LIT = auto()
    """It is what the substep that is shown computes."""
    AHEAD = auto()
    """It is not computed yet."""


class Stage(Struct, eq=False):
    """How far the coming step has come while single-stepping."""

    substeps: tuple[Substep, ...]
    """All substeps of the step."""
    place: int
    """Which of them is shown; those before it are done."""

    @property
    def substep(self) -> Substep:
        """The one that is shown."""
        return self.substeps[self.place]

    def tone(self, *kinds: SubstepKind, layer: int | None = None, index: int | None = None) -> Tone:
        """Return the tone of what kinds of substeps compute, of one layer or parameter if given."""
        places = [
            place
            for place, substep in enumerate(self.substeps)
            if substep.kind in kinds and matches(substep, layer, index)
        ]
        if not places or places[-1] < self.place:
            return Tone.PLAIN
        return Tone.AHEAD if self.place < places[0] else Tone.LIT


def matches(substep: Substep, layer: int | None, index: int | None) -> bool:
    """Whether a substep may be about a layer and a parameter."""
    return (layer is None or substep.layer in (None, layer)) and (
        index is None or substep.parameter in (None, index)
    )


def stage_of(snapshot: Snapshot, substep: int | None) -> Stage | None:
    """Return the stage of a substep, counted from 0; None: not single-stepping."""
    if substep is None:
        return None
    substeps = substeps_of(snapshot)
    return Stage(substeps, min(len(substeps) - 1, max(0, substep)))


def is_known(snapshot: Snapshot, substep: int | None, *kinds: SubstepKind) -> bool:
    """Whether all that some kinds of substeps compute is known at the one that is shown.

    Parameters
    ----------
    snapshot : Snapshot
        The moment.
    substep : int, optional
        The substep that is shown, counted from 0; None: nothing is single-stepped.
    *kinds : SubstepKind
        The kinds.
    """
    stage = stage_of(snapshot, substep)
    return stage is None or all(
        substep.kind not in kinds for substep in stage.substeps[stage.place + 1 :]
    )
