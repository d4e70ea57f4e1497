"""The lines about files: commands that can be pasted, and problems whose reason is not cut off."""

import os
import shlex
from pathlib import Path

import pytest

from core.engines import ENGINES, EXTRAS
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tui.files import words
from tui.files.path_box import meant
from tui.files.session_files import shown
from tui.words.phrases import WIDTH

AGAIN = "Press S to save to the same file again."
OPEN = "Open it at this step: "


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, below a person's home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("a.napkin", "a.napkin"),
        ("my run.napkin", "'my run.napkin'"),
        ("it's.napkin", """'it'"'"'s.napkin'"""),
        ("-dash.napkin", "./-dash.napkin"),
        ("- dash.napkin", "./'- dash.napkin'"),
        ("train", "./train"),
        ("$HOME.napkin", "'$HOME.napkin'"),
        ("~.napkin", "'~.napkin'"),
        ("日本.napkin", "'日本.napkin'"),
        ("../over there.napkin", "~/'over there.napkin'"),
    ],
)
def test_the_command_that_is_shown_opens_the_file(here: Path, name: str, command: str) -> None:
    path = os.path.abspath(name)
    _, second = words.saved(path, without_other=False, columns=80, unicode=True)
    assert second == f"{OPEN}napkin-net {command}"
    (typed,) = shlex.split(command)
    assert os.path.abspath(os.path.expanduser(typed)) == path


@pytest.mark.parametrize(
    ("name", "columns", "unicode"),
    [
        ("a\nb.napkin", 80, True),
        ("a\x1b[2Jb.napkin", 80, True),
        ("日本.napkin", 80, False),
        ("n" * 60, 80, True),
        ("日" * 30, 80, True),
        ("a.napkin", 78, True),
    ],
)
def test_a_command_that_cannot_be_shown_as_it_is_is_left_out(
    here: Path, name: str, columns: int, unicode: bool
) -> None:
    path = os.path.abspath(name)
    saved = words.saved(path, without_other=False, columns=columns, unicode=unicode)
    assert saved[1] == AGAIN


@pytest.mark.parametrize("name", ["n" * 200, "日" * 100, "a"], ids=["long", "wide", "short"])
def test_a_name_is_cut_in_its_middle_and_a_problem_at_its_beginning(here: Path, name: str) -> None:
    from rich.cells import cell_len

    path = os.path.abspath(f"{name}.napkin")
    assert cell_len(words.name_of(path, 40)) <= 40
    assert words.name_of(path, 40).endswith(".napkin")
    problem = words.not_kept(f"{path}: the disk is full")[1]
    assert cell_len(problem) <= WIDTH
    assert problem.endswith("the disk is full")


def test_a_run_is_told_from_others_by_what_it_is() -> None:
    config = TrainingConfig(task="xor", hidden=(4,), output="sigmoid", loss="bce")
    about = words.about(config, 12345, 0.01234)
    assert about == "xor, 4→4→1 tanh, step 12,345, loss 0.0123"
    assert words.about(TrainingConfig(), 0, float("nan")) == "darkness, 4→1, step 0"


def test_an_engine_that_is_not_installed_is_named_when_its_session_opens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = Trainer(TrainingConfig()).snapshot()
    for name in EXTRAS:
        monkeypatch.delitem(ENGINES, name, raising=False)
        for has_before in (False, True):
            _, line = words.opened("a.napkin", now, name, has_before=has_before)
            extra = f"pip install 'napkin-net[{EXTRAS[name]}]'"
            assert line == f"No engine {name}: matrix computes. Get it: {extra}"
            assert len(line) <= WIDTH


def test_what_was_kept_at_the_end_is_counted() -> None:
    assert words.kept_at_end([]) == ""
    assert words.kept_at_end([1]).startswith("A run of 1 step that no file has is kept: ")
    assert words.kept_at_end([1234]).startswith("A run of 1,234 steps that no file has is kept: ")
    assert words.kept_at_end([5, 6]).startswith("2 runs that no file has are kept: ")


@pytest.mark.parametrize(
    ("dropped", "name"),
    [
        ("a b.napkin", "a b.napkin"),
        (" a.napkin ", "a.napkin"),
        ("'a b.napkin' ", "a b.napkin"),
        ('"a b.napkin"', "a b.napkin"),
        ("a\\ b\\(1\\).napkin ", "a b(1).napkin"),
        ("it's.napkin", "it's.napkin"),
        ("'it", "'it"),
        ("back\\slash", "back\\slash"),
        ("'a' 'b'", "'a' 'b'"),
    ],
)
def test_a_path_is_understood_as_a_terminal_drops_it(here: Path, dropped: str, name: str) -> None:
    assert meant(dropped) == str(here / name)


@pytest.mark.parametrize("host", ["", "localhost"])
def test_an_address_of_a_file_is_its_path(here: Path, host: str) -> None:
    assert meant(f"file://{host}/tmp/a%20b%23.napkin\n") == "/tmp/a b#.napkin"
    assert meant(f"file://{host}/tmp/what?.napkin") == "/tmp/what?.napkin"
    assert meant("~/'quoted").endswith("/'quoted")


def test_a_file_that_is_called_just_so_goes_first(here: Path) -> None:
    for name in ("'quoted'", " blank ", "a\\ b"):
        (here / name).write_text("")
        assert meant(name) == str(here / name)


def test_where_the_folder_is_gone_a_path_is_still_one(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.rmdir()
    assert meant("a.napkin") == "a.napkin"
    assert shown("a.napkin") == "a.napkin"
