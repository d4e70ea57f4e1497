"""The run behind the screen: what keys and panes ask for, carried out between two steps."""

from collections.abc import Callable
from dataclasses import replace

from textual import on
from textual.app import App
from textual.reactive import var

from core import (
    Change,
    ConfigError,
    SetEngine,
    SetGradientMethod,
    SetLearningRate,
    Snapshot,
    Trainer,
    TrainingConfig,
    neighbouring_rate,
)
from core.images import Batch
from core.operations import Array
from core.parts import parts_of
from core.reshaping import Reshape
from core.targets import PredictionTarget, Target
from core.timeline import Moment
from tui.drawing import Ink
from tui.inks import plain_ink
from tui.narrator import Narrator
from tui.panes.pane import Requested
from tui.part_words import part_words
from tui.selection import still_standing
from tui.trail import Trail
from tui.training import Pace, Training
from tui.view import Look, MoveCursor, SwitchScale, View

_SEEDS = 2**32


class RunApp(App[None]):
    """An app around a run. It alone touches the trainer; what there is to see it freezes.

    Parameters
    ----------
    config : TrainingConfig
        The run that it opens on.
    plain : bool
        Whether the terminal's own colours are to be used.
    """

    snapshot: var[Snapshot | None] = var[Snapshot | None](None, init=False)
    view: var[View] = var(View(), init=False)
    ink: var[Ink] = var(plain_ink(unicode=True), init=False)
    pace: var[Pace] = var(Pace(), init=False)
    remark: var[tuple[str, str]] = var(("", ""), init=False)
    target: var[Target] = var[Target](PredictionTarget(), init=False)
    coming_batch: var[Batch | None] = var[Batch | None](None, init=False)
    images: var[Batch | None] = var[Batch | None](None, init=False)
    first: var[int] = var(0, init=False)
    second: var[int] = var(1, init=False)
    path: var[tuple[Array, ...]] = var[tuple[Array, ...]]((), init=False, always_update=True)

    def __init__(self, config: TrainingConfig, *, plain: bool) -> None:
        super().__init__(ansi_color=True if plain else None)
        self.training = Training(Trainer(config), self._on_change, self._on_wait)
        self._narrator = Narrator()
        self._is_stale = False
        self._trail = Trail()
        self._left: Snapshot | None = None

    def follow_selection(self) -> None:
        """Let what is open follow what is selected; for the app with the panes to do."""

    def reshape(self, reshape: Reshape) -> None:
        """Start another run with the network changed; for `ReshapingApp` to do."""

    def switch_clock(self, *, on: bool) -> None:
        """Let frames follow one another, or not; for the app with the panes to do."""

    def _take(self, now: Snapshot) -> None:
        """Hand a new moment to the panes, with the images and the way that belong to it."""
        trainer = self.training.trainer
        self.coming_batch = trainer.coming_batch
        if self.images is not trainer.images:
            self.images = trainer.images
        self.path = self._trail.with_moment(now)
        self.snapshot = now

    def _on_change(self) -> None:
        """Show it: now, or while steps follow one another with the next frame."""
        if self.training.is_running:
            self._is_stale = True
        else:
            self._show()

    def _on_wait(self) -> None:
        """Say that a long step is being computed, or a long way gone."""
        if self.training.goal is not None:
            self._narrator.journey(self.training.goal[0])
            self.remark = self._narrator.remark
            return
        self._narrator.wait(self.training.trainer.snapshot(self.view.image))
        self.remark = self._narrator.remark

    def _on_frame(self) -> None:
        if self._is_stale:
            self._show()

    def _show(self) -> None:
        """Freeze the run as it is now and hand it to the panes."""
        self._is_stale = False
        if self.training.is_evaluating or self.training.is_travelling:
            return
        trainer = self.training.trainer
        if trainer.outcome is not None and self.pace.running:
            self._set_pace(Pace(False, self.pace.speed))
        now = trainer.snapshot(self.view.image)
        if self._left is not None:
            self._narrator.travel(self._left, now)
            self._left = None
            self.call_later(self.follow_selection)
        else:
            self._narrator.train(now, self.pace, log_scale=self.view.log_scale)
        self._take(now)
        self.remark = self._narrator.remark

    def _set_pace(self, pace: Pace) -> None:
        """Run, pause, change the speed; the frame clock runs only with the training."""
        self._end_slow_motion()
        self.training.set_pace(pace)
        self.pace = pace
        self.switch_clock(on=self.training.is_running)
        if not self.training.is_running:
            self._on_change()

    @on(Requested)
    def _carry_out(self, message: Requested) -> None:
        """Do what a pane asks for."""
        if isinstance(message.change, Change):
            self.change_run(message.change)
        elif isinstance(message.change, Reshape):
            self.reshape(message.change)
        else:
            self.change_view(message.change)

    def change_view(self, look: Look) -> None:
        """Look at it another way; the run has no part in this, but for the moment it stands at."""
        before, self.view = self.view, look.applied_to(self.view)
        self.follow_selection()
        if isinstance(look, MoveCursor):
            self._go_to_step(look.step)
        if self.view.image != before.image and self.snapshot is not None:
            seen = self.snapshot
            self.snapshot = seen.looking_at(self.view.image)
            self._narrator.change(seen, self.snapshot)
            self.remark = self._narrator.remark

    def change_run(self, change: Change) -> None:
        """Change a setting of the run, between two steps."""

        def apply() -> None:
            try:
                self.training.trainer.apply(change)
            except ConfigError:  # an earlier key has made another network meanwhile
                self.bell()

        self._act(apply, self._narrator.change)

    def _act(self, action: Callable[[], None], tell: Callable[[Snapshot, Snapshot], None]) -> None:
        """Change the run and say so."""
        self._end_slow_motion()

        def act() -> None:
            trainer = self.training.trainer
            before = trainer.snapshot(self.view.image)
            action()
            self.training.look_if_quick()
            after = self.training.trainer.snapshot(self.view.image)
            tell(before, after)
            last = after.architecture.parameter_count - 1
            if self.view.parameter > last:
                self.view = replace(self.view, parameter=last)
            self._take(after)
            self.follow_selection()
            self.remark = self._narrator.remark

        self.training.between_steps(act)

    def action_run_or_pause(self) -> None:
        """Run or pause."""
        if self.training.trainer.outcome is not None:
            self.bell()
            return
        self._set_pace(Pace(not self.pace.running, self.pace.speed))

    def action_step(self) -> None:
        """Take one step."""
        if self.training.trainer.outcome is not None:
            self.bell()
            return
        self._set_pace(Pace(False, self.pace.speed))
        self.training.step()
        self.view = replace(self.view, stepped=True)

    def action_part(self, by: int) -> None:
        """Show the next part of the coming step, or the part before; after the last, step."""
        now = self.snapshot
        busy = self.training.is_evaluating or self.training.is_travelling
        if now is None or now.gradient is None or now.outcome is not None or busy:
            self.bell()
            return
        if self.pace.running:
            self._set_pace(Pace(False, self.pace.speed))
        parts = parts_of(now)
        place = by - 1 if self.view.part is None else self.view.part + by
        if place >= len(parts):
            self.action_step()
        elif place < 0:
            self._end_slow_motion()
        else:
            self.view = replace(self.view, part=place)
            self.remark = part_words(parts[place], now)
            self.follow_selection()

    def say(self, lines: tuple[str, str]) -> None:
        """Put two lines under the panes."""
        self._narrator.say(lines)
        self.remark = self._narrator.remark

    def _end_slow_motion(self) -> None:
        """Show the step as a whole again."""
        if self.view.part is not None:
            self.view = replace(self.view, part=None)
            self.remark = self._narrator.remark
            self.follow_selection()

    def action_reset(self) -> None:
        """Start this again."""
        self.begin(lambda: self.training.trainer.reset())

    def action_new_weights(self) -> None:
        """Draw the next seed's weights."""
        seed = (self.training.trainer.config.seed + 1) % _SEEDS
        self.begin(lambda: self.training.trainer.restart(seed))

    def action_essay(self) -> None:
        """Go back to the essay's network and start."""

        self.begin(lambda: self.training.trainer.open(TrainingConfig()))

    def begin(
        self,
        action: Callable[[], None],
        tell: Callable[[Snapshot, Snapshot], None] | None = None,
    ) -> None:
        """Begin anew or elsewhere, paused; say so, or what is given to say."""
        self._set_pace(Pace(False, self.pace.speed))
        self.view = replace(self.view, cursor=None)
        self._act(action, tell or self._narrator.start)

    def action_change_speed(self, by: int) -> None:
        """Go faster or slower."""
        self._set_pace(self.pace.changed(by))

    def action_change_rate(self, up: bool) -> None:
        """Take larger or smaller steps."""
        rate = self.training.trainer.config.learning_rate
        self.change_run(SetLearningRate(neighbouring_rate(rate, up=up)))

    def action_switch_gradient(self) -> None:
        """Find the gradient the other way."""
        now = self.training.trainer.config.gradient
        self.change_run(SetGradientMethod("nudge" if now == "backprop" else "backprop"))

    def action_switch_engine(self) -> None:
        """Compute with the other engine."""
        now = self.training.trainer.config.engine
        self.change_run(SetEngine("loops" if now == "matrix" else "matrix"))

    def action_step_back(self, steps: int) -> None:
        """Go back: over a change, over steps, or into the run before this one."""
        trainer = self.training.trainer
        if self.training.is_travelling:
            self.bell()
            return
        moment = self._moment_back(steps)
        if moment is not None:
            self._travel(lambda: self._moment_back(steps))
        elif trainer.before is not None:
            self.begin(self._return_to_before, self._come_back)
        else:
            self.bell()

    def _moment_back(self, steps: int) -> Moment | None:
        """Count back from the last known step: one whose loss is being computed is none yet."""
        trainer = self.training.trainer
        unknown = trainer.step_count >= len(trainer.history)
        return trainer.moment_before(steps + 1 if unknown else steps)

    def _return_to_before(self) -> None:
        self.training.trainer.return_to_before()

    def _come_back(self, before: Snapshot, after: Snapshot) -> None:
        """Stand on the same parameter, also where the run before has another network."""
        self.view = still_standing(self.view, before, after)
        self._narrator.come_back(before, after)

    def _go_to_step(self, step: int | None) -> None:
        """Stand at a known step; None is the last one."""
        trainer = self.training.trainer
        step = trainer.last_step if step is None else step
        is_elsewhere = step != trainer.step_count or trainer.outcome is not None
        if is_elsewhere and not self.training.is_travelling:
            moment = trainer.moment_at(step)
            self._travel(lambda: moment)

    def _travel(self, where: Callable[[], Moment | None]) -> None:
        """Go to another moment of the run, paused."""
        self._set_pace(Pace(False, self.pace.speed))
        self._left = self.snapshot
        self.training.travel(where)

    def action_swap(self) -> None:
        """Change places with the run that stands beside this one."""
        if self.training.trainer.other is None:
            self.bell()
        else:
            self.begin(lambda: self.training.trainer.swap(), self._narrator.travel)

    def action_switch_scale(self) -> None:
        """Draw the loss on the other scale."""
        self.change_view(SwitchScale())
