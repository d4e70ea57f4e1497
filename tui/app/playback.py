"""How the run goes on: run or pause, a step, a part of one, back, and over to the other run."""

from dataclasses import replace

from core import Snapshot
from core.quantities import substeps_of
from core.run import Arrival, Run
from tui.app.controller import Controller
from tui.panes.loss.words import units_of
from tui.view.selection import still_standing
from tui.view.view import Pace, TurnUnit
from tui.words.looking import FROM_SWEEP, speed


def run_or_pause(controller: Controller) -> None:
    """Run or pause."""
    if controller.run.outcome is not None:
        _repeat_end(controller)
        return
    pace = controller.shown.pace
    if not pace.running and _is_at_rest(controller.run):
        controller.refuse("no step changes any weight. Change something, or press r to restart")
        return
    controller.set_pace(Pace(not pace.running, pace.speed))


def _is_at_rest(run: Run) -> bool:
    """Whether to run would change nothing but the count of steps, for ever."""
    ends = run.config.steps is not None or run.config.patience is not None
    is_last = run.step_count == run.last_step
    return is_last and not ends and Arrival.AT_REST in run.scorer.arrivals


def change_speed(controller: Controller, by: int) -> None:
    """Go faster or slower."""
    before = controller.shown.pace
    now = before.changed(by)
    controller.set_pace(now)
    # A run that has arrived meanwhile left its lesson to read; the footer has the speed.
    if now == before or now.running or not controller.run.scorer.arrivals:
        controller.note(speed(now, at_end=now == before))


def turn_unit(controller: Controller) -> None:
    """Count the steps of the loss curve in the next unit."""
    if (now := controller.shown.snapshot) is not None:
        controller.change_view(TurnUnit(units_of(now)))


def step(controller: Controller) -> None:
    """Take one step."""
    if controller.run.outcome is not None:
        _repeat_end(controller)
        return
    controller.pause()
    controller.training.step()
    controller.shown.view = replace(controller.shown.view, stepped=True)


def _repeat_end(controller: Controller) -> None:
    """Say once more why the run goes no further."""
    controller.shown.bell()
    if (now := controller.shown.snapshot) is not None and now.outcome is not None:
        controller.narrator.end(now)
        controller.offer(FROM_SWEEP if controller.trainer.is_repeatable else "")


def go_to_substep(controller: Controller, by: int) -> None:
    """Show the next part of the coming step, or the part before; after the last, step."""
    now, training = controller.shown.snapshot, controller.training
    busy = training.is_evaluating or training.is_travelling
    if controller.run.outcome is not None:
        _repeat_end(controller)
        return
    if now is None or now.gradient is None or busy:
        controller.refuse("this step is still being computed")
        return
    if controller.shown.pace.running:
        controller.pause()
    substeps, substep = substeps_of(now), controller.shown.view.substep
    if substep is None and by < 0:
        controller.refuse("no substep is shown. Press . for the first one of the coming step")
        return
    place = by - 1 if substep is None else substep + by
    if place >= len(substeps):
        step(controller)
        training.catch_up()
    elif place < 0:
        controller.end_single_stepping()
    else:
        controller.show_substep(place)


def step_back(controller: Controller, steps: int) -> None:
    """Go back: over a change, over steps, or into the previous run."""
    if controller.training.is_travelling:
        controller.shown.bell()
    elif controller.run.moment_before(steps) is not None:
        controller.travel(lambda: controller.run.moment_before(steps))
    elif controller.trainer.runs_before:
        _return_to_before(controller)
    else:
        controller.refuse("there is no earlier step")


def go_to_kept_run(controller: Controller) -> None:
    """Go to the run before this one, at whatever step; from the first one, to the last one."""
    if controller.trainer.left:
        _return_to_before(controller, goes_round=True)
    else:
        controller.refuse(_NO_OTHER)


_NO_OTHER = "no other run is kept"


def _return_to_before(controller: Controller, *, goes_round: bool = False) -> None:
    """Go back into the previous run, and stand on the same parameter, also in another network."""

    was_swept = controller.trainer.is_repeatable

    def come_back() -> str | None:
        is_there = controller.trainer.return_to_before(goes_round=goes_round)
        return None if is_there else _NO_OTHER

    def tell(before: Snapshot, after: Snapshot) -> None:
        controller.shown.view = still_standing(controller.shown.view, before, after)
        kept = len(controller.trainer.left)
        controller.narrator.come_back(after, kept, was_swept=was_swept)

    controller.begin(come_back, tell)


def swap(controller: Controller) -> None:
    """Change places with the run that stands beside this one."""
    if controller.trainer.other is None:
        controller.refuse("there is no previous run")
    else:
        controller.begin(lambda: controller.trainer.swap(), controller.narrator.swap)
