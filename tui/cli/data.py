"""`napkin-net data`: images with their labels as a CSV file, which `--data` reads."""

from collections.abc import Sequence
from dataclasses import replace

from core.images import equal_rows, write_table
from core.settings import SETTINGS, Group, images_of
from tui import PROGRAM
from tui.cli.options import Help, Parser, add_data_options, add_setting_options, config_or_end
from tui.cli.output import complain, write_out
from tui.words.phrases import split_words

_ABOUT = """\
Write images with their labels as CSV, with the columns p0,p1,p2,p3,label. --data reads it.
"""


def _parser() -> Parser:
    parser = Parser(
        prog=f"{PROGRAM} data",
        description=_ABOUT,
        epilog="All images are written; the test share is applied by the run that reads the file.",
        allow_abbrev=False,
        formatter_class=Help,
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        default="-",
        help="file to write; an existing file is replaced (-, standard output)",
    )
    add_data_options(parser)
    add_setting_options(parser, [each for each in SETTINGS.values() if each.group is Group.TASK])
    return parser


def data(words: Sequence[str]) -> int:
    """Carry out `napkin-net data`; return the exit status."""
    parser = _parser()
    arguments = parser.read(words)
    config = config_or_end(parser, arguments)
    every, _ = images_of(replace(config, test_share=0.0))
    if config.test_share and (config.data is not None or config.rounds_to_no_test_image):
        training, test = images_of(config)
        equal = 0 if test is None else int(equal_rows(test, training).sum())
        if (lines := split_words(config, equal)) is not None:
            complain(f"{PROGRAM}: {' '.join(lines)}\n")
    return write_out(arguments.out, lambda stream: write_table(every, stream))
