"""The lab pane: the time of a step, predicted and measured side by side, and what it depends on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.binding import Binding

from core import Snapshot
from core.engines import ENGINES, loadable
from core.quantities import TimeQuantity
from tui.panes.lab.live import Disturbances, Measured, OwnSteps, waiting_for
from tui.panes.lab.machine import MachineRates
from tui.panes.lab.studies import Studies
from tui.panes.pane import Pane
from tui.panes.room import Room
from tui.terminal.drawing import Line, wrapped
from tui.view.view import SelectEngine
from tui.words.phrases import Lines, fit
from tui.worker import Timing

if TYPE_CHECKING:
    from core.prediction import Experiment, Prediction
    from core.rates import Kept
    from tui.panes.lab.survey import Survey

_ALL = 10_000
"""Pages: more than there are."""
FOLLOWING = {"table": "roofline", "roofline": "scale", "scale": "table"}
"""Which view follows on which."""


class LabPane(Pane):
    """Each engine's step, predicted and measured; experiments; the roofline; other networks.

    Parameters
    ----------
    id : str
        Its name.
    folder : callable
        Returns the folder that rates are kept in.
    on_news : callable
        Called when there is another prediction.
    is_sweeping : callable
        Whether a sweep is trained now.
    """

    BINDINGS = [
        Binding("up,k", "move(-1)", "engine", key_display="↑ ↓", tooltip="Select an engine."),
        Binding(
            "down,j", "move(1)", "engine", show=False, tooltip="Select the engine below; or scroll."
        ),
        Binding(
            "i", "experiment('IMAGES')", "images", tooltip="Measure a step with twice the images."
        ),
        Binding(
            "w",
            "experiment('WIDTH')",
            "width",
            tooltip="Measure a step with twice the neurons in each hidden layer.",
        ),
        Binding(
            "l",
            "experiment('LAYER')",
            "layer",
            tooltip="Measure a step with one more hidden layer.",
        ),
        Binding(
            "t,enter",
            "turn",
            "view",
            key_display="t",
            tooltip="Show the roofline, then networks up to GPT, then the table.",
        ),
        Binding("M", "measure_rates", "rates", tooltip="Measure the machine’s base rates again."),
        Binding("pageup", "scroll(-1)", "scroll", show=False, tooltip="Scroll up."),
        Binding("pagedown", "scroll(1)", "scroll", show=False, tooltip="Scroll down."),
        Binding("home", f"scroll(-{_ALL})", "top", show=False, tooltip="Scroll to the first row."),
        Binding("end", f"scroll({_ALL})", "end", show=False, tooltip="Scroll to the last row."),
    ]
    SCROLLS = True

    def __init__(
        self,
        *,
        id: str,
        folder: Callable[[], str],
        on_news: Callable[[], None],
        is_sweeping: Callable[[], bool],
    ) -> None:
        super().__init__(id=id)
        self._on_news, self._is_sweeping = on_news, is_sweeping
        rates = MachineRates(self, self._note_news, folder, self._is_quiet)
        self._studies = Studies(self, self._note_news, rates)
        self._timing = Timing(self, self._note_reading)
        self._own = OwnSteps()
        self._shows = "table"
        self._asked: dict[tuple[str, Experiment], None] = {}
        self._measured = Measured(self._timing, self._own, self._asked)
        self._machine = Disturbances()
        self._known: Survey | None = None

    # -- keys -------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Select another engine; below the last one, and where no engine is shown, scroll."""
        if self._shows == "scale":
            self.scroll_rows(by)
            return
        names = list(ENGINES)
        place = names.index(self._selected) + by
        if self._shows == "table" and (place >= len(names) or (by < 0 and self._top > 0)):
            self.scroll_rows(by)
            return
        self._choose(names[max(0, min(len(names) - 1, place))])
        self.introduce()

    def _choose(self, engine: str) -> None:
        self.request(SelectEngine(engine, self._own_engine))

    def action_experiment(self, name: str) -> None:
        """Measure an experiment on the selected engine, beside the run."""
        from core.prediction import Experiment
        from tui.panes.lab.words import why_not

        experiment = Experiment[name]
        if self._known is not None:
            trial = self._known.trials[experiment]
            readings = self._measured.tried(self._known, self._selected).get(experiment)
            problem = trial.problem or why_not(trial, self._selected, readings)
            if not problem and self._selected in loadable():
                problem = f"{self._selected} is not loaded yet; E changes the engine of the run"
            now = self._known.now.config
            if experiment is Experiment.WIDTH and now is not None and not now.hidden:
                self.note(f"No: {problem}.", "Press l to try one, or c to change the network.")
                return
            if problem:
                self.refuse(problem)
                return
        self._turn_to("table")
        is_asked = (self._selected, experiment) in self._asked
        self._asked[self._selected, experiment] = None
        self.request(SelectEngine(self._selected, self._own_engine, experiment.value))
        self.draw_again()
        name, how = experiment.value.capitalize(), "measured beside the run, a little at a time"
        if is_asked:
            how = "measured already, or still being measured"
        self.note(
            f"{name}: {how}.",
            "The fastest time counts. Press e for its equation beside the present one.",
        )

    def action_measure_rates(self) -> None:
        """Have the rates measured again."""
        self._turn_to("table")
        self._studies.rates.measure_again()
        self.draw_again()
        kept = "They are kept if nothing is trained beside, and the machine is not busy."
        self.note("This machine’s rates are measured again, in about two seconds.", kept)

    def action_turn(self) -> None:
        """Show the next view."""
        self._turn_to(FOLLOWING[self._shows])
        self.draw_again()
        self.introduce()

    def _turn_to(self, view: str) -> None:
        """Show a view, another one from its beginning."""
        if view != self._shows:
            self._shows, self._top = view, 0

    def on_click(self, event: events.Click) -> None:
        """Select the engine under the mouse."""
        place = self.place_of(event)
        names = list(ENGINES)
        if place is not None and self._shows == "table" and 1 <= place[1] <= len(names):
            self._choose(names[place[1] - 1])

    # -- what is measured -------------------------------------------------------------------------

    def on_show(self) -> None:
        """Read the time of the steps that were taken before."""
        if self.snapshot is not None:
            self._own.note(self.snapshot, self.pace)
            self.draw_again()

    def on_hide(self) -> None:
        """Stop measuring: nobody looks."""
        self._timing.stop()

    def watch_snapshot(self) -> None:
        """Read the time of the run's own steps."""
        if self.snapshot is not None and self.display:
            self._own.note(self.snapshot, self.pace)
        super().watch_snapshot()

    def _note_reading(self) -> None:
        """Show what was measured."""
        if self.display:
            self.draw_again()
        else:
            self._timing.stop()

    @property
    def _own_engine(self) -> str:
        """The engine of the run."""
        return "" if self.snapshot is None else self.snapshot.config.engine

    @property
    def _selected(self) -> str:
        """The engine that the rows below the table are about."""
        return self.view.timed_engine(self._own_engine)

    def predicted(
        self, snapshot: Snapshot, quantity: TimeQuantity
    ) -> tuple[Prediction | None, Prediction | None]:
        """Return the prediction of a step, and of the run's own step if the first is an
        experiment's; None for what there is not, or not yet."""
        kept = self._studies.rates.ask()
        survey = None if kept is None else self._studies.survey(snapshot, kept)
        if survey is None:
            return None, None
        now = survey.now.predictions.get(quantity.engine)
        tried = {each.value: trial for each, trial in survey.trials.items()}
        if (trial := tried.get(quantity.experiment)) is None:
            return now, None
        return trial.predictions.get(quantity.engine), now

    def _note_news(self) -> None:
        """Show what was computed."""
        self.draw_again()
        if self._shows != "table" and self.has_focus:
            self.introduce()
        self._on_news()

    def _is_quiet(self) -> bool:
        """Whether no steps are taken beside the measuring of rates."""
        return not (self.pace.running or self._is_sweeping())

    # -- what is seen -----------------------------------------------------------------------------

    def room(self, width: int) -> Room:
        """Return the rows that the table has a use for."""
        return Room(8, 9 + len(ENGINES) + 5)

    def shown(self, snapshot: Snapshot) -> object:
        """Return what the rows depend on."""
        run = snapshot.config, snapshot.schedule.images, len(snapshot.frozen)
        return run, self._own.version, self._selected

    def title(self, snapshot: Snapshot) -> str:
        """Name what is shown."""
        if self._shows == "roofline":
            return fit(
                "lab · roofline · up: multiply-adds per second, across: per byte",
                "lab · roofline",
                width=self.inner_size[0] - 2,
            )
        if self._shows == "scale":
            return fit(
                "lab · networks of all sizes · GPU times: estimates from data sheets",
                "lab · networks of all sizes",
                width=self.inner_size[0] - 2,
            )
        peak = ""
        if self._known is not None:
            from tui.panes.lab.table import speed_text

            peak = f", peak {speed_text(self._known.peak)}"
        rates = self._studies.rates
        if rates.is_measuring and self._known is not None:
            return fit(
                f"lab · time of a step · measuring this machine’s rates again, {rates.percent}%",
                f"lab · measuring rates, {rates.percent}%",
                width=self.inner_size[0] - 2,
            )
        if (kept := rates.ask()) is not None and kept.was_disturbed:
            return fit(
                f"lab · time of a step{peak} · rates of a busy machine · M: measure again",
                "lab · time of a step · rates of a busy machine · M: measure again",
                "lab · rates of a busy machine",
                width=self.inner_size[0] - 2,
            )
        return fit(
            f"lab · time of a step · speed: multiply-adds per second{peak}",
            "lab · time of a step · speed: multiply-adds per second",
            "lab · time of a step",
            "lab",
            width=self.inner_size[0] - 2,
        )

    def hinted(self) -> list[Binding]:
        """Return the keys for the footer: among networks of all sizes there is nothing to select
        or to try."""
        if self._shows != "scale":
            return super().hinted()
        return [each for each in super().hinted() if each.action == "turn"]

    def subtitle(self, snapshot: Snapshot) -> str:
        """Return what the keys do here, or how they come here."""
        if not self.has_focus:
            return "press tab to enter · p: close"
        turn = f"t: {FOLLOWING[self._shows]}"
        if self._shows == "table":
            moves = "↓ ↑: engine, rows"
            return fit(
                f"{moves} · i w l: measure · M: rates · e: equation · {turn} · esc: close",
                f"{moves} · i w l: measure · e: equation · {turn} · esc: close",
                f"i w l: measure · e: equation · {turn}",
                width=self.inner_size[0] - 2,
            )
        moves = "engine" if self._shows == "roofline" else "scroll"
        return f"{turn} · ↓ ↑: {moves} · esc: close"

    def introduction(self, snapshot: Snapshot) -> Lines:
        """Return what is shown and what to press."""
        close = "p closes it."
        if self._shows == "roofline":
            first, second = self._on_roofline(snapshot)
            return first, fit(f"{second} t: more networks, {close}", f"{second} {close}", second)
        if self._shows == "scale":
            return self._on_scale(snapshot)
        return (
            "Lab: the time of a step, predicted from this machine’s rates, and measured.",
            f"Press i, w or l to try a larger network, e for the equation, {close}",
        )

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Return the rows of the view."""
        kept = self._studies.rates.ask()
        survey = None if kept is None else self._studies.survey(snapshot, kept)
        self._known = survey
        if kept is None:
            return self._measuring(width)
        if survey is None:
            return self._computing()
        self._machine.look()
        self._measured.want(survey, self._own_engine)
        match self._shows:
            case "roofline":
                return self._roofline(kept, snapshot, survey, (width, height))
            case "scale":
                return self._scale(kept, snapshot, (width, height))
        return self._table(kept, survey, width, height)

    def _measuring(self, width: int) -> list[Line]:
        """Return a word for the time before there is anything."""
        text = (
            "Measuring this machine’s rates: how long a call, a multiply-add and a byte take. "
            "Another process does that in about two seconds; training goes on."
        )
        if problem := self._studies.rates.problem:
            text = (
                f"This machine’s rates cannot be measured beside the screen: {problem}. "
                "napkin-net bench measures them."
            )
        return [[Segment(f" {row}", self.ink.dim)] for row in wrapped(text, width - 2)]

    def _roofline(
        self, kept: Kept, snapshot: Snapshot, survey: Survey, size: tuple[int, int]
    ) -> list[Line]:
        from tui.panes.lab.roofline import roofline_rows

        if (path := self._studies.path(snapshot, kept)) is None:
            return self._computing()
        measured, own = {}, self._own_engine
        for engine, prediction in survey.now.predictions.items():
            if (readings := self._measured.readings(survey, engine, own)).seconds:
                measured[engine] = prediction.multiply_adds / readings.fastest
        return roofline_rows(kept.rates, path, measured, *size, self.ink)

    def _on_roofline(self, snapshot: Snapshot) -> tuple[str, str]:
        """Return what limits the selected engine's step, and what it reaches."""
        from tui.panes.lab.roofline import sentences

        engine, survey = self._selected, self._known
        kept = self._studies.rates.ask()
        path = None if kept is None else self._studies.path(snapshot, kept)
        if kept is None or path is None or survey is None or engine not in survey.now.predictions:
            first = "Roofline: no step is faster than the machine computes, or its memory delivers."
            return first, "Left of the corner memory is the limit, right of it the peak."
        return sentences(kept.rates, path[0], survey.now.predictions[engine])

    def _scale(self, kept: Kept, snapshot: Snapshot, size: tuple[int, int]) -> list[Line]:
        from tui.panes.lab.scale import scale_rows

        if (ladder := self._studies.ladder(snapshot, kept)) is None:
            return self._computing()
        return scale_rows(ladder, *size, self.ink, kept.rates.gpu_name)

    def _on_scale(self, snapshot: Snapshot) -> Lines:
        """Return what a GPU changes for larger networks, and how long GPT-2 takes."""
        from tui.panes.lab.scale import larger_networks

        kept = self._studies.rates.ask()
        ladder = None if kept is None else self._studies.ladder(snapshot, kept)
        if ladder is None:
            return "The same count for networks of all sizes, here and by data sheet.", ""
        return larger_networks(ladder)

    def _computing(self) -> list[Line]:
        return [[Segment(" computing …", self.ink.dim)]]

    def _table(self, kept: Kept, survey: Survey, width: int, height: int) -> list[Line]:
        from tui.panes.lab.table import Table, table_rows

        own, rates = self._own_engine, self._studies.rates
        table = Table(
            survey,
            tuple(ENGINES),
            own,
            self._selected,
            {engine: self._measured.readings(survey, engine, own) for engine in ENGINES},
            waiting_for(survey, own),
            self._measured.tried(survey, self._selected),
            self._machine.found(),
            kept,
            rates.percent if rates.is_measuring else None,
            rates.problem,
            self._own.after_pause,
        )
        return table_rows(table, width, height, self.ink)
