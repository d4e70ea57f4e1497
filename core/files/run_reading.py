"""Reading a run from a session: its parts, and that they fit one another."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from core.errors import ConfigError, SessionError
from core.files.coding import decode, decode_fields
from core.files.json_text import Json, keyed, listed, placed
from core.files.record import RunRecord, arrays_of, settings_used_until
from core.files.session import CHECKPOINTS, MOST_CHANGES
from core.files.settings_reading import read_settings
from core.images.own_data import OwnData
from core.metrics.curve import MOST as MOST_TESTS
from core.metrics.curve import TestCurve
from core.metrics.history import CAPACITY, LADDER, Buckets
from core.metrics.previous_run import StepSettings
from core.network.optimizers import OPTIMIZERS
from core.run.changes import AddImage
from core.run.stage import Stage, stages_of
from core.run.stopping import Outcome
from core.run.timeline import Checkpoint, Entry, Moment, edits_in
from core.settings.config import TrainingConfig
from core.structs import Struct

_RUN = (
    "settings", "journal", "here", "came_by_step", "outcome", "diverged_at", "carried",
    "first_loss", "losses", "tests", "checkpoints",
)  # fmt: skip


def read_run(value: Json, own: OwnData | None, where: str) -> RunRecord:
    """Read a run, and see that its parts fit one another."""
    table = keyed(value, where, _RUN)
    losses = _losses(table["losses"], f"{where}.losses")
    here = _moment(table["here"], f"{where}.here")
    if here[0] > losses.length:
        raise SessionError(f"{where}.here.moment[0]", "is after the end of the curve")
    outcome, diverged_at = _ending(table, here[0], where)
    known = max(here[0], losses.length - 1)
    journal = _journal(table["journal"], known, f"{where}.journal")
    carried = _carried(table["carried"], journal, f"{where}.carried")
    added = sum(1 if isinstance(edit, AddImage) else -1 for edit in edits_in(journal[:carried]))
    config = read_settings(table["settings"], own, f"{where}.settings", added)
    stages = _stages(config, journal, carried, f"{where}.journal")
    history = _History(journal, stages, known)
    # The step that led to infinity was taken, though the moment before it is shown.
    used_until = (max(here[0], diverged_at or 0), here[1])
    (moment,) = history.checkpoints([table["here"]], [f"{where}.here"], [used_until])
    first_loss = decode(float | None, table["first_loss"], f"{where}.first_loss")
    assert first_loss is None or isinstance(first_loss, float)
    if first_loss is not None and not np.isfinite(first_loss):
        raise SessionError(f"{where}.first_loss", "must be finite")
    came_by_step = decode(bool, table["came_by_step"], f"{where}.came_by_step") is True
    kept = _kept(table["checkpoints"], history, f"{where}.checkpoints")
    tests = _tests(table["tests"], known, f"{where}.tests")
    return RunRecord(
        config,
        journal,
        moment,
        kept,
        losses,
        outcome,
        diverged_at,
        carried,
        first_loss,
        came_by_step,
        tests,
    )


def _losses(value: Json, where: str) -> Buckets:
    """Read a curve's buckets, and see that there can be such ones."""
    losses = decode_fields(Buckets, value, where)
    width, length, passed = losses.width, losses.length, losses.passed
    if width < 1 or width & (width - 1) or not 0 <= length <= CAPACITY * width:
        raise SessionError(where, f"cannot have {length:,} points in buckets of {width:,}")
    used = -(-length // width)
    counts = np.minimum(length - np.arange(used) * width, width)
    for name in ("minimum", "maximum", "total", "last", "nonfinite"):
        if getattr(losses, name).shape != (used,):
            raise SessionError(
                f"{where}.{name}", f"must be {used:,} number{'s' * (used != 1)}, one per bucket"
            )
    low, high, last = losses.minimum, losses.maximum, losses.last
    finite = (counts - losses.nonfinite) > 0
    within = np.where(np.isfinite(last), (low <= last) & (last <= high), losses.nonfinite > 0)
    rules = {
        "nonfinite": (losses.nonfinite >= 0) & (losses.nonfinite <= counts),
        "minimum": ~np.isnan(low) & (np.isfinite(low) | ~finite),
        "maximum": ~np.isnan(high) & (np.isfinite(high) | ~finite) & ((low <= high) | ~finite),
        "total": np.isfinite(losses.total),
        "last": within,
    }
    for name, holds in rules.items():
        if not holds.all():
            raise SessionError(
                f"{where}.{name}[{int(holds.argmin())}]", "does not match the others"
            )
    if (
        len(passed) > len(LADDER)
        or any(a > b for a, b in pairwise((0, *passed, max(0, length - 1))))
        or (passed and not length)
    ):
        raise SessionError(f"{where}.passed", "must be steps of the curve, in order")
    return losses


def _tests(value: Json, known: int, where: str) -> TestCurve:
    """Read the test losses that were computed, at steps that are known."""
    tests = decode_fields(TestCurve, value, where)
    steps = tests.steps
    if steps.ndim != 1 or steps.shape != tests.losses.shape or len(steps) > MOST_TESTS:
        raise SessionError(where, f"must be at most {MOST_TESTS:,} steps and as many losses")
    if (np.diff(steps, prepend=-1, append=known + 1) <= 0).any():
        raise SessionError(f"{where}.steps", "must be steps of the curve, in order")
    return tests


def _ending(table: dict[str, Json], step: int, where: str) -> tuple[Outcome | None, int | None]:
    """Read why a run goes no further."""
    outcome = decode(Outcome | None, table["outcome"], f"{where}.outcome")
    diverged_at = decode(int | None, table["diverged_at"], f"{where}.diverged_at")
    assert outcome is None or isinstance(outcome, Outcome)
    assert diverged_at is None or isinstance(diverged_at, int)
    fits = diverged_at in (step, step + 1) if outcome is Outcome.DIVERGED else diverged_at is None
    if not fits:
        raise SessionError(f"{where}.diverged_at", "does not match the outcome and the moment")
    return outcome, diverged_at


def _moment(value: Json, where: str) -> Moment:
    """Read which moment a checkpoint is of."""
    found = value.get("moment") if isinstance(value, dict) else None
    moment = decode(Moment, found, f"{where}.moment")
    assert isinstance(moment, tuple)
    step, changes = moment
    return int(step), int(changes)


def _journal(value: Json, known: int, where: str) -> tuple[Entry, ...]:
    """Read what was changed when, in order, at steps that are known."""
    items = listed(value, where)
    if len(items) > MOST_CHANGES:
        raise SessionError(
            where, f"must have at most {MOST_CHANGES:,} changes (got {len(items):,})"
        )
    journal: list[Entry] = []
    for at, item in placed(items, where):
        entry = decode_fields(Entry, item, at)
        least = journal[-1].step if journal else 0
        if not least <= entry.step <= known:
            raise SessionError(f"{at}.step", f"must be {least:,} to {known:,} (got {entry.step:,})")
        journal.append(entry)
    return tuple(journal)


def _carried(value: Json, journal: Sequence[Entry], where: str) -> int:
    """Read how many of the first changes are edits of images from a run before."""
    carried = decode(int, value, where)
    assert isinstance(carried, int)
    first = journal[: max(0, carried)]
    if carried != len(edits_in(first)) or any(entry.step for entry in first):
        raise SessionError(where, "must be the number of edited images that the run started with")
    return carried


def _stages(
    config: TrainingConfig, journal: Sequence[Entry], carried: int, where: str
) -> list[Stage]:
    """Carry out what was changed, as far as settings go."""
    stages: list[Stage] = []
    try:
        for stage in stages_of(config, journal, carried):
            stages.append(stage)
    except ConfigError as error:
        at = f"{where}[{len(stages) - 1}].change"
        raise SessionError(at, f"{error.setting} {error.problem}") from None
    return stages


def _kept(value: Json, history: "_History", where: str) -> tuple[Checkpoint, ...]:
    """Read the moments on the way."""
    items = listed(value, where)
    if len(items) > CHECKPOINTS:
        raise SessionError(where, f"must have at most {CHECKPOINTS:,} moments (got {len(items):,})")
    places = [at for at, _ in placed(items, where)]
    moments = [_moment(item, at) for at, item in placed(items, where)]
    for at, (before, moment) in zip(places, pairwise(((0, 0), *moments)), strict=True):
        if moment <= before:
            raise SessionError(f"{at}.moment", "must be later than the moment before it")
    return history.checkpoints(items, places, moments)


class _History(Struct):
    """What a run's checkpoints have to fit."""

    journal: tuple[Entry, ...]
    stages: list[Stage]
    known: int
    """The last step that is known."""

    def checkpoints(
        self, items: list[Json], places: list[str], used_until: list[Moment]
    ) -> tuple[Checkpoint, ...]:
        """Read checkpoints; `used_until` are the moments whose ways are theirs, in order."""
        for item, at in zip(items, places, strict=True):
            self._check(_moment(item, at), f"{at}.moment")
        settings_used = settings_used_until(used_until, self.stages, self.journal)
        return tuple(map(self._checkpoint, items, places, settings_used))

    def _check(self, moment: Moment, where: str) -> None:
        """Check that there is such a moment."""
        step, changes = moment
        if not 0 <= changes <= len(self.journal):
            most = len(self.journal)
            raise SessionError(where, f"must be after at most {most:,} changes (got {changes:,})")
        least = self.journal[changes - 1].step if changes else 0
        most = self.journal[changes].step if changes < len(self.journal) else self.known
        if not least <= step <= most:
            raise SessionError(where, f"must be a step from {least:,} to {most:,} (got {step:,})")

    def _checkpoint(
        self, item: Json, where: str, settings_used: tuple[StepSettings, ...]
    ) -> Checkpoint:
        stage = self.stages[_moment(item, where)[1]]
        given = {
            "config": stage.config, "frozen": stage.frozen, "settings_used": settings_used,
            "schedule": stage.schedule,
        }  # fmt: skip
        found = decode_fields(Checkpoint, item, where, given)
        count = stage.config.architecture.parameter_count
        for name in ("parameters", "previous"):
            numbers = getattr(found, name)
            if numbers.shape != (count,):
                has = "×".join(f"{n:,}" for n in numbers.shape)
                raise SessionError(f"{where}.{name}", f"must be {count:,} numbers (got {has})")
            if not np.isfinite(numbers).all():
                raise SessionError(f"{where}.{name}", "must be finite numbers")
        if min(found.progress.images, found.progress.epochs) < 0:
            raise SessionError(f"{where}.progress", "must be counts of at least 0")
        self._check_state(found, f"{where}.state")
        if any(array.shape[-1:] not in ((), (0,), (count,)) for array in arrays_of(found)):
            raise SessionError(where, f"must have arrays of {count:,} numbers")
        return found

    def _check_state(self, found: Checkpoint, where: str) -> None:
        """Check that the optimizer can continue from its state."""
        state, parameters = found.state, found.config.architecture.parameter_count
        optimizer = OPTIMIZERS[found.config.optimizer]
        shape = (optimizer.slots, parameters)
        if state.slots.shape != shape or state.before.shape[:1] != (0,):
            wanted = f"{shape[0]:,} × {shape[1]:,} numbers in slots, none in before"
            raise SessionError(where, f"must have {wanted}")
        if (state.slots[list(optimizer.squares)] < 0).any():
            raise SessionError(f"{where}.slots", "must be means of squares, at least 0")
        if state.count.shape != () or not 0 <= state.count < np.inf:
            raise SessionError(f"{where}.count", "must be a count of at least 0")
