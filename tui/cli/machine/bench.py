"""`napkin-net bench`: the base rates of this machine, as a table to memorise."""

import json
from collections.abc import Sequence
from contextlib import suppress
from os.path import isdir, join
from pathlib import Path

from core.engines import load, missing
from core.engines.compiled import compile_into, is_installed
from core.engines.gpu import is_loaded, may_be_gpu
from core.rates import (
    NAME,
    WIDE,
    Kept,
    as_plain_data,
    disturbances,
    machine_state,
    measured_now,
    read,
    spread_of,
    write,
)
from tui import PROGRAM
from tui.cli.options import Help, Parser
from tui.cli.output import cannot_write, complain, print_text
from tui.cli.progress import compiling_progress, measuring_progress
from tui.cli.tables import Table, columns_of_terminal, markdown, plain
from tui.files.folders import cache_folder
from tui.words.machine import UNTOLD, Row, disturbance_text, machine_lines, rate_rows

_ABOUT = """\
Measure in about two seconds how fast this machine computes, and print a table to memorise.
"""
SHORTAGE = "its device has too little free memory for the measurement"
"""Why there are no rates of the gpu engine, though torch is loaded."""
_HEAD = ("time of one", "about", "per second", "fastest", "median")
_LEGEND = (
    "about, per second: one digit, to memorise. fastest: the machine at its best; predictions use "
    "it. median: half of the measurements took at most this long; the difference is the spread."
)
_UNTOLD = f"{UNTOLD}: so short that noise hides it; {PROGRAM} bench --again measures again."


def _parser() -> Parser:
    parser = Parser(
        prog=f"{PROGRAM} bench",
        description=_ABOUT,
        epilog="The base rates are kept in the cache folder. They are measured again if the "
        "machine, numpy or the limit of threads has changed. napkin-net estimate predicts from "
        "them.",
        allow_abbrev=False,
        formatter_class=Help,
    )
    parser.add_argument("--again", action="store_true", help="measure again, whatever is kept")
    parser.add_argument(
        "--gpu",
        action="store_true",
        help="measure the gpu engine as well, which imports torch: unasked only if there may be a "
        "GPU; where torch finds none, on the CPU",
    )
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument(
        "--json", action="store_true", help="print every base rate as one JSON object, in seconds"
    )
    forms.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    return parser


def bench(words: Sequence[str]) -> int:
    """Carry out `napkin-net bench`; return the exit status."""
    parser = _parser()
    arguments = parser.read(words)
    if arguments.gpu and (command := missing("gpu")):
        parser.error(f"--gpu needs torch: {command}")
    kept, told = rates_here(again=arguments.again, with_gpu=arguments.gpu)
    form = _as_json if arguments.json else _as_markdown if arguments.markdown else _as_table
    status = print_text(form(kept), "bench needs it")
    if told and not status:
        complain(f"{PROGRAM}: {told}\n")
    return status


def rates_here(*, again: bool = False, with_gpu: bool = False) -> tuple[Kept, str]:
    """Return the kept rates of this machine, or measure and keep them.

    Parameters
    ----------
    again : bool
        Whether to measure them whatever is kept.
    with_gpu : bool
        Whether those of the gpu engine are wanted, even if there is no GPU.

    Returns
    -------
    kept : Kept
        The rates.
    told : str
        What disturbed the measurement, or what could not be measured; empty if all is well.
    """
    folder = cache_folder()
    kept = None if again else read(folder)
    with_gpu = with_gpu or may_be_gpu()
    if kept is not None:
        is_complete = kept.rates.compiled or not is_installed()
        if is_complete and (kept.rates.gpu or not with_gpu):
            return kept, ""
    if is_installed():
        # Without it the rates of the other engines are measured all the same.
        with compiling_progress(), suppress(ImportError, OSError):
            compile_into(Path(folder))
    if with_gpu:
        with suppress(ImportError, OSError):
            load("gpu")
    before = machine_state()
    with measuring_progress() as progress:
        kept = measured_now(progress, with_gpu=with_gpu and is_loaded())
    try:
        write(folder, kept)
    except (OSError, ValueError) as error:
        place = join(folder, NAME) if isdir(folder) else folder
        cannot_write(error, f"cannot keep the base rates in {place!r}")
    told, spread = [], spread_of(kept.rates)
    if spread >= WIDE:
        cause = disturbance_text(disturbances(before, machine_state()))
        told.append(f"the median is {spread:.2g} times the fastest. {cause}")
    if with_gpu and is_loaded() and kept.rates.gpu is None:
        told.append(
            f"the gpu engine is not measured: {SHORTAGE}. {PROGRAM} bench --gpu measures it once "
            "there is more."
        )
    return kept, " ".join(told)


def _as_json(kept: Kept) -> str:
    return json.dumps(as_plain_data(kept)) + "\n"


def _as_table(kept: Kept) -> str:
    head = "\n".join(machine_lines(kept))
    return f"{head}\n\n{plain(_table(kept), columns_of_terminal())}"


def _as_markdown(kept: Kept) -> str:
    head = "  \n".join(machine_lines(kept))
    return f"{markdown(_table(kept))}\n{head}\n"


def _table(kept: Kept) -> Table:
    rows = tuple(map(_cells, rate_rows(kept.rates)))
    is_untold = any(UNTOLD in row for row in rows)
    return Table("Base rates", _HEAD, rows, f"{_LEGEND} {_UNTOLD}" if is_untold else _LEGEND)


def _cells(row: Row) -> tuple[str, ...]:
    return row.what, row.about, row.about_per_second, row.fastest, row.median
