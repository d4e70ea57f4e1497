"""The palette: every command by name, in groups, and what opens from it."""

from inspect import iscoroutine

import pytest
from textual.widgets import Input

from core import TrainingConfig
from core.files.exports import FORMS
from core.settings import PRESETS, SETTINGS
from tests.tui.program import Program, opened
from tui.app.keys import APP_BINDINGS, COMMANDS, Group, key_names, name_of
from tui.app.palette import entries
from tui.files.path_box import PathScreen
from tui.panes.network.network import RESHAPING
from tui.screens.exact import ExactScreen
from tui.screens.listing import Listing
from tui.screens.palette import Entry, PaletteScreen, found
from tui.screens.settings.settings import Form, SettingsScreen

ROOM = 60 - 2 - 2 - 1 - 4
"""Cells for a name and its keys on 60 columns: without frame, padding, scrollbar and gaps."""


async def palette(program: Program, key: str, words: str) -> None:
    """Open the palette, search for some words, and take the first that is found."""
    await program.press(key)
    assert isinstance(program.app.screen, PaletteScreen)
    # All but the last letter at once: it searches again for each.
    program.app.screen.query_one(Input).value = words[:-1]
    await program.press(words[-1], "enter")
    assert not isinstance(program.app.screen, PaletteScreen)


def rows_of(program: Program) -> list[str]:
    """The rows of the list that are in sight."""
    rows = program.app.screen.query(Listing).first()
    return [rows.render_line(y).text.rstrip() for y in range(rows.size.height)]


async def test_everything_is_listed_by_group_by_a_verb_and_never_cut() -> None:
    async with opened() as program:
        listed = entries(program.app)
        names = [entry.name for entry in listed]
        assert len(names) == len(set(names))
        assert list(dict.fromkeys(entry.group for entry in listed)) == [*Group]
        by_name = {entry.name: entry for entry in listed}
        for command in COMMANDS.values():
            if command.sentence and command.id not in ("palette", "close", "next", "previous"):
                entry = by_name[name_of(command.sentence)]
                assert entry.group == command.group
                assert entry.key == (key_names(command.binding) if command.keys else "")
        for binding in RESHAPING:
            assert by_name[name_of(binding.tooltip)].key == key_names(binding)
        assert {f"Export as {form}" for form in FORMS} <= set(names)
        assert {f"Open preset: {preset.title}" for preset in PRESETS.values()} <= set(names)
        for setting in SETTINGS.values():
            assert any(name.startswith(f"Set {setting.title}") for name in names)
        assert {"Choose a theme", "Export a picture of the screen", "Quit"} <= set(names)
        for entry in listed:
            assert not set(entry.name) & set(";…."), entry.name
            assert len(entry.name) + len(entry.key) <= ROOM, entry.name
            assert len(entry.about) < 2 * 74, entry.name


async def test_the_list_has_its_groups_as_headings_and_keys_at_the_right() -> None:
    async with opened() as program:
        await program.press(":")
        rows = rows_of(program)
        assert rows[:2] == ["run", f"▸ {'Run, or pause':<66}  space"]
        await program.resize(80, 30)
        assert "look" in rows_of(program)
        for size in ((120, 36), (60, 20)):
            await program.resize(*size)
            inner = min(size[0], 84) - 5
            assert rows_of(program)[1] == f"▸ {'Run, or pause':<{inner - 9}}  space"
        await program.resize(20, 12)
        assert rows_of(program)[1:4] == ["▸ Run,    space", "  or", "  pause"]


FINDS = {
    "s": "Take one step", "S": "Save this session", "f1": "Show the keys and the glossary",
    "take one": "Take one step", "one take": "Take one step", "undo": "Go one step back",
    "screenshot": "Export a picture of the screen", "exit": "Quit", "colours": "Choose a theme",
    "load": "Open a session or a recovered run", "clipboard": "Copy the command line of this run",
    "sweep": "Train many runs (a sweep)", "combin": "Train many runs (a sweep)",
    "seconds": "Draw the loss over another unit", "adam": "Set optimizer to adam",
    "freeze": "Freeze the weight",
}  # fmt: skip
"""What a person may type, and the command that is meant."""


async def test_a_name_a_synonym_a_description_or_a_key_finds_its_command_first() -> None:
    async with opened() as program:
        listed = entries(program.app)
        for words, name in FINDS.items():
            assert found(listed, words)[0].name == name, words


async def test_what_no_command_is_called_finds_none() -> None:
    async with opened() as program:
        for words in ("gpu", "xyzzy", "step gpu", "ump"):
            assert found(entries(program.app), words) == [], words
        await program.press(":", *"gpu")
        assert (
            rows_of(program)[0] == "No command has these words. Press backspace, or esc to close."
        )
        await program.press("enter", "down", "enter")
        assert isinstance(program.app.screen, PaletteScreen)
        await program.press("backspace", "backspace", "backspace")
        assert rows_of(program)[0] == "run"


def test_nearer_names_come_first_and_equally_near_ones_as_listed() -> None:
    def entry(name: str, key: str = "", also: str = "") -> Entry:
        return Entry("look", name, lambda: None, key, "", also)

    listed = [
        entry("Show a map", also="run"),
        entry("Overrun it"),
        entry("Let it run (twice)"),
        entry("Run"),
        entry("Take it", "run r"),
    ]
    assert [each.name for each in found(listed, "run")] == [
        "Run", "Take it", "Let it run (twice)", "Show a map",
    ]  # fmt: skip
    assert [each.name for each in found(listed, "look tw")] == ["Let it run (twice)"]
    assert found(listed, "r")[0].name == "Take it"
    assert found(listed, "R")[0].name == "Let it run (twice)", "another key"


async def test_arrows_and_pages_choose_and_the_chosen_one_is_in_sight_with_its_sentence() -> None:
    async with opened() as program:
        await program.press(":", "down", "down")
        about = program.app.screen.query(Listing).last()
        assert about.render_line(0).text.startswith("Restart from the same weights; the previous")
        await program.press("up", "up", "up")
        assert rows_of(program)[0] == "run", "the heading is in sight with its first entry"
        names = [entry.name for entry in entries(program.app)]
        for page in range(1, 4):
            await program.press("pagedown")
            (row,) = (row for row in rows_of(program) if row.startswith("▸"))
            assert row[2:].startswith(names[10 * page])
        program.send(*["pagedown"] * 20)
        await program.arrived()
        assert rows_of(program)[-1][2:].startswith(names[-1])


async def test_a_click_on_a_row_does_it_and_on_a_heading_nothing() -> None:
    async with opened() as program:
        await program.press(":")
        rows = program.app.screen.query(Listing).first().region
        await program.click(rows.x + 3, rows.y)
        assert isinstance(program.app.screen, PaletteScreen)
        await program.click(rows.x + 3, rows.y + 2)
        await program.until(lambda: program.snapshot.step == 1)
        assert not isinstance(program.app.screen, PaletteScreen)


@pytest.mark.parametrize("unicode", [True, False])
async def test_the_palette_writes_what_the_terminal_can(unicode: bool) -> None:
    async with opened(unicode=unicode) as program:
        await program.press(":")
        assert "".join(rows_of(program)).isascii() is not unicode


async def test_the_palette_opens_and_esc_closes_it() -> None:
    async with opened() as program:
        for key in (":", "ctrl+p"):
            await program.press(key, "x", "down")
            assert isinstance(program.app.screen, PaletteScreen), key
            await program.press("escape")
            assert len(program.app.screen_stack) == 1, key
            assert program.focus == "image"
        assert program.trainer.run.moment == (0, 0)


async def test_the_palette_changes_the_gradient_method() -> None:
    async with opened() as program:
        await palette(program, ":", "gradient nudge")
        assert program.trainer.run.config.gradient == "nudge"
        assert "by backprop" in program.text("cost")
        assert "20,004" in program.text("cost")
        assert "Finite differences cost 5 forward passes per step" in program.text("commentary")
        await palette(program, ":", "gradient to backprop")
        assert program.trainer.run.config.gradient == "backprop"


async def test_the_palette_changes_the_engine() -> None:
    async with opened() as program:
        loss = program.snapshot.loss
        await palette(program, ":", "engine loops")
        assert program.trainer.run.config.engine == "loops"
        assert "Engine loops" in program.text("commentary")
        assert program.snapshot.loss == pytest.approx(loss, abs=1e-12)
        await palette(program, ":", "engine matrix")
        assert program.trainer.run.config.engine == "matrix"


async def test_the_palette_changes_the_optimizer() -> None:
    async with opened() as program:
        await palette(program, ":", "optimizer adam")
        assert program.trainer.run.config.optimizer == "adam"
        assert "Adam from now on" in program.text("commentary")
        assert "mean gradient ÷ its RMS" in program.text("network")
        await program.press("s")
        await program.until(lambda: program.snapshot.step == 1)
        assert program.trainer.run.here.state.count == 1
        await palette(program, ":", "optimizer sgd")
        assert program.trainer.run.config.optimizer == "sgd"
        assert "Plain gradient descent from now on" in program.text("commentary")
        await program.press("b", "b")
        await program.until(lambda: program.snapshot.step == 0)
        assert program.trainer.run.config.optimizer == "adam"


async def test_the_palette_carries_out_a_keys_action() -> None:
    async with opened() as program:
        await palette(program, ":", "take one step")
        await program.until(lambda: program.snapshot.step == 1)


async def test_a_box_that_a_command_opens_is_open_and_takes_the_next_keys() -> None:
    async with opened() as program:
        for words, screen in (
            ("save in another", PathScreen),
            ("export as numpy", PathScreen),
            ("picture", PathScreen),
            ("add the selected", ExactScreen),
            ("exact value weight", ExactScreen),
            ("change the settings", SettingsScreen),
            ("theme", PaletteScreen),
        ):
            await program.press(":")
            program.app.screen.query_one(Input).value = words[:-1]
            # The next keys are there before the box is.
            program.send(words[-1], "enter", "7")
            await program.arrived()
            assert isinstance(program.app.screen, screen), words
            if screen is not SettingsScreen:
                assert program.app.screen.query_one(Input).value.endswith("7"), words
            await program.press("escape")
            assert len(program.app.screen_stack) == 1, words
        assert program.trainer.run.moment == (0, 0)


async def test_commands_without_a_box_are_carried_out_and_esc_closes_what_they_open() -> None:
    async with opened(TrainingConfig(images=20)) as program:
        for entry in entries(program.app):
            # Of those that are alike, the others differ only in a name.
            if entry.name in ("Quit", "Run, or pause") or entry.group == Group.SETTINGS:
                continue
            done = entry.do()
            if iscoroutine(done):
                await done
        await program.arrived()
        while len(program.app.screen_stack) > 1:
            await program.press("escape")
        assert program.app.is_running
        assert program.app.board.is_changed


async def test_a_setting_opens_the_settings_on_its_field() -> None:
    async with opened() as program:
        for name in ("hidden", "momentum"):
            await palette(program, ":", f"set {SETTINGS[name].title}")
            form = program.app.screen.query_one(Form)
            await program.press("0", ".", "5")
            assert form.draft.texts == {name: "0.5"}
            await program.press("escape")


async def test_a_theme_is_chosen_by_name_dark_or_light() -> None:
    async with opened() as program:
        await program.press(":", *"theme", "enter")
        assert rows_of(program)[0] == "dark"
        await program.press(*"textual-l", "enter")
        assert program.app.theme == "textual-light"
        assert len(program.app.screen_stack) == 1


def test_commands_without_a_key_bind_none() -> None:
    unbound = {command.id for command in COMMANDS.values() if not command.keys}
    assert unbound == {"theme", "picture", "save_as", "forget"}
    assert not unbound & {binding.id for binding in APP_BINDINGS}
