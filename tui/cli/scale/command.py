"""`napkin-net scale`: the options, and what they print."""

import argparse
import json
import sys
from collections.abc import Sequence

from core.scale import UTILISATION
from core.settings import Real
from tui import PROGRAM
from tui.cli.options import Help, Parser, reader
from tui.cli.output import no_output, print_text
from tui.cli.scale.here import times_here
from tui.cli.scale.models import add_model_options, amount_reader, model_named, models_of
from tui.cli.scale.picture import LEAST_WIDTH
from tui.cli.scale.report import Report, json_of, lines_of, picture_of, report_of, tables_of
from tui.cli.tables import columns_of_terminal, markdown, plain

_ABOUT = """\
Print what training costs, from four weights to 405 billion parameters: multiply-adds, memory, time
on this machine, time and energy on accelerators. Times here are predicted from base rates that
are measured on this machine; times on accelerators are estimated from data sheets.
"""
_SHARE = Real(1e-4, 1.0)
_INSTEAD = "send it to a file with >"


def _parser() -> Parser:
    parser = Parser(
        prog=f"{PROGRAM} scale",
        usage=f"{PROGRAM} scale [NETWORK] [options]",
        description=_ABOUT,
        epilog="docs/figures.md lists the source of every figure.",
        allow_abbrev=False,
        formatter_class=Help,
    )
    add = parser.add_argument
    add("network", nargs="?", metavar="NETWORK", help="print this one layer by layer, e.g. gpt-3")
    add("--json", action="store_true", help="print one JSON object")
    add("--markdown", action="store_true", help="print the tables in Markdown")
    add(
        "--cards",
        type=amount_reader(1, 10**9),
        metavar="N",
        default=1,
        help="number of accelerators that share each step, more if its memory needs more (1)",
    )
    add(
        "--utilisation",
        type=reader(_SHARE),
        metavar="X",
        help=f"share of a data sheet's peak that a training reaches, {_SHARE.words} "
        f"({UTILISATION:.2f}, measured with GPT-2 on an A100)",
    )
    add_model_options(parser)
    return parser


def scale(words: Sequence[str]) -> int:
    """Carry out `napkin-net scale`; return the exit status."""
    parser = _parser()
    arguments = parser.read(words)
    if arguments.json and arguments.markdown:
        parser.error("--json and --markdown are two forms of the same: remove one")
    share = UTILISATION if arguments.utilisation is None else arguments.utilisation
    if not _SHARE.holds(share):
        parser.error(f"--utilisation must be {_SHARE.words} (got {share:g})")
    models = models_of(parser, arguments)
    if arguments.network is not None:
        models = [model_named(parser, models, arguments.network)]
    if sys.stdout is None:  # it was closed: nothing is worth measuring
        return no_output(_INSTEAD)
    report = report_of(models, times_here(models), arguments.cards, share)
    return print_text(_text(arguments, report), _INSTEAD)


def _text(arguments: argparse.Namespace, report: Report) -> str:
    """Return all that the command prints."""
    if arguments.json:
        return json.dumps(json_of(report), ensure_ascii=False) + "\n"
    tables = tables_of(report) if arguments.network is None else lines_of(report)
    if arguments.markdown:
        return "\n".join(markdown(table) for table in tables)
    width = columns_of_terminal()
    parts = [plain(table, width) for table in tables]
    if arguments.network is None and (width is None or width >= LEAST_WIDTH):
        parts.insert(1, picture_of(report, width or 80))
    return "\n".join(parts)
