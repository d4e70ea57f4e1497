"""What is known of runs: their files, and how long somebody worked on them."""

import os
from pathlib import Path

import pytest

from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tui.files.known import PAUSE, Effort, KnownFiles
from tui.files.session_files import stamp_of

RUN, OTHER = (Trainer(TrainingConfig(seed=seed)).run for seed in (1, 2))
HERE, THERE = RUN.log.origin, OTHER.log.origin
EXISTS = "this file exists: press enter again to replace it"
CHANGED = "another program has changed this file: press enter again to replace it"


def test_a_file_is_replaced_with_no_question_only_by_its_run_and_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "a.napkin"
    path, known = str(file), KnownFiles()
    assert known.question(path, HERE) == ""
    file.write_text("1")
    assert known.question(path, HERE) == EXISTS
    known.note(HERE, path, stamp_of(path))
    assert known.path_of(HERE) == path
    assert known.question(path, HERE) == ""
    assert known.question(path, THERE) == EXISTS
    file.write_text("22")
    assert known.question(path, HERE) == CHANGED
    known.note(HERE, path, stamp_of(path))
    assert known.question(path, HERE) == ""
    other = tmp_path / "other"
    other.write_text("33")
    os.utime(other, ns=(0, file.stat().st_mtime_ns))
    other.replace(file)  # of the same size and time, but it is another file
    assert known.question(path, HERE) == CHANGED
    file.unlink()
    assert known.question(path, HERE) == ""


def test_work_is_the_time_between_changes_but_pauses_count_for_little() -> None:
    now = [0.0]
    effort = Effort(lambda: now[0])
    for time, seconds_per_step in ((0.5, 0.0), (1.0, 0.0), (101.0, 0.0), (141.0, 60.0)):
        now[0] = time
        effort.note(HERE, seconds_per_step)
    assert effort.of(HERE) == 1.0 + PAUSE + 40.0
    assert effort.of(THERE) == 0.0
    effort.put(HERE, 0.0)
    assert effort.of(HERE) == 0.0


@pytest.mark.parametrize("path", ["a\0b", "nowhere/at/all"])
def test_what_is_no_file_has_no_stamp(path: str) -> None:
    assert stamp_of(path) is None
