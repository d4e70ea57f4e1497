"""What disturbs a measurement, from what the system tells; here from files of a folder."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.rates.disturbance import (
    Busy,
    Disturbance,
    MachineState,
    SlowClock,
    Stolen,
    Swapping,
    disturbances,
    is_far_off,
    machine_state,
    spread_of,
)
from tests.core.rates.made import rate, rates

QUIET = MachineState(2, load=1.0, clock=1.0, swapped=7, ticks=1_000, stolen=10)


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (QUIET, ()),
        (MachineState(2), ()),
        (replace(QUIET, swapped=12), (Swapping(5),)),
        (replace(QUIET, load=2.5), (Busy(2.5, 2),)),
        # 20 of 200 ticks.
        (replace(QUIET, ticks=1_200, stolen=30), (Stolen(0.1),)),
        (replace(QUIET, ticks=1_200, stolen=12), ()),
        (replace(QUIET, clock=0.5), (SlowClock(0.5),)),
        (
            replace(QUIET, clock=0.5, load=9.0, swapped=8),
            (Swapping(1), Busy(9.0, 2), SlowClock(0.5)),
        ),
    ],
)
def test_what_disturbs_is_found_what_matters_most_first(
    after: MachineState, found: tuple[Disturbance, ...]
) -> None:
    assert disturbances(QUIET, after) == found


def test_twice_as_long_or_half_is_not_yet_far_off() -> None:
    assert [is_far_off(1.0, measured) for measured in (0.4, 0.5, 1.0, 2.0, 2.1)] == [
        True, False, False, False, True,
    ]  # fmt: skip


def test_the_state_is_read(tmp_path: Path) -> None:
    proc, clocks = tmp_path / "proc", tmp_path / "cpu"
    for core, hertz in ((0, 800_000), (1, 3_000_000)):
        folder = clocks / f"cpu{core}" / "cpufreq"
        folder.mkdir(parents=True)
        (folder / "scaling_cur_freq").write_text(f"{hertz}\n")
        (folder / "cpuinfo_max_freq").write_text("4000000\n")
    proc.mkdir()
    (proc / "loadavg").write_text("3.25 2.00 1.00 2/345 6789\n")
    (proc / "vmstat").write_text("nr_free_pages 100\npswpin 3\npswpout 4\n")
    (proc / "stat").write_text("cpu  10 20 30 40 50 60 70 80 90 100\ncpu0 1 2 3 4 5 6 7 8 9 10\n")
    state = machine_state(proc, clocks)
    # Guests' time, 90 and 100, is in the user's already. The fastest core has 3 of 4 GHz.
    assert state == MachineState(state.cores, 3.25, 0.75, 7, 360, 80)


def test_a_system_that_tells_nothing_is_no_error(tmp_path: Path) -> None:
    state = machine_state(tmp_path, tmp_path)
    assert state == MachineState(state.cores)
    (tmp_path / "loadavg").write_text("")
    (tmp_path / "vmstat").write_text("pswpin\n")
    (tmp_path / "stat").write_text("cpu 1 2\n")
    assert machine_state(tmp_path, tmp_path) == MachineState(state.cores)
    assert disturbances(state, state) == ()
    here = machine_state()
    assert here.cores >= 1


def test_the_spread_is_that_of_the_rate_in_the_middle() -> None:
    made = rates()
    # All medians are twice the fastest; one that is 0 has no spread.
    assert spread_of(made) == 2.0
    calm = dict.fromkeys(made.loops, replace(rate(10.0), median=rate(10.0).fastest))
    most = {f"{name} {again}": each for name, each in calm.items() for again in range(9)}
    assert spread_of(replace(made, loops=most)) == 1.0
