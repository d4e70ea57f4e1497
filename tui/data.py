"""`napkin-net data`: images with their labels as a CSV file, which `--data` reads."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from core.data import images_of
from core.images import Batch
from core.replacing import replacing
from core.setting import Group
from core.settings import SETTINGS
from core.table import write_table
from tui.options import PROGRAM, Parser, add_data_options, add_setting_options, config_or_end

_ABOUT = """\
Write images with their labels as CSV, with the columns p0,p1,p2,p3,label. --data reads it.
"""


def _parser() -> Parser:
    parser = Parser(
        prog=f"{PROGRAM} data",
        description=_ABOUT,
        epilog="All images are written: what a test share keeps is up to the run that reads them.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        default="-",
        help="where to; a file that is there is replaced (-, standard output)",
    )
    add_data_options(parser)
    add_setting_options(parser, [each for each in SETTINGS.values() if each.group is Group.TASK])
    return parser


def data(words: Sequence[str]) -> int:
    """Carry out `napkin-net data`; give the exit status."""
    parser = _parser()
    arguments = parser.parse_args(words)
    config = config_or_end(parser, arguments)
    every, _ = images_of(replace(config, test_share=0.0))
    if arguments.out == "-":
        return _print(every)
    try:
        with replacing(arguments.out) as stream:
            write_table(every, stream)
    except (OSError, ValueError) as error:
        parser.error(f"--out {arguments.out!r}: {getattr(error, 'strerror', None) or error}")
    return 0


def _print(batch: Batch) -> int:
    """Write to standard output; give the exit status."""
    if sys.stdout is None:  # it was closed
        print(f"{PROGRAM}: there is no standard output; --out takes a file", file=sys.stderr)
        return 1
    try:
        write_table(batch, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever was to read this has gone: not worth a traceback, here or when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except OSError as error:
        print(f"{PROGRAM}: cannot write: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    return 0
