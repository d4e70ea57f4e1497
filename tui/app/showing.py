"""The run as it is shown: every moment frozen, and handed to the panes."""

from dataclasses import replace

from textual.reactive import var

from core import Snapshot, Trainer, TrainingConfig
from core.arrays import Array
from core.explain import PredictionTarget, Target
from core.images import Batch, Example, Image
from tui.app.input_order import OrderedApp
from tui.terminal.drawing import Ink
from tui.terminal.styles import plain_ink
from tui.view.selection import Trail
from tui.view.view import Pace, View
from tui.words.narrator import Narrator
from tui.worker.comparing import Comparer
from tui.worker.training import Training


class ShowingApp(OrderedApp):
    """An app around a run, that freezes what there is to see.

    Parameters
    ----------
    config : TrainingConfig
        The run that it opens on.
    plain : bool
        Whether the terminal's own colours are to be used.
    trainer : Trainer, optional
        A run that has begun already, to open on instead.
    """

    snapshot: var[Snapshot | None] = var[Snapshot | None](None, init=False)
    view: var[View] = var(View(), init=False)
    ink: var[Ink] = var(plain_ink(unicode=True), init=False)
    pace: var[Pace] = var(Pace(), init=False)
    remark: var[tuple[str, str]] = var(("", ""), init=False)
    target: var[Target] = var[Target](PredictionTarget(), init=False)
    coming_batch: var[Batch | None] = var[Batch | None](None, init=False)
    images: var[Batch | None] = var[Batch | None](None, init=False)
    test_images: var[Batch | None] = var[Batch | None](None, init=False)
    first: var[int] = var(0, init=False)
    second: var[int] = var(1, init=False)
    path: var[tuple[Array, ...]] = var[tuple[Array, ...]]((), init=False, always_update=True)

    def __init__(
        self, config: TrainingConfig, *, plain: bool, trainer: Trainer | None = None
    ) -> None:
        super().__init__(ansi_color=True if plain else None)
        self.training = Training(trainer or Trainer(config), self._on_change, self._on_wait)
        self._comparer = Comparer(self, self.training, self._compare)
        self._narrator = Narrator()
        self._is_stale = False
        self._trail = Trail()
        self._left: Snapshot | None = None

    @property
    def _looked_at(self) -> tuple[Image, Example | None]:
        """The image that is looked at, and which of the run's own it is."""
        return self.view.image, self.view.example

    def follow_selection(self) -> None:
        """Let what is open follow what is selected; for the app with the panes to do."""

    def switch_clock(self, *, on: bool) -> None:
        """Let frames follow one another, or not; for the app with the panes to do."""

    def _take(self, now: Snapshot) -> None:
        """Hand a new moment to the panes, with the images and the way that belong to it."""
        trainer = self.training.trainer
        self.coming_batch = trainer.run.here.coming_batch
        if self.images is not trainer.run.here.images:
            self.images = trainer.run.here.images
        if self.test_images is not trainer.run.scorer.test:
            self.test_images = trainer.run.scorer.test
        if self.view.example != now.reading.example:  # it has moved up, or is there no more
            self.view = replace(self.view, example=now.reading.example)
        self.path = self._trail.with_moment(now)
        self.snapshot = self._compared(now)
        self.follow_selection()

    def _compared(self, now: Snapshot) -> Snapshot:
        """Add the other gradient, if it is looked at."""
        if self.view.compares and self.coming_batch is not None:
            return self._comparer.compared(now, self.coming_batch)
        self._comparer.stop()
        return now

    def _compare(self) -> None:
        """Compare the gradients of the moment that is shown."""
        if self.snapshot is not None:
            self.snapshot = self._compared(self.snapshot)

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
        self._narrator.wait(self.training.trainer.snapshot(*self._looked_at))
        self.remark = self._narrator.remark

    def _on_frame(self) -> None:
        if self._is_stale and not (self.view.compares and self._comparer.gives_way()):
            self._show()

    def _show(self) -> None:
        """Freeze the run as it is now and hand it to the panes."""
        self._is_stale = False
        if self.training.is_evaluating or self.training.is_travelling:
            return
        trainer = self.training.trainer
        if trainer.run.outcome is not None and self.pace.running:
            self._set_pace(Pace(False, self.pace.speed))
        now = trainer.snapshot(*self._looked_at)
        if self._left is not None:
            self._narrator.travel(self._left, now)
            self._left = None
        else:
            self._narrator.train(now, self.pace, log_scale=self.view.log_scale)
        self._take(now)
        if self.view.part is None:
            self.remark = self._narrator.remark

    def _set_pace(self, pace: Pace) -> None:
        """Run, pause, change the speed; the frame clock runs only with the training."""
        self._end_slow_motion()
        if pace == self.pace:
            return
        self.training.set_pace(pace)
        self.pace = pace
        self.switch_clock(on=self.training.is_running)
        if not self.training.is_running:
            self._on_change()

    def _end_slow_motion(self) -> None:
        """Show the step as a whole again."""
        if self.view.part is not None:
            self.view = replace(self.view, part=None)
            self.remark = self._narrator.remark
            self.follow_selection()
