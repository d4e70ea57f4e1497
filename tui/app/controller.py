"""The run behind the screen: what is asked of it is done between two steps, shown and told.

`playback` and `choosing` are the rest of it: functions that say what a key asks for.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from textual.dom import DOMNode

from core import Change, ConfigError, SetSettings, Snapshot, Trainer
from core.errors import DeviceMemoryError
from core.images import Batch
from core.network import Network
from core.quantities import substeps_of
from core.run import Arrival, Moment, Run
from core.settings import could_have, first_example, first_image
from tui.files.engines import EngineLoader
from tui.view.selection import WeightPath
from tui.view.view import (
    ChooseSecond,
    MoveCursor,
    Pace,
    SwitchComparison,
    SwitchRate,
    SwitchScale,
    TurnUnit,
    View,
    ViewChange,
)
from tui.words.engines import activity_words, engine_words, shortage_words
from tui.words.looking import (
    FROM_SWEEP,
    counted_in,
    learning_rates,
    running,
    scale,
    second_weight,
)
from tui.words.narrator import HELD, WARNING_TIME, Narrator
from tui.words.phrases import Lines, refused
from tui.words.substeps import substep_words
from tui.worker.comparing import Comparer
from tui.worker.training import Training


class Shown(Protocol):
    """What panes are bound to: the app has it, and the controller alone changes it."""

    snapshot: Snapshot | None
    view: View
    pace: Pace
    remark: Lines
    coming_batch: Batch | None
    images: Batch | None
    test_images: Batch | None
    activity: str
    is_swept: bool

    def follow_selection(self) -> None:
        """Update the opened panes for the selection."""
        ...

    def bell(self) -> None:
        """Ring: a key changes nothing."""
        ...


class Controller:
    """Does what is asked of the run and of the view; it alone touches the trainer.

    Parameters
    ----------
    trainer : Trainer
        The run.
    shown : Shown
        What panes are bound to.
    node : DOMNode
        Whose worker computes what takes long.
    on_change : callable
        Told whenever there is something new in the run.
    """

    def __init__(
        self, trainer: Trainer, shown: Shown, node: DOMNode, on_change: Callable[[], None]
    ) -> None:
        self.training = Training(trainer, self._note_change, self._tell_wait)
        self.shown = shown
        self.narrator = Narrator()
        self._on_change = on_change
        self._comparer = Comparer(node, self.training, self._compare)
        self.loader = EngineLoader(node, self._tell_loading, self._take_engine, self._leave_engine)
        self.path = WeightPath()
        self._usual_speed: float | None = None
        self._is_stale = False
        self._left: Snapshot | None = None

    @property
    def trainer(self) -> Trainer:
        """The run, and what another one is put in its place with."""
        return self.training.trainer

    @property
    def run(self) -> Run:
        """The run that there is now."""
        return self.training.trainer.run

    @property
    def mark(self) -> object:
        """What differs once there is something new in the run."""
        return self.run.moment, self.run.last_step, self.run.config, self.run.outcome

    def _frozen(self) -> Snapshot:
        """Freeze the run as it is now, with what it makes of the selected image."""
        return self.trainer.snapshot(self.shown.view.image, self.shown.view.example)

    # -- doing ------------------------------------------------------------------------------------

    def change_run(self, change: Change) -> None:
        """Change the run between two steps, or say why that cannot be."""
        self.change(lambda: self.trainer.apply(change), self.narrator.change)

    def change(
        self,
        action: Callable[[], str | None],
        tell: Callable[[Snapshot, Snapshot], None],
        words: Callable[[ConfigError], str] = refused,
        *,
        is_asked_for: bool = True,
    ) -> None:
        """Change the run between two steps and report it, or why it cannot be done.

        Parameters
        ----------
        action : callable
            Does it; gives the words of a refusal, or None.
        tell : callable
            Says what was done, given the moments before and after it.
        words : callable
            Gives the words of a refusal that comes as an error.
        is_asked_for : bool
            Whether a person asked for it, who does not wait for a travel to come to its end.
        """
        self.end_single_stepping()

        def act() -> None:
            before = self._frozen()
            # What it asks for may have become impossible while it waited for a long step.
            refusal = attempt(action, words)
            self.training.evaluate_if_quick()
            after = self._frozen()
            if refusal is None:
                tell(before, after)
            else:
                self.refuse(refusal)
            last = after.architecture.parameter_count - 1
            if self.shown.view.parameter > last:
                self.shown.view = replace(self.shown.view, parameter=last)
            self._take(after)
            self.tell()

        if is_asked_for:
            self.training.between_steps(act)
        else:
            self.training.after_travel(act)

    def begin(
        self,
        action: Callable[[], str | None],
        tell: Callable[[Snapshot, Snapshot], None] | None = None,
        words: Callable[[ConfigError], str] = refused,
    ) -> None:
        """Begin again or elsewhere, paused; say so, or what is given to say."""
        self.pause()
        self.shown.view = replace(self.shown.view, cursor=None)

        def act() -> str | None:
            before = self.run.config
            refusal = action()
            now = self.run.config
            if not now.draws_like(before) and not could_have(now, self.shown.view.image):
                self.look_at_first()
            return refusal

        self.change(act, tell or self.narrator.start, words)

    def look_at_first(self) -> None:
        """Look at the image that the run's images are shown by at first."""
        image = first_image(self.run.config)
        example = first_example(self.run.config, self.run.here.images)
        self.shown.view = replace(self.shown.view, image=image, example=example)

    def begin_saying(
        self, action: Callable[[], str | None], lines: Callable[[Snapshot], Lines]
    ) -> None:
        """Begin elsewhere, paused, and say what is to be said of the moment after."""
        self.begin(action, lambda _, after: self.narrator.begin_with(lines(after), after))

    def show_run(self, trainer: Trainer) -> None:
        """Show a run that was made elsewhere."""
        present = self.trainer
        present.run, present.other = trainer.run, trainer.other
        self.training.evaluate_if_quick()
        self._note_change()

    def pause(self) -> None:
        """Pause."""
        self.set_pace(Pace(False, self.shown.pace.speed))

    def set_pace(self, pace: Pace, *, once: bool = False) -> None:
        """Run, pause, or change the speed; `once`: after the pause it is the one before again."""
        self.end_single_stepping()
        usual, self._usual_speed = self._usual_speed, self.shown.pace.speed if once else None
        if usual is not None and not pace.running:
            pace = Pace(False, usual)
        if pace == self.shown.pace:
            return
        self.training.set_pace(pace)
        self.shown.pace = pace
        if not pace.running:
            self.introduce(None)
        elif not pace.is_slow:  # the next milestone may be far
            self.introduce(lambda: running(self.shown.pace), 0.0)
        if not self.training.is_running:
            self._note_change()

    def travel(self, where: Callable[[], Moment | None]) -> None:
        """Go to another moment of the run, paused."""
        self.pause()
        self._left = self.shown.snapshot
        self.training.travel(where)

    def stay(self) -> None:
        """Call off going to another moment, as if nobody had asked for it."""
        self._left = None
        self.introduce(None)
        self.training.stay()

    def stop(self) -> None:
        """Cancel the threads; the program ends."""
        self.training.stop()
        self.loader.stop()
        self._comparer.stop()

    # -- looking ----------------------------------------------------------------------------------

    def change_view(self, change: ViewChange) -> None:
        """Change the view; the run stays as it is."""
        before, self.shown.view = self.shown.view, change.applied_to(self.shown.view)
        self.shown.follow_selection()
        if isinstance(change, MoveCursor):
            self._go_to_step(change.step)
        if isinstance(change, SwitchComparison):
            self._compare()
        if isinstance(change, SwitchScale):
            self.narrator.say(scale(log=self.shown.view.log_scale), HELD)
        if isinstance(change, SwitchRate):
            self.note(learning_rates(shown=self.shown.view.shows_rate))
        if isinstance(change, TurnUnit):
            seen = self.shown.snapshot
            has_previous = seen is not None and seen.previous_run is not None
            self.note(counted_in(self.shown.view.unit, has_previous=has_previous))
        if isinstance(change, ChooseSecond) and self.shown.snapshot is not None:
            self.note(second_weight(self.shown.view, self.shown.snapshot))
        now, seen = self.shown.view, self.shown.snapshot
        if (now.image, now.example) != (before.image, before.example) and seen is not None:
            self.shown.snapshot = seen.with_image(now.image, now.example)
            self.narrator.change(seen, self.shown.snapshot)
        self.tell()

    def _go_to_step(self, step: int | None) -> None:
        """Travel to a known step; None is the last one."""
        run = self.run
        step = run.last_step if step is None else step
        is_elsewhere = step != run.step_count or run.outcome is not None
        if is_elsewhere and not self.training.is_travelling:
            moment = run.moment_at(step)
            self.travel(lambda: moment)

    def end_single_stepping(self) -> None:
        """Show the step as a whole again."""
        if self.shown.view.substep is not None:
            self.show_substep(None)

    def show_substep(self, substep: int | None) -> None:
        """Show a part of the coming step with what is to be said of it; None: the whole step."""
        self.shown.view = replace(self.shown.view, substep=substep)
        self.introduce(None)
        self.shown.follow_selection()

    # -- showing ----------------------------------------------------------------------------------

    def open(self, lines: Lines | None) -> None:
        """Draw the run for the first time, with these lines or those of its start."""
        self.training.begin()
        self._take(self._frozen())
        first = self._frozen()
        if lines is None:
            self.narrator.open(first)
        else:
            self.narrator.begin_with(lines, first)
        self.tell()

    def show_frame(self) -> None:
        """Show what is new, while steps follow one another."""
        is_stale = self._is_stale or self.training.burst.is_going
        if is_stale and not (self.shown.view.compares and self._comparer.gives_way()):
            self._show()

    def _tell_loading(self, name: str) -> None:
        self.shown.activity = activity_words(name)

    def _take_engine(self, name: str, was_told: bool, problem: str) -> None:
        """Compute with an engine from now on that is loaded at last, if the run wants it."""
        self.shown.activity = ""
        is_wanted = self.run.config.engine == name
        if problem or was_told:
            self.note(engine_words(name, is_wanted=is_wanted, problem=problem))
        if is_wanted and not problem:
            self.training.after_travel(self._renew_engine)

    def _renew_engine(self) -> None:
        here = self.run.here
        here.hold(here.images, here.stage.schedule)  # with the same images, but a new engine
        self.training.evaluate_if_quick()

    def _leave_engine(self, error: DeviceMemoryError, network: Network) -> None:
        """Go on with the engine before, if it is the run whose engine has too little memory.

        The matrix engine computes in its place already: it goes on with what is known to come.
        """
        run, lines = self.run, list[Lines]()

        def is_concerned() -> bool:
            return network is run.here.network and run.config.engine == error.engine

        def leave() -> None:
            if is_concerned():
                is_last = run.step_count == run.last_step
                engine = run.log.engine_before(error.engine) if is_last else "matrix"
                lines.append(shortage_words(run.config, error.device, engine))
                if is_last:
                    self.trainer.apply(SetSettings.of(engine=engine))

        def tell(before: Snapshot, after: Snapshot) -> None:
            for each in lines:
                self._left = None  # no words of a travel take the place of these
                self.note(each, is_warning=True)

        if is_concerned():
            self.change(leave, tell, is_asked_for=False)

    def _note_change(self) -> None:
        """Show what is new: now, or while steps follow one another with the next frame."""
        if self.training.is_running:
            self._is_stale = True
        else:
            self._show()
        self._on_change()

    def _show(self) -> None:
        """Freeze the run as it is now and hand it to the panes."""
        self._is_stale = False
        if self.training.is_evaluating or self.training.is_travelling:
            return
        news, is_over = self.training.take_news(), self.run.outcome is not None
        is_pause = bool(news or is_over) and self.shown.pace.running
        if is_pause:
            self.pause()
        now = self._frozen()
        if self._left is not None:
            self.narrator.travel(self._left, now)
            self._left = None
        elif not is_over and (Arrival.SHOWN in news or (news and is_pause)):
            self.narrator.arrive(now, news)
        else:
            log_scale = self.shown.view.log_scale
            self.narrator.train(now, self.shown.pace, log_scale=log_scale)
        if is_over and self.trainer.is_repeatable:
            self.narrator.offer(FROM_SWEEP)
        self._take(now, goes_on=not self.shown.view.compares)
        self.tell()

    def _take(self, now: Snapshot, *, goes_on: bool = False) -> None:
        """Hand a new moment to the panes, with the images and the path that belong to it.

        A run at full speed `goes_on` as soon as nothing more of it is needed here.
        """
        run, shown = self.run, self.shown
        self.loader.want(run.config.engine)
        shown.coming_batch = run.here.coming_batch
        shown.is_swept = self.trainer.is_repeatable
        if shown.images is not run.here.images:
            shown.images = run.here.images
        if shown.test_images is not run.scorer.test:
            shown.test_images = run.scorer.test
        if shown.view.example != now.reading.example:  # it has moved up, or is there no more
            shown.view = replace(shown.view, example=now.reading.example)
        if goes_on and self.training.is_running:
            self._on_change()
            self.training.go_on()
        self.path.note(now)
        shown.snapshot = self._compared(now)
        shown.follow_selection()

    def _compared(self, now: Snapshot) -> Snapshot:
        """Add the other gradient, if it is looked at."""
        batch = self.shown.coming_batch
        if self.shown.view.compares and batch is not None:
            return self._comparer.compared(now, batch)
        self._comparer.stop()
        return now

    def _compare(self) -> None:
        """Compare the gradients of the moment that is shown."""
        if self.shown.snapshot is not None:
            self.shown.snapshot = self._compared(self.shown.snapshot)
            self.tell()

    # -- telling ----------------------------------------------------------------------------------

    def say(self, lines: Lines) -> None:
        """Put two lines under the panes, about the run."""
        self.narrator.say(lines)
        self.tell()

    def note(self, lines: Lines, *, is_warning: bool = False) -> None:
        """Put two lines under the panes until the next key; while steps follow one another, a
        warning stays longer."""
        if is_warning:
            self.shown.bell()
        self.narrator.note(lines, WARNING_TIME if is_warning else HELD)
        self.tell()

    def offer(self, words: str) -> None:
        """Offer something beside the opening lines; an empty text takes it back."""
        self.narrator.offer(words)
        self.tell()

    def introduce(self, words: Callable[[], Lines] | None, seconds: float = HELD) -> None:
        """Put what introduces a part of the screen under the panes.

        Parameters
        ----------
        words : callable, optional
            Gives the lines, for each moment anew; None: what was there before.
        seconds : float
            How long steps that follow one another leave them there.
        """
        if words is None and self.shown.view.substep is not None:
            words = self._substep_words
        self.narrator.introduce(words, seconds)
        self.tell()

    def _substep_words(self) -> Lines:
        """Return what is to be said of the substep that is shown."""
        now, substep = self.shown.snapshot, self.shown.view.substep
        if now is None or substep is None:
            return "", ""
        substeps = substeps_of(now)
        return substep_words(substeps[min(substep, len(substeps) - 1)], now)

    def refuse(self, problem: str) -> None:
        """Show why a key changes nothing."""
        self.shown.bell()
        self.narrator.refuse(problem)
        self.tell()

    def _tell_wait(self) -> None:
        """Show that a long step or a long travel is being computed."""
        if self.training.goal is not None:
            self.narrator.long_travel(self.training.goal[0])
        else:
            self.narrator.wait(self._frozen())
        self.tell()

    def tell(self) -> None:
        """Show what was said last, as it is to be said now."""
        self.shown.remark = self.narrator.remark


def attempt(action: Callable[[], str | None], words: Callable[[ConfigError], str]) -> str | None:
    """Run an action; return the words of a refusal, or None."""
    try:
        return action()
    except ConfigError as error:
        return words(error)
