"""Rates that are kept in a folder, and when they are not taken."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.rates import kept as module
from core.rates.kept import NAME, NAMES, Kept, as_plain_data, measured_now, read, write
from core.rates.machine import this_machine
from core.rates.rates import Rate, Rates
from tests.core.rates.made import gpu_rates, rate, rates

KEPT = Kept(
    this_machine(),
    "2026-01-31 09:30",
    None,
    replace(rates(), compiled=dict.fromkeys(NAMES["compiled"], rate(0.1))),
)


ON_GPU = gpu_rates("A GPU", byte=0.1)


@pytest.mark.parametrize(
    "kept",
    [
        KEPT,
        replace(KEPT, watts=23.5, rates=rates(), load=0.25),
        replace(KEPT, rates=ON_GPU),
        replace(KEPT, rates=replace(ON_GPU, gpu={**(ON_GPU.gpu or {}), "step": rate(0.0)})),
    ],
)
def test_what_is_kept_is_read_again_to_the_last_bit(tmp_path: Path, kept: Kept) -> None:
    folder = str(tmp_path / "there" / "soon")
    assert read(folder) is None
    write(folder, kept)
    assert read(folder) == kept
    assert os.listdir(folder) == [NAME]


def test_rates_of_another_machine_are_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(str(tmp_path), KEPT)
    other = replace(this_machine(), numpy="9.9.9")
    monkeypatch.setattr(module, "this_machine", lambda: other)
    assert read(str(tmp_path)) is None


def changed(*keys: str, to: object) -> Callable[[dict[str, object]], None]:
    """Return what puts something else at a place of the file."""

    def change(data: dict[str, object]) -> None:
        inner = data
        for key in keys[:-1]:
            found = inner[key]
            assert isinstance(found, dict)
            inner = found
        inner[keys[-1]] = to

    return change


@pytest.mark.parametrize(
    "change",
    [
        changed("form", to=0),
        changed("machine", "cores", to=0),
        changed("machine", to=[]),
        changed("measured", to=3),
        changed("measured", to="\x1b[2J"),
        changed("watts", to="many"),
        changed("load", to="high"),
        changed("rates", to=None),
        changed("rates", "product", to=3),
        changed("rates", "product", to={"fastest": 1.0}),
        changed("rates", "product", to={"fastest": -1.0, "median": 1.0}),
        changed("rates", "product", to={"fastest": float("nan"), "median": 1.0}),
        changed("rates", "product", to={"fastest": True, "median": 1.0}),
        changed("rates", "packed_from", to="3"),
        changed("rates", "gpu", to=3),
        changed("rates", "gpu_name", to=3),
        changed("rates", "bandwidth", to=[]),
        changed("rates", "bandwidth", to=[3]),
        changed("rates", "loops", to=None),
        changed("rates", "loops", "layer", to=None),
    ],
)
def test_a_broken_file_is_as_good_as_none(
    tmp_path: Path, change: Callable[[dict[str, object]], None]
) -> None:
    data = json.loads(json.dumps(as_plain_data(KEPT)))
    change(data)
    (tmp_path / NAME).write_text(json.dumps(data))
    assert read(str(tmp_path)) is None


@pytest.mark.parametrize("text", ["", "[" * 100_000, "3", "\0", "{}", "1" * 5_000])
def test_what_is_not_ours_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    assert read(str(tmp_path)) is None


def test_what_cannot_be_written_leaves_the_old(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("in the way")
    with pytest.raises(OSError, match="file"):
        write(str(folder), KEPT)
    assert folder.read_text() == "in the way"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_as_good_as_none_and_not_waited_for(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / NAME)
    before = (tmp_path / NAME).stat()
    assert read(str(tmp_path)) is None
    with pytest.raises(OSError, match=r"it is not a regular file|Is a directory"):
        write(str(tmp_path), KEPT)
    assert (tmp_path / NAME).stat().st_mode == before.st_mode


def test_measuring_says_on_what_and_when(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "measure", lambda progress: rates())
    kept = measured_now()
    assert (kept.machine, kept.rates) == (this_machine(), rates())
    assert len(kept.measured) == len("2026-01-31 09:30")


def test_those_of_the_gpu_engine_are_measured_where_they_are_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def measure(progress: Callable[[float], None]) -> Rates:
        progress(1.0)
        return rates()

    def measure_gpu(progress: Callable[[float], None]) -> tuple[dict[str, Rate], str]:
        progress(0.5)
        return dict(ON_GPU.gpu or {}), ON_GPU.gpu_name

    monkeypatch.setattr(module, "measure", measure)
    monkeypatch.setattr("core.rates.gpu.measure", measure_gpu)
    shares: list[float] = []
    assert measured_now(shares.append, with_gpu=True).rates == ON_GPU
    assert measured_now(shares.append).rates == rates()
    assert shares == [0.5, 0.75, 1.0]
