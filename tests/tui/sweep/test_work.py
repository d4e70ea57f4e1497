"""Sweeps beside the screen, one after another."""

import asyncio
from pathlib import Path

import pytest

from tests.tui.sweep.sweeps import BASE, held
from tui.sweep.draft import Draft, Plan
from tui.sweep.keeping import kept_files
from tui.sweep.work import SweepWork


def work_on(seeds: str, before: SweepWork | None = None) -> SweepWork:
    """Return a sweep over seeds, which is not begun."""
    plan = Draft(BASE, {"seed": seeds}).plan(lambda: False)
    assert isinstance(plan, Plan)
    return SweepWork(plan, before)


async def test_a_sweep_that_is_begun_while_the_one_before_it_stops_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    before = work_on("0..3")
    after = work_on("4..6", before)
    with held(1) as gate:
        before.begin()
        first = asyncio.create_task(before.train())
        while before.progress.runs < 1:
            await asyncio.sleep(0.001)
        after.begin()
        second = asyncio.create_task(after.train())
        await asyncio.sleep(0.05)
        before.stop()
        await first
        gate.release(3)
        await second
    assert (before.progress.runs, after.progress.runs) == (1, 3)
    assert kept_files() == []  # it is still shown
    after.keeping.leave()
    assert len(kept_files()) == 1
    kept = SweepWork.last(lambda: False)
    assert kept is not None
    assert kept.curves.keys() == after.curves.keys()
