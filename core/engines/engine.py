"""The protocol of an engine, which computes a batch's loss and gradient and makes the update."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from core.arrays import Array, IsCancelled
from core.images.images import Batch
from core.network.activations import Activation
from core.network.architecture import Layer
from core.network.losses import Loss
from core.network.network import Network
from core.network.update import Rule
from core.structs import Struct

NUDGE = 1e-6
"""ε of finite differences: the amount added to a parameter."""

LONGEST_CALL = 0.016
"""Seconds, roughly, that many steps in one call take at most."""

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


class Problem(Struct):
    """What an engine is built for."""

    network: Network
    """Its flat vector is read by `evaluate` and moved by `update`."""
    loss: Loss
    method: str
    """One of `GRADIENT_METHODS`."""
    rule: Rule
    """How `update` moves the network's parameters, until `move_by` gives another."""
    functions: Mapping[str, Activation] = field(default_factory=dict)
    """By name, activations that are the network's own, but for how they compute whole arrays."""

    def function_of(self, layer: Layer) -> Activation:
        """Return a layer's activation, which computes whole arrays."""
        return self.functions.get(layer.activation.name, layer.activation)


class Stretch(Struct):
    """Steps in a row, of a single pass over the images."""

    images: Batch
    """All of them, in the order of the pass."""
    batch_size: int
    """Images per step; the last batch of a pass may be smaller."""
    place: int
    """Which of the pass's batches is evaluated after the first update."""
    step: int
    """Updates of the run before."""
    frozen: frozenset[int]
    """Parameters that stay as they are."""
    low: float
    """The steps end after a loss that is not above this …"""
    high: float
    """… or not at most this."""


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


class SteppingEngine(Protocol):
    """What an engine may offer besides: many steps in one call, with the same bits as one after the
    other.

    Where that call lets go of the interpreter's lock, the engine also has `halt`, an array of
    int64 of shape (1,). Another thread makes it 1, and the call ends after the step that it is in.
    """

    @property
    def most_images(self) -> int:
        """Images per step at most: with more, one step takes as long as a call may."""
        ...

    def steps(self, stretch: Stretch, count: int, previous: Array) -> tuple[Array, Evaluation]:
        """Take steps, each an update and an evaluation, from the last evaluation on.

        It ends early after a loss that is out of bounds, or a parameter that is not finite; and
        where the engine has `halt`, once that is 1.

        Parameters
        ----------
        stretch : Stretch
            The images, and when to stop.
        count : int
            Steps at most, at least 1; the batches of the pass go that far.
        previous : ndarray, shape (parameter_count,)
            Written: the parameters before the last update.

        Returns
        -------
        losses : ndarray, shape (n,)
            After each step that was taken; valid until the next call.
        evaluation : Evaluation
            The last one.
        """
        ...
