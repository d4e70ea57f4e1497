"""What the lab looks at: the run's own steps, and rates that are kept or measured."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

import core.rates
from core import Cancelled, TrainingConfig
from core.rates import Kept, this_machine
from tests.core.rates.made import rates
from tests.tui.moments import snapshot_of
from tui.panes.lab import studies
from tui.panes.lab.live import OwnSteps
from tui.view.view import Pace

FAST, SLOW = Pace(running=True, speed=math.inf), Pace(running=True, speed=10)
KEPT = Kept(this_machine(), "2026-01-31 09:30", None, rates())


def test_the_run_is_timed_only_while_its_steps_follow_one_another() -> None:
    own, now = OwnSteps(), snapshot_of(TrainingConfig(images=8))
    for step, pace in enumerate((SLOW, SLOW, FAST, FAST, FAST, replace(FAST, running=False)), 1):
        own.note(replace(now, step=step, seconds_per_step=step * 1e-6), pace)
        own.note(replace(now, step=step, seconds_per_step=0.0), pace)  # the same moment again
    found = own.readings
    assert found is not None
    assert list(found.seconds) == [step * 1e-6 for step in (3, 4, 5)]
    own.note(replace(now, config=TrainingConfig(images=9)), FAST)
    assert own.readings is None, "what another network took is forgotten"


class Measured:
    """Counts how often rates are measured and kept."""

    def __init__(self) -> None:
        self.measured = self.written = 0


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Measured:
    found = Measured()

    def measure(progress: object, *, with_gpu: bool) -> Kept:
        found.measured += 1
        assert callable(progress)
        progress(0.5)
        return KEPT

    def write(folder: str, kept: Kept) -> None:
        found.written += 1

    monkeypatch.setattr(core.rates, "measured_now", measure)
    monkeypatch.setattr(core.rates, "write", write)
    return found


def test_rates_are_kept_only_if_nothing_was_trained_beside(
    measured: Measured, tmp_path: Path
) -> None:
    def folder() -> str:
        return str(tmp_path)

    assert studies._rates(folder, lambda: False, None) is KEPT
    assert (measured.measured, measured.written) == (1, 0)
    studies._rates(folder, lambda: True, lambda: False)
    assert (measured.measured, measured.written) == (2, 1)
    with pytest.raises(Cancelled):
        studies._rates(folder, lambda: True, lambda: True)
    assert measured.written == 1


def test_kept_rates_are_read_and_not_measured_again(
    measured: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.rates, "read", lambda folder: KEPT)
    assert studies._rates(lambda: str(tmp_path), lambda: True, None) is KEPT
    # Those without the compiled engine are not enough once that is loaded.
    monkeypatch.setattr(studies, "is_loaded", lambda: True)
    studies._rates(lambda: str(tmp_path), lambda: True, None)
    assert measured.measured == 1
