"""The protocol of an engine, which computes a batch's loss and gradient and makes the update."""

from dataclasses import dataclass
from typing import Protocol

from core.arrays import Array, IsCancelled
from core.images.images import Batch
from core.network.losses import Loss
from core.network.network import Network
from core.network.update import Rule

NUDGE = 1e-6
"""ε of finite differences: the amount added to a parameter."""

GRADIENT_METHODS: tuple[str, ...] = ("backprop", "nudge")
"""How a gradient is computed: by backpropagation, or by finite differences."""


@dataclass(slots=True)
class Evaluation:
    """Loss, predictions and gradient of one batch; valid until its engine evaluates again."""

    loss: float
    """Mean over the batch."""
    predictions: Array
    """Shape (n,)."""
    targets: Array
    """Shape (n,)."""
    gradient: Array
    """Of the loss, shape (parameter_count,), in parameter order."""


@dataclass(frozen=True)
class Problem:
    """What an engine is built for."""

    network: Network
    """Its flat vector is read by `evaluate` and moved by `update`."""
    loss: Loss
    method: str
    """One of `GRADIENT_METHODS`."""
    rule: Rule
    """How `update` moves the network's parameters, until `move_by` gives another."""


class Engine(Protocol):
    """One way to compute a training step."""

    seconds_per_multiply_add: float
    """Roughly, on any machine of its day: only to foresee whether a step is a long one."""

    def evaluate(self, batch: Batch, cancelled: IsCancelled | None = None) -> Evaluation:
        """Compute loss and gradient; the parameters stay as they are.

        Parameters
        ----------
        batch : Batch
            The images.
        cancelled : callable, optional
            Asked every few milliseconds; once it says True the evaluation stops.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        ...

    def assess(self, batch: Batch, cancelled: IsCancelled | None = None) -> tuple[float, Array]:
        """Compute loss and predictions, shape (n,), only; the last evaluation stays valid.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        ...

    def update(self) -> None:
        """Move the parameters by the gradient that was evaluated last."""
        ...

    def begin_at(self, step: int) -> None:
        """Make the coming update the one after so many updates of the run: by a schedule, each has
        its own learning rate."""
        ...

    def move_by(self, rule: Rule) -> None:
        """Update by another rule from now on; what was evaluated stays."""
        ...
