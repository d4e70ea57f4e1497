"""The options of `napkin-net sweep`: those of a run, each with several values, and its own."""

import argparse
from collections.abc import Callable

from core import ConfigError
from core.errors import SweepError
from core.run import STEPS, ending
from core.settings import SETTINGS, Activations, Choice, Layers, Real, Setting, Switch, Value, Whole
from core.structs import Struct
from core.sweeps import KINDS, SEEDS, Grid, read_values, words_of_values
from tui import PROGRAM
from tui.cli.options import (
    Help,
    Parser,
    add_run_options,
    config_maker,
    help_of,
    made_or_end,
    option_name,
)
from tui.cli.train import OTHERWISE

_ABOUT = f"""\
Train every combination of the values that are given, and print what each reaches and costs. An
option of a run takes several values with commas between; 0..9 is the ten whole numbers from 0 to 9.
Runs that differ only in their seeds share a line: median, lowest and highest. A ◆ marks a
combination that no other one beats: a lower median loss costs more multiply-adds, both after all
steps. With --goal, the cheapest to reach it comes first, and a sentence names it.
--hidden 1,2,4,8 is four networks with one hidden layer; a plus sign joins layers: --hidden 4,8+8 is
a network with one hidden layer and one with two. none leaves an option open.
Example: {PROGRAM} sweep --hidden 1,2,4,8 --learning-rate 0.1,0.5 --seed 0..9 --goal 0.01
"""


class SweepParser(Parser):
    """A parser whose options take several values."""

    def _taken_by(self, option: str) -> str:
        """Return what an option takes."""
        setting = SETTINGS.get(option.removeprefix("--").replace("-", "_"))
        return super()._taken_by(option) if setting is None else words_of_values(setting)


def sweep_parser() -> Parser:
    """Return the parser of `napkin-net sweep`."""
    parser = SweepParser(
        prog=f"{PROGRAM} sweep",
        usage=f"{PROGRAM} sweep [options]",
        description=_ABOUT,
        allow_abbrev=False,
        formatter_class=Help,
    )
    add = parser.add_argument
    add("--goal", type=_one(Real(0.0)), metavar="LOSS", help="count steps and multiply-adds until "
        "the loss over all training images is as low as this; the run goes on. With mini-batches "
        "that is judged as --until-loss is (the loss or accuracy that a run stops at)")  # fmt: skip
    add("--executor", metavar="KIND", help="who trains the runs: inline, one after the other in "
        "this process; threads; processes; or the workers of a dask scheduler, such as "
        "dask:tcp://127.0.0.1:8786 (processes, or inline where all is done sooner)")  # fmt: skip
    add("--workers", type=_one(Whole(1, 1024)), metavar="N", help="threads or processes (one for "
        "each processor)")  # fmt: skip
    add("--file", metavar="FILE", help="keep each result in this file as it comes; a sweep that "
        "was stopped goes on from it, and one with more values trains only those")  # fmt: skip
    add("--csv", metavar="FILE", help="write a table (CSV) with one row for each run")
    add("--medians", metavar="FILE", help="write a table (CSV) with one row for each combination: "
        "medians and ranges over its runs")  # fmt: skip
    add(
        "--json", action="store_true", help="print one JSON object: every run and every combination"
    )
    add_run_options(parser, steps=f"{STEPS}; {OTHERWISE}", add=_add_option)
    return parser


def _one(takes: Real | Whole) -> Callable[[str], Value]:
    """Return what reads an option with one number, and refuses others in words."""

    def read(text: str) -> Value:
        try:
            value = takes.read(text)
        except ValueError as problem:
            raise argparse.ArgumentTypeError(str(problem)) from None
        if not takes.holds(value):
            raise argparse.ArgumentTypeError(f"must be {takes.words} (got {text})")
        return value

    return read


def _add_option(section: argparse._ArgumentGroup, setting: Setting) -> None:
    """Add the option of a setting, which takes several values."""

    def read(text: str) -> tuple[Value, ...]:
        try:
            return read_values(setting, text)
        except ValueError as problem:
            raise argparse.ArgumentTypeError(str(problem)) from None

    option, help_ = option_name(setting.name), help_of(setting)
    match setting.takes:
        case Choice(names) | Activations(names):
            metavar, help_ = "NAME[,NAME]", f"{help_}: {', '.join(names)}"
        case Layers():
            metavar = "4,8+8|1..4|none"
        case Switch():
            section.add_argument(
                option, nargs="?", const=(True,), type=read, metavar="yes,no", help=help_
            )
            section.add_argument(
                f"--no-{option.removeprefix('--')}", dest=setting.name, action="store_const",
                const=(False,), help=argparse.SUPPRESS,
            )  # fmt: skip
            return
        case Whole():
            metavar = "N[,N]|N..N"
        case _:
            metavar = "X[,X]"
    section.add_argument(option, type=read, metavar=metavar, help=help_)


class Sweeping(Struct):
    """What a sweep is to train, and how."""

    grid: Grid
    goal: float | None
    executor: str | None
    workers: int | None
    file: str | None


def sweeping_or_end(parser: Parser, arguments: argparse.Namespace) -> Sweeping:
    """Return what is to be trained, all of it checked; or say what is wrong and end with 2."""
    kind: str | None = arguments.executor
    if kind is not None and not kind.startswith("dask:") and kind not in KINDS[:-1]:
        parser.error(f"--executor must be {', '.join(KINDS[:-1])} or {KINDS[-1]} (got {kind!r})")
    try:
        grid = made_or_end(parser, arguments, lambda: _grid_of(arguments))
    except SweepError as error:
        parser.error(str(error))
    return Sweeping(grid, arguments.goal, kind, arguments.workers, arguments.file)


def _grid_of(arguments: argparse.Namespace) -> Grid:
    """Return the combinations that are asked for."""
    named = [name for name in SETTINGS if getattr(arguments, name) is not None]
    # Seeds change fastest: a combination is complete before the next one begins.
    named.sort(key=lambda name: name in SEEDS)
    axes: dict[str, tuple[Value, ...]] = {name: getattr(arguments, name) for name in named}
    tasks, pixels = axes.get("task", (None,)), axes.get("pixels", (None,))
    if arguments.data_file is not None and len(tasks) > 1:
        raise ConfigError("task", "must be one task with --data")
    make = config_maker(arguments, tasks[0], pixels[0])
    return Grid(axes, lambda values: ending(make(values)))
