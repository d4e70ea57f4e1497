"""The gpu engine: evaluations, updates and many steps at once on torch's tensors."""

import sys
from collections.abc import Iterator

import numpy as np
import torch

from core.arrays import Array, IsCancelled
from core.engines.engine import Evaluation, Problem, Stretch
from core.engines.gpu.batches import BatchCalls, Held
from core.engines.gpu.devices import MOST_STEPS, device
from core.engines.gpu.fallback import naming_shortage
from core.engines.gpu.steps import Record, StepCalls
from core.engines.gpu.tensors import Call, carry_out
from core.engines.gpu.vectors import Vectors
from core.engines.matrix import LIMITS
from core.images.images import Batch
from core.network.update import Rule


class GpuEngine:
    """The whole batch at once, on a GPU, or on the CPU where there is none.

    The network's parameters and the optimizer state are the host's. They are copied to the device
    before an evaluation, an update or many steps, and what has changed is copied back afterwards.

    Parameters
    ----------
    problem : Problem
        Network, loss, gradient method and update rule.
    """

    @naming_shortage
    def __init__(self, problem: Problem) -> None:
        self._problem, self._rule, self._device = problem, problem.rule, device()
        self.seconds_per_multiply_add = 1e-12 if self._device.is_gpu else 1e-9
        self._record = Record(self._device)
        self._held: dict[int, Held] = {}
        self._build()

    def _build(self) -> None:
        """Make room for parameters, state and gradient, and forget the calls that use another."""
        count, nudges = len(self._problem.network.parameters), self._problem.method == "nudge"
        self._vectors = Vectors(self._device, count, self._rule.state, nudges=nudges)
        self._batches: dict[tuple[int, int], BatchCalls] = {}
        self._result = Evaluation(0.0, np.empty(0), np.empty(0), self._vectors.here.gradient)
        self._follow()

    def _follow(self) -> None:
        """Make the calls that move the parameters as the rule says."""
        architecture = self._problem.network.architecture
        self._update = self._vectors.update_calls(architecture, self._rule)
        self._steps: dict[tuple[int, int, frozenset[int]], StepCalls] = {}

    @property
    def most_images(self) -> int:
        """Images per step at most in `steps`; see `SteppingEngine.most_images`.

        On a GPU steps are always taken together: between two calls, everything is copied.
        """
        if self._device.is_gpu:
            return sys.maxsize
        architecture = self._problem.network.architecture
        return architecture.images_within(LIMITS.block, LIMITS.part_numbers)

    @naming_shortage
    def evaluate(self, batch: Batch, cancelled: IsCancelled | None = None) -> Evaluation:
        """Compute loss and gradient; see `Engine.evaluate`."""
        calls = self._loaded(batch)
        carry_out(calls.evaluating, cancelled)
        self._vectors.fetch_gradient()
        return self._evaluated(calls, batch.targets)

    @naming_shortage
    def assess(self, batch: Batch, cancelled: IsCancelled | None = None) -> tuple[float, Array]:
        """Compute loss and predictions only; see `Engine.assess`."""
        calls = self._loaded(batch)
        self._vectors.tried_there.copy_(self._vectors.there.parameters)
        carry_out(calls.assessing, cancelled)
        return calls.loss.item(), on_host(calls.predictions)

    @naming_shortage
    def update(self) -> None:
        """Move the parameters by the gradient that was evaluated last."""
        parameters = self._problem.network.parameters
        self._vectors.send(parameters, self._rule)
        carry_out(self._update)
        self._vectors.fetch(parameters, self._rule)

    @naming_shortage
    def steps(self, stretch: Stretch, count: int, previous: Array) -> tuple[Array, Evaluation]:
        """Take up to so many steps at once; see `SteppingEngine.steps`."""
        count = min(count, MOST_STEPS)
        parameters, vectors = self._problem.network.parameters, self._vectors
        vectors.send(parameters, self._rule)
        before = vectors.kept
        self._record.set_rates(self._rule, stretch.step, count)
        prepared = [calls.prepare() for calls, _, _ in self._runs(stretch, count)]
        if any(prepared):
            vectors.restore(before)
        self._take(stretch, count)
        losses = self._record.losses(count, stretch.low, stretch.high)
        if len(losses) < count:
            # Only now is it known which step was the last one: the same again, as far as that.
            vectors.restore(before)
            self._take(stretch, len(losses))
        vectors.fetch(parameters, self._rule)
        previous[...] = vectors.here.previous
        *_, (last, start, taken) = self._runs(stretch, len(losses))
        images = len(last.batch.predictions)
        first = 0 if images == len(stretch.images) else start + (taken - 1) * images
        return losses, self._evaluated(last.batch, stretch.images.targets[first : first + images])

    def step_calls(self, stretch: Stretch, *, alone: bool = False) -> list[Call]:
        """Return the calls of a step, in order.

        Parameters
        ----------
        stretch : Stretch
            Where it belongs.
        alone : bool
            Whether it is an update and an evaluation, instead of one of many in a call.
        """
        calls, _, _ = next(self._runs(stretch, 1))
        return [*self._update, *calls.batch.evaluating] if alone else calls.calls

    def begin_at(self, step: int) -> None:
        """Make the coming update the one after so many updates; see `Engine.begin_at`."""
        self._rule.begin_at(step)

    @naming_shortage
    def move_by(self, rule: Rule) -> None:
        """Update by another rule from now on; see `Engine.move_by`."""
        before, self._rule = self._rule, rule
        if rule.state.slots.shape != before.state.slots.shape:
            gradient = self._vectors.there.gradient
            self._build()
            self._vectors.there.gradient.copy_(gradient)
        elif (rule.optimizer, rule.options) != (before.optimizer, before.options):
            self._follow()

    def _loaded(self, batch: Batch) -> BatchCalls:
        """Return the calls for a batch; it is loaded, and so are the present parameters."""
        self._vectors.send(self._problem.network.parameters, self._rule)
        calls = self._batch_calls(self._hold(batch), len(batch))
        calls.start.zero_()
        carry_out(calls.loading)
        return calls

    def _hold(self, images: Batch) -> Held:
        """Return these images on the device."""
        if len(images) not in self._held:
            self._held[len(images)] = Held(self._device, images)
        held = self._held[len(images)]
        held.take(images)
        return held

    def _batch_calls(self, held: Held, images: int) -> BatchCalls:
        """Return the calls for a batch of so many of the images that are held."""
        key = len(held), images
        if key not in self._batches:
            batch = BatchCalls(self._problem, self._vectors, self._device, held, images)
            self._batches[key] = batch
        return self._batches[key]

    def _runs(self, stretch: Stretch, count: int) -> Iterator[tuple[StepCalls, int, int]]:
        """Return the calls of steps with batches of one size: where they begin, how many they are.

        Only the last batch of a pass may have another size.
        """
        held, size, place = self._hold(stretch.images), stretch.batch_size, stretch.place
        if size >= len(held):
            yield self._step_calls(held, len(held), stretch.frozen), 0, count
            return
        full, rest = divmod(len(held), size)
        taken = min(count, full - place)
        if taken > 0:
            yield self._step_calls(held, size, stretch.frozen), place * size, taken
        if count > taken:
            yield self._step_calls(held, rest, stretch.frozen), full * size, count - taken

    def _step_calls(self, held: Held, images: int, frozen: frozenset[int]) -> StepCalls:
        """Return the calls of a step with such batches."""
        key = len(held), images, frozen
        if key not in self._steps:
            batch, record = self._batch_calls(held, images), self._record
            self._steps[key] = StepCalls(
                self._device, self._vectors, self._update, batch, record, self._rule, frozen
            )
        return self._steps[key]

    def _take(self, stretch: Stretch, count: int) -> None:
        """Take so many steps, and note them on the device."""
        self._record.turn.zero_()
        for calls, start, number in self._runs(stretch, count):
            calls.take(start, number)

    def _evaluated(self, calls: BatchCalls, targets: Array) -> Evaluation:
        """Return the evaluation that was made last; its gradient is on the host already."""
        result = self._result
        result.loss, result.predictions = calls.loss.item(), on_host(calls.predictions)
        result.targets = targets
        return result


def on_host(values: torch.Tensor) -> Array:
    """Return a copy of a vector on the host."""
    copied: Array = values.cpu().numpy().copy()
    return copied
