"""Boxes over the panes that ask for something, or show what the two lines have no room for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.cells import cell_len

from core.run import SetParameter
from tui.app import choosing
from tui.panes.image import ImagePane
from tui.panes.network.network import NetworkPane
from tui.view.view import SetPixel
from tui.words.looking import sweep_left
from tui.words.phrases import WIDTH

if TYPE_CHECKING:
    from core import TrainingConfig
    from tui.app.app import NapkinApp
    from tui.screens.settings.draft import Draft

_PLACES = 12
"""Decimals of a label that is offered."""


def ask_for_weight(app: NapkinApp, wanted: NetworkPane.ExactWanted) -> None:
    """Ask for a weight or bias."""
    from tui.screens.exact import ExactScreen

    def change(value: float | None) -> None:
        if value is not None:
            app.controller.change_run(SetParameter(wanted.index, value))

    text = wanted.typed or repr(wanted.value)
    near = app.board.eye("network")
    app.push_screen(ExactScreen(wanted.name, text, near=near, unicode=app.ink.unicode), change)


def ask_for_darkness(app: NapkinApp, wanted: ImagePane.ExactWanted) -> None:
    """Ask for a pixel's darkness."""
    from tui.screens.exact import ExactScreen, a_darkness

    def paint(value: float | None) -> None:
        if value is not None:
            app.controller.change_view(SetPixel(value, wanted.pixel))

    words = "darkness of this pixel, 0 to 1"
    near, unicode = app.board.eye("image"), app.ink.unicode
    box = ExactScreen(words, repr(wanted.darkness), a_darkness, near=near, unicode=unicode)
    app.push_screen(box, paint)


def ask_for_label(app: NapkinApp) -> None:
    """Ask for a label of the selected image, and learn from it too."""
    from tui.screens.exact import label_screen

    if (now := app.snapshot) is None:
        return
    image, target = app.view.image, now.reading.target
    offered = round(target, _PLACES)  # what a mean leaves behind that is written, 0.35…03

    def add(label: float | None) -> None:
        if label is not None:
            choosing.add_image(app.controller, image, target if label == offered else label)

    config = app.controller.run.config
    text = "" if math.isnan(target) else repr(offered)
    near, unicode = app.board.eye("image"), app.ink.unicode
    box = label_screen(image, text, config, is_known=bool(text), near=near, unicode=unicode)
    app.push_screen(box, add)


def ask_for_settings(app: NapkinApp, selected: str | None = None) -> None:
    """Show every setting, one of them selected; take over what a person changes."""
    from tui.screens.settings.settings import SettingsScreen

    def accept(draft: Draft | None) -> None:
        if draft is not None:
            choosing.take_draft(app.controller, draft)

    app.push_screen(SettingsScreen(app.controller.run.config, app.ink, selected), accept)


def show_sweep(app: NapkinApp) -> None:
    """Show the last sweep, or the form for one; open the run that a person chooses in it."""
    from tui.sweep.screen import SweepScreen
    from tui.sweep.work import Kept

    kept = app.sweeps = app.sweeps or Kept()

    def close(config: TrainingConfig | None) -> None:
        work = kept.work
        now = None if work is None else work.progress
        if config is not None:
            choosing.open_swept(app.controller, config)
        elif work is not None and now is not None and now.runs < now.total:
            goes_on = now.is_running and not work.is_stopped
            app.controller.note(sweep_left(now.runs, now.total, is_running=goes_on))

    app.push_screen(SweepScreen(app.controller.run.config, kept, app.ink), close)


def ask_for_export(app: NapkinApp, form: str) -> None:
    """Ask where the run, or a picture of the screen, is to be written."""
    from tui.files.exporting import ask_for_file

    ask_for_file(app, app.controller, form, unicode=app.ink.unicode)


def share(app: NapkinApp) -> None:
    """Copy the command line that leads to this run, and show it."""
    run = app.controller.run
    command = choosing.command_of(run.config, run.step_count)
    app.copy_to_clipboard(command)
    missing = choosing.missing_of(run.log.changes_untold)
    head = f"Copied, if the terminal allows it{missing}:"
    if cell_len(command) <= WIDTH and len(head) <= WIDTH:
        app.controller.note((head, command))
    else:
        from tui.screens.shared import SharedScreen

        app.push_screen(SharedScreen(head, command))
