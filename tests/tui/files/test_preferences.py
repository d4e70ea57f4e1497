"""What a person prefers: remembered from one start to the next, never in the way."""

import json
import os
from pathlib import Path

import pytest

from tests.tui.program import opened
from tui.files import preferences
from tui.files.preferences import Remembered, read_preferences, remember
from tui.terminal.styles import plain_ink
from tui.view.view import DEFAULT_SPEED, Pace


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is remembered."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "napkin-net" / "settings.json"


def test_nothing_is_remembered_at_first(file: Path) -> None:
    assert read_preferences() == (Remembered(), "")
    assert not file.parent.exists()


def test_what_is_remembered_is_read(file: Path) -> None:
    remember({"theme": "nord"})
    remember({"log_scale": True})
    assert read_preferences() == (Remembered("nord", True), "")
    assert json.loads(file.read_text()) == {"theme": "nord", "log_scale": True}
    assert os.listdir(file.parent) == ["settings.json"]


def test_what_another_version_remembers_stays(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text('{"fonts": 3, "speed": "max", "theme": null}')
    assert read_preferences() == (Remembered(), "")
    remember({"log_scale": True})
    kept = {"fonts": 3, "speed": "max", "theme": None, "log_scale": True}
    assert json.loads(file.read_text()) == kept
    assert read_preferences() == (Remembered(None, True), "")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"\xff", b'{"theme": 3}',
        b'{"log_scale": 1}', b"[" * 30_000, b'"\x1b[2J"', b"nul\0",
    ],
)  # fmt: skip
def test_a_broken_file_is_set_aside_with_a_word(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    remembered, words = read_preferences()
    assert remembered == Remembered()
    assert words.endswith("settings.json.broken.")
    assert len(words) <= 78
    assert words.isprintable()
    assert (file.parent / "settings.json.broken").read_bytes() == content
    assert read_preferences() == (Remembered(), "")
    remember({"theme": "nord"})
    assert read_preferences() == (Remembered("nord"), "")


def test_where_nothing_can_be_remembered_nothing_happens(file: Path) -> None:
    file.parent.parent.write_text("a file where a folder should be")
    assert read_preferences() == (Remembered(), "")
    remember({"theme": "nord"})
    assert read_preferences() == (Remembered(), "")


def test_a_pipe_that_nobody_reads_is_not_waited_for(file: Path) -> None:
    file.parent.mkdir(parents=True)
    os.mkfifo(file)
    remember({"theme": "nord"})
    assert file.is_fifo()


async def test_scale_and_theme_are_there_again_at_the_next_start_and_the_speed_is_not(
    tmp_path: Path,
) -> None:
    async with opened(home=tmp_path) as program:
        assert program.app.pace.speed == DEFAULT_SPEED
        await program.press("]", "]", "L")
        program.app.theme = "nord"
        await program.arrived()
        program.app.finish(clean=True)
    async with opened(home=tmp_path) as program:
        assert program.app.pace == program.app.controller.training.pace == Pace()
        assert "speed 10/s" in program.text("footer")
        assert program.app.view.log_scale
        assert "log" in program.text("loss")
        assert program.app.theme == "nord"


async def test_it_is_saved_soon_and_not_only_at_a_normal_exit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preferences, "_SOON", 0.01)
    file = tmp_path / "config" / "napkin-net" / "settings.json"
    async with opened(home=tmp_path) as program:
        await program.press("L")
        await program.until(
            lambda: file.exists() and json.loads(file.read_text()) == {"log_scale": True}
        )


async def test_what_is_not_changed_is_not_remembered(tmp_path: Path) -> None:
    async with opened(home=tmp_path) as program:
        await program.press("]", "space", "space", "5", "right", ")", "n", "r", "R", "?", "escape")
        program.app.finish(clean=True)
    assert not (tmp_path / "config").exists()


async def test_a_theme_is_no_matter_where_there_are_no_colours(tmp_path: Path) -> None:
    plain = {"TERM": "xterm-256color", "NO_COLOR": "1"}
    async with opened(home=tmp_path) as program:
        program.app.theme = "nord"
        await program.arrived()
        program.app.finish(clean=True)
    async with opened(home=tmp_path, environment=plain) as program:
        assert program.app.theme == "ansi-dark"
        assert not program.app.ink.colour
        program.app.finish(clean=True)
    async with opened(home=tmp_path) as program:
        assert program.app.theme == "nord"
        assert program.app.ink != plain_ink(unicode=True)


async def test_a_theme_that_is_no_more_is_no_matter(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "napkin-net"
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text('{"theme": "\\u001b[2J"}')
    async with opened(home=tmp_path) as program:
        assert program.app.theme == "textual-dark"


async def test_that_it_was_set_aside_is_shown_at_launch(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "napkin-net"
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text("{")
    async with opened(home=tmp_path) as program:
        assert "It predicts 0.684" in program.text("commentary")
        assert "Preferences were unreadable" in program.text("commentary")
        await program.step(1)
        assert "not readable" not in program.text("commentary")


async def test_two_programs_remember_what_each_has_changed(tmp_path: Path) -> None:
    async with opened(home=tmp_path) as one:
        one.app.theme = "nord"
        await one.arrived()
        async with opened(home=tmp_path) as other:
            await other.press("L")
            other.app.finish(clean=True)
        one.app.finish(clean=True)
        assert read_preferences()[0] == Remembered("nord", True)
