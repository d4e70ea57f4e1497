"""Networks beside their times on an accelerator."""

import pytest

from core.scale.ladder import rung
from core.scale.rungs import rung_of


@pytest.mark.parametrize(
    ("name", "microseconds", "is_faster"),
    [
        # On an A100 its eight calls take 16 µs to 50 µs.
        ("4→1", 15.0, False),
        ("4→1", 17.0, None),
        ("4→1", 49.0, None),
        ("4→1", 51.0, True),
        # This program cannot train these: their time here, and of the first one also the calls
        # there, are the least.
        ("LeNet-5", 1.0, None),
        ("LeNet-5", 1e6, None),
        ("GPT-2 124M", 1.0, None),
        ("GPT-2 124M", 1e9, True),
    ],
)
def test_a_gpu_is_faster_if_its_longest_time_is_shorter(
    name: str, microseconds: float, is_faster: bool | None
) -> None:
    here = {"matrix": microseconds * 1e-6, "loops": 1e6, "gpu": 1e-9}
    found = rung_of(rung(name), here)
    assert found.fastest_here == ("matrix", microseconds * 1e-6), "the gpu is not the processor"
    assert found.is_faster_on("A100") is is_faster


def test_its_times_are_those_of_every_machine() -> None:
    found = rung_of(rung("4→1"), {"matrix": 1e-6}, cards=8)
    assert found.seconds["matrix"] == 1e-6
    assert found.seconds["H100"] == pytest.approx(16e-6)
    assert {each.cards for each in found.cards.values()} == {8}
