"""What is done when the device has too little memory: the error says so, or matrix goes on."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import numpy as np
import torch

from core.arrays import Array, IsCancelled, run
from core.engines.engine import Evaluation, Problem, Stretch
from core.engines.gpu.devices import device
from core.engines.matrix import MatrixEngine
from core.errors import DeviceMemoryError
from core.images.images import Batch
from core.network.update import Rule

if TYPE_CHECKING:
    from core.engines.gpu.engine import GpuEngine

P = ParamSpec("P")
T = TypeVar("T")

_SHORTAGES = ("out of memory", "not enough memory", "ALLOC_FAILED")
"""What torch's errors have in them that are of no class of their own."""


def naming_shortage(method: Callable[P, T]) -> Callable[P, T]:
    """Have a method raise `DeviceMemoryError` where the device has too little memory."""

    @wraps(method)
    def named(*given: P.args, **options: P.kwargs) -> T:
        try:
            return method(*given, **options)
        except RuntimeError as error:
            is_class = isinstance(error, torch.OutOfMemoryError)
            if is_class or any(words in str(error) for words in _SHORTAGES):
                found = device()
                raise DeviceMemoryError("gpu", found.name if found.is_gpu else "") from error
            raise

    return named


class GpuOrMatrix:
    """The gpu engine, until its device has too little memory; then the matrix engine.

    Nothing is lost: what a call has not finished is on the device alone, and is done again.

    Parameters
    ----------
    problem : Problem
        Network, loss, gradient method and update rule.
    build : callable
        Builds the gpu engine.
    on_shortage : callable
        Told once that there is too little memory, and for which problem; perhaps from a thread.
    """

    def __init__(
        self,
        problem: Problem,
        build: Callable[[Problem], "GpuEngine"],
        on_shortage: Callable[[DeviceMemoryError, Problem], None],
    ) -> None:
        self._problem, self._rule, self._on_shortage = problem, problem.rule, on_shortage
        self._evaluation: Evaluation | None = None
        self._now: GpuEngine | MatrixEngine
        try:
            self._now = build(problem)
        except DeviceMemoryError as error:
            self._replace(error)
        self.seconds_per_multiply_add = self._now.seconds_per_multiply_add

    def _replace(self, error: DeviceMemoryError) -> None:
        """Let the matrix engine compute from now on."""
        # The error keeps what was being done, and with it the memory of the device.
        error.__cause__ = error.__traceback__ = None
        self._now = MatrixEngine(replace(self._problem, rule=self._rule))
        torch.cuda.empty_cache()  # nothing, where there is no such device
        self._on_shortage(error, self._problem)

    @property
    def is_replaced(self) -> bool:
        """Whether the matrix engine computes."""
        return isinstance(self._now, MatrixEngine)

    @property
    def most_images(self) -> int:
        """Images per step at most in `steps`; see `SteppingEngine.most_images`."""
        return 0 if isinstance(self._now, MatrixEngine) else self._now.most_images

    def evaluate(self, batch: Batch, cancelled: IsCancelled | None = None) -> Evaluation:
        """Compute loss and gradient; see `Engine.evaluate`."""
        if not self.is_replaced:
            try:
                self._evaluation = self._now.evaluate(batch, cancelled)
            except DeviceMemoryError as error:
                self._replace(error)
            else:
                return self._evaluation
        evaluation = self._now.evaluate(batch, cancelled)
        self._evaluation = None
        return evaluation

    def assess(self, batch: Batch, cancelled: IsCancelled | None = None) -> tuple[float, Array]:
        """Compute loss and predictions only; see `Engine.assess`."""
        try:
            return self._now.assess(batch, cancelled)
        except DeviceMemoryError as error:
            self._replace(error)
        return self._now.assess(batch, cancelled)

    def update(self) -> None:
        """Move the parameters by the gradient that was evaluated last."""
        if not self.is_replaced:
            try:
                self._now.update()
            except DeviceMemoryError as error:
                self._replace(error)
            else:
                return
        if self._evaluation is None:
            self._now.update()
            return
        network, gradient = self._problem.network, self._evaluation.gradient
        run(self._rule.operations(network.architecture, network.parameters, gradient))

    def steps(self, stretch: Stretch, count: int, previous: Array) -> tuple[Array, Evaluation]:
        """Take up to so many steps; see `SteppingEngine.steps`. Without the GPU it is one."""
        if not isinstance(self._now, MatrixEngine):
            try:
                losses, self._evaluation = self._now.steps(stretch, count, previous)
            except DeviceMemoryError as error:
                self._replace(error)
            else:
                return losses, self._evaluation
        parameters, size = self._problem.network.parameters, stretch.batch_size
        previous[...] = parameters
        self.begin_at(stretch.step)
        self.update()
        for index in stretch.frozen:
            parameters[index] = previous[index]
        batch, first = stretch.images, stretch.place * size
        if size < len(batch):
            batch = Batch(batch.images[first : first + size], batch.targets[first : first + size])
        evaluation = self.evaluate(batch)
        return np.array([evaluation.loss]), evaluation

    def begin_at(self, step: int) -> None:
        """Make the coming update the one after so many updates; see `Engine.begin_at`."""
        self._now.begin_at(step)

    def move_by(self, rule: Rule) -> None:
        """Update by another rule from now on; see `Engine.move_by`."""
        self._rule = rule
        try:
            self._now.move_by(rule)
        except DeviceMemoryError as error:
            self._replace(error)
