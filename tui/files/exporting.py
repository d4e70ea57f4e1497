"""Writing the run to a file from the screen: asks for its name, and shows where it is."""

from __future__ import annotations

import asyncio

from textual.app import App

from core.atomic import replacing, words_of
from core.errors import ExportError
from core.files.exports import FORMS, STEPS
from tui.files.files import RunOnScreen
from tui.files.path_box import PathScreen, for_new_file
from tui.files.session_files import shown
from tui.files.words import as_command, name_of
from tui.words.phrases import WIDTH

SVG = "svg"
"""The one form that is a picture of the screen."""


def ask_for_file(app: App[None], run: RunOnScreen, form: str, *, unicode: bool) -> None:
    """Ask where the run, or the screen, is to be written in a form.

    Parameters
    ----------
    app : App
        Has the screen.
    run : RunOnScreen
        The run.
    form : str
        A name in `FORMS`, or `SVG`.
    unicode : bool
        Whether more than ASCII may be written.
    """
    # The palette is gone by now, and this box is not there yet: that is the screen to picture.
    picture = app.export_screenshot() if form == SVG else ""

    async def write(path: str) -> str | None:
        if run.training.is_evaluating or run.training.is_travelling:
            return "wait until this step is computed"
        try:
            written = picture or FORMS[form].text(run.trainer, STEPS)
            await asyncio.to_thread(_write, path, written)
        except ExportError as problem:
            return str(problem)
        except (OSError, ValueError) as problem:
            return f"{shown(path)}: {words_of(problem)}"
        words = _words(form, path, app.size.width, unicode=unicode)
        run.note((f"Written to {name_of(path, WIDTH - 13)}.", words))
        return None

    ending = f".{SVG}" if form == SVG else FORMS[form].ending
    title = f"write to which file? {'the screen' if form == SVG else FORMS[form].about}"
    name = f"napkin-{form}{ending}"
    app.push_screen(PathScreen(title, name, [], for_new_file(write), unicode=unicode))


def _words(form: str, path: str, columns: int, *, unicode: bool) -> str:
    """Return what to do with it."""
    if form not in ("essay", "numpy", "torch"):
        return ""
    rest = f" trains {STEPS} more steps and prints the loss."
    command = as_command("python3 ", path, rest, columns=columns, unicode=unicode)
    return command or f"The script{rest}"


def _write(path: str, text: str) -> None:
    with replacing(path) as stream:
        stream.write(text)
