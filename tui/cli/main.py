"""The `napkin-net` command.

Textual is imported only where a screen is opened, so that `napkin-net train` starts at once; and
all else within `main`, which answers ctrl+c in good order from the first moment.
"""

import gc
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core import TrainingConfig
    from tui.cli.options import Parser
    from tui.files.session_files import Opened

_ABOUT = """\
Watch a small neural network learn, check every number by hand, and see what each step costs.
Without options it opens the default network: four weights that predict how dark a 2×2 image is.
"""


_COMMANDS = {
    "train": "tui.cli.train",
    "export": "tui.cli.export",
    "data": "tui.cli.data",
    "bench": "tui.cli.machine.bench",
    "estimate": "tui.cli.machine.estimate",
    "scale": "tui.cli.scale",
    "sweep": "tui.cli.sweep",
}
"""Each a function of that name; its module is imported only where it is asked for."""


def _screen_parser() -> "Parser":
    from tui import PROGRAM
    from tui.cli.options import Help, Parser, ShowVersion, add_run_options
    from tui.cli.session import add_file

    parser = Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [FILE | options]",
        description=_ABOUT,
        epilog="napkin-net FILE opens a saved session. "
        "napkin-net train --help: the same training without a screen. "
        "napkin-net data --help: images with their labels as CSV. "
        "napkin-net export --help: a run as a script, JSON, CSV or a picture. "
        "napkin-net bench --help: how fast this machine computes. "
        "napkin-net estimate --help: time and memory of a network that is not run. "
        "napkin-net scale --help: the cost of networks up to GPT-3 and beyond. "
        "napkin-net sweep --help: every combination of settings, trained and compared.",
        allow_abbrev=False,
        formatter_class=Help,
    )
    add_file(parser)
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="print the version")
    add_run_options(parser)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if missing := _missing_here():
        print(missing, file=sys.stderr)
        return 1
    if arguments is None:  # a number that overflows is shown as infinite; a warning shows nothing
        warnings.filterwarnings("ignore", category=RuntimeWarning)
    try:
        return _run(words)
    except KeyboardInterrupt:  # before there was a screen or a training to end in good order
        return 130
    finally:
        _let_go_of_streams()


def _missing_here() -> str:
    """Return what this system lacks, in a line; nothing where the program can run.

    What it needs of the system is in two modules, which Windows has not: locks on files, and the
    settings of the terminal.
    """
    try:
        import fcntl  # noqa: F401
        import termios  # noqa: F401
    except ImportError:
        return (
            "napkin-net: needs Linux or macOS; "
            "on Windows, run it in WSL (Windows Subsystem for Linux)"
        )
    return ""


def _run(words: list[str]) -> int:
    """Find the command that the words ask for, and carry it out."""
    # numpy's threads wait for work by spinning: 2**20 cycles each time and not the usual 2**26,
    # tens of milliseconds in which they hold up the first frame, which is on its way meanwhile.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "20")
    if words and (place := _COMMANDS.get(words[0])):
        command: Callable[[list[str]], int] = getattr(import_module(place), words[0])
        return command(words[1:])
    with _uncollected():
        config, opened = _asked_for(words)
    streams = (sys.stdin, sys.stdout, sys.stderr)  # each is None where it was closed
    if not all(stream is not None and stream.isatty() for stream in streams):
        from tui.cli.output import complain

        complain(
            "napkin-net: needs a terminal for input, output and errors; without one, "
            "use napkin-net train\n"
        )
        return 2
    _set_environment()
    with _uncollected():
        from tui.app.app import NapkinApp
    # The thread that reads the keys gets its turn this soon, also while a step is computed.
    sys.setswitchinterval(0.001)
    app = NapkinApp(config, opened)
    app.run()
    status = app.return_code or int(app.has_panicked)
    if kept := app.finish(clean=not status):
        from tui.cli.output import print_all

        print_all(lambda stream: stream.write(f"{kept}\n"), "")
    return status


@contextmanager
def _uncollected() -> Iterator[None]:
    """Collect no garbage while modules are imported, and none of what they are made of later.

    Nothing of them is garbage: to look for some would hold up the first frame, and later ones.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _asked_for(words: list[str]) -> "tuple[TrainingConfig, Opened | None]":
    """Return the run that the words ask for; where there are none, no parser is needed."""
    from core import TrainingConfig

    if not words:
        from tui.files.folders import default_engine

        return TrainingConfig(engine=default_engine()), None
    from tui.cli.options import config_or_end
    from tui.cli.session import file_or_end, session_or_end

    parser = _screen_parser()
    arguments = parser.read(words)
    name = file_or_end(parser, arguments)
    opened = None if name is None else session_or_end(parser, name)
    return TrainingConfig() if opened else config_or_end(parser, arguments), opened


def _set_environment() -> None:
    """Set Textual's environment, which it reads when it is imported."""
    # What a key changes is then painted within 4 ms, not 17.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    # It would trust these more than the terminal.
    os.environ.pop("COLUMNS", None)
    os.environ.pop("LINES", None)
    # Smooth scrolling asks for the mouse in pixels, which Textual 8 does not undo when it ends.
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    # Set but empty means nothing (no-color.org); Textual takes it for a request.
    if not os.environ.get("NO_COLOR"):
        os.environ.pop("NO_COLOR", None)


def _let_go_of_streams() -> None:
    """Keep Python from failing, at its end, to write what a stream does not take."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except OSError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
