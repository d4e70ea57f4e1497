"""Saving, opening and what is kept in case of a crash, through the whole app."""

import asyncio
import errno
import os
from pathlib import Path

import numpy as np
import pytest
from textual.widgets import Input, Label, OptionList

from core import TrainingConfig
from core.files.reading import read_session
from tests.core.sessions import RUNS, bytes_of, changed
from tests.tui.program import FASTEST, Program, opened
from tui.files import files
from tui.files.autosave import About, Autosave, recovered_runs
from tui.files.files import EVERY
from tui.files.folders import autosave_folder
from tui.files.path_box import PathScreen
from tui.files.session_files import FileProblem, open_run, save_session

SAVING = ("S", "shift+s", "ctrl+s")
"""Names of the keys that save."""
BATCHES = TrainingConfig(hidden=(4,), seed=4, images=50, batch_size=20)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asks(program: Program) -> bool:
    return isinstance(program.app.screen, PathScreen)


def answer(program: Program) -> str:
    """What the box says below the line."""
    return str(program.app.screen.query_one("#answer", Label).content)


def offered(program: Program) -> list[str]:
    """What the box lists."""
    options = program.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(n).prompt) for n in range(options.option_count)]


async def give(program: Program, key: str, text: str) -> None:
    """Press a key that asks for a file, and type one."""
    await program.press(key)
    await program.until(lambda: asks(program) and isinstance(program.app.focused, Input))
    program.app.screen.query_one(Input).value = text
    await program.arrived()
    await program.press("enter")


async def saved_as(program: Program, name: str) -> None:
    await give(program, "S", name)
    await program.until(lambda: not asks(program))


async def test_the_first_time_it_asks_where_and_then_it_knows(here: Path) -> None:
    async with opened(BATCHES) as program:
        await program.step(3)
        for key in SAVING:
            await program.press("escape", key)
            await program.until(lambda: asks(program))
            assert program.app.screen.query_one(Input).value == "darkness-4-4-1.napkin", key
        await program.press("enter")
        await program.until(lambda: not asks(program))
        assert "Saved to darkness-4-4-1.napkin." in program.text("commentary")
        file = here / "darkness-4-4-1.napkin"
        assert read_session(file.read_bytes()).run.here.moment == (3, 0)
        for key in SAVING:
            await program.step()
            assert "Saved to" not in program.text("commentary")
            await program.press(key)
            await program.until(lambda: "Saved to" in program.text("commentary"))
            assert not asks(program), key
            assert file.read_bytes() == bytes_of(program.trainer), key
    assert os.listdir(here) == ["darkness-4-4-1.napkin"]


async def test_another_run_is_asked_for_another_file(here: Path) -> None:
    async with opened() as program:
        await program.step(2)
        await saved_as(program, "first")
        await program.press("n", "S")
        await program.until(lambda: asks(program))
        await program.press("escape")
        await saved_as(program, "second")
        await program.press("b")
        await program.until(lambda: program.snapshot.step == 2)
        before = (here / "second.napkin").read_bytes()
        await program.step(1)
        await program.press("S")
        await program.until(lambda: "Saved to first.napkin" in program.text("commentary"))
        assert (here / "second.napkin").read_bytes() == before
        assert read_session((here / "first.napkin").read_bytes()).run.here.moment == (3, 0)


async def test_a_file_that_is_there_is_replaced_only_when_that_is_wanted(here: Path) -> None:
    file = here / "a.napkin"
    file.write_text("mine")
    async with opened() as program:
        await give(program, "S", "a.napkin")
        await program.until(lambda: "this file exists" in answer(program))
        assert file.read_text() == "mine"
        await program.press("enter")
        await program.until(lambda: not asks(program))
        assert read_session(file.read_bytes()).run.here.moment == (0, 0)


async def test_where_it_cannot_be_saved_the_box_shows_why_and_stays(here: Path) -> None:
    (here / "folder").mkdir()
    async with opened() as program:
        for name, words in (
            ("none/a", "there is no such file or folder"),
            ("folder/", "this is a folder: add the name of a file"),
            ("n" * 300, "the name is too long"),
            ("  ", "type the name of a file"),
        ):
            await give(program, "S", name)
            await program.until(lambda words=words: words in answer(program))  # type: ignore[misc]
            assert asks(program), name
            await program.press("escape")
            assert not asks(program), name
    assert os.listdir(here) == ["folder"]


async def test_a_full_disk_is_reported_and_the_old_file_stays(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as program:
        await saved_as(program, "a")
        old = (here / "a.napkin").read_bytes()
        await program.step(2)

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "")

        monkeypatch.setattr("os.fsync", full)
        await program.press("S")
        await program.until(lambda: "the disk is full" in program.text("commentary"))
        assert "Not saved" in program.text("commentary")
        assert (here / "a.napkin").read_bytes() == old


async def test_a_run_too_large_for_a_file_is_reported_and_the_old_file_stays(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(TrainingConfig(hidden=(8,), seed=1, images=9)) as program:
        await program.step(2)
        await saved_as(program, "mine")
        before = (here / "mine.napkin").read_bytes()
        monkeypatch.setattr("core.files.session.MOST_BYTES", 2**20)
        await program.step(1)
        too_large = "would be larger than 1 MiB: sgd needs 2 numbers per weight"
        await program.app.files.keep()
        assert program.app.remark[1] == f"a file of it {too_large}"
        await program.press("S")
        await program.until(lambda: program.app.remark[0] == f"this session {too_large}")
        assert program.app.remark[1].startswith("Not saved. ")
        assert (here / "mine.napkin").read_bytes() == before
        assert program.snapshot.step == 3


async def test_saving_goes_on_beside_the_training(here: Path) -> None:
    async with opened() as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.snapshot.step > 100)
        await saved_as(program, "running")
        assert program.app.pace.running
        steps = program.trainer.run.step_count
        await program.until(lambda: program.trainer.run.step_count > steps)
        assert open_run(str(here / "running.napkin")).trainer.run.step_count >= 100


async def test_a_large_file_is_written_with_a_word(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    may_end = threading.Event()

    def slow(path: str, session: object) -> None:
        assert may_end.wait(60)

    monkeypatch.setattr(files, "save_session", slow)
    monkeypatch.setattr(files, "NOTICEABLE", 0.0)
    async with opened() as program:
        await give(program, "S", "large")
        await program.until(lambda: "Saving to large.napkin" in program.text("commentary"))
        may_end.set()
        await program.until(lambda: "Saved to large.napkin" in program.text("commentary"))


@pytest.mark.parametrize("fails", [False, True])
async def test_saving_goes_on_and_shows_how_it_ended_where_its_box_was_left(
    here: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    import threading

    may_end = threading.Event()

    def slow(path: str, session: object) -> None:
        assert may_end.wait(60)
        if fails:
            raise FileProblem("large.napkin: the disk is full")

    monkeypatch.setattr(files, "save_session", slow)
    async with opened() as program:
        await give(program, "S", "large")
        await program.press("escape")
        assert not asks(program)
        may_end.set()
        said = "the disk is full" if fails else "Saved to large.napkin"
        await program.until(lambda: said in program.text("commentary"))


async def test_a_session_opens_on_the_same_moment(here: Path) -> None:
    save_session("a.napkin", read_session(bytes_of(changed(), (0.1, 0.2, 0.3, 0.4))))
    expected = changed()
    expected.run.ensure_evaluated()
    async with opened() as program:
        await program.step(2)
        for key in ("shift+f", "ctrl+o"):
            await program.press(key)
            await program.until(lambda: asks(program))
            await program.press("escape")
        await give(program, "F", "a.napkin")
        await program.until(lambda: program.snapshot.step == 10 and not asks(program))
        now = program.snapshot
        assert now.parameters.tobytes() == expected.run.here.network.parameters.tobytes()
        assert now.loss == expected.run.loss
        assert now.multiply_adds == expected.run.multiply_adds
        assert program.app.view.image == (0.1, 0.2, 0.3, 0.4)
        assert "a.napkin: step 10" in program.text("commentary")
        assert "4→3→1" in program.text("header")
        # The journal is there: what was changed is taken back, one thing after the other.
        await program.press("b", "b")
        await program.until(lambda: program.snapshot.step == 8)
        await program.press("b", "b")
        await program.until(lambda: program.snapshot.parameters[0] != -0.125)
        # And the run that was left is kept before it.
        while program.trainer.run.moment != (0, 0):
            moment = program.trainer.run.moment
            await program.press("B")
            await program.until(lambda moment=moment: program.trainer.run.moment != moment)  # type: ignore[misc]
        await program.press("b")
        await program.until(lambda: program.trainer.run.config == TrainingConfig())
        assert program.snapshot.step == 2


async def test_a_wrong_file_is_answered_in_the_box_and_nothing_is_lost(here: Path) -> None:
    (here / "bad.napkin").write_bytes(bytes_of(changed())[:500])
    async with opened() as program:
        await program.step(3)
        before = program.snapshot.parameters
        for name, words in (
            ("bad.napkin", "the file is incomplete"),
            ("missing", "there is no such file or folder"),
            (".", "it is a folder"),
        ):
            await give(program, "F", name)
            await program.until(lambda words=words: words in answer(program))  # type: ignore[misc]
            await program.press("escape")
        assert np.array_equal(program.snapshot.parameters, before)
        await program.step(1)
        assert not program.trainer.left


async def test_what_was_saved_lately_is_offered(here: Path) -> None:
    async with opened(home=here / "home") as program:
        await program.step(4)
        await saved_as(program, "one")
        await program.press("n")
        await saved_as(program, "two")
    async with opened(home=here / "home") as program:
        await program.press("F")
        await program.until(lambda: asks(program))
        assert offered(program) == ["two.napkin", "one.napkin"]
        await program.press("down", "down", "enter")
        await program.until(lambda: not asks(program))
        assert program.snapshot.step == 4
    (here / "one.napkin").unlink()
    async with opened(home=here / "home") as program:
        await program.press("F")
        await program.until(lambda: asks(program))
        assert offered(program) == ["two.napkin"]


async def test_typing_offers_what_could_be_meant_and_tab_completes(here: Path) -> None:
    (here / "folder").mkdir()
    for name in ("alpha.napkin", "alphabet.json", "alpha.txt", ".hidden.napkin", "\x1b[2J.napkin"):
        (here / name).write_bytes(b"")
    save_session("folder/inside.napkin", read_session(bytes_of(RUNS["changed"]())))
    async with opened() as program:
        await program.press("F")
        await program.until(lambda: asks(program))
        assert offered(program) == ["folder/", "alpha.napkin", "alphabet.json"]
        line = program.app.screen.query_one(Input)
        await program.press("a", "tab")
        assert line.value == "alpha"
        assert offered(program) == ["alpha.napkin", "alphabet.json"]
        await program.press("b", "tab")
        assert line.value == "alphabet.json"
        line.value = "f"
        await program.arrived()
        assert offered(program) == ["folder/"]
        await program.press("down", "enter")
        assert line.value == "folder/"
        assert offered(program) == ["folder/inside.napkin"]
        await program.press("down", "enter")
        await program.until(lambda: not asks(program))
        assert program.snapshot.step == 10


async def test_it_starts_on_a_file(here: Path) -> None:
    save_session("a.napkin", read_session(bytes_of(RUNS["branched"]())))
    expected = RUNS["branched"]()
    async with opened(file=open_run(str(here / "a.napkin")), home=here / "home") as program:
        assert program.snapshot.step == expected.run.step_count
        assert program.snapshot.previous_run is not None
        assert "a.napkin: step 8" in program.text("commentary")
        await program.press("o")
        await program.until(lambda: program.snapshot.step == 4)
        await program.press("o", "s")
        await program.until(lambda: program.snapshot.step == 9)
        await program.press("S")
        await program.until(lambda: "Saved to a.napkin" in program.text("commentary"))
    assert open_run(str(here / "a.napkin")).trainer.run.step_count == 9


async def test_the_keys_are_free_on_every_pane(here: Path) -> None:
    async with opened() as program:
        for pane in ("image", "network", "loss", "cost"):
            program.widget(pane).focus()
            for key in ("S", "F"):
                await program.press(key)
                await program.until(lambda: asks(program))
                await program.press("escape")
                assert program.focus == pane, key


@pytest.mark.parametrize("size", [(20, 5), (40, 12), (200, 60)])
async def test_the_box_opens_at_every_size(here: Path, size: tuple[int, int]) -> None:
    async with opened(size=size) as program:
        for key in ("S", "F"):
            await program.press(key)
            await program.until(lambda: asks(program))
            await program.press("x", "tab", "down", "escape")
            assert not asks(program), key


async def test_without_unicode_the_box_is_written_in_ascii(here: Path) -> None:
    (here / "zürich.napkin").write_bytes(b"")
    async with opened(unicode=False) as program:
        await program.press("F")
        await program.until(lambda: asks(program))
        assert offered(program) == ["z?rich.napkin"]


# -- in case of a crash ---------------------------------------------------------------------------


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make autosaves follow at once."""
    monkeypatch.setattr(files, "EVERY", 0.01)
    monkeypatch.setattr(files, "REST", 0.0)


def crash(program: Program) -> None:
    """Release what the system would release."""
    os.close(program.app.files._autosave._handle)
    program.app.files._autosave._path = None


async def kept_at(program: Program, home: Path, step: int) -> None:
    """Wait until an autosave holds a step."""

    def is_kept() -> bool:
        files = list((home / "state" / "napkin-net" / "autosave").glob("*.napkin"))
        return any(read_session(file.read_bytes()).run.here.moment[0] >= step for file in files)

    await program.until(is_kept)


async def test_the_first_step_is_shown_before_what_keeps_it_is_imported(here: Path) -> None:
    async with opened(home=here) as program:
        program.app.controller.training.step()
        program.app.controller.training.catch_up()
        assert program.snapshot.step == 1
        assert "files" not in vars(program.app)
        await program.until(lambda: "files" in vars(program.app))


@pytest.mark.usefixtures("soon")
async def test_after_a_crash_the_run_is_offered_and_opened(here: Path) -> None:
    async with opened(BATCHES, home=here) as program:
        await program.step(5)
        await kept_at(program, here, 5)
        expected = program.snapshot.parameters
        crash(program)
    async with opened(home=here) as program:
        await program.until(lambda: "Recovered an unsaved run" in program.text("commentary"))
        first, second = program.app.remark
        assert first.startswith("It predicts 0.684; the image is 0.450 dark. Press s to take")
        assert second.startswith("Recovered an unsaved run from ")
        assert second.endswith("Press F to open it.")
        await program.press("F")
        await program.until(lambda: asks(program))
        assert "recovered run from" in offered(program)[0]
        await program.press("down", "enter")
        await program.until(lambda: program.snapshot.step == 5)
        assert program.snapshot.parameters.tobytes() == expected.tobytes()
        # It has no file yet: where to save it is asked.
        await program.press("S")
        await program.until(lambda: asks(program))
        await program.press("escape")
        # And from now on this program keeps it.
        await program.step(1)
        await kept_at(program, here, 6)
        program.app.finish(clean=True)
        assert not os.listdir(here / "state" / "napkin-net" / "autosave")


@pytest.mark.usefixtures("soon")
async def test_two_programs_do_not_see_each_others_runs(here: Path) -> None:
    async with opened(home=here) as one:
        await one.step(2)
        await kept_at(one, here, 2)
        async with opened(BATCHES, home=here) as other:
            assert "Recovered" not in other.text("commentary")
            await other.step(3)
            await kept_at(other, here, 3)
            assert len(list((here / "state" / "napkin-net" / "autosave").glob("*.napkin"))) == 2
            other.app.finish(clean=True)
        assert len(list((here / "state" / "napkin-net" / "autosave").glob("*.napkin"))) == 1


@pytest.mark.usefixtures("soon")
async def test_what_was_saved_by_hand_is_not_kept_twice(here: Path) -> None:
    async with opened(home=here / "home") as program:
        await program.step(3)
        await kept_at(program, here / "home", 3)
        await saved_as(program, "mine")
        assert not os.listdir(here / "home" / "state" / "napkin-net" / "autosave")


async def test_a_bad_end_keeps_what_no_autosave_holds_yet(here: Path) -> None:
    async with opened(home=here) as program:
        await program.step(4)
        program.app.finish(clean=False)
        (kept,) = (here / "state" / "napkin-net" / "autosave").glob("*.napkin")
        assert open_run(str(kept)).trainer.run.step_count == 4
        crash(program)


async def test_where_nothing_was_done_a_bad_end_keeps_nothing(here: Path) -> None:
    async with opened(home=here) as program:
        await program.press("right", "5")
        program.app.finish(clean=False)
    assert not (here / "state" / "napkin-net" / "autosave").exists()


@pytest.mark.usefixtures("soon")
async def test_that_autosaving_fails_is_reported_once(here: Path) -> None:
    (here / "state").write_text("a file where a folder should be")
    async with opened(home=here) as program:
        await program.step(1)
        await program.until(lambda: "Autosave failed" in program.text("commentary"))
        await program.step(1)
        await program.app.files.keep()
        await program.arrived()
        assert "Autosave failed" not in program.text("commentary")
        await program.press("F", "escape")
        program.app.finish(clean=True)


async def test_recovered_runs_can_be_deleted(here: Path) -> None:
    async with opened(home=here) as program:
        session = read_session(bytes_of(changed()))
        for _ in range(3):
            left = Autosave()
            left.keep(session, About())
            os.close(left._handle)
        assert len(recovered_runs()) == 3
        program.app.files.offer()
        assert "and 2 more. Press F to open it." in program.app.remark[1]
        program.app.files.forget()
        await program.arrived()
        assert "Deleted 3 recovered runs." in program.text("commentary")
        await program.press("right")
        assert program.app.remark[1].startswith("Press s"), "nothing is offered any more"
        assert not os.listdir(autosave_folder())


async def test_only_the_newest_of_many_are_kept(here: Path) -> None:
    async with opened(home=here):
        session = read_session(bytes_of(changed()))
        for number in range(13):
            left = Autosave()
            left.keep(session, About())
            assert left._path is not None
            os.utime(left._path, (number, number))
            os.close(left._handle)
        assert [run.when for run in recovered_runs()] == list(range(12, 2, -1))
        assert len(os.listdir(autosave_folder())) == 20


async def test_a_run_that_another_program_has_opened_is_not_opened_twice(here: Path) -> None:
    async with opened(home=here) as program:
        left = Autosave()
        left.keep(read_session(bytes_of(changed())), About())
        os.close(left._handle)
        (run,) = recovered_runs()
        other = Autosave()
        assert other.adopt(run)
        assert await program.app.files.open(run.path, run) == "another napkin-net has this run open"
        assert program.trainer.run.config == TrainingConfig()
        other.discard()


async def test_a_refusal_that_comes_as_the_box_goes_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_answer, dismiss = asyncio.Event(), PathScreen.dismiss

    async def refuse(_: object, path: str, left: object) -> str:
        await may_answer.wait()
        return f"{path}: no such file"

    def answered_as_it_is_left(screen: PathScreen, result: None = None) -> object:
        may_answer.set()
        return dismiss(screen, result)

    def answered_as_its_words_go(label: Label) -> None:
        if label.id == "answer":
            may_answer.set()

    monkeypatch.setattr(files.Files, "open", refuse)
    async with opened() as program:
        for owner, name, at_that_moment in (
            (PathScreen, "dismiss", answered_as_it_is_left),
            (Label, "on_unmount", answered_as_its_words_go),
            (None, "once it is gone", None),
        ):
            may_answer.clear()
            with monkeypatch.context() as moment:
                if owner is not None:
                    moment.setattr(owner, name, at_that_moment, raising=False)
                await give(program, "F", "nothing")
                await program.press("escape")
                assert not asks(program), name
                assert may_answer.is_set() == (owner is not None), name
                may_answer.set()
                await program.drawn()
                assert program.app.is_running, name
        await program.step()


def test_a_run_is_kept_as_often_as_the_readme_states() -> None:
    assert EVERY == 10.0, "ten seconds"
