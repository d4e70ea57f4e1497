"""The run behind the screen: what keys and panes ask for, carried out between two steps."""

from collections.abc import Callable
from dataclasses import replace

from core import (
    Change,
    ConfigError,
    SetSettings,
    Snapshot,
    TrainingConfig,
    neighbouring_rate,
)
from core.explain import parts_of
from core.run import Moment
from core.settings import Reshape
from tui.app.showing import ShowingApp
from tui.view.selection import still_standing
from tui.view.view import Look, MoveCursor, Pace, SwitchComparison, SwitchScale
from tui.words.parts import part_words
from tui.words.phrases import refused

_SEEDS = 2**32


class RunApp(ShowingApp):
    """An app that changes its run as a person asks; it alone touches the trainer."""

    def reshape(self, reshape: Reshape) -> None:
        """Start another run with the network changed; for `ReshapingApp` to do."""

    def carry_out(self, change: Change | Look | Reshape) -> None:
        """Do what a pane asks for."""
        if isinstance(change, Change):
            self.change_run(change)
        elif isinstance(change, Reshape):
            self.reshape(change)
        else:
            self.change_view(change)

    async def catch_up(self) -> None:
        """Let what was asked for be done and shown."""
        await self.training.settle()

    def change_view(self, look: Look) -> None:
        """Look at it another way; the run has no part in this, but for the moment it stands at."""
        before, self.view = self.view, look.applied_to(self.view)
        self.follow_selection()
        if isinstance(look, MoveCursor):
            self._go_to_step(look.step)
        if isinstance(look, SwitchComparison):
            self._compare()
        looked_at = before.image, before.example
        if self._looked_at != looked_at and self.snapshot is not None:
            seen = self.snapshot
            self.snapshot = seen.looking_at(*self._looked_at)
            self._narrator.change(seen, self.snapshot)
            self.remark = self._narrator.remark

    def change_run(self, change: Change) -> None:
        """Change the run between two steps, or say why that cannot be."""
        refusal: ConfigError | None = None

        def change_it() -> None:
            # What it asks for may have become impossible while it waited for a long step.
            nonlocal refusal
            try:
                self.training.trainer.apply(change)
            except ConfigError as error:
                refusal = error

        def tell(before: Snapshot, after: Snapshot) -> None:
            if refusal is None:
                self._narrator.change(before, after)
            else:
                self.refuse(refused(refusal))

        self._act(change_it, tell)

    def _act(self, action: Callable[[], None], tell: Callable[[Snapshot, Snapshot], None]) -> None:
        """Change the run and say so."""
        self._end_slow_motion()

        def act() -> None:
            trainer = self.training.trainer
            before = trainer.snapshot(*self._looked_at)
            action()
            self.training.look_if_quick()
            after = self.training.trainer.snapshot(*self._looked_at)
            tell(before, after)
            last = after.architecture.parameter_count - 1
            if self.view.parameter > last:
                self.view = replace(self.view, parameter=last)
            self._take(after)
            self.remark = self._narrator.remark

        self.training.between_steps(act)

    def action_run_or_pause(self) -> None:
        """Run or pause."""
        if self.training.trainer.run.outcome is not None:
            self.bell()
            return
        self._set_pace(Pace(not self.pace.running, self.pace.speed))

    def action_step(self) -> None:
        """Take one step."""
        if self.training.trainer.run.outcome is not None:
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
            self.training.catch_up()
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

    def refuse(self, problem: str) -> None:
        """Say why a key changes nothing."""
        self.bell()
        self._narrator.refuse(problem)
        self.remark = self._narrator.remark

    def action_reset(self) -> None:
        """Start this again."""
        self.begin(lambda: self.training.trainer.reset())

    def action_new_weights(self) -> None:
        """Draw the next seed's weights."""
        seed = (self.training.trainer.run.config.seed + 1) % _SEEDS
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
        rate = self.training.trainer.run.config.learning_rate
        self.change_run(SetSettings.of(learning_rate=neighbouring_rate(rate, up=up)))

    def action_switch_gradient(self) -> None:
        """Find the gradient the other way."""
        now = self.training.trainer.run.config.gradient
        self.change_run(SetSettings.of(gradient="nudge" if now == "backprop" else "backprop"))

    def action_switch_engine(self) -> None:
        """Compute with the other engine."""
        now = self.training.trainer.run.config.engine
        self.change_run(SetSettings.of(engine="loops" if now == "matrix" else "matrix"))

    def action_step_back(self, steps: int) -> None:
        """Go back: over a change, over steps, or into the run before this one."""
        trainer = self.training.trainer
        if self.training.is_travelling:
            self.bell()
            return
        if trainer.run.moment_before(steps) is not None:
            self._travel(lambda: trainer.run.moment_before(steps))
        elif trainer.left:
            self.begin(self._return_to_before, self._come_back)
        else:
            self.refuse("there is nothing before this")

    def _return_to_before(self) -> None:
        self.training.trainer.return_to_before()

    def _come_back(self, before: Snapshot, after: Snapshot) -> None:
        """Stand on the same parameter, also where the run before has another network."""
        self.view = still_standing(self.view, before, after)
        self._narrator.come_back(before, after)

    def _go_to_step(self, step: int | None) -> None:
        """Stand at a known step; None is the last one."""
        trainer = self.training.trainer
        step = trainer.run.last_step if step is None else step
        is_elsewhere = step != trainer.run.step_count or trainer.run.outcome is not None
        if is_elsewhere and not self.training.is_travelling:
            moment = trainer.run.moment_at(step)
            self._travel(lambda: moment)

    def _travel(self, where: Callable[[], Moment | None]) -> None:
        """Go to another moment of the run, paused."""
        self._set_pace(Pace(False, self.pace.speed))
        self._left = self.snapshot
        self.training.travel(where)

    def action_swap(self) -> None:
        """Change places with the run that stands beside this one."""
        if self.training.trainer.other is None:
            self.refuse("there is no other run beside this one")
        else:
            self.begin(lambda: self.training.trainer.swap(), self._narrator.travel)

    def action_switch_scale(self) -> None:
        """Draw the loss on the other scale."""
        self.change_view(SwitchScale())
