"""Word that all is done and drawn, for who reads the screen through a pseudo-terminal."""

import asyncio
import threading

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.widgets import Static

from tests.tui.program import Program, opened
from tui.app.app import NapkinApp
from tui.terminal.drawn import READY, until_drawn


def _answers(program: Program) -> list[str]:
    """Return a list that grows with each answer."""
    driver = program.app._driver
    assert driver is not None
    written: list[str] = []
    driver.write = lambda data: written.append(data) if data == READY else None  # type: ignore[method-assign]
    return written


def _ask(program: Program) -> None:
    program.app.post_message(events.CursorPosition(0, 0))


async def test_the_answer_comes_when_the_screen_shows_all_that_was_asked_before() -> None:
    async with opened() as program:
        answers = _answers(program)
        program.send(*"ssss+v")
        _ask(program)
        await program.moment(lambda: bool(answers))
        assert "step 4" in program.text("header")
        assert "● here: loss" in program.text("valley")


async def test_each_question_gets_one_answer() -> None:
    async with opened() as program:
        answers = _answers(program)
        for _ in range(3):
            _ask(program)
            program.send("s")
        await program.until(lambda: len(answers) == 3)
        await program.drawn()
        assert len(answers) == 3


async def test_it_waits_for_the_frame_of_a_new_size() -> None:
    async with opened() as program:
        app, size = program.app, Size(100, 30)
        answers = _answers(program)
        assert isinstance(app._driver, HeadlessDriver)
        app._driver._size = size
        # The app knows of it now, and tells the screen a moment later.
        await app._on_resize(events.Resize(size, size))
        assert app.size == size
        assert app.is_busy
        _ask(program)
        await program.moment(lambda: bool(answers))
        assert app.screen.outer_size == size


async def test_it_waits_for_what_a_thread_computes() -> None:
    async with opened() as program:
        answers = _answers(program)
        may_end, checks = threading.Event(), 0

        class Watched(NapkinApp):
            @property
            def is_busy(self) -> bool:
                nonlocal checks
                checks += 1
                return super().is_busy

        program.app.__class__ = Watched
        program.app.run_worker(lambda: may_end.wait(60), thread=True, name="held")
        _ask(program)
        await program.until(lambda: checks > 4)
        assert not answers
        may_end.set()
        await program.until(lambda: len(answers) == 1)


async def test_a_run_that_goes_on_does_not_hold_the_answer_up() -> None:
    async with opened() as program:
        answers = _answers(program)
        program.send("space")
        _ask(program)
        await program.until(lambda: bool(answers))
        assert program.app.pace.running
        assert "running" in program.text("header")


async def test_a_program_that_ends_by_an_error_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # To write it, with all that is known on the way, takes three seconds.
    monkeypatch.setattr("rich.traceback.Traceback", lambda **_: "its traceback")

    class Broken(App[None]):
        """An app that can begin, and cannot draw what comes then."""

        def compose(self) -> ComposeResult:
            yield Static("as it begins")

    class Fault(Exception):
        pass

    def fault() -> str:
        raise Fault

    app, held_up = Broken(), True

    async def breaks() -> None:
        nonlocal held_up
        async with app.run_test():
            app.query_one(Static).render = fault  # type: ignore[method-assign]
            app.query_one(Static).refresh()
            async with asyncio.timeout(60):
                await until_drawn(app, lambda: False)
                await until_drawn(app, lambda: False)
            held_up = app.is_running

    with pytest.raises(Fault):
        await breaks()
    assert not held_up
