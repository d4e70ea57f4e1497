"""What the lab has computed in the background: the rates of this machine, and all predictions.

What predicts is imported where it is needed first, in the thread: no start waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from core import Cancelled, Snapshot, TrainingConfig
from core.arrays import IsCancelled
from core.engines import ENGINES
from tui.worker import Order

if TYPE_CHECKING:
    from core.rates import Kept
    from tui.panes.lab.scale import Rung
    from tui.panes.lab.survey import Spot, Survey


def rates_order(folder: Callable[[], str], is_quiet: Callable[[], bool]) -> Order[Kept]:
    """Return what asks for the rates of this machine.

    Parameters
    ----------
    folder : callable
        Returns the folder that they are kept in.
    is_quiet : callable
        Whether nothing was trained beside it; else they are not kept.
    """
    return Order("rates", (), 0, False, partial(_rates, folder, is_quiet))


def survey_order(snapshot: Snapshot, kept: Kept) -> Order[Survey]:
    """Return what asks for the steps of the engines, and for the experiments."""
    config, images = snapshot.config, snapshot.schedule.images
    compute = partial(_survey, config, images, kept)
    return Order("survey", (config, images), snapshot.step, False, compute)


def path_order(snapshot: Snapshot, kept: Kept) -> Order[tuple[Spot, ...]]:
    """Return what asks for the path on the roofline."""
    config, images = snapshot.config, snapshot.schedule.images
    compute = partial(_path, config, images, kept)
    return Order("path", (config, images), snapshot.step, False, compute)


def ladder_order(kept: Kept) -> Order[tuple[Rung, ...]]:
    """Return what asks for networks of all sizes."""
    return Order("ladder", (), 0, False, partial(_ladder, kept))


def _rates(
    folder: Callable[[], str], is_quiet: Callable[[], bool], stop: IsCancelled | None
) -> Kept:
    """Return the rates that are kept, or measure them."""
    from core.rates import measured_now, read, write

    def look(_: float) -> None:
        if stop is not None and stop():
            raise Cancelled

    known = read(folder())
    if known is None:
        known = measured_now(look)
        if is_quiet():
            with suppress(OSError, ValueError):  # then they are measured again at the next start
                write(folder(), known)
    return known


def _survey(
    config: TrainingConfig, images: int, kept: Kept, cancelled: IsCancelled | None
) -> Survey:
    from core.prediction import as_timed
    from tui.panes.lab.survey import survey

    return survey(as_timed(config, images), kept.rates, tuple(ENGINES), cancelled)


def _path(
    config: TrainingConfig, images: int, kept: Kept, cancelled: IsCancelled | None
) -> tuple[Spot, ...]:
    from core.prediction import as_timed
    from tui.panes.lab.survey import path

    return path(as_timed(config, images), kept.rates, tuple(ENGINES), cancelled)


def _ladder(kept: Kept, cancelled: IsCancelled | None) -> tuple[Rung, ...]:
    from tui.panes.lab.scale import rungs

    return rungs(kept.rates, cancelled)
