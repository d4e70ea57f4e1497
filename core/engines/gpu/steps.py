"""Steps on the device: the calls of one, recorded as a graph where that can be done."""

from collections.abc import Callable

import numpy as np
import torch

from core.arrays import Array
from core.engines.gpu.batches import BatchCalls
from core.engines.gpu.devices import MOST_STEPS, Device
from core.engines.gpu.tensors import Call, carry_out, copied
from core.engines.gpu.vectors import Vectors
from core.network.schedules import is_scheduled
from core.network.update import Rule


class Record:
    """What is noted after each step, and stays on the device until all have been taken.

    Parameters
    ----------
    device : Device
        Where it is.
    """

    def __init__(self, device: Device) -> None:
        kind = device.kind
        self.turn = torch.zeros(1, dtype=torch.int64, device=kind)
        """Steps that are taken."""
        self.one = torch.ones(1, dtype=torch.int64, device=kind)
        self.rates = torch.zeros(MOST_STEPS, dtype=torch.float64, device=kind)
        """The learning rate of each step, by a schedule."""
        self.row = torch.zeros(2, 1, dtype=torch.float64, device=kind)
        """Of one step its loss, and 0 if every parameter is finite, or else NaN."""
        self._rows = torch.zeros(2, MOST_STEPS, dtype=torch.float64, device=kind)

    def set_rates(self, rule: Rule, step: int, count: int) -> None:
        """Set the learning rates of steps, the first of them the one after so many of the run."""
        if is_scheduled(rule.options):
            self.rates[:count].copy_(torch.from_numpy(rule.rates(step, count)))

    def noting(self) -> list[Call]:
        """Return the calls that note a step."""
        return [
            (_put, (self.turn, self.row), self._rows),
            (torch.add, (self.turn, self.one), self.turn),
        ]

    def losses(self, count: int, low: float, high: float) -> Array:
        """Return the losses up to the first one that is not within bounds, or up to a parameter
        that is not finite; shape (n,), of so many at most."""
        losses, marks = self._rows[:, :count].cpu().numpy()
        ends = np.flatnonzero(~((low < losses) & (losses <= high)) | (marks != 0.0))
        taken: Array = losses[: ends[0] + 1] if len(ends) else losses
        return taken


def _put(place: torch.Tensor, row: torch.Tensor, *, out: torch.Tensor) -> None:
    """Write a column."""
    out.index_copy_(1, place, row)


def _put_back(places: torch.Tensor, values: torch.Tensor, *, out: torch.Tensor) -> None:
    """Write some numbers of a vector."""
    out.index_copy_(0, places, values)


class StepCalls:
    """The calls of a step: an update, an evaluation, and what is noted.

    Parameters
    ----------
    device : Device
        What computes.
    vectors : Vectors
        What is moved.
    update : list of calls
        Moves the parameters.
    batch : BatchCalls
        Evaluates.
    record : Record
        Notes.
    rule : Rule
        Tells whether each step has a learning rate of its own.
    frozen : frozenset of int
        Parameters that stay as they are.
    """

    def __init__(
        self,
        device: Device,
        vectors: Vectors,
        update: list[Call],
        batch: BatchCalls,
        record: Record,
        rule: Rule,
        frozen: frozenset[int],
    ) -> None:
        self.batch, self._turn = batch, record.turn
        self._has_graphs = device.has_graphs and batch.is_list
        there = vectors.there
        self._before: list[Call] = [(copied, (there.parameters,), there.previous)]
        if is_scheduled(rule.options):
            rate = (torch.index_select, (record.rates, 0, record.turn), there.rate)
            self._before.append(rate)
        self._before += update
        if frozen:
            places = torch.tensor(sorted(frozen), dtype=torch.int64, device=device.kind)
            values = torch.empty(len(frozen), dtype=torch.float64, device=device.kind)
            self._before += [
                (torch.index_select, (there.previous, 0, places), values),
                (_put_back, (places, values), there.parameters),
            ]
        zeros = torch.zeros_like(there.parameters)
        onwards = torch.full_like(batch.start, batch.onwards)
        self._after: list[Call] = [
            (copied, (batch.loss,), record.row[0, 0]),
            (torch.dot, (there.parameters, zeros), record.row[1, 0]),
            *record.noting(),
            (torch.add, (batch.start, onwards), batch.start),
        ]
        self._replay: Callable[[], object] | None = None

    @property
    def calls(self) -> list[Call]:
        """All of them, in order."""
        return [*self._before, *self.batch.evaluating, *self._after]

    def prepare(self) -> bool:
        """Whether the calls were recorded now: they are carried out for it a few times."""
        if self._replay is not None or not self._has_graphs:
            return False
        self._replay = recorded(self._once, self._begin)
        return True

    def _begin(self) -> None:
        """Begin again with the first image, and with the first place of the record."""
        self.batch.start.zero_()
        self._turn.zero_()

    def take(self, start: int, count: int) -> None:
        """Take so many steps; the first one's batch begins with an image's place."""
        self.batch.start.fill_(start)
        carry_out(self.batch.loading)
        step = self._replay or self._once
        for _ in range(count):
            step()

    def _once(self) -> None:
        carry_out(self._before)
        carry_out(self.batch.evaluating)
        carry_out(self._after)


def recorded(work: Callable[[], None], begin: Callable[[], object]) -> Callable[[], object]:
    """Record what some work launches, as a graph that is launched as one.

    Source: https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs.

    Parameters
    ----------
    work : callable
        Is carried out three times, so that libraries make their plans, and then recorded.
    begin : callable
        Is called before each time.
    """
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(3):
            begin()
            work()
    torch.cuda.current_stream().wait_stream(aside)
    begin()
    graph = torch.cuda.CUDAGraph()
    # Another thread may use the GPU meanwhile.
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        work()
    replay: Callable[[], object] = graph.replay
    return replay
