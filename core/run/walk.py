"""A walk by hand, and what gradient descent would have reached for the same multiply-adds."""

from dataclasses import dataclass

from core.run.changes import Change, SetParameter, SetParameters


@dataclass(frozen=True)
class Walk:
    """Parameters changed by hand, one edit after the other at one step, beside gradient descent.

    Each edit calls for one look at its loss: a forward pass over the batch. Descent begins where
    the walk began, and takes as many whole steps as cost no more than the looks.
    """

    looks: int
    """Edits so far, a look each; at least 1."""
    multiply_adds: int
    """Of all the looks; nobody is charged for them."""
    start_loss: float | None
    """Before the first edit; None while it is not known yet."""
    steps: int
    """Descent's, for no more than that."""
    descent_multiply_adds: int
    """Of these steps."""
    descent_loss: float | None
    """After them, over the batch that the looks are over; None while it is not known yet, and if
    descent has diverged."""
    has_diverged: bool
    """Whether descent diverges before it has taken these steps."""


def is_by_hand(change: Change) -> bool:
    """Tell whether a change moves parameters by hand: that is what a walk consists of."""
    return isinstance(change, SetParameter | SetParameters)
