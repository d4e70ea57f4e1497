"""What the lab looks at: the run's own steps, and rates that are kept or measured."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from textual.dom import DOMNode

import core.rates.__main__ as printing
from core import TrainingConfig
from core.metrics import StepTimes
from core.rates import Kept, MachineState, Swapping, as_plain_data, from_text, read, this_machine
from tests.core.rates.made import rates, steady
from tests.tui.moments import snapshot_of
from tests.tui.program import opened
from tui.panes.lab import machine
from tui.panes.lab.live import Disturbances, OwnSteps
from tui.view.view import Pace

KEPT = Kept(this_machine(), "2026-01-31 09:30", None, steady(rates()))


def test_the_run_s_own_steps_are_those_in_a_row() -> None:
    own, now = OwnSteps(), snapshot_of(TrainingConfig(images=8))
    still = Pace(running=False, speed=10)
    own.note(replace(now, step_times=StepTimes((), 1e-4)), still)
    assert (own.readings, own.after_pause) == (None, 1e-4), "alone a step takes longer"
    own.note(replace(now, step_times=StepTimes((2e-6, 1e-6), 1e-4)), still)
    found = own.readings
    assert found is not None
    assert list(found.seconds) == [2e-6, 1e-6]
    own.note(now, still)
    assert own.readings is None, "what another network took is forgotten"
    versions = own.version
    own.note(now, still)
    assert own.version == versions == 3, "nothing new is not drawn again"


def test_what_computes_while_an_engine_is_loaded_is_not_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.panes.lab.live.loading", {"loops"})
    own, now = OwnSteps(), snapshot_of(TrainingConfig(images=8))
    loops = replace(now, config=TrainingConfig(images=8, engine="loops"))
    for moment, is_its_own in ((now, True), (loops, False)):
        own.note(replace(moment, step_times=StepTimes((1e-6,))), Pace(running=True, speed=10))
        assert (own.readings is not None) is is_its_own


def test_what_disturbed_more_than_a_minute_ago_is_not_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state, clock = MachineState(2, swapped=0), iter((0.0, 0.5, 1.0, 30.0, 60.0, 61.0, 3600.0))
    monkeypatch.setattr("core.rates.machine_state", lambda: state)
    monkeypatch.setattr("tui.panes.lab.live.time.monotonic", lambda: next(clock))
    found = Disturbances()
    assert found.found() == ()
    state = replace(state, swapped=500)
    assert found.found() == (), "it was looked at just now"
    for _ in range(3):
        assert found.found() == (Swapping(500),)
    assert found.found() == ()
    state = replace(state, swapped=700)
    assert found.found() == (), "nobody knows when it was"


class Measured:
    """Counts how often rates are measured."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.prints = json.dumps(as_plain_data(KEPT)).encode()

    async def run(self, module: str, *arguments: str, on_line: Callable[[bytes], None]) -> bytes:
        """Stand in for the process that measures."""
        assert module == "core.rates"
        self.asked.append(arguments)
        for line in (b"a warning\n", b"40\n"):
            on_line(line)
        return self.prints


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Measured:
    found = Measured()
    monkeypatch.setattr(machine, "run_module", found.run)
    monkeypatch.setattr(machine, "kept_in", lambda: None)
    return found


async def test_rates_are_kept_only_if_nothing_was_trained_beside(
    measured: Measured, tmp_path: Path
) -> None:
    def folder() -> str:
        return str(tmp_path)

    for quiet in ([False, True], [True, False]):
        is_quiet = quiet.pop
        assert await machine.known_rates(folder, (), is_quiet) == KEPT
        assert read(folder()) is None
    assert await machine.known_rates(folder, (), lambda: True) == KEPT
    assert read(folder()) == KEPT
    assert measured.asked == [("",)] * 3
    assert await machine.known_rates(folder, (), lambda: True) == KEPT
    # Those without the compiled engine are not enough once that is loaded.
    await machine.known_rates(folder, ("compiled",), lambda: True)
    assert measured.asked[3:] == [("", "compiled")]


async def test_rates_of_a_busy_machine_are_not_kept_and_can_be_measured_again(
    measured: Measured, tmp_path: Path
) -> None:
    def folder() -> str:
        return str(tmp_path)

    told: list[int] = []
    busy, spread = replace(KEPT, load=1000.0), replace(KEPT, rates=rates())
    for disturbed in (busy, spread):
        measured.prints = json.dumps(as_plain_data(disturbed)).encode()
        found = await machine.known_rates(folder, (), lambda: True, on_percent=told.append)
        assert found == disturbed
        assert found.was_disturbed
        assert read(folder()) is None
    assert told == [40, 40]
    quiet = replace(KEPT, load=0.5)
    for kept in (quiet, replace(quiet, measured="2026-01-31 09:31")):
        measured.prints = json.dumps(as_plain_data(kept)).encode()
        assert await machine.known_rates(folder, (), lambda: True, again=True) == kept
        assert read(folder()) == kept
    assert len(measured.asked) == 4


async def test_rates_that_cannot_be_kept_are_taken_all_the_same(
    measured: Measured, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")

    def folder() -> str:
        return str(tmp_path / "file")

    assert await machine.known_rates(folder, (), lambda: True) == KEPT
    measured.prints = b"{}"
    with pytest.raises(ValueError, match="another machine"):
        await machine.known_rates(folder, (), lambda: True)


async def test_rates_that_cannot_be_measured_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    async def known_rates(*_: object, **__: object) -> Kept:
        raise OSError("core.rates ended with 1")

    monkeypatch.setattr(machine, "known_rates", known_rates)
    async with opened() as program:
        await program.press("p")
        await program.until(lambda: "cannot be measured" in program.words("lab"))
        words = program.words("lab")
        assert "core.rates ended with 1. napkin-net bench measures them." in words


class Node:
    """A widget's workers."""

    def run_worker(
        self, work: Callable[[], Coroutine[None, None, None]], name: str
    ) -> asyncio.Task[None]:
        """Begin one."""
        return asyncio.create_task(work())


async def test_an_engine_that_is_loaded_meanwhile_does_not_end_measuring_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[tuple[str, ...], bool]] = []
    over, unloaded = asyncio.Event(), {"compiled", "gpu"}

    async def known_rates(
        _: object, engines: list[str], __: object, *, again: bool, on_percent: object
    ) -> Kept:
        asked.append((tuple(engines), again))
        await over.wait()
        return KEPT

    monkeypatch.setattr(machine, "known_rates", known_rates)
    monkeypatch.setattr(machine, "ENGINES", ("matrix", "loops", "compiled", "gpu"))
    monkeypatch.setattr(machine, "loadable", lambda: unloaded)
    told = asyncio.Event()
    rates = machine.MachineRates(cast(DOMNode, Node()), told.set, lambda: "", lambda: True)

    async def end() -> None:
        over.set()
        await told.wait()
        over.clear()
        told.clear()

    rates.ask()
    await end()
    rates.measure_again()
    await asyncio.sleep(0)
    unloaded.remove("compiled")
    assert rates.ask() == KEPT
    await end()
    assert asked == [((), False), ((), True), (("compiled",), True)]
    unloaded.clear()
    rates.ask()
    await end()
    assert asked[3:] == [(("compiled", "gpu"), False)]


def test_what_measures_prints_what_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded: list[str] = []

    def measured_now(progress: Callable[[float], None], *, with_gpu: bool) -> Kept:
        progress(0.5)
        assert not with_gpu
        return KEPT

    def load(engine: str) -> None:
        loaded.append(engine)
        raise ImportError(engine)

    monkeypatch.setattr(printing, "measured_now", measured_now)
    monkeypatch.setattr(printing, "load", load)
    printing.main("", "compiled", "gpu")
    assert from_text(capsys.readouterr().out) == KEPT
    assert loaded == ["compiled", "gpu"]
