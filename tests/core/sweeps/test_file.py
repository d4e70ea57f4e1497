"""The file of a sweep: whatever it was stopped by, what is done is there, and nothing else."""

import json
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import TrainingConfig
from core.errors import SweepError
from core.images import Batch, OwnData
from core.sweeps import Result, Task, begun_with, run, sweep_file

CONFIGS = [TrainingConfig(images=4, steps=3, seed=seed, hidden=(2,)) for seed in range(4)]


def results() -> list[Result]:
    """Train the runs."""
    return [run(Task(config, 0.5)) for config in CONFIGS]


def write(path: Path, found: list[Result], goal: float | None = 0.5) -> None:
    """Keep results in a file."""
    with sweep_file(str(path), CONFIGS[0], goal) as file:
        for each in found:
            file.add(each)


def read(path: Path, goal: float | None = 0.5) -> list[Result]:
    """Return what is done."""
    with sweep_file(str(path), CONFIGS[0], goal) as file:
        return [file.result(config) for config in CONFIGS if file.holds(config)]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file be larger than so many bytes, as on a disk that is full from there on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    path, found = tmp_path / "sweep.jsonl", results()
    found[1] = replace(found[1], loss=float("inf"), test_loss=0.1 + 0.2)
    write(path, found[:2])
    write(path, found[2:])
    assert read(path) == found
    lines = path.read_text().splitlines()
    assert len(lines) == 1 + len(found)
    assert json.loads(lines[2])["settings"] == {"seed": 1}
    # Lines that were written before seconds until the goal were measured have none.
    before = [json.loads(line) for line in lines]
    for line in before[1:]:
        del line["goal_seconds"]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in before))
    assert read(path) == [replace(each, goal_seconds=None) for each in found]


def test_a_file_that_was_cut_anywhere_goes_on_from_its_last_whole_line(tmp_path: Path) -> None:
    path, found = tmp_path / "sweep.jsonl", results()[:2]
    write(path, found)
    whole = path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == 10]
    for cut in {*range(0, len(whole), 301), *ends, *(end - 1 for end in ends), *range(20)}:
        path.write_bytes(whole[:cut])
        known = sum(end <= cut for end in ends[1:])
        assert read(path) == found[:known]
        write(path, found[known:])
        assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"step,loss\n0,1\n", "is not the file of a sweep"),
        (b"step,loss", "is not the file of a sweep"),
        (b"\n", "is not the file of a sweep"),
        (b'{"format": "napkin-net session"}\n', "is not the file of a sweep"),
        (b'{"napkin_net_sweep": 2, "goal": null, "data": null, "settings": {}}\n', "not the file"),
        (b'{"napkin_net_sweep": 1, "goal": null, "data": null, "settings": 5}\n', "not the file"),
        (b"\xff\xfe\x00\x00\n", "is not the file of a sweep"),
        (b"[" * 10_000 + b"\n", "is not the file of a sweep"),
    ],
)
def test_what_is_no_sweep_is_refused_and_left_alone(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "notes"
    path.write_bytes(content)
    with pytest.raises(SweepError) as refused:
        read(path)
    assert words in str(refused.value)
    assert "choose another file" in str(refused.value)
    assert path.read_bytes() == content


@pytest.mark.parametrize("line", [b"garbage\n", b"[1]\n", b'{"seed": 1}\n', b"\0\0\0\n"])
def test_a_spoiled_line_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "sweep.jsonl"
    write(path, results())
    lines = path.read_bytes().splitlines(keepends=True)
    spoiled = b"".join([*lines[:2], line, *lines[2:]])
    path.write_bytes(spoiled)
    with pytest.raises(SweepError, match="line 3 is not a result"):
        read(path)
    assert path.read_bytes() == spoiled


def test_a_result_with_a_spoiled_number_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sweep.jsonl"
    write(path, results()[:1])
    path.write_text(path.read_text().replace('"steps": 3, "loss"', '"steps": "x", "loss"'))
    with pytest.raises(SweepError, match="steps: must be a whole number"):
        read(path)


def test_another_goal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sweep.jsonl"
    write(path, results())
    with pytest.raises(SweepError, match=r"holds a sweep with the goal 0\.5: repeat it"):
        read(path, None)
    write(tmp_path / "none", [], None)
    with pytest.raises(SweepError, match="holds a sweep with no goal"):
        read(tmp_path / "none")


def test_other_images_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sweep.jsonl"
    images = Batch(np.zeros((3, 4)), np.array([0.0, 0.5, 1.0]))
    own = TrainingConfig(images=3, task="own", data=OwnData("a.csv", images), steps=1)
    with sweep_file(str(path), own, None) as file:
        file.add(run(Task(own)))
        assert file.holds(own)
    moved = OwnData("b.csv", Batch(images.images + 0.5, images.targets))
    with (
        pytest.raises(SweepError, match="on other images"),
        sweep_file(str(path), replace(own, data=moved), None),
    ):
        pass


def opened(path: Path, config: TrainingConfig) -> int:
    """Open a file for a sweep of one run; return how many runs it holds."""
    with sweep_file(str(path), config, 0.5) as file:
        file.refuse_if_other(int(file.holds(config)), config)
        return len(file)


def test_another_sweep_is_refused_with_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "sweep.jsonl"
    write(path, results())
    other = replace(CONFIGS[0], hidden=(8, 8), learning_rate=0.5)
    with pytest.raises(SweepError) as refused:
        opened(path, other)
    assert str(refused.value) == (
        f"{path} holds another sweep (hidden neurons 2 there, 8+8 here; learning rate 0.1 there, "
        "0.5 here): choose another file"
    )
    assert opened(path, CONFIGS[3]) == 4


def test_only_one_sweep_writes_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "sweep.jsonl"
    with (
        sweep_file(str(path), CONFIGS[0], 0.5),
        pytest.raises(SweepError, match="another sweep writes to it now"),
    ):
        read(path)
    assert read(path) == []


def test_a_place_that_takes_no_file_is_refused_in_words(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, words in {
        "": "it is a folder",
        "missing/sweep.jsonl": "there is no such file or folder",
        "pipe": "it is not a regular file",
        "a\0b": "a file cannot have this name",
    }.items():
        with pytest.raises(SweepError) as refused:
            read(tmp_path / name)
        assert words in str(refused.value)


def test_a_number_that_none_can_read_belongs_to_no_run(tmp_path: Path) -> None:
    path, found = tmp_path / "sweep.jsonl", results()
    write(path, found)
    path.write_text(
        path.read_text().replace('"settings": {"seed": 1}', '"settings": {"seed": 1e999}')
    )
    assert read(path) == [found[0], *found[2:]]


def test_a_curve_whose_lists_are_not_of_one_length_is_refused(tmp_path: Path) -> None:
    path, found = tmp_path / "sweep.jsonl", results()
    write(path, [replace(found[0], curve_losses=found[0].curve_losses[1:])])
    with pytest.raises(SweepError, match="points that lack a number: remove that line"):
        read(path)


def test_a_full_disk_leaves_no_half_line(tmp_path: Path) -> None:
    path, found = tmp_path / "sweep.jsonl", results()
    write(path, found[:1])
    before = path.read_bytes()

    with sweep_file(str(path), CONFIGS[0], 0.5) as file:
        with room_for(len(before) + 20), pytest.raises(OSError, match="File too large"):
            file.add(found[1])
        assert not file.holds(CONFIGS[1])
        assert path.read_bytes() == before
        file.add(found[2])
        assert file.result(CONFIGS[2]) == found[2]
    assert read(path) == [found[0], found[2]]
    path.unlink()
    with room_for(20), pytest.raises(SweepError, match="larger than a file may be"):
        write(path, found)
    assert path.read_bytes() == b""
    assert read(path) == []


def test_a_file_of_a_newer_version_is_refused_with_its_version_and_left_as_it_is(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sweep.jsonl"
    write(path, results()[:1])
    newer = path.read_bytes().replace(b'sweep": 1', b'sweep": 2', 1)
    path.write_bytes(newer)
    with pytest.raises(SweepError, match=r"version: must be 1, .* \(got 2\)\): choose another"):
        read(path)
    assert path.read_bytes() == newer


def test_what_was_typed_for_a_sweep_is_in_its_file(tmp_path: Path) -> None:
    path, first = str(tmp_path / "sweep"), TrainingConfig(hidden=(2,), images=4, steps=3)
    with pytest.raises(SweepError, match="No such file"):
        begun_with(path)
    os.mkfifo(path)
    with pytest.raises(SweepError, match="is empty"):
        begun_with(path)
    os.unlink(path)
    with sweep_file(path, first, None):
        pass
    with pytest.raises(SweepError, match="typed: is missing"):
        begun_with(path)
    Path(path).unlink()
    typed = {"hidden": "2,4+4", "seed": "0..9"}
    with sweep_file(path, first, 0.5, typed) as file:
        file.add(run(Task(first)))
    assert begun_with(path) == (first, typed)
    with sweep_file(path, first, 0.5) as file:  # for the command too it is the file of that sweep
        assert file.holds(first)
    Path(path).write_bytes(Path(path).read_bytes().replace(b'"hidden": [2]', b'"hidden": [0]', 1))
    with pytest.raises(SweepError, match="hidden"):
        begun_with(path)
