"""Engines that take a while to load: where a command has them compiled, and what it says."""

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from core import Trainer, TrainingConfig
from core.engines import compiled
from tests.core.sessions import bytes_of
from tui.cli import engines, export, train
from tui.cli.main import main
from tui.cli.options import Parser
from tui.cli.sweep import command
from tui.files import folders

PARSER = Parser(prog="napkin-net")
COMPILING = "compiling the engine for this machine, for about 20 s\n"


@pytest.fixture
def into(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """Compile nothing; return the folders it would have been compiled into."""
    found: list[Path] = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(folders, "_thrown_away", [])
    monkeypatch.setattr(compiled, "_default", [])
    monkeypatch.setattr(engines, "loadable", lambda: {"compiled", "gpu"})
    monkeypatch.setattr(engines, "compile_into", found.append)
    monkeypatch.setattr(engines, "load", lambda _: None)
    return found


def test_it_is_compiled_where_the_program_keeps_it(
    into: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    engines.load_or_end(PARSER, ["matrix", "gpu"])
    assert (into, compiled.kept_in(), capsys.readouterr().err) == ([], None, "")
    kept = Path(folders.cache_folder())
    engines.load_or_end(PARSER, ["matrix", "compiled"])
    assert (into, compiled.kept_in(), capsys.readouterr().err) == ([kept], kept, COMPILING)
    complete = compiled.folder_within(kept) / "complete"
    complete.parent.mkdir(parents=True)
    complete.touch()
    engines.load_or_end(PARSER, ["compiled"])
    assert (into, capsys.readouterr().err) == ([kept, kept], "")


def test_where_nothing_can_be_kept_it_is_compiled_once_for_all_processes(
    into: list[Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(os.environ["XDG_CACHE_HOME"]).write_text("a file where a folder should be")
    for _ in range(2):
        engines.load_or_end(PARSER, ["compiled"])
    assert len(set(into)) == 1
    assert into[0].is_dir()
    assert compiled.kept_in() == into[0]  # what processes are told
    folders._thrown_away[0].cleanup()

    def fail(_: Path) -> None:
        raise ImportError("Numba needs NumPy 2.3 or less")

    monkeypatch.setattr(engines, "compile_into", fail)
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        engines.load_or_end(PARSER, ["compiled"])
    assert ended.value.code == 2
    words = "napkin-net: --engine compiled cannot be loaded: Numba needs NumPy 2.3 or less\n"
    assert capsys.readouterr().err == COMPILING + words


def test_every_command_loads_the_engines_that_it_uses_before_it_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, wanted = tmp_path / "small.napkin", list[list[str]]()
    session.write_bytes(bytes_of(Trainer(TrainingConfig(images=5, engine="loops"))))

    def load(_: argparse.ArgumentParser, names: Iterable[str]) -> None:
        wanted.append(list(names))

    for module in (train, export, command):
        monkeypatch.setattr(module, "load_or_end", load)
    for words in (
        ["train", "--engine", "loops", "--steps", "1", "--images", "5"],
        ["train", str(session), "--steps", "1"],
        ["export", "--engine", "loops", "--to", "json", "--images", "5"],
        ["export", str(session), "--to", "json"],
        ["sweep", "--engine", "loops,matrix", "--steps", "1", "--images", "5"],
    ):
        assert main(words) == 0, words
    assert wanted == [*[["loops"]] * 4, ["loops", "matrix"]]
