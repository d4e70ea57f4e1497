"""Sweeps that are kept for the next start, and several programs in one home."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from core import TrainingConfig
from core.images import Batch, OwnData
from core.sweeps import Workers
from core.sweeps.executors import InlineExecutor
from tests.tui.sweep.sweeps import BASE
from tui.sweep.draft import Draft, Plan
from tui.sweep.keeping import kept_files
from tui.sweep.work import SweepWork


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, and workers in this thread."""

    @contextmanager
    def workers_of(kind: str, count: int) -> Iterator[Workers]:
        yield Workers(1, InlineExecutor, ahead=1)

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with patch("tui.sweep.work.workers_of", workers_of):
        yield tmp_path


def trained(seeds: str, base: TrainingConfig = BASE, before: SweepWork | None = None) -> SweepWork:
    """Train a sweep over seeds, as a program does that shows it."""
    plan = Draft(base, {"seed": seeds}).plan()
    assert isinstance(plan, Plan)
    work = SweepWork(plan, before)
    work.begin()
    work._train()
    return work


def full_after(lines: int) -> Callable[[int, bytes, int], int]:
    """Return what writes so many lines, and then finds the disk full."""
    write, left = os.pwrite, [lines]

    def pwrite(handle: int, data: bytes, place: int) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "full")
        return write(handle, data, place)

    return pwrite


def last() -> SweepWork | None:
    return SweepWork.last(lambda: False)


def test_each_of_two_programs_has_its_own_sweep_and_the_one_that_ended_last_is_kept() -> None:
    one, other = trained("0..1"), trained("5..7")
    assert one.progress.problem == other.progress.problem == ""
    # Both are on a screen: a third program has neither, and takes neither away.
    assert last() is None
    third = trained("8")
    first, second = (Path(work.keeping.file.path) for work in (one, other) if work.keeping.file)
    assert first.exists()
    assert second.exists()
    third.keeping.leave()
    # That they end is a matter of the last result, not of the program that is closed last.
    for path, when in ((first, 300), (second, 200)):
        os.utime(path, (when, when))
    assert third.keeping.file is not None
    os.utime(third.keeping.file.path, (100, 100))
    other.keeping.leave()
    one.keeping.leave()
    kept = last()
    assert kept is not None
    assert (kept.curves.keys(), kept.keeping.ended) == (one.curves.keys(), 300)
    # It goes on in its own file, and what it replaces is forgotten when another one begins.
    trained("0..1", before=kept).keeping.leave()
    assert len(kept_files()) == 1
    again = last()
    assert again is not None
    assert again.keeping.ended is not None
    again.keeping.leave()


def test_a_sweep_of_own_images_is_kept_with_them() -> None:
    rng = np.random.default_rng([3])
    batch = Batch(rng.random((300, 4)), rng.random(300))
    own = OwnData("mine.csv", batch, scale=255.0, path="/home/me/mine.csv")
    base = replace(BASE, data=own, task="own", images=300)
    work = trained("0..2", base)
    work.keeping.leave()
    assert work.keeping.file is not None
    assert b"/home/me" not in Path(work.keeping.file.path).read_bytes()
    kept = last()
    assert kept is not None
    assert kept.curves.keys() == work.curves.keys()
    first = kept.plan.grid.first
    assert first == work.plan.grid.first
    assert first.data is not None
    assert (first.data.name, first.data.scale, first.data.path) == ("mine.csv", 255.0, "")
    assert (first.data.batch.images == batch.images).all()
    kept.keeping.leave()
    # Other images than those of the runs are told, and not trained with.
    path = Path(work.keeping.file.path)
    text = path.read_bytes()
    path.write_bytes(text.replace(b'"data": "', b'"data": "0', 1))
    with pytest.raises(Exception, match="own: are other images than those of the runs"):
        last()
    path.write_bytes(text.replace(b'"own": {', b'"owns": {', 1))
    with pytest.raises(Exception, match="owns"):
        last()


def test_what_cannot_be_kept_is_trained_and_told(home: Path) -> None:
    (home / "napkin-net").write_text("a file where the folder was to be")
    work = trained("0..1")
    assert work.progress.runs == 2
    assert work.keeping.problem == "there is such a file already"
    assert last() is None
    (home / "napkin-net").unlink()
    work.keeping.leave()
    # A disk that is full leaves what is whole, and the rest is trained again.
    plan = work.plan
    with patch("core.sweeps.file.os.pwrite", side_effect=full_after(2)):
        work = trained("0..1")
    assert work.keeping.problem == "the disk is full"
    work.keeping.leave()
    kept = last()
    assert kept is not None
    assert (len(kept.curves), len(kept.plan.grid)) == (1, len(plan.grid))
    kept.begin()
    kept._train()
    assert (kept.progress.runs, kept.keeping.problem) == (2, "")
    kept.keeping.leave()
    with patch("core.sweeps.file.os.pwrite", side_effect=full_after(0)):
        assert trained("0..1").keeping.problem == "the disk is full"
    assert len(kept_files()) == 1  # what cannot be kept removes nothing


def test_what_another_version_has_written_is_not_removed(home: Path) -> None:
    work = trained("0..1")
    work.keeping.leave()
    assert work.keeping.file is not None
    path = Path(work.keeping.file.path)
    newer = path.read_bytes().replace(b'sweep": 1', b'sweep": 2', 1)
    path.write_bytes(newer)
    trained("2..3").keeping.leave()
    assert path.read_bytes() == newer
    kept = last()
    assert kept is not None
    assert [seed for (seed,) in kept.curves] == [2, 3]
    kept.keeping.leave()
    # One that was cut off before its first line was whole, or is a pipe, is no sweep.
    (home / "napkin-net" / "sweep-cut.jsonl").write_bytes(b"")
    os.mkfifo(home / "napkin-net" / "sweep-pipe.jsonl")
    assert len(kept_files()) == 2
