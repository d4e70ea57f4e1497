"""The top row and the bottom row."""

from dataclasses import replace

import pytest

from core import TASKS, TrainingConfig
from tests.tui.moments import snapshot_of
from tests.tui.program import FASTEST, opened
from tui.app.header import Header, _swept
from tui.view.view import SPEEDS
from tui.words.phrases import network_name


@pytest.mark.parametrize(
    ("config", "name"),
    [
        (TrainingConfig(), "4→1"),
        (TrainingConfig(hidden=(4,)), "4→4→1 tanh"),
        (TrainingConfig(hidden=(8, 3), activation="relu"), "4→8→3→1 relu"),
        (TrainingConfig(hidden=(4, 8), activation="tanh,relu"), "4→4→8→1 tanh,relu"),
        (TrainingConfig(hidden=(4, 8), activation="relu,relu"), "4→4→8→1 relu"),
        (TrainingConfig(output="sigmoid"), "4→1 · sigmoid output"),
        (TrainingConfig(hidden=(2,), output="sigmoid"), "4→2→1 tanh · sigmoid output"),
    ],
)
def test_a_networks_name(config: TrainingConfig, name: str) -> None:
    assert network_name(config) == name


async def test_the_header_shows_the_network_step_and_state() -> None:
    async with opened(TrainingConfig(hidden=(4,), seed=4)) as program:
        header = program.text("header")
        assert header.startswith(" napkin-net  How dark is this image?  4→4→1 tanh · seed 4 ")
        assert header.endswith(" step 0 · ready")
        await program.step(2)
        assert program.text("header").endswith(" step 2 · paused")


async def test_steps_are_written_with_separators() -> None:
    async with opened() as program:
        program.trainer.run.run_for(1e9, max_steps=1_233)
        await program.step()
        assert "step 1,234 · paused" in program.text("header")


async def test_the_seed_makes_room_for_the_question_while_many_steps_are_run() -> None:
    async with opened(TrainingConfig(task="xor", hidden=(4,), output="sigmoid")) as program:
        program.trainer.run.run_for(1e9, max_steps=12_344)
        await program.step()
        header = program.text("header")
        assert header.startswith(f" napkin-net  {TASKS['xor'].question}  4→4→1 tanh  ")
        assert header.endswith("  step 12,345 · paused")


async def test_the_headers_state_is_never_cut() -> None:
    config = TrainingConfig(hidden=(100, 100, 100), activation="sigmoid", output="sigmoid")
    async with opened(config) as program:
        for width in (30, 40, 50, 60, 70, 80, 90, 120):
            await program.resize(width, 24)
            assert program.text("header").endswith("step 0 · ready"), width


async def test_the_footer_shows_as_many_entries_as_fit_and_cuts_none() -> None:
    known = {
        "space run", "s step", "r restart", "n new", "[ ] speed 10/s", "( ) rate 0.1",
        "0–9 pixel", "f black", "+ = darker", "− lighter", "enter exact", ": find", "? keys",
    }  # fmt: skip
    async with opened() as program:
        for width in (20, 40, 60, 80, 120, 200):
            await program.resize(width, 30)
            footer = program.text("footer")
            assert "space run" in footer
            assert len(footer) <= width
            entries = footer.strip().split("  ")
            assert set(entries) <= known
            left_out = known - set(entries)
            assert not left_out or len(footer) + 2 + max(map(len, left_out)) >= width
            if width >= 80:
                assert {"s step", "r restart", "[ ] speed 10/s", ": find", "? keys"} <= set(entries)
            if width >= 200:
                assert set(entries) == known


async def test_the_longest_settings_still_fit_80_columns() -> None:
    async with opened(TrainingConfig(learning_rate=5e-05)) as program:
        await program.press(*FASTEST)
        assert "rate 5e−05" in program.text("footer")
        assert "speed max" in program.text("footer")
        assert program.app.pace.speed == SPEEDS[-1]
        await program.press("[")
        for words in (
            "space run", "s step", "r restart", "speed 1,000/s", "rate 5e−05", ": find", "? keys",
        ):  # fmt: skip
            assert words in program.text("footer")


async def test_the_footer_follows_the_focus() -> None:
    async with opened(size=(120, 36)) as program:
        assert "0–9 pixel" in program.text("footer")
        await program.press("tab", "tab")
        assert "0–9 pixel" not in program.text("footer")
        assert "← → cursor" in program.text("footer")
        await program.press("shift+tab", "shift+tab")
        assert "0–9 pixel" in program.text("footer")


async def test_the_footer_offers_pause_while_it_runs_and_run_after_it_has_diverged() -> None:
    async with opened(TrainingConfig(learning_rate=1.0)) as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.ended)
        assert "space run" in program.text("footer")


async def test_in_single_stepping_the_footer_shows_where_it_is_and_goes_on_by_a_click() -> None:
    async with opened() as program:
        assert "substep" not in program.text("footer")
        await program.press(".", ".")
        assert program.text("footer") == (
            " space run  s step  r restart  ( ) rate 0.1  , . substep 2 of 5  : find  ? keys"
        )
        x = program.text("footer").index(". substep")
        await program.click(x, 23)
        assert ", . substep 3 of 5" in program.text("footer")
        await program.press("g")
        assert "substep" not in program.text("footer")
        await program.press(".", ".", ",")
        assert ", . substep 1 of 7" in program.text("footer")
        await program.press(",")
        assert "part" not in program.text("footer")


def test_a_terminal_that_is_too_small_has_what_fits_of_need_and_state() -> None:
    header = Header(id="header")
    moment = snapshot_of(TrainingConfig(), 12)

    def small(width: int) -> str:
        return "".join(piece.text for piece in header._small(moment, "paused", width))

    whole = " napkin-net is best at 80×24 step 12 · paused "
    assert small(len(whole)) == whole
    assert small(len(whole) + 2) == whole.replace("24 step", "24   step")
    short = " best at 80×24 step 12 · paused "
    assert small(len(whole) - 1).split() == short.split()
    for text in (short, " best at 80×24 12 paused ", " best at 80×24 paused "):
        assert small(len(text)) == text
        assert small(len(text) - 1) != text[:-1]
    assert small(10) == "80×24"


async def test_of_a_yes_no_task_the_sigmoid_is_named_only_where_there_is_room_for_it() -> None:
    config = TrainingConfig(task="xor", hidden=(2,), output="sigmoid")
    start = f" napkin-net  {TASKS['xor'].question}  4→2→1 tanh"
    async with opened(config, size=(120, 24)) as program:
        assert program.text("header").startswith(f"{start} · sigmoid output · seed 0 ")
    async with opened(config, size=(80, 24)) as program:
        assert program.text("header").startswith(f"{start} · seed 0 ")
    # Of a task of numbers it is told, and the question makes room for it.
    async with opened(replace(config, task="contrast"), size=(80, 24)) as program:
        start = " napkin-net    4→2→1 tanh · sigmoid output · seed 0 "
        assert program.text("header").startswith(start)


def test_of_a_run_of_a_sweep_the_seeds_are_told_first_where_room_is_short() -> None:
    config = TrainingConfig(hidden=(8, 8, 8, 8, 8, 8), activation="tanh", seed=7, data_seed=3)
    moment = snapshot_of(config, 12)
    title, whose, facts = _swept(moment, " · seed 7", 110)
    assert (title, whose) == (" napkin-net  ", "run of the sweep; P returns to yours")
    assert facts == "  4→8→8→8→8→8→8→1 tanh · seed 7 · data seed 3"
    title, whose, facts = _swept(moment, " · seed 7", 55)
    assert (title, whose) == (" ", "run of the sweep")
    assert facts.startswith("  seed 7 · data seed 3 · 4→8→8")
