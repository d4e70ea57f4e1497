"""The lab with rates that are made up, and with steps that take as long as a test says."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from core import TrainingConfig
from core.arrays import IsCancelled
from core.rates import Kept, Rates, this_machine
from tests.core.rates.made import rates


class Steady:
    """A network whose steps take a microsecond for each image, and another one for each weight."""

    is_ready = True
    seconds = 0.0

    def __init__(self, config: TrainingConfig) -> None:
        self.took = 1e-6 * (config.images_per_step + config.architecture.parameter_count)

    def window(self, cancelled: IsCancelled | None = None) -> float:
        """Return what a step takes."""
        return self.took


@contextmanager
def made_rates(known: Rates | None = None) -> Iterator[None]:
    """Open the lab with these rates, measured by nobody."""
    kept = Kept(this_machine(), "2026-01-31 09:30", None, known or rates())
    with (
        patch("tui.panes.lab.studies._rates", lambda *_: kept),
        patch("tui.worker.timing.Timed", Steady),
        patch("tui.worker.timing._LEAST_REST", 0.001),
        patch("core.rates.disturbances", lambda *_: ()),
    ):
        yield
