"""The update: the second part of a step, which moves the parameters by a gradient that is known.

A gradient may be clipped here, see `clipping`. Then L1 and L2 come in: what they add to it moves
weights towards 0. As in textbooks, and in TensorFlow Playground, biases are left alone. The loss
and the gradient that a run shows are the data's, without any of that. The direction is multiplied
by the learning rate, which may follow a schedule, see `schedules`.
"""

from dataclasses import replace
from functools import cached_property

import numpy as np

from core.arrays import ONE, Array, Operation, run
from core.network.architecture import Architecture
from core.network.clipping import clip_operations, is_clipped
from core.network.optimizers import Arrays, Optimizer, Options
from core.network.schedules import is_scheduled, rate_at
from core.structs import Struct


class State(Struct, eq=False):
    """The optimizer state; its arrays are written in place."""

    slots: Array
    """Shape (k, parameter_count)."""
    before: Array
    """The same as it was before the last update, which so can be undone."""
    count: Array
    """Updates since it began, shape (); an optimizer without state does not count."""

    @staticmethod
    def fresh(optimizer: Optimizer, parameter_count: int) -> "State":
        """Return a state with all numbers 0."""
        shape = optimizer.slots, parameter_count
        return State(np.zeros(shape), np.zeros(shape), np.zeros(()))

    @property
    def nbytes(self) -> int:
        """Bytes that it takes."""
        return self.slots.nbytes + self.before.nbytes

    def copy(self) -> "State":
        """Return a state that goes on by itself."""
        known = len(self.before) == len(self.slots)
        before = self.before.copy() if known else np.zeros_like(self.slots)
        return State(self.slots.copy(), before, self.count.copy())

    def noted(self) -> "State":
        """Return a copy to be kept, with nothing to undo; its own copy goes on.

        One that remembers nothing is its own: checkpoints without number may hold it.
        """
        if not len(self.slots):
            return self
        return State(self.slots.copy(), np.empty((0, self.slots.shape[1])), self.count.copy())

    def begin(self) -> None:
        """Begin an update."""
        if len(self.slots):
            self.before[...] = self.slots
            self.count[...] += 1.0

    def undo(self) -> None:
        """Restore the state before the last update, if there was one."""
        if len(self.slots) and self.count > 0:
            self.slots[...] = self.before
            self.count[...] -= 1.0


class Rule(Struct, eq=False):
    """How a run moves its parameters."""

    optimizer: Optimizer
    options: Options
    state: State

    @staticmethod
    def fresh(optimizer: Optimizer, options: Options, parameter_count: int) -> "Rule":
        """Return a rule whose state is empty."""
        return Rule(optimizer, options, State.fresh(optimizer, parameter_count))

    @cached_property
    def rate(self) -> Array:
        """η of the coming update, shape (); by a schedule, `begin_at` writes it before each."""
        return np.array(self.options.learning_rate)

    def begin_at(self, step: int) -> None:
        """Make the coming update the one after so many updates of the run."""
        self.rate[...] = rate_at(self.options, step)

    def rates(self, step: int, count: int) -> Array:
        """Return η of so many updates, the first after `step` updates of the run.

        Returns
        -------
        ndarray, shape (count,), or (1,) if all are the same
        """
        if not is_scheduled(self.options):
            return self.rate.reshape(1)
        return np.array([rate_at(self.options, step + more) for more in range(count)])

    @property
    def clips(self) -> bool:
        """Whether a gradient that is large enough is clipped."""
        return is_clipped(self.options)

    @property
    def penalises(self) -> bool:
        """Whether L1 or L2 add to the gradient."""
        return self.options.l1 > 0 or self.options.l2 > 0

    def operations(
        self, architecture: Architecture, parameters: Array, gradient: Array
    ) -> list[Operation]:
        """Return the calls that move the parameters in place; they allocate nothing.

        Parameters
        ----------
        architecture : Architecture
            Tells weights from biases.
        parameters : ndarray, shape (parameter_count,)
            Written by the last call.
        gradient : ndarray, shape (parameter_count,)
            Of the loss; only read.
        """
        step = np.empty_like(parameters)
        calls = self._step_operations(architecture, parameters, gradient, step)
        return [*calls, (np.subtract, (parameters, step, parameters))]

    def change(self, architecture: Architecture, parameters: Array, gradient: Array) -> Array:
        """Compute what an update would add to the parameters; no parameter and no state changes."""
        step = np.empty_like(parameters)
        tried = replace(self, state=self.state.copy())
        tried.rate[...] = self.rate
        with np.errstate(over="ignore", invalid="ignore"):
            run(tried._step_operations(architecture, parameters, gradient, step))
        return np.negative(step, step)

    def _step_operations(
        self, architecture: Architecture, parameters: Array, gradient: Array, step: Array
    ) -> list[Operation]:
        """Return the calls that write η·d, which the parameters are to lose."""
        state, options = self.state, self.options
        calls: list[Operation] = []
        if len(state.slots):
            calls = [
                (np.positive, (state.slots, state.before)),
                (np.add, (state.count, ONE, state.count)),
            ]
        pulled = gradient
        if self.clips:
            pulled = np.empty_like(gradient)
            calls += clip_operations(options, gradient, pulled)
        if self.penalises:
            clipped, pulled = pulled, np.empty_like(gradient)
            calls += penalty_operations(architecture, options, parameters, clipped, pulled)
        arrays = Arrays(pulled, state.slots, state.count, step)
        directed, direction = self.optimizer.operations(arrays, options)
        return [*calls, *directed, (np.multiply, (direction, self.rate, step))]


def penalty_operations(
    architecture: Architecture, options: Options, parameters: Array, gradient: Array, pulled: Array
) -> list[Operation]:
    """Return the calls that write the gradient and what L1 and L2 add to it, into `pulled`."""
    scratch = np.empty_like(parameters)
    calls: list[Operation] = [(np.positive, (gradient, pulled))]
    for layer in architecture.layers:
        weights, here, share = (each[layer.weights] for each in (parameters, pulled, scratch))
        if options.l1:
            calls += [
                (np.sign, (weights, share)),
                (np.multiply, (share, np.array(options.l1), share)),
                (np.add, (here, share, here)),
            ]
        if options.l2:
            calls += [
                (np.multiply, (weights, np.array(options.l2), share)),
                (np.add, (here, share, here)),
            ]
    return calls
