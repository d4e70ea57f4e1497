"""The session that a command is given: its file, and the run that it holds."""

import argparse
import os
import shlex
from collections.abc import Collection
from typing import TYPE_CHECKING

from core.settings import SETTINGS
from tui import PROGRAM
from tui.cli.options import Parser, option_name
from tui.cli.output import complain
from tui.words.phrases import printable

if TYPE_CHECKING:
    from core.run import Trainer
    from tui.files.session_files import Opened

_TABLE = ".csv"
"""What the name of a file of images ends with, as a rule."""


def add_file(parser: argparse.ArgumentParser) -> None:
    """Add the session that may be named, before options or behind them."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="a saved session")


def file_or_end(
    parser: Parser, arguments: argparse.Namespace, goes_with: Collection[str] = ()
) -> str | None:
    """Return the session that is named, if one is; say what does not go with it and end with 2.

    Parameters
    ----------
    parser : Parser
        Says so.
    arguments : Namespace
        The words that were given.
    goes_with : collection of str
        Settings that may be given beside a session.
    """
    if not arguments.files:
        return None
    name, *others = map(str, arguments.files)
    if others:
        parser.error(f"unknown option or extra argument: {others[0]}")
    if name.lower().endswith(_TABLE):
        named = shlex.quote(f"./{name}" if name.startswith("-") else name)
        usable = f"use --data {named}" if name.isprintable() else "use --data"
        parser.error(f"{name} is a table of images, not a session: {usable}")
    if not os.path.lexists(name):
        what = "command and no such file" if parser.prog == PROGRAM else "file"
        parser.error(f"{name}: there is no such {what}")
    own = ("preset", "data_file", "scale", *SETTINGS)
    for setting in own:
        if setting not in goes_with and getattr(arguments, setting, None) is not None:
            option = "--data" if setting == "data_file" else option_name(setting)
            parser.error(f"{name} has its own settings: remove {option}")
    return name


def session_or_end(parser: Parser, name: str) -> "Opened":
    """Open a session, or say what is wrong with it and end with 2."""
    from tui.files.session_files import FileProblem, absolute, open_run

    try:
        return open_run(absolute(name))
    except FileProblem as problem:
        parser.exit(2, f"{PROGRAM}: {printable(str(problem))}\n")


def trainer_or_end(parser: Parser, name: str) -> "Trainer":
    """Open a session for its run, and say which engine it lacks; see `session_or_end`."""
    from tui.files.words import without_engine

    opened = session_or_end(parser, name)
    if opened.absent_engine is not None:
        complain(f"{PROGRAM}: {printable(name)}: {without_engine(opened.absent_engine)}\n")
    return opened.trainer
