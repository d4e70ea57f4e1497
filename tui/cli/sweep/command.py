"""`napkin-net sweep`: every combination of settings, trained without a screen."""

import csv
import errno
import math
import os
import shutil
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from itertools import combinations

from core.atomic import is_same, replacing, words_of
from core.errors import SweepError
from core.sweeps import (
    Finished,
    Groups,
    Sweep,
    SweepFile,
    Task,
    foreseen_seconds,
    kind_for,
    medians_of,
    rows_of,
    sweep_file,
    workers_of,
    write_json,
)
from tui import PROGRAM
from tui.cli.engines import load_or_end
from tui.cli.options import Parser
from tui.cli.output import (
    CANNOT_WRITE,
    Interruptions,
    cannot_write,
    complain,
    interruptions,
    no_output,
    print_all,
    print_text,
)
from tui.cli.progress import sweep_progress
from tui.cli.sweep.options import Sweeping, sweep_parser, sweeping_or_end
from tui.cli.sweep.table import table_of
from tui.words.phrases import printable

_WAIT = 0.1
"""Seconds until the progress is shown again, and a ctrl+c is noticed, where no run ends."""


def sweep(words: Sequence[str]) -> int:
    """Carry out `napkin-net sweep`; return the exit status."""
    parser = sweep_parser()
    arguments = parser.read(words)
    tables = {"--csv": arguments.csv, "--medians": arguments.medians}
    _refuse_same_files(parser, {"--data": arguments.data_file, "--file": arguments.file, **tables})
    if not any((*tables.values(), arguments.file)) and sys.stdout is None:
        return no_output("write to a file with --csv")
    sweeping = sweeping_or_end(parser, arguments)
    for option, name in tables.items():
        if name is not None and (problem := _problem_with(name)):
            parser.error(f"{option} {name!r}: {problem}")
    engines = sweeping.grid.axes.get("engine", (sweeping.grid.first.engine,))
    load_or_end(parser, map(str, engines))
    try:
        with interruptions() as interrupted:
            finished = _carry_out(sweeping, interrupted)
    except SweepError as error:
        complain(f"{PROGRAM}: {printable(str(error))}\n")
        return 2
    written = _write_table(rows_of(finished), "--csv", arguments.csv)
    written = _write_table(medians_of(finished), "--medians", arguments.medians) or written
    printed = _print(finished, is_json=arguments.json)
    ended = _ended(finished, arguments.file)
    return written or printed or ended


def _refuse_same_files(parser: Parser, names: Mapping[str, str | None]) -> None:
    """End with 2 if a file would be written over another one of these, or to standard output."""
    for (other, first), (option, name) in combinations(names.items(), 2):
        if name is not None and first is not None and _are_one(name, first):
            parser.error(f"{option} {name!r} is the file of {other}: choose another file")
    for option in ("--csv", "--medians"):
        if names[option] == "-":
            parser.error(f"{option} needs a file (got '-'): standard output is for the result")


def _are_one(name: str, other: str) -> bool:
    """Whether both name one file, which may not be there yet: ./a is a, a link what it leads to."""
    return is_same(name, other) or os.path.realpath(name) == os.path.realpath(other)


def _problem_with(name: str) -> str:
    """Return why a table cannot be written there, as far as that is known before; or nothing."""
    try:
        if os.path.isdir(name):
            raise IsADirectoryError(errno.EISDIR, name)
        folder = os.path.dirname(os.path.realpath(name))
        os.stat(folder)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, folder)
    except (OSError, ValueError) as error:
        return words_of(error)
    return ""


def _carry_out(sweeping: Sweeping, interrupted: Interruptions) -> Finished:
    """Train what is not trained yet.

    Raises
    ------
    SweepError
        If the file is another one's, or there are no workers.
    """
    grid, goal, groups = sweeping.grid, sweeping.goal, Groups(sweeping.grid.names)
    with ExitStack() as stack:
        file = None
        if sweeping.file is not None:
            file = stack.enter_context(sweep_file(sweeping.file, grid.first, goal))
        before = 0 if file is None else _read(file, sweeping, groups, interrupted)
        runs, started, problem = before, time.perf_counter(), ""
        left = len(grid) - before
        if left and not interrupted():
            kind, count = _workers(sweeping, left)
            workers = stack.enter_context(workers_of(kind, count))
            report = stack.enter_context(sweep_progress(len(grid), before))
            tasks = (Task(each, goal) for each in grid if file is None or not file.holds(each))
            running = stack.enter_context(Sweep(tasks, workers))
            interrupted.then = running.stop
            lowest = math.inf
            try:
                while not (running.is_over or interrupted()):
                    for result in running.results(_WAIT):
                        if file is not None:
                            file.add(result)
                        groups.add(result)
                        runs += 1
                        lowest = min(lowest, result.loss if result.is_usable else math.inf)
                    report(runs, lowest)
            except SweepError as error:
                problem = str(error)
            except OSError as error:
                problem = f"--file {sweeping.file!r}: {words_of(error)}"
            interrupted.then = None
        seconds = time.perf_counter() - started
    return Finished(grid, goal, groups, runs, before, seconds, interrupted.by, problem)


def _read(file: SweepFile, sweeping: Sweeping, groups: Groups, interrupted: Interruptions) -> int:
    """Take in the runs that are done; return how many they are."""
    done = 0
    if len(file):
        for config in sweeping.grid:
            if interrupted():
                return done
            if file.holds(config):
                groups.add(file.result(config))
                done += 1
        file.refuse_if_other(done, sweeping.grid.first)
    return done


def _workers(sweeping: Sweeping, left: int) -> tuple[str, int]:
    """Return who trains the runs that are left, and how many of them at the same time."""
    count = min(sweeping.workers or os.cpu_count() or 1, left)
    if sweeping.executor is not None:
        return sweeping.executor, count
    seconds = foreseen_seconds(sweeping.grid) * left / len(sweeping.grid)
    return ("inline" if count == 1 else kind_for(seconds)), count


def _write_table(rows: Iterable[list[str]], option: str, name: str | None) -> int:
    """Write a CSV, if it is asked for; return the exit status."""
    if name is None:
        return 0
    try:
        with replacing(name) as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
    except (OSError, ValueError) as error:
        return cannot_write(error, f"{option} {name!r}")
    return 0


def _print(finished: Finished, *, is_json: bool) -> int:
    """Print the result; return the exit status."""
    if sys.stdout is None:
        return 0

    if is_json:
        return print_all(lambda stream: write_json(finished, stream), "")
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    return print_text(f"{table_of(finished, width)}\n", "")


def _ended(finished: Finished, file: str | None) -> int:
    """Print why a sweep is not complete; return the exit status."""
    if finished.problem:
        complain(f"{PROGRAM}: {printable(finished.problem)}\n")
        return CANNOT_WRITE
    if not finished.interrupted_by:
        return 0
    how = "the same command goes on" if file is not None else "with --file, they would be kept"
    complain(f"{PROGRAM}: stopped after {finished.runs:,} of {len(finished.grid):,} runs; {how}\n")
    return 128 + finished.interrupted_by
