"""The cost pane: exact counts at fixed places, the measured time, and what is counted apart."""

import re
from dataclasses import replace

import pytest

from core import SetSettings, Trainer, TrainingConfig
from core.metrics import StepTimes
from tests.tui.moments import snapshot_of
from tests.tui.plain import text_of
from tests.tui.program import Program, opened
from tui.panes.cost import CostPane


def line(program: Program, name: str) -> str:
    """A line of the cost pane, without the frame and with single spaces."""
    rows = program.text("cost").split("\n")
    return " ".join(
        next(row for row in rows if f" {name}" in row or f"▸{name}" in row)[1:-1].split()
    )


async def test_the_default_step_by_backprop() -> None:
    async with opened() as program:
        assert line(program, "forward") == "forward 1,000 × 4 4,000"
        assert line(program, "gradient") == "gradient 1,000 × 4 4,000"
        assert line(program, "update") == "update 4 4"
        assert line(program, "per step ") == "per step 8,004"
        assert line(program, "by finite") == "by finite differences 20,004"
        assert line(program, "so far") == "so far, 0 steps 0"
        await program.step(3)
        assert line(program, "so far") == "so far, 3 steps 24,012"


async def test_the_default_step_by_nudging() -> None:
    async with opened(TrainingConfig(gradient="nudge", engine="loops", images=100)) as program:
        assert line(program, "gradient") == "gradient 4 × 100 × 4 1,600"
        assert line(program, "per step ") == "per step 2,004"
        assert line(program, "by backprop") == "by backprop 804"


async def test_a_hidden_layers_step() -> None:
    async with opened(TrainingConfig(hidden=(4,), seed=4)) as program:
        assert line(program, "forward") == "forward 1,000 × 20 20,000"
        assert line(program, "gradient") == "gradient 1,000 × 24 24,000"
        assert line(program, "update") == "update 25 25"


async def test_a_changed_method_changes_the_cost_from_the_next_step_on() -> None:
    async with opened() as program:
        await program.step(2)
        program.app.controller.change_run(SetSettings.of(gradient="nudge"))
        await program.arrived()
        assert line(program, "per step ") == "per step 20,004"
        assert line(program, "so far") == "so far, 2 steps 16,008"
        await program.step()
        assert line(program, "so far") == "so far, 3 steps 36,012"


async def test_the_time_of_a_step_is_measured_and_shown_where_there_is_a_line_for_it() -> None:
    async with opened(size=(120, 36)) as program:
        assert "time per step: after the first step" in program.text("cost")
        await program.step()
        names = "step after a pause, with cold caches|fastest of recent steps|step, fastest"
        assert re.search(rf"({names}) +[\d.,]+ (µs|ms|s) │", program.text("cost"))
        await program.press(")")
        assert "time per step: after the next step" in program.text("cost")
    async with opened() as program:
        await program.step()
        assert "time per step" not in program.text("cost")


async def test_the_time_of_a_step_is_the_fastest_in_a_row_once_there_is_one() -> None:
    async with opened(size=(120, 36)) as program:
        await program.step()
        pane, now = program.widget("cost"), program.snapshot
        assert isinstance(pane, CostPane)
        alone, both = StepTimes((), 124e-6), StepTimes((7e-6, 9e-6), 124e-6)
        for times, width, expected in (
            (alone, 60, "time per step, after a pause: cold caches 124 µs"),
            (alone, 48, "step after a pause, with cold caches 124 µs"),
            (alone, 31, "step after a pause 124 µs"),
            (both, 48, "time per step, fastest of recent steps 7.00 µs"),
            (both, 34, "time per step, fastest 7.00 µs"),
            (both, 25, "fastest step 7.00 µs"),
        ):
            row = text_of([pane._time(replace(now, step_times=times), width)])
            assert " ".join(row.split()) == expected
            assert len(row) == width - 1


async def test_what_is_no_multiply_add_is_counted_in_lines_of_its_own() -> None:
    async with opened(TrainingConfig(hidden=(4,), seed=4), size=(200, 60)) as program:
        rows = [row[1:-1].split() for row in program.text("cost").split("\n")]
        start = rows.index(["other", "operations", "per", "step:"]) + 1
        others = program.snapshot.cost.others
        assert len(others) == 5
        for row, other in zip(rows[start:], others, strict=False):
            assert row[-1] == f"{other.count:,}"
            assert len(row) > 1, "a name beside the count"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_counts_end_in_one_column(size: tuple[int, int]) -> None:
    async with opened(size=size) as program:
        await program.step(2)
        rows = program.text("cost").split("\n")[1:7]
        assert {len(row.rstrip("│ ")) for row in rows} == {program.widget("cost").size.width - 2}


async def test_a_count_too_long_for_its_line_has_a_unit_there_and_is_in_full_below() -> None:
    async with opened(TrainingConfig(hidden=(1000, 1000), images=1000)) as program:
        # By finite differences, each of the 1,007,001 parameters takes a forward pass of 1.005 ×
        # 10⁹.
        assert program.snapshot.other_cost.step == 1_005_000_000 * 1_007_002 + 1_007_001
        assert "1.012 P" in program.text("cost")
        await program.press("shift+tab")
        exact = Trainer(TrainingConfig(hidden=(1000, 1000), images=1)).snapshot().cost
        assert f"{1000 * exact.forward.count:,} multiply-adds" in program.text("cost")
        # 1,000 × (4 × 1,000 + 1,000 × 1,000 + 1,000 × 1).
        assert 1000 * exact.forward.count == 1_005_000_000


async def test_mini_batches_cost_what_their_images_cost() -> None:
    async with opened(TrainingConfig(images=25, batch_size=10)) as program:
        assert line(program, "forward") == "forward 10 × 4 40"
        await program.step(2)
        assert line(program, "forward") == "forward 5 × 4 20", "the last batch of an epoch"
        await program.step()
        assert line(program, "so far") == f"so far, 3 steps {84 + 84 + 44}"


def test_a_count_is_drawn_whole_in_the_least_room_that_it_has_and_not_at_all_in_none() -> None:
    moment = snapshot_of(TrainingConfig())
    pane = CostPane(id="cost")
    for width in range(7, 40):
        drawn = text_of(pane.draw(moment, width, 6)).split("\n")
        assert [row.split()[-1] for row in drawn[:4]] == ["4,000", "4,000", "4", "8,004"]
        # Beside a name, a blank stays between the number and the border.
        rows = ["".join(text for text, *_ in row) for row in pane.draw(moment, width, 6)[:4]]
        assert all(len(row) <= width for row in rows if re.search("[a-z]", row))
    for width in range(3):
        assert not re.search(r"\d", text_of(pane.draw(moment, width, 6)))
