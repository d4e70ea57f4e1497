"""The lab with rates that are made up, or were recorded once; and with steps that take as long."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from unittest.mock import patch

from core.arrays import IsCancelled
from core.rates import Kept, Rates, this_machine
from core.rates.kept import _rates_from
from tests.core.rates.made import rates, steady
from tests.tui.program import Program
from tui.panes.lab.lab import LabPane
from tui.worker.timing import ENOUGH, Setup


class Steady:
    """A network whose steps take a microsecond for each image, and another one for each weight."""

    is_ready = True
    is_replaced = False
    seconds = 0.0

    def __init__(self, setup: Setup) -> None:
        config = setup.config
        self.took = 1e-6 * (config.images_per_step + config.architecture.parameter_count)

    def window(self, cancelled: IsCancelled | None = None) -> float:
        """Return what a step takes."""
        return self.took


RECORDED = Path(__file__).with_name("recorded_lab.json")
"""Rates of a machine with two cores, and the steps of some networks on it."""


class Recorded(Steady):
    """A network whose steps take what they took on the machine of `record_lab`."""

    def __init__(self, setup: Setup) -> None:
        config = setup.config
        fastest, median = recorded_steps()[config.engine, config.hidden, config.images]
        # The first window of short steps does not count.
        self._next = chain((median, fastest), repeat(median))

    def window(self, cancelled: IsCancelled | None = None) -> float:
        """Return what a step took: the fastest once, else the median."""
        return next(self._next)


@cache
def recorded_rates() -> Rates:
    """Read the rates that were recorded."""
    return _rates_from(json.loads(RECORDED.read_text("utf-8"))["rates"])


@cache
def recorded_steps() -> dict[tuple[str, tuple[int, ...], int], tuple[float, float]]:
    """Read the seconds of a step, the fastest and the median, by engine, layers and images."""
    steps = json.loads(RECORDED.read_text("utf-8"))["steps"]
    return {
        (step["engine"], tuple(step["hidden"]), step["images"]): (step["fastest"], step["median"])
        for step in steps
    }


@contextmanager
def recorded_lab() -> Iterator[None]:
    """Open the lab as it was on the machine that was recorded."""
    with made_rates(recorded_rates(), Recorded):
        yield


@contextmanager
def made_rates(known: Rates | None = None, timed: type[Steady] = Steady) -> Iterator[None]:
    """Open the lab with these rates, measured by nobody."""
    kept = Kept(this_machine(), "2026-01-31 09:30", None, known or steady(rates()), 0.3)

    async def known_rates(*_: object, **__: object) -> Kept:
        return kept

    with (
        patch("tui.panes.lab.machine.known_rates", known_rates),
        patch("tui.worker.timing.Timed", timed),
        patch("tui.worker.timing._LEAST_REST", 0.001),
        patch("core.rates.disturbances", lambda *_: ()),
    ):
        yield


async def settled(program: Program) -> None:
    """Wait until the lab has measured all that it is to show."""
    pane = program.widget("lab")
    assert isinstance(pane, LabPane)
    timing = pane._timing
    await program.until(
        lambda: all(len(timing.readings(each).seconds) == ENOUGH for each in timing._wanted)
    )
    await program.drawn()
