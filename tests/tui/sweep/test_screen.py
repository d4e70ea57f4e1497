"""The sweep screen, through the whole app."""

import asyncio
import csv
import io
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from unittest.mock import patch

import pytest
from textual import events
from textual.containers import Vertical
from textual.widgets import Label

from core import Cancelled, Trainer, TrainingConfig
from core.arrays import IsCancelled
from core.errors import SweepError
from core.sweeps import medians_of, rows_of, write_json
from tests.terminal.terminal import PATIENCE
from tests.tui.program import COLOURS, Program, opened
from tests.tui.sweep.sweeps import BASE, held, result_of, work_of
from tui.app.help import HelpScreen
from tui.files.path_box import PathScreen
from tui.files.words import since_text
from tui.sweep.form import Form
from tui.sweep.keeping import kept_files
from tui.sweep.results import Results
from tui.sweep.screen import SweepScreen
from tui.sweep.work import Kept, SweepWork

HIDDEN = replace(BASE, hidden=(2,))


def shows(program: Program) -> bool:
    return isinstance(program.app.screen, SweepScreen)


def rows_on(program: Program) -> list[str]:
    """The rows of the form, or of the results."""
    kind = Form if program.app.screen.query_one(Form).display else Results
    widget = program.app.screen.query_one(kind)
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def text_on(program: Program) -> str:
    return "\n".join(rows_on(program))


def work_in(program: Program) -> SweepWork:
    assert program.app.sweeps is not None
    assert program.app.sweeps.work is not None
    return program.app.sweeps.work


def work_in_or_none(program: Program) -> SweepWork | None:
    """The sweep on the screen, if there is one."""
    return None if program.app.sweeps is None else program.app.sweeps.work


def held_by(program: Program) -> str:
    """The path of the file that a sweep on the screen is kept in."""
    file = work_in(program).keeping.file
    assert file is not None
    return file.path


async def seen(program: Program, words: str) -> None:
    """Wait until words are on the screen."""
    await program.until(lambda: words in text_on(program))


async def test_a_sweep_is_chosen_trained_and_one_of_its_runs_opened() -> None:
    async with opened(HIDDEN) as program:
        await program.step(2)
        before, pace = program.trainer.run, program.app.pace
        await program.press("C")
        await seen(program, "12 runs: hidden neurons (4) × seed (3); a few seconds.")
        assert rows_on(program)[2].split() == ["▸hidden", "neurons", "1,2,4,8"]
        # What is wrong is told as it is typed; enter does nothing then.
        await program.press(*"1,x", "enter")
        assert "hidden neurons must be networks such as 4 or none" in text_on(program)
        assert program.app.sweeps == Kept()
        await program.press("backspace", "3")
        program.app.post_message(events.Paste("+2\nnothing"))
        await program.press("down")
        await seen(program, "6 runs: hidden neurons (2) × seed (3)")
        assert "1,3+2" in rows_on(program)[2]
        await program.press("end")
        assert "enter shows 34 more settings" in rows_on(program)[-1]
        await program.press("enter")
        assert "label noise" in text_on(program)
        await program.press("f1")
        assert isinstance(program.app.screen, HelpScreen)
        assert program.app.screen._keys[0].heading == "sweep"
        assert ("enter", "Train every combination.") in program.app.screen._keys[0].entries
        await program.press("escape")
        await program.press("enter", "home", "enter")
        await seen(program, "6 runs in ")
        assert work_in(program).progress.runs == 6
        above, below, first, second = rows_on(program)[1:5]
        assert (above.split()[0], below.split()[:2]) == ("hidden", ["neurons", "loss▲"])
        assert {first.split()[1], second.split()[1]} == {"1", "3+2"}
        assert "loss, median of 3 runs: " in text_on(program)
        await program.press("f1")
        assert isinstance(program.app.screen, HelpScreen)
        keys = dict(program.app.screen._keys[0].entries)
        assert keys["s"] == "Sort by the next column."
        assert keys["m"].startswith("Write a file with one row for each combination")
        await program.press("escape")
        middle = text_on(program).partition("enter opens seed ")[2][0]
        await program.press("right", "down")
        assert "seed" in rows_on(program)[4]
        values = rows_on(program)[4].split()
        # Of the three runs, the lowest loss first, it is the second.
        assert rows_on(program)[5].split()[1] == middle
        assert "enter opens this run and trains it again" in text_on(program)
        await program.press("left", "right", "down")
        assert rows_on(program)[4].split() == values
        await program.press("enter")
        await program.until(lambda: program.ended)
        now = program.trainer.run
        assert now.step_count == 10
        assert program.app.pace == pace  # the highest speed was for this run alone
        assert "10 steps taken" in program.text("commentary")
        assert "Press P to return to your run, at any step." in program.text("commentary")
        # A key that can do nothing leaves the way back there, and the heading tells whose run it
        # is, and which, at every step.
        await program.press("s")
        assert "Press P to return to your run, at any step." in program.text("commentary")
        sizes = "→".join(map(str, (4, *now.config.hidden, 1)))
        heading = f"  {sizes} tanh · seed {values[2]} "
        for key, step in (("b", 9), ("s", 10)):
            await program.press(key)
            assert program.trainer.run.step_count == step
            assert program.text("header").startswith(" run of the sweep; P returns")
            assert heading in program.text("header")
        assert now.config.seed == int(values[2])
        row = work_in(program).groups.rows((now.config.hidden,))
        assert now.overall()[0] in [each.loss for each in row]  # the very numbers of the sweep
        # The sweep is as it was, its cursor on that run; and the run before is one key away.
        await program.press("C")
        assert rows_on(program)[4].split() == values
        await program.press("escape", "P")
        assert "Press C for the sweep." in program.text("commentary")
        assert "run of the sweep" not in program.text("header")
        run = program.trainer.run
        assert (run.config, run.step_count, run.moment) == (HIDDEN, 2, before.moment)
        assert (run.here.network.parameters == before.here.network.parameters).all()
        await program.press("P")
        assert "No: no other run is kept." in program.text("commentary")
        # A second one that is opened does not come between the run before and b.
        for rows in (1, 1):
            await program.press("C", *["down"] * rows, "enter")
            await program.until(lambda: program.ended)
        await program.press("B", "b")  # ten steps back, and from step 0 to the run before
        assert program.trainer.run.moment == before.moment
        assert not program.trainer.left
        run = program.trainer.run
        # What there is not enough memory for leaves the present run as it is.
        with patch.object(Trainer, "visit", side_effect=MemoryError):
            await program.press("C", "enter")
        assert "No: there is not enough memory for this run." in program.text("commentary")
        assert (program.trainer.run, program.app.pace.running) == (run, False)
        await program.press("C", "s", "s", "s", "s")
        assert "multiply-adds▲" in rows_on(program)[2] or "seconds▲" in rows_on(program)[2]
        await program.press("n")
        assert "1,3+2" in rows_on(program)[2]  # what was typed is there
        await program.press("escape", "escape")
        assert not shows(program)


async def test_esc_stops_and_keeps_and_space_goes_on_beside_a_run_and_after_the_next_start(
    tmp_path: Path,
) -> None:
    with held(allowed=2) as gate:
        async with opened(replace(HIDDEN, steps=None), home=tmp_path) as program:
            await program.press("C", "enter")
            await program.until(lambda: program.app.sweeps != Kept())
            await seen(program, "2 of 12 runs")
            await program.resize(60, 20)
            assert "space stop" in rows_on(program)[-1]  # what there is no room for is not this
            await program.resize(80, 24)
            # The screen answers, and the program behind is as it was.
            await program.press("down", "up", "s")
            assert not program.app.pace.running
            await program.press("C")
            assert not shows(program)
            assert "The sweep goes on: 2 of 12 runs are done." in program.text("commentary")
            gate.release()
            await program.until(lambda: work_in(program).progress.runs == 3)
            await program.press("C")
            await seen(program, "3 of 12 runs")
            await program.press("escape")
            assert not shows(program)
            assert "The sweep was stopped after 3 of 12 runs." in program.text("commentary")
            await program.until(lambda: not work_in(program).progress.is_running)
            assert work_in(program).progress.runs == 3
            await program.press("C")
            await seen(program, "3 of 12 runs, stopped after")
            assert "space go on" in rows_on(program)[-1]
            await program.press("space")
            gate.release(4)
            await program.until(lambda: work_in(program).progress.runs == 7)
            await program.press("space")
            await program.until(lambda: not work_in(program).progress.is_running)
            await program.press("space")
            gate.release(5)
            await seen(program, "12 runs in ")
            assert len({*work_in(program).curves}) == 12  # nothing twice, nothing left out
            await program.press("space", "escape", "space", "C", "n")
            steps = program.trainer.run.step_count
            await program.until(lambda: program.trainer.run.step_count > steps)
            # Where there are no workers, that is told, and what is found stays.
            with patch("tui.sweep.work.Sweep.results", side_effect=SweepError("workers are gone")):
                await program.press(*["backspace"] * 7, "1", "enter")
                await seen(program, "workers are gone")
            assert "space go on" in rows_on(program)[-1]
            gate.release(3)
            await program.press("space")
            await seen(program, "3 runs in ")
            assert program.app.pace.running
            await program.press("n", "backspace", "5", "enter")
            gate.release(3)
            await program.until(lambda: work_in(program).progress.runs == 3)
            await program.press("n", "backspace", *"1..9", "enter")
            await program.until(lambda: work_in(program).progress.total == 27)
            gate.release(4)
            await program.until(lambda: work_in(program).progress.runs == 4)
        # Quitting in the middle of a sweep ends its thread; the next start goes on with it.
        before = work_in(program)
        while before.progress.is_running:
            await asyncio.sleep(0.005)
        async with opened(home=tmp_path) as program:
            await program.press("C")
            # It is of an earlier start, and has its date.
            await seen(program, "4 of 27 runs, stopped, from ")
            assert since_text(os.stat(held_by(program)).st_mtime) in text_on(program)
            await program.press("n")
            await seen(program, "27 runs: hidden neurons (9) × seed (3)")
            await program.press("escape")
            now = work_in(program)
            assert list(now.plan.grid) == list(before.plan.grid)
            assert now.curves.keys() == before.curves.keys()
            gate.release(23)
            await program.press("space")
            await seen(program, "27 runs in ")
            # While this program shows it, another one that begins has none before it.
            path = Path(held_by(program))
            assert kept_files() == []
            now.keeping.leave()
            assert kept_files() == [str(path)]
            with pytest.raises(Cancelled):
                SweepWork.last(lambda: True)
            lines = path.read_bytes().splitlines(keepends=True)
            assert len(lines) == 1 + 27
            for nothing in (b"", lines[0]):
                path.write_bytes(nothing)
                assert SweepWork.last(lambda: False) is None
            for wrong in (b"no sweep", lines[0] + b"{}\n" + lines[1], lines[1]):
                path.write_bytes(wrong)
                with pytest.raises(SweepError):
                    SweepWork.last(lambda: False)
            # There is the form then, with the reason until a key is pressed there.
            path.write_bytes(lines[0].replace(b'sweep": 1', b'sweep": 2') + b"".join(lines[1:]))
            program.app.sweeps = None
            await program.press("escape", "C")
            await seen(program, "The last sweep cannot be read: ")
            text = " ".join(row.strip() for row in rows_on(program))
            assert "version: must be 1, the version that this napkin-net reads (got 2)" in text
            await program.press("down")
            await seen(program, "12 runs: learning rate (4) × seed (3)")


async def test_what_is_done_while_the_last_sweep_is_read_is_not_undone_by_it() -> None:
    is_read, last = threading.Event(), work_of(2)

    def read(cancelled: IsCancelled) -> SweepWork:
        is_read.wait(PATIENCE)
        return last

    def reading(program: Program) -> bool:
        frame = program.app.screen.query_one(Vertical)
        return frame.border_subtitle == "reading the last sweep …"

    with (
        patch.object(SweepWork, "last", read),
        patch("tui.sweep.screen.kept_files", return_value=["sweep.jsonl"]),
    ):
        async with opened(HIDDEN) as program:
            # The screen is closed and opened again while this program holds the file.
            for _ in range(2):
                await program.press("C")
                assert reading(program)
                await program.press("space", "w", "m", "1", "enter", "escape")
                assert not shows(program)
                assert work_in_or_none(program) is None
            await program.press("C", "n")
            await seen(program, "12 runs: hidden neurons (4) × seed (3)")
            await program.press(*"3,4", "down", "up")
            is_read.set()
            await program.until(lambda: work_in_or_none(program) is last)
            assert "3,4" in text_on(program)  # the form stays; the last sweep is behind it
            await program.press("escape")
            await seen(program, "6 runs")
            await program.press("n")
            is_read.clear()
        async with opened(HIDDEN) as program:
            await program.press("C", "n")
            await seen(program, "12 runs: hidden neurons (4) × seed (3)")
            await program.press("enter")
            await seen(program, "12 runs in ")
            begun = work_in(program)
            is_read.set()
            assert program.app.sweeps is not None
            assert program.app.sweeps.looking is not None
            await program.app.sweeps.looking
            await program.press("up")
            assert work_in(program) is begun
            assert "12 runs in " in text_on(program)


async def test_rows_come_as_runs_end_though_a_file_is_being_written() -> None:
    async with opened(HIDDEN) as program:
        work = work_of(4, done=0, goal=0.5)
        program.app.sweeps = Kept(work)
        await program.press("C")
        await program.click(5, 4)  # where the first row will be
        assert "Rows appear as runs end." in text_on(program)
        runs = [cast(TrainingConfig, SimpleNamespace(hidden=(3,), seed=seed)) for seed in range(3)]
        # Of these three only the first one reaches the goal.
        work.take([result_of(run, 2 * (run.seed > 0), has_goal=True) for run in runs])
        # Whoever writes a file keeps what is found as it is; no further run ends after it.
        with work.results():
            program.app.screen.query_one(Results).look()
            await program.press("s")
            assert "Rows appear as runs end." in text_on(program)
        await seen(program, "▸◆+  3")
        assert "loss, median of 3 runs: 0.3 (0.25–0.3); " in text_on(program)
        await program.press(*"sssss")
        assert "steps to 0.5, median of 3 runs: none (10); " in text_on(program)
        await program.resize(30, 9)
        assert rows_on(program)[-2] == " enter opens seed 1."


async def test_results_are_written_as_the_command_does_clicked_on_and_fit_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(HIDDEN, environment=COLOURS) as program:
        program.app.sweeps = Kept(work_of(4, goal=0.5))
        await program.press("C")
        # Networks of 1 … 4 neurons: the first two of their three runs cost 1 and 2 tenths of all
        # multiply-adds, 1,000 · (neurons + 1), and the third of 1 and of 3 neurons gets nowhere.
        told = " ".join(row.strip() for row in rows_on(program)[1:4])
        assert told == (
            "Cheapest to reach 0.5: 1 hidden neuron, for 400 multiply-adds (median); 1 of 3 runs "
            "does not reach it. Cheapest of those whose runs all reach it: 2 hidden neurons, for "
            "600."
        )
        assert rows_on(program)[6].split()[:5] == ["▸◆+", "1", "20", "400", "1"]
        assert "multiply-adds to 0.5, median of 3 runs: 400 (200–400)" in rows_on(program)[-2]
        assert "loss (log scale); ╌ goal 0.5" in text_on(program)
        frame = program.app.screen.query_one(Vertical)
        rule = "◆ frontier: no lower loss for as few multiply-adds, both after all steps"
        assert frame.border_subtitle == rule
        await program.press("w")
        assert isinstance(program.app.screen, PathScreen)
        await program.press("enter")
        await program.until(lambda: shows(program))
        told = rows_on(program)[-2]
        assert told.startswith(f" 12 runs written to {str(tmp_path)[:9]}")
        assert told.endswith("/napkin-sweep.csv.")
        with Path("napkin-sweep.csv").open(newline="") as stream:
            written = list(csv.reader(stream))
        finished = work_in(program).finished()
        # The time of the sweep itself goes on; that of its runs is as it was.
        assert written == list(rows_of(finished))
        assert written[0][:2] == ["hidden", "seed"]
        await program.press("m", "enter")
        await program.until(lambda: shows(program))
        assert rows_on(program)[-2].startswith(" 4 combinations written to ")
        with Path("napkin-medians.csv").open(newline="") as stream:
            assert list(csv.reader(stream)) == list(medians_of(finished))
        await program.press("w", "ctrl+u", *"all.json", "enter")
        await program.until(lambda: shows(program))
        expected = io.StringIO()
        write_json(finished, expected)
        assert json.loads(Path("all.json").read_text()) == json.loads(expected.getvalue())
        await program.press("w", "ctrl+u", *"no/where.csv", "enter")
        await program.until(
            lambda: (
                "No such" in str(program.app.screen.query_one("#answer", Label).render())
                or "no" in str(program.app.screen.query_one("#answer", Label).render())
            )
        )
        assert isinstance(program.app.screen, PathScreen)
        await program.press("escape")
        assert shows(program)
        # A click selects a row, and then shows its runs.
        await program.click(10, 8)
        assert "▸" in rows_on(program)[7]
        await program.click(10, 8)
        assert "seed 0" in rows_on(program)[8]
        await program.wheel(10, 8, up=False)
        assert "▸" in rows_on(program)[8]
        await program.press("n")
        await program.click(10, 4)
        assert "▸activation" in rows_on(program)[3]
        await program.press("escape", "escape")
        sizes = ((41, 13), (120, 36), (20, 6), (1, 1), (80, 24))
        await fits_while_it_changes(program, sizes, is_plain=False)


async def fits_while_it_changes(
    program: Program, sizes: Sequence[tuple[int, int]], *, is_plain: bool
) -> None:
    """Show a sweep of 120 runs, and its form, in one size after the other."""
    program.app.sweeps = Kept(work_of(40, goal=0.5))
    await program.press("C")
    for cols, rows in sizes:
        await program.resize(cols, rows)
        for key, wanted in (("n", "hidden neurons"), ("escape", "120 runs")):
            await program.press(key)
            assert all(len(row) <= max(0, cols - 2) for row in rows_on(program))
            text = text_on(program)
            if rows >= 13:
                assert wanted in text, (cols, rows)
                assert ("▸" in text) == (not is_plain)
                assert text.isascii() == is_plain
    await program.press("end", "pageup", "home", "pagedown")
    assert len(rows_on(program)) == sizes[-1][1] - 2


async def test_it_needs_neither_colours_nor_unicode() -> None:
    environment = {"TERM": "xterm", "NO_COLOR": "1"}
    async with opened(HIDDEN, environment=environment, unicode=False) as program:
        await fits_while_it_changes(program, [(41, 13)], is_plain=True)
