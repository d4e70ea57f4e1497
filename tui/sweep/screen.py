"""The sweep screen: choose what to vary, watch what it comes to, open any run."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from core import TrainingConfig
from tui.sweep import SWEEP
from tui.sweep.form import Form
from tui.sweep.keeping import kept_files
from tui.sweep.results import Results
from tui.sweep.work import Kept, Look, SweepWork
from tui.terminal.drawing import Ink
from tui.terminal.glyphs import BEST, ascii_only
from tui.words.phrases import fit, printable

_RULES = (
    f"{BEST} frontier: no lower loss for as few multiply-adds, both after all steps",
    f"{BEST} after all steps, none has a lower loss for its cost",
    f"{BEST} no other has a lower loss for its cost",
)
"""What is on the frontier, the longest text first."""


class SweepScreen(ModalScreen[TrainingConfig | None]):
    """A sweep; gives the config of the run that is to be opened, or None.

    Parameters
    ----------
    config : TrainingConfig
        The run on the screen.
    kept : Kept
        The sweep before this one; the new one takes its place.
    ink : Ink
        How to write.
    """

    BINDINGS = [
        Binding("escape", "leave", "leave", tooltip="Stop at once, and close; results stay."),
        Binding("C,shift+c", "hide", "hide", tooltip="Close; training goes on."),
        Binding("space", "switch", "stop", tooltip="Stop at once; again: go on."),
        Binding(
            "w",
            "write(False)",
            "write",
            tooltip="Write a file with one row for each run (CSV), or all results (JSON).",
        ),
        Binding(
            "m",
            "write(True)",
            "medians",
            tooltip="Write a file with one row for each combination: medians and ranges (CSV).",
        ),
        Binding("f1,question_mark", "app.do('help')", "help", tooltip="Show keys and glossary."),
        Binding("n", "anew", "new", tooltip="Choose other values for another sweep."),
    ]
    TITLE = "sweep"
    # While the last sweep is read, keys go neither to the form nor to the results.
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    SweepScreen { align: center middle; }
    SweepScreen Vertical {
        width: 100%; height: 100%; background: $background; border: round $accent;
    }
    SweepScreen Form, SweepScreen Results { width: 100%; height: 1fr; }
    """

    def __init__(self, config: TrainingConfig, kept: Kept, ink: Ink) -> None:
        super().__init__()
        self._kept = kept
        self._ink = ink
        self._form = Form(config, kept.texts, ink)
        self._results = Results(ink)

    def compose(self) -> ComposeResult:
        """Return the form and the results in a frame; one of them is seen."""
        frame = Vertical()
        frame.border_title = self.TITLE
        with frame:
            yield self._form
            yield self._results

    def on_mount(self) -> None:
        """Show the last sweep, also that of an earlier start, or the form if there is none."""
        if self._kept.work is not None:
            self._show(self._kept.work)
        elif self._kept.looking is None and not kept_files():
            self._show_form()
        else:
            self._form.display = self._results.display = False
            self.query_one(Vertical).border_subtitle = "reading the last sweep …"
            self.run_worker(self._show_last())

    async def _show_last(self) -> None:
        """Show the last sweep of an earlier start, unless something else was begun meanwhile."""
        work, is_waited_for = await self._kept.last_sweep(), not self._form.display
        if self._kept.work is not None:
            if not isinstance(work, str):
                work.keeping.leave()
        elif isinstance(work, str):
            self._show_form()
            self._form.note(work and f"The last sweep cannot be read: {printable(work)}.")
        else:
            self._kept.work, self._kept.texts = work, dict(work.plan.typed)
            if is_waited_for:
                self._form.fill(work.plan.typed)
                self._show(work)

    def _show_form(self) -> None:
        self._form.display, self._results.display = True, False
        self.set_focus(self._form)
        self._write_rule()

    def _show(self, work: SweepWork) -> None:
        self._form.display, self._results.display = False, True
        self.set_focus(self._results)
        self._results.show(work, self._kept.look)
        self._write_rule()

    def on_resize(self) -> None:
        """Write what fits."""
        self._write_rule()

    def _write_rule(self) -> None:
        """Write in the frame what is on the frontier, while results are shown."""
        if not (self._form.display or self._results.display):
            return
        rule = fit(*_RULES, "", width=self.size.width - 6) if self._results.display else ""
        rule = rule if self._ink.unicode else ascii_only(rule)
        self.query_one(Vertical).border_subtitle = rule

    def _train(self, work: SweepWork) -> None:
        work.begin()
        # The app's, so that it goes on when this screen is closed.
        self.app.run_worker(work.train(), name=SWEEP)
        self._show(work)

    @on(Form.Begun)
    def _begin(self, message: Form.Begun) -> None:
        """Train a sweep; the one before is given up."""
        self._kept.stop()
        self._kept.texts = dict(self._form.draft.texts)
        self._kept.work = SweepWork(message.plan, self._kept.work)
        self._kept.look = Look()
        self._train(self._kept.work)

    @on(Results.Opened)
    def _open(self, message: Results.Opened) -> None:
        """Close, and have a run opened; training goes on."""
        if self.is_current:
            self.dismiss(message.config)

    def action_leave(self) -> None:
        """Close; stop what is being trained. From the form, go back to what was found."""
        if self._form.display and self._kept.work is not None:
            self._show(self._kept.work)
        elif self.is_current:
            self._kept.stop()
            self.dismiss(None)

    def action_hide(self) -> None:
        """Close; training goes on."""
        if self.is_current:
            self.dismiss(None)

    def action_switch(self) -> None:
        """Stop what is being trained, or go on with it."""
        work = self._kept.work
        if self._form.display or work is None:
            return
        now = work.progress
        if now.is_running:
            work.stop()
        elif now.runs < now.total:
            self._train(work)
        else:
            self.app.bell()

    def action_write(self, medians: bool) -> None:
        """Ask where the runs, or the medians, are to be written."""
        from tui.sweep.writing import ask_for_file

        work = self._kept.work
        if work is None or not work.progress.runs:
            self.app.bell()
        else:
            note, unicode = self._results.note, self._ink.unicode
            ask_for_file(self.app, work, note, medians=medians, unicode=unicode)

    def action_anew(self) -> None:
        """Choose what another sweep varies."""
        self._show_form()
