"""`napkin-net export`: a run written down for elsewhere."""

import argparse
from collections.abc import Sequence

from core import Trainer
from core.atomic import is_same
from core.errors import DeviceMemoryError, ExportError
from core.files.exports import FORMS, STEPS
from core.run import ending
from core.settings import Whole
from tui import PROGRAM
from tui.cli.engines import load_or_end, no_memory
from tui.cli.options import (
    Help,
    Parser,
    add_run_options,
    config_or_end,
    reader,
)
from tui.cli.output import write_out
from tui.cli.session import add_file, file_or_end, trainer_or_end
from tui.cli.train import OTHERWISE

SVG = "svg"
"""The one form that is a picture of the screen."""
_ABOUT = """\
Open a session FILE, or train the run that the options describe; then write the run: as a script
that continues its training (essay: plain loops, no imports; numpy; torch), as json, as csv of the
loss curve, or as svg of the screen.
"""
_OUT = "file to write; an existing file is replaced (-, standard output)"
_FURTHER = Whole(0, 10**9)
_SIZE = (120, 36)


def _parser() -> Parser:
    parser = Parser(
        prog=f"{PROGRAM} export",
        usage=f"{PROGRAM} export [FILE] --to FORM [--out FILE] [options of a run]",
        description=_ABOUT,
        allow_abbrev=False,
        formatter_class=Help,
    )
    add_file(parser)
    add = parser.add_argument
    add("--to", nargs="?", metavar="FORM", help=", ".join((*FORMS, SVG)))
    add("--out", metavar="FILE", default="-", help=_OUT)
    add(
        "--further-steps",
        type=reader(_FURTHER),
        metavar="N",
        help=f"number of steps that a script takes ({STEPS})",
    )
    add_run_options(parser, steps=f"0; {OTHERWISE}")
    return parser


def export(words: Sequence[str]) -> int:
    """Carry out `napkin-net export`; return the exit status."""
    parser = _parser()
    arguments = parser.read(words)
    name = file_or_end(parser, arguments)
    if arguments.to not in (*FORMS, SVG):
        forms = ", ".join((*FORMS, SVG))
        if arguments.to is None:
            parser.error(f"--to needs a value: {forms}")
        parser.error(f"--to must be {forms} (got {arguments.to!r})")
    further = STEPS if arguments.further_steps is None else arguments.further_steps
    if not _FURTHER.holds(further):
        parser.error(f"--further-steps must be {_FURTHER.words} (got {further:,})")
    if is_same(arguments.out, name):
        parser.error(f"--out {arguments.out!r} is the session itself: choose another file")
    trainer = _untrained(parser, arguments) if name is None else trainer_or_end(parser, name)
    load_or_end(parser, [trainer.run.config.engine])
    try:
        while name is None and trainer.run.outcome is None:
            trainer.run.run_for(0.1)
        trainer.run.ensure_evaluated()
        text = (
            picture(trainer) if arguments.to == SVG else FORMS[arguments.to].text(trainer, further)
        )
    except ExportError as error:
        parser.error(f"--to {arguments.to}: {error}")
    except DeviceMemoryError as error:
        return no_memory(error, trainer.run.config)
    return write_out(arguments.out, lambda stream: stream.write(text))


def _untrained(parser: Parser, arguments: argparse.Namespace) -> Trainer:
    """Return the run that the options describe, at its start."""
    config = config_or_end(parser, arguments)
    # It is trained as far as the options say, and to be written down at once if they do not.
    return Trainer(config if config.steps is not None else ending(config, steps=0))


def picture(trainer: Trainer) -> str:
    """Draw the screen that a run would be seen on, as SVG."""
    import asyncio

    from tui.app.app import NapkinApp

    async def drawn() -> str:
        app = NapkinApp(trainer.run.config)
        async with app.run_test(size=_SIZE) as pilot:
            app.controller.show_run(trainer)
            await pilot.pause()
            return app.export_screenshot()

    return asyncio.run(drawn())
