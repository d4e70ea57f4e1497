"""What cannot be written: one line in our words, and one exit status, wherever it was to go."""

import errno
import io
import os
import signal
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

import core
from core.rates import Kept, this_machine
from tests.core.rates.made import rates
from tui import endings
from tui.cli.machine import bench, estimate
from tui.cli.main import main
from tui.cli.output import CANNOT_WRITE, interruptions, print_text

ROOT = Path(core.__file__).parent.parent


class Full(io.StringIO):
    """A stream whose disk is full."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def ended(words: Sequence[str]) -> int:
    """Run the command; return its exit status."""
    try:
        return main(words)
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else -1


@pytest.mark.parametrize(
    "words",
    [
        *([*command, "--help"] for command in ([], ["train"], ["data"], ["export"], ["scale"])),
        ["--version"],
        ["train", "--steps", "1"],
        ["train", "--steps", "1", "--json"],
        ["data", "--images", "2"],
        ["export", "--to", "csv"],
    ],
    ids=" ".join,
)
def test_a_full_standard_output_is_one_line_and_1(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    assert ended(words) == CANNOT_WRITE == 1
    assert capsys.readouterr().err == "napkin-net: cannot write: the disk is full\n"


@pytest.mark.parametrize(
    ("command", "option"),
    [(["train", "--steps", "1"], "--csv"), (["data"], "--out"), (["export", "--to=csv"], "--out")],
    ids=["train", "data", "export"],
)
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere/at/all.csv", "there is no such file or folder"),
        (".", "it is a folder"),
        ("a\0b", "a file cannot have this name"),
        ("n" * 300, "the name is too long"),
        ("/dev/full", "the disk is full"),
    ],
)
def test_a_file_that_cannot_be_written_is_one_line_and_1(
    command: list[str],
    option: str,
    name: str,
    reason: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ended([*command, option, name]) == CANNOT_WRITE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"napkin-net: {option} {name!r:.200}")
    assert said.err.endswith(f"{reason}\n")
    assert said.err.count("\n") == 1
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("stream", [None, Full()], ids=["closed", "full"])
def test_wrong_words_end_with_2_also_where_nobody_can_be_told(
    stream: Full | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    assert ended(["train", "--seed", "-1"]) == 2
    assert ended(["data", "--images", "3", "--test-share", "0.1"]) == 0  # it rounds to none


def test_where_a_signal_is_missing_the_others_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert endings() == [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    monkeypatch.delattr(signal, "SIGHUP")
    assert endings() == [signal.SIGINT, signal.SIGTERM]
    with interruptions() as seen:
        signal.raise_signal(signal.SIGTERM)
    assert seen.by == signal.SIGTERM


@pytest.mark.parametrize("words", [[], ["train"], ["--help"], ["a.napkin"]])
@pytest.mark.parametrize("missing", ["fcntl", "termios"])
def test_windows_is_told_of_wsl_before_anything_else(
    words: list[str],
    missing: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)  # it cannot be imported then
    assert main(words) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "napkin-net: needs Linux or macOS; on Windows, run it in WSL (Windows Subsystem for "
        "Linux)\n"
    )


def test_the_documents_say_that_windows_needs_wsl() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert not any("Windows" in each for each in project["classifiers"])
    assert "WSL" in project["description"]
    assert "On Windows, use WSL" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("encoding", "written"),
    [("utf-8", "4→1: ≥8 µs, 10 × 2\n"), ("ascii", "4>1: >8 us, 10 x 2\n")],
)
def test_a_text_is_written_in_ascii_where_there_is_no_other(
    monkeypatch: pytest.MonkeyPatch, encoding: str, written: str
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    assert print_text("4→1: ≥8 µs, 10 × 2\n", "") == 0
    stream.seek(0)
    assert stream.read() == written


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["bench"], "step, around"),
        (["bench", "--markdown"], " us |"),
        (["estimate"], "4>1"),
        (["sweep", "--seed=0..1", "--images=10", "--steps=1", "--executor=inline"], "-0."),
    ],
    ids=["bench", "markdown", "estimate", "sweep"],
)
def test_a_table_is_ascii_where_the_encoding_has_nothing_else(
    words: list[str], shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept(this_machine(), "2026-01-31 09:30", None, rates())
    for module in (bench, estimate):
        monkeypatch.setattr(module, "rates_here", lambda **_: (kept, ""))
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii"))
    assert ended(words) == 0
    sys.stdout.flush()
    assert shown in written.getvalue().decode("ascii")
