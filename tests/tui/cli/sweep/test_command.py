"""`napkin-net sweep`: what it trains, prints, writes and keeps, and how it ends."""

import csv
import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from core import TrainingConfig
from core.errors import SweepError
from core.run import Run
from core.settings import Value
from core.sweeps import (
    NUMBERS,
    Finished,
    Grid,
    Groups,
    Result,
    Sweep,
    Task,
    Workers,
    run,
    workers_of,
)
from tests.terminal.terminal import Terminal
from tui.cli.main import main
from tui.cli.sweep import command
from tui.cli.sweep.table import table_of

SMALL = ("--images", "10", "--steps", "5", "--executor", "inline")


def sweep(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Sweep in this process; return what was printed."""
    assert main(["sweep", *SMALL, *words]) == 0
    said = capsys.readouterr()
    assert said.err == "", "no bar where standard error is no terminal"
    return said.out


def result(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    """Sweep, and read the object that is printed; bare NaN and Infinity are not JSON."""
    out = sweep(capsys, "--json", *words)
    assert out.count("\n") == 1

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    found = json.loads(out, parse_constant=refuse)
    assert isinstance(found, dict)
    return found


def without_seconds(found: dict[str, object]) -> dict[str, object]:
    """Leave out what differs from time to time."""
    runs, combinations = found["results"], found["combinations"]
    assert isinstance(runs, list)
    assert isinstance(combinations, list)
    return found | {
        "seconds": 0,
        "results": [each | {"seconds": 0, "goal_seconds": 0} for each in runs],
        "combinations": [each | {"seconds": 0, "goal_seconds": 0} for each in combinations],
    }


def test_every_combination_is_trained(capsys: pytest.CaptureFixture[str]) -> None:
    found = result(
        capsys, "--hidden", "1,2,4,8", "--learning-rate", "0.1,0.5", "--seed", "0..2",
        "--goal", "0.05",
    )  # fmt: skip
    assert (found["status"], found["runs"], found["runs_in_all"]) == ("finished", 24, 24)
    runs = found["results"]
    assert isinstance(runs, list)
    expected = [
        run(
            Task(
                TrainingConfig(
                    images=10, steps=5, hidden=(size,), learning_rate=rate, seed=seed
                ),
                0.05,
            )
        )
        for size in (1, 2, 4, 8)
        for rate in (0.1, 0.5)
        for seed in (0, 1, 2)
    ]  # fmt: skip
    for each, wanted in zip(runs, expected, strict=True):
        config = wanted.config
        assert each["settings"] == {
            "hidden": list(config.hidden), "learning_rate": config.learning_rate,
            "seed": config.seed,
        }  # fmt: skip
        for name in NUMBERS:
            assert name.endswith("seconds") or each[name] == getattr(wanted, name)
    combinations = found["combinations"]
    assert isinstance(combinations, list)
    assert [each["runs"] for each in combinations] == [3] * 8
    losses = sorted(each.loss for each in expected[:3])
    spread = {"median": losses[1], "low": losses[0], "high": losses[2]}
    assert combinations[0]["loss"] == spread
    assert any(each["frontier"] for each in combinations)


def test_the_table_has_a_line_for_each_combination(capsys: pytest.CaptureFixture[str]) -> None:
    out = sweep(
        capsys, "--hidden", "none,3,3+3", "--seed", "0,1", "--task", "and", "--test-share", "0.3",
        "--goal", "0",
    )  # fmt: skip
    head, goal, blank, titles, *lines = out.splitlines()
    assert head.startswith("6 runs; 3 combinations; ")
    assert (goal, blank) == ("No run reaches 0.", "")
    for title in (
        "hidden neurons", "loss", "test loss", "accuracy", "test accuracy", "steps to 0",
        "multiply-adds to 0", "not reached", "seconds to 0", "total multiply-adds",
        "total seconds",
    ):  # fmt: skip
        assert title in titles
    assert len(lines) == 3
    assert {line.split()[1 if line.startswith("◆") else 0] for line in lines} == {
        "none", "3", "3+3"
    }  # fmt: skip
    # The frontier is of loss and cost after all steps, also where no run reaches the goal.
    assert any(line.startswith("◆") for line in lines)
    assert all("2 of 2" in line for line in lines)


def test_with_a_goal_the_cheapest_to_reach_it_is_the_same_in_table_json_and_csv(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "sweep.csv"
    words = ("--steps", "150", "--hidden", "1,2", "--learning-rate", "0.2,0.5", "--seed", "0..2",
             "--goal", "0.02")  # fmt: skip
    lines = sweep(capsys, *words, "--csv", str(table)).splitlines()
    with table.open() as file:
        rows = list(csv.DictReader(file))
    # By hand, from the runs alone: the cost of each, ∞ if it does not get there; the middle one.
    costs: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        cost = math.inf if row["goal_multiply_adds"] == "" else int(row["goal_multiply_adds"])
        costs.setdefault((row["hidden"], row["learning_rate"]), []).append(cost)
    medians = {combination: sorted(each)[1] for combination, each in costs.items()}
    (hidden, rate), least = min(medians.items(), key=lambda each: each[1])
    reached = sum(math.isfinite(cost) for cost in costs[hidden, rate])
    every = {3: "all 3 runs reach it", 2: "1 of 3 runs does not reach it"}[reached]
    assert lines[1].partition(" Cheapest of")[0] == (
        f"Cheapest to reach 0.02: {hidden} hidden neuron{'s' * (hidden != '1')}, "
        f"learning rate {rate}, for "
        f"{least:,.0f} multiply-adds (median); {every}."
    )
    assert lines[4].split()[:3] == ["◆", hidden, rate]
    assert f"{least:,.0f}" in lines[4]
    shown = [line.replace("◆", " ").split()[:2] for line in lines[4:]]
    order = sorted(medians, key=lambda each: medians[each])
    assert shown[: len(order) - list(medians.values()).count(math.inf)] == [
        list(each) for each in order if math.isfinite(medians[each])
    ]
    found = result(capsys, *words)
    assert found["cheapest"] == {"hidden": [int(hidden)], "learning_rate": float(rate)}
    combinations = found["combinations"]
    assert isinstance(combinations, list)
    for each in combinations:
        (size,), mine = each["settings"]["hidden"], each["settings"]["learning_rate"]
        median = medians[str(size), f"{mine:g}"]
        spread = each["goal_multiply_adds"]
        assert (spread and spread["median"]) == (median if math.isfinite(median) else None)
    marked = {(row["hidden"], row["learning_rate"]) for row in rows if row["frontier"] == "yes"}
    assert marked == {
        (str(each["settings"]["hidden"][0]), f"{each['settings']['learning_rate']:g}")
        for each in combinations
        if each["frontier"]
    }
    assert (hidden, rate) in marked


def test_what_all_runs_stop_at_is_their_goal_unless_it_differs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("--hidden", "1,2", "--steps", "200")
    same = sweep(capsys, *words, "--until-loss", "0.03").splitlines()
    assert re.match(r"Cheapest to reach 0.03: [12] hidden neurons?, for ", same[1])
    assert "multiply-adds to 0.03" in same[3]
    other = sweep(capsys, *words, "--until-loss", "0.03,0.04").splitlines()
    assert other[1] == ""
    assert "multiply-adds to goal" in other[2]
    yes_no = ("--task", "and", "--learning-rate", "1", "--until-accuracy", "0.6")
    share = sweep(capsys, *words, *yes_no).splitlines()
    assert "reach accuracy 0.6" in share[1]


def test_a_narrow_table_fits_into_80_columns() -> None:
    axes: dict[str, tuple[Value, ...]] = {
        "hidden": ((1,), (8, 8)), "learning_rate": (0.1, 1e9), "seed": tuple(range(3)),
    }  # fmt: skip
    usual = TrainingConfig(images=1000, test_share=0.2, steps=3)
    grid = Grid(axes, usual.with_settings)
    groups = Groups(grid.names)
    for config in grid:
        groups.add(run(Task(config, 0.1)))
    finished = Finished(grid, 0.1, groups, runs=12, before=0, seconds=1.0)
    wide, narrow = table_of(finished), table_of(finished, 80)
    assert max(map(len, wide.splitlines())) > 80 >= max(map(len, narrow.splitlines()))
    assert "3 of 3" in narrow
    assert "(" not in narrow.partition("\n\n")[2]
    assert narrow.splitlines()[4:6][1].split()[:2] == ["neurons", "rate"]
    hidden = narrow.partition("not shown: ")[2].replace("\n", " ")
    assert hidden.endswith(
        "total multiply-adds, total seconds, diverged; a wider terminal, "
        "--medians and --json have all"
    )
    assert "diverged" in wide.splitlines()[3]


def test_a_diverged_run_is_shown_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    out = sweep(capsys, "--learning-rate", "0.1,1e9", "--seed", "1,2")
    assert out.startswith("4 runs; 2 combinations; 2 diverged; ")
    lines = out.splitlines()[3:]
    assert "2 of 2" in lines[1]
    assert lines[0].startswith("◆")
    assert lines[1].split()[:2] == ["1e+09", "diverged"]
    assert not lines[1].startswith("◆")


def test_runs_without_memory_are_told_and_do_not_count_as_diverged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with patch.object(Run, "of", side_effect=MemoryError):
        out = sweep(capsys, "--seed", "1,2")
    assert out.startswith("2 runs; 1 combination; 2 out of memory; ")
    assert "2 of 2" in out.splitlines()[-1]


def test_where_nothing_differs_it_is_a_table_of_one_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = sweep(capsys)
    assert out.startswith("1 run; 1 combination; ")
    assert len(out.splitlines()) == 4


def test_only_the_table_leaves_out_some_of_many_combinations(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "all.csv"
    out = sweep(capsys, "--learning-rate", "1..45", "--csv", str(table))
    assert out.endswith("and 5 more combinations; --medians and --json have all of them\n")
    assert len(out.splitlines()) == 3 + 40 + 1
    assert len(table.read_text().splitlines()) == 46


def test_the_csv_has_a_row_for_each_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = tmp_path / "sweep.csv"
    words = ("--seed", "0,1", "--hidden", "2+2,none", "--bias", "none,yes")
    sweep(capsys, *words, "--csv", str(table))
    found = result(capsys, *words)["results"]
    assert isinstance(found, list)
    with table.open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["hidden", "bias", "seed", *NUMBERS, "frontier"]
    assert [(row["hidden"], row["bias"], row["seed"]) for row in rows[:4]] == [
        ("2+2", "none", "0"), ("2+2", "none", "1"), ("2+2", "yes", "0"), ("2+2", "yes", "1")
    ]  # fmt: skip
    for row, each in zip(rows, found, strict=True):
        assert float(row["loss"]) == each["loss"]
        assert int(row["multiply_adds"]) == each["multiply_adds"]
        assert row["test_loss"] == ""


def test_what_the_file_has_is_not_trained_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = str(tmp_path / "sweep.jsonl")
    words = ("--hidden", "1,2", "--learning-rate", "0.1,0.2")
    sweep(capsys, *words, "--seed", "0..1", "--file", path)
    with patch.object(command, "workers_of") as workers:
        again = result(capsys, *words, "--seed", "0..1", "--file", path)
    workers.assert_not_called()
    assert without_seconds(again) == without_seconds(result(capsys, *words, "--seed", "0..1"))
    out = sweep(capsys, *words, "--seed", "0..3", "--file", path)
    assert out.startswith("16 runs; 4 combinations; 8 were in the file; ")
    assert len(Path(path).read_text().splitlines()) == 1 + 16
    more = result(capsys, *words, "--seed", "0..3", "--file", path)
    assert without_seconds(more) == without_seconds(result(capsys, *words, "--seed", "0..3"))


def test_the_csv_of_medians_has_a_row_for_each_combination_with_the_numbers_of_the_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "medians.csv"
    words = ("--learning-rate", "0.1,1e9", "--hidden", "none,2+2", "--seed", "0..2")
    both = (*words, "--goal", "0.2", "--medians", str(table), "--csv", str(tmp_path / "runs.csv"))
    combinations = result(capsys, *both)["combinations"]
    assert isinstance(combinations, list)
    with table.open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["learning_rate"], row["hidden"]) for row in rows] == [
        ("0.1", "none"), ("1e+09", "none"), ("0.1", "2+2"), ("1e+09", "2+2")
    ]  # fmt: skip
    assert list(rows[0])[2:9] == [
        "runs", "unusable", "out_of_memory", "reached", "loss_median", "loss_low", "loss_high",
    ]  # fmt: skip
    for row, each in zip(rows, combinations, strict=True):
        assert row["frontier"] == ("yes" if each["frontier"] else "no")
        assert int(row["runs"]) == each["runs"] == 3
        assert int(row["unusable"]) == each["unusable"]
        for name in ("loss", "goal_multiply_adds", "multiply_adds"):
            for part in ("median", "low", "high"):
                told = row[f"{name}_{part}"]
                number = None if told in ("", "inf") else float(told)
                assert number == (each[name] and each[name][part])
    assert [row["unusable"] for row in rows] == ["0", "3", "0", "3"]


@pytest.mark.parametrize(
    ("words", "start"),
    [
        (("--hidden", "8,8"), "--hidden must have each value once"),
        (("--hidden",), "--hidden needs a value: networks such as 4"),
        (("--seed", "9..0"), "--seed must have the lower end of a range first"),
        (("--seed",), "--seed needs a value: 0 to 4,294,967,295; several"),
        (("--steps", "1,000"), "--steps must not begin a number with 0"),
        (("--learning-rate", "-1"), "--learning-rate must be a number above 0"),
        (("--images", "5", "--batch-size", "4,6"), "--batch-size must be 1 to 5"),
        (("--hidden", "8", "--activation", "tanh+relu"), "--activation lists 2 names"),
        (("--task", "darkness,and", "--loss", "bce"), "--loss bce needs predictions"),
        (("--preset", "nothing"), "--preset must be"),
        (("--goal", "-1"), "--goal must be"),
        (("--goal", "low"), "--goal must be"),
        (("--workers", "0"), "--workers must be"),
        (("--executor", "magic"), "--executor must be inline, threads, processes or dask"),
        (("--executor",), "--executor needs a value"),
        (("--csv", "-"), "--csv needs a file"),
        (("--csv", "a", "--file", "a"), "--csv 'a' is the file of --file"),
        (("--csv", "./a", "--file", "a"), "--csv './a' is the file of --file"),
        (("--seed", "0..2000", "--data-seed", "0..2000"), "a sweep has at most 1,000,000 runs"),
        (("--medians", "-"), "--medians needs a file"),
        (("--csv", "a", "--medians", "./a"), "--medians './a' is the file of --csv"),
        (("--medians", "a", "--file", "a"), "--medians 'a' is the file of --file"),
        (("--medians", "/"), "--medians '/': it is a folder"),
        (("--csv", "/"), "--csv '/': it is a folder"),
        (("--csv", "/missing/a.csv"), "--csv '/missing/a.csv': there is no such file or folder"),
        (("a.napkin",), "unknown option or extra argument: a.napkin"),
        (("--data", "missing.csv"), "--data missing.csv: cannot be read"),
    ],
)
def test_wrong_input_gets_one_line_before_anything_is_trained(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], start: str
) -> None:
    with (
        patch.object(command, "workers_of", side_effect=AssertionError("nothing is trained")),
        pytest.raises(SystemExit) as ending,
    ):
        main(["sweep", *words])
    said = capsys.readouterr()
    assert (ending.value.code, said.out) == (2, "")
    assert said.err.startswith(f"napkin-net: {start}")
    assert said.err.count("\n") == 1


def test_a_table_that_cannot_be_written_does_not_cost_the_result(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with patch.object(command, "replacing", side_effect=OSError(28, "No space left on device")):
        assert main(["sweep", *SMALL, "--csv", str(tmp_path / "a.csv")]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("1 run; 1 combination; ")
    assert said.err.endswith("a.csv': the disk is full\n")


def test_own_images_take_one_task(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("0,0,0,0,0\n1,1,1,1,1\n0,1,0,1,0\n")
    found = result(capsys, "--data", str(mine), "--images", "3", "--seed", "0,1")
    assert found["runs"] == 2
    with pytest.raises(SystemExit):
        main(["sweep", "--data", str(mine), "--task", "own,own-yes-no"])
    assert "--task must be one task with --data" in capsys.readouterr().err


def test_a_preset_is_varied(capsys: pytest.CaptureFixture[str]) -> None:
    out = sweep(capsys, "--preset", "overfitting", "--l2", "0,0.01")
    assert out.startswith("2 runs; 2 combinations; ")


def test_few_runs_are_trained_here_and_much_work_by_processes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chosen: list[str] = []

    @contextmanager
    def noted(kind: str, count: int | None = None) -> Iterator[Workers]:
        chosen.append(kind)
        with workers_of("inline") as workers:
            yield replace(workers, run_all=quick)

    def quick(batch: tuple[Task, ...]) -> tuple[Result, ...]:
        return tuple(run(Task(replace(each.config, steps=1))) for each in batch)

    words = ("--images", "10", "--seed", "0,1", "--workers", "2")
    with patch.object(command, "workers_of", noted):
        assert main(["sweep", *words, "--steps", "5"]) == 0
        assert main(["sweep", *words, "--steps", "1000000"]) == 0
        assert main(["sweep", *words, "--steps", "1000000", "--executor", "threads"]) == 0
    capsys.readouterr()
    assert chosen == ["inline", "processes", "threads"]


def test_workers_that_are_gone_leave_what_is_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    results = Sweep.results

    def twice(running: Sweep, seconds: float) -> list[Result]:
        twice.left -= 1  # type: ignore[attr-defined]
        if twice.left < 0:  # type: ignore[attr-defined]
            raise SweepError("the scheduler is gone")
        return results(running, seconds)

    twice.left = 2  # type: ignore[attr-defined]
    path = tmp_path / "sweep.jsonl"
    with patch.object(Sweep, "results", twice):
        assert main(["sweep", *SMALL, "--seed", "0..9", "--file", str(path)]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("2 of 10 runs; ")
    assert said.err == "napkin-net: the scheduler is gone\n"
    assert len(path.read_text().splitlines()) == 3


def test_a_file_of_another_sweep_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "sweep.jsonl"
    sweep(capsys, "--file", str(path), "--l1", "0.1")
    assert main(["sweep", *SMALL, "--file", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"napkin-net: {path} holds another sweep (L1 0.1 there, 0 here): choose another file\n"
    )


def test_a_bar_shows_and_ctrl_c_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "sweep.jsonl"
    words = (
        "sweep", "--images", "10", "--steps", "5,1000000000", "--file", str(path),
        "--executor", "processes", "--workers", "1",
    )  # fmt: skip
    with Terminal(*words, cols=100, stdout="pipe") as terminal:
        terminal.expect(r"1/2 runs +lowest loss 0\.\d+")
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == 130
        terminal.parse()
        assert terminal.text().strip() == (
            "napkin-net: stopped after 1 of 2 runs; the same command goes on"
        )
        assert terminal.piped["stdout"].startswith(b"1 of 2 runs; 1 combination; ")
    assert len(path.read_text().splitlines()) == 2
