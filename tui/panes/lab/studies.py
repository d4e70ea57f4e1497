"""What the lab has computed in the background: the rates of this machine, and all predictions.

What predicts is imported where it is needed first, in the thread: no start waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.dom import DOMNode

from core import Snapshot, TrainingConfig
from core.arrays import IsCancelled
from core.engines import ENGINES
from tui.panes.lab.machine import MachineRates
from tui.worker import Background, Order

if TYPE_CHECKING:
    from core.rates import Kept
    from core.scale import Rung
    from tui.panes.lab.survey import Spot, Survey

_Result = TypeVar("_Result")


class Studies:
    """The newest results of what is computed in the background.

    Parameters
    ----------
    node : DOMNode
        Whose workers they are.
    on_news : callable
        Called when there is a result.
    rates : MachineRates
        The rates that all of it is predicted from.
    """

    def __init__(self, node: DOMNode, on_news: Callable[[], None], rates: MachineRates) -> None:
        self.rates = rates
        self._surveys: Background[Survey] = Background(node, on_news)
        self._paths: Background[tuple[Spot, ...]] = Background(node, on_news)
        self._ladders: Background[tuple[Rung, ...]] = Background(node, on_news)

    def survey(self, snapshot: Snapshot, kept: Kept) -> Survey | None:
        """Return what is predicted of a run's step; None while that is computed."""
        depends = snapshot.config, snapshot.schedule.images, len(snapshot.frozen), kept
        compute = partial(_survey, *depends)
        return _newest(self._surveys, Order("survey", depends, snapshot.step, False, compute))

    def path(self, snapshot: Snapshot, kept: Kept) -> tuple[Spot, ...] | None:
        """Return the path of a run's step on the roofline; None while that is computed."""
        depends = snapshot.config, snapshot.schedule.images, len(snapshot.frozen), kept
        compute = partial(_path, *depends)
        return _newest(self._paths, Order("path", depends, snapshot.step, False, compute))

    def ladder(self, snapshot: Snapshot, kept: Kept) -> tuple[Rung, ...] | None:
        """Return a run's network and others of all sizes; None while they are computed."""
        depends = snapshot.config, snapshot.schedule.images, len(snapshot.frozen), kept
        compute = partial(_ladder, *depends)
        return _newest(self._ladders, Order("ladder", depends, snapshot.step, False, compute))


def _newest(background: Background[_Result], order: Order[_Result]) -> _Result | None:
    """Return the very result that is ordered, if there is one; else begin it."""
    done = background.ask(order)
    return done[1] if done is not None and order.is_same(done[0]) else None


def _survey(
    config: TrainingConfig, images: int, frozen: int, kept: Kept, cancelled: IsCancelled | None
) -> Survey:
    from core.prediction import as_timed
    from tui.panes.lab.survey import survey

    timed = as_timed(config, images)
    return survey(timed, kept.rates, tuple(ENGINES), cancelled, frozen=frozen)


def _path(
    config: TrainingConfig, images: int, frozen: int, kept: Kept, cancelled: IsCancelled | None
) -> tuple[Spot, ...]:
    from core.prediction import as_timed
    from tui.panes.lab.survey import path

    timed = as_timed(config, images)
    return path(timed, kept.rates, tuple(ENGINES), cancelled, frozen=frozen)


def _ladder(
    config: TrainingConfig, images: int, frozen: int, kept: Kept, cancelled: IsCancelled | None
) -> tuple[Rung, ...]:
    from core.prediction import as_timed
    from tui.panes.lab.scale import rungs

    timed = as_timed(config, images)
    return rungs(timed, config.steps, kept.rates, cancelled, frozen=frozen)
