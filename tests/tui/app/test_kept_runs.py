"""Runs that no file has, and files that another program has changed: nothing is lost by a key."""

import os
from pathlib import Path

import pytest
from textual.widgets import Input

from core.files.reading import read_session
from core.settings.config import TrainingConfig
from tests.core.sessions import bytes_of, changed
from tests.tui.app.test_files import BATCHES, answer, asks, give, offered, saved_as
from tests.tui.program import FASTEST, opened
from tui.files import files
from tui.files.autosave import About, Autosave, recovered_runs
from tui.files.folders import autosave_folder
from tui.files.session_files import open_run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_over_what_another_program_has_saved_it_asks_first(here: Path) -> None:
    file, theirs = here / "日本 1.napkin", bytes_of(changed())
    asked = "another program has changed this file: press enter again to replace it"
    async with opened() as program:
        await program.step(1)
        await saved_as(program, file.name)
        assert program.app.remark == (
            "Saved to 日本 1.napkin.",
            "Open it at this step: napkin-net '日本 1.napkin'",
        )
        drawn = program.widget("commentary").render_line(0)
        assert drawn.cell_length == sum(piece.cell_length for piece in drawn) == 80
        file.write_bytes(theirs)
        await program.step(1)
        await program.press("S")
        await program.until(lambda: asks(program))
        assert answer(program) == asked
        assert program.app.screen.query_one(Input).value == file.name
        await program.press("escape")
        assert file.read_bytes() == theirs
        # Named in the box, it is asked about as well.
        program.app.files.save_as()
        await program.until(lambda: asks(program))
        await program.press("enter")
        await program.until(lambda: not asks(program))
        assert open_run(str(file)).trainer.run.step_count == 2
        file.write_bytes(theirs)
        await give(program, "F", file.name)
        await program.until(lambda: program.snapshot.step == 10 and not asks(program))
        await program.step(1)
        await program.press("S")
        await program.until(lambda: "Saved to" in program.text("commentary"))
        assert read_session(file.read_bytes()).run.here.moment[0] == 11


async def test_q_keeps_a_run_that_took_long_and_forgets_others(
    here: Path,
) -> None:
    async with opened(BATCHES, home=here / "home") as program:
        await program.step(3)
        app, origin = program.app, program.trainer.run.log.origin
        effort = app.files._effort
        effort.put(origin, files.LONG - 1)
        assert app.finish(clean=True) == ""
        assert not os.path.exists(autosave_folder())
        # Started again, and with another run in front, it is kept once: it is not lost by that.
        effort.put(origin, files.LONG)
        await program.press("r", "n")
        kept = app.finish(clean=True)
        assert kept.startswith("A run of 3 steps that no file has is kept: ")
        assert [name.endswith(".lock") for name in sorted(os.listdir(autosave_folder()))] == [
            False,
            True,
        ]
        (run,) = recovered_runs()
        assert run.about.seconds == files.LONG
        assert run.about.words.startswith("darkness, 4→4→1 tanh, step 3, loss ")
        # Opened, it has taken as long as before, and no file has it yet.
        effort.put(origin, 0.0)
        await program.press("F")
        await program.until(lambda: asks(program))
        assert offered(program) == [run.line]
        await program.press("down", "enter")
        await program.until(lambda: not asks(program))
        assert effort.of(program.trainer.run.log.origin) >= files.LONG
        assert [each.run.step_count for each in app.files._long_runs()] == [3]
        await saved_as(program, "mine")
        assert app.finish(clean=True) == ""
        assert os.listdir(autosave_folder()) == []


async def test_runs_that_were_kept_are_told_from_each_other(here: Path) -> None:
    async with opened(home=here / "home"):
        session = read_session(bytes_of(changed()))
        for number, about in enumerate((About("xor, 4→4→1, step 5, loss 0.1", 3.0), About())):
            left = Autosave()
            left.keep(session, about)
            assert left._path is not None
            os.utime(left._path, (1000 + number, 1000 + number))
            os.close(left._handle)
        unknown, known = recovered_runs()
        assert known.line == f"recovered run {known.words}:40, xor, 4→4→1, step 5, loss 0.1"
        assert unknown.line == f"recovered run {unknown.words}:41"
        for wrong in (b"", b"[" * 4096, b"{}", b'{"words": 1, "seconds": 2}', b"\xff", b"x" * 9999):
            Path(f"{known.path}.lock").write_bytes(wrong)
            assert recovered_runs()[1].about == About()


async def test_a_failed_autosave_is_seen_while_training_runs(
    here: Path,
) -> None:
    (here / "state").write_text("a file where a folder should be")
    async with opened(TrainingConfig(images=10), home=here) as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.snapshot.step > 100)
        await program.app.files.keep()
        steps = program.snapshot.step
        await program.until(lambda: program.snapshot.step > steps + 1000)
        first, second = program.app.remark
        assert first == "Autosave failed; a crash would lose this run:"
        assert second.endswith("there is a file where a folder should be")
        assert "Errno" not in second
        await program.press("space", "s")
        await program.until(lambda: "Autosave" not in program.text("commentary"))
        program.app._refuse_stop()
        assert program.app.remark[0] == (
            "No: ctrl+z does nothing here, for no shell could continue the program."
        )
