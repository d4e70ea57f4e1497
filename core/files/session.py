"""A session: a run as it stands, the run beside it, and the selected image, as one JSON text.

What a session holds, and what not:

* of a run its settings at step 0, the journal of what was changed when, the moment that it stands
  at with the parameters to the last bit, its curve, and some moments on the way; own data whole,
  and of drawn images the settings that draw them
* the run beside it, likewise, unless both together would be too large for a file
* not the runs before it, which `b` comes back to at step 0, nor measured times

The parameters of a moment are taken as they are. What lies between two is trained again, so that
any moment can be reached; another machine's arithmetic may differ there in the last digits.
"""

import base64
import json
from collections.abc import Iterator
from itertools import chain

import numpy as np

from core.errors import SessionError
from core.files.coding import encode, encode_fields
from core.files.json_text import MOST_BYTES, Json
from core.files.record import RunRecord, record_of, run_of
from core.images.images import Image
from core.images.own_data import OwnData
from core.network.optimizers import OPTIMIZERS
from core.run.timeline import Entry
from core.run.trainer import OtherRun, Trainer
from core.settings.config import SETTINGS, TrainingConfig
from core.structs import Struct

FORMAT = "napkin-net session"
VERSION = 1
CHECKPOINTS = 1_000
"""Moments on the way that a file holds at most …"""
CHECKPOINT_BYTES = 16 * 2**20
"""… and the bytes of their parameters."""
MOST_CHANGES = 10_000
"""Entries of a journal that a file holds at most."""
DERIVED = ("config", "frozen", "settings_used", "schedule")
"""What follows from the journal and is not written of a checkpoint."""
_READABLE_ROWS = 50_000
"""Numbers of own data that are written one by one."""
_CHUNK = 3 * 2**16


class Session(Struct, eq=False):
    """What a file holds."""

    image: Image
    """The selected image."""
    run: RunRecord
    """The run."""
    other: RunRecord | None
    """The run beside it."""
    started_again: bool
    """Whether the run began where `other` began, and did not branch off it."""
    absent_engine: str | None = None
    """An engine that it was saved with and that is not installed here: matrix computes instead."""

    def trainer(self) -> Trainer:
        """Make a run that stands where this one stood."""
        other = None if self.other is None else OtherRun(run_of(self.other), self.started_again)
        return Trainer(run_of(self.run), other)


def session_of(trainer: Trainer, image: Image, most_checkpoints: int = CHECKPOINTS) -> Session:
    """Return the session of a run and the run beside it; training may continue meanwhile.

    Raises
    ------
    SessionError
        If it is more than a file may hold.
    """
    run = record_of(trainer.run, most_checkpoints, CHECKPOINT_BYTES)
    other, started_again = None, False
    if trainer.other is not None:
        other = record_of(trainer.other.run, most_checkpoints, CHECKPOINT_BYTES)
        started_again = trainer.other.has_started_again
        if len(other.journal) > MOST_CHANGES or _size(run, other) > MOST_BYTES:
            other = None
    if _size(run) > MOST_BYTES:
        config = trainer.run.config
        each = 2 + OPTIMIZERS[config.optimizer].slots
        words = f"{config.optimizer} needs {each} numbers per weight"
        raise SessionError("", f"would be larger than {MOST_BYTES >> 20} MiB: {words}")
    if len(run.journal) > MOST_CHANGES:
        changes = len(run.journal)
        raise SessionError("", f"has {changes:,} changes; a file holds at most {MOST_CHANGES:,}")
    return Session(image, run, other, other is not None and started_again)


def _size(*runs: RunRecord) -> int:
    """Return roughly the bytes of a file: base64 takes four for three."""
    data = runs[0].config.data
    own = 0 if data is None else data.batch.images.nbytes + data.batch.targets.nbytes
    return 2**20 + (own + sum(run.nbytes for run in runs)) * 4 // 3


def written(session: Session) -> Iterator[bytes]:
    """Write a session as JSON, piece by piece."""
    data = session.run.config.data
    other: Json = None
    if session.other is not None:
        other = {"started_again": session.started_again, "run": _run(session.other)}
    whole: Json = {
        "format": FORMAT,
        "version": VERSION,
        "image": encode(Image, session.image),
        "data": None if data is None else own_json(data),
        "run": _run(session.run),
        "other": other,
    }
    for piece in chain(pieces(whole, "\n"), "\n"):
        yield piece.encode("ascii")


def own_json(data: OwnData) -> Json:
    """Return a person's own images as JSON has them, whole; `pieces` writes that."""
    rows = np.column_stack([data.batch.images, data.batch.targets])
    encoded = encode(None, rows, _READABLE_ROWS)
    return {"name": data.name, "labelled": data.labelled, "scale": data.scale, "rows": encoded}


def _run(run: RunRecord) -> Json:
    return {
        "settings": _settings(run.config),
        "journal": encode(tuple[Entry, ...], run.journal),
        "here": encode_fields(run.here, without=DERIVED),
        "came_by_step": run.came_by_step,
        "outcome": None if run.outcome is None else run.outcome.value,
        "diverged_at": run.diverged_at,
        "carried": run.carried,
        "first_loss": encode(float | None, run.first_loss),
        "losses": encode_fields(run.losses),
        "tests": encode_fields(run.tests),
        "checkpoints": [
            encode_fields(checkpoint, without=DERIVED, readable=0) for checkpoint in run.checkpoints
        ],
    }


def _settings(config: TrainingConfig) -> Json:
    usual, settings = TrainingConfig(), dict[str, Json]()
    for name, setting in SETTINGS.items():
        value = getattr(config, name)
        if setting.came_later and value == getattr(usual, name):
            continue  # so a session without them is what it always was
        settings[name] = list(value) if isinstance(value, tuple) else value
    return settings


def pieces(value: Json, line: str) -> Iterator[str]:
    """Write JSON in lines that a person can read; `line` is a line's end and its indent.

    What holds nothing but plain values, or lists of them, stands on one line.
    """
    if isinstance(value, np.ndarray):
        yield '"'
        raw = np.ascontiguousarray(value, value.dtype.newbyteorder("<")).reshape(-1).view(np.uint8)
        for start in range(0, len(raw), _CHUNK):
            yield base64.b64encode(raw[start : start + _CHUNK].tobytes()).decode("ascii")
        yield '"'
    elif isinstance(value, dict) and not _is_plain(value):
        yield "{"
        for number, (key, item) in enumerate(value.items()):
            yield f"{',' if number else ''}{line}  {json.dumps(key)}: "
            yield from pieces(item, f"{line}  ")
        yield f"{line}}}"
    elif isinstance(value, list) and not _is_plain(value):
        yield "["
        for number, item in enumerate(value):
            yield f"{',' if number else ''}{line}  "
            yield from pieces(item, f"{line}  ")
        yield f"{line}]"
    else:
        yield json.dumps(value, allow_nan=False)


def _is_plain(value: Json) -> bool:
    """Whether a value is short enough for a line: one level, or two of a few values."""
    if isinstance(value, dict):
        return len(value) <= 3 and all(_is_plain(item) for item in value.values())
    if isinstance(value, list):
        return not any(isinstance(item, list | dict | np.ndarray) for item in value)
    return not isinstance(value, np.ndarray)
