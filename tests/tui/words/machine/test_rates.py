"""The table of rates, and what most likely disturbed them."""

from dataclasses import replace

import pytest

from core.rates import Busy, Disturbance, Kept, SlowClock, Stolen, Swapping, this_machine
from tests.core.rates.made import rate, rates, steady
from tui.words.machine import UNTOLD, Row, disturbance_text, machine_lines, rate_rows

MACHINE = replace(
    this_machine(),
    processor="A Processor\x1b",
    cores=1,
    caches=(32 * 1024, 2**20),
    python="3.11.7",
    numpy="2.4.6",
    blas="openblas 0.3",
    threads="",
)


def test_a_row_has_one_digit_to_memorise_and_three_beside_it() -> None:
    # 13.24 ns at best: 75.5 million per second.
    row = Row("tanh: a number", rate(13.24))
    assert (row.about, row.about_per_second) == ("10 ns", "80 M")
    assert (row.fastest, row.median) == ("13.2 ns", "26.5 ns")
    # A byte in 0.01 ns: 10¹¹ per second, as data sheets count them.
    assert Row("a byte", rate(0.01), counts_bytes=True).about_per_second == "100 GB"
    hidden = Row("too quick to measure", rate(0.0))
    assert hidden.about_per_second == ""
    assert hidden.about == hidden.fastest == hidden.median == UNTOLD


def test_the_table_goes_from_python_to_memory() -> None:
    rows = {row.what: row for row in rate_rows(rates())}
    names = list(rows)
    assert names[0].startswith("Python")
    assert names[-1] == "a byte of memory"
    assert rows["tanh: a number"].about == "1 ns"
    assert rows["matrix × matrix: multiply-add"].about == "100 ps"
    assert not [name for name in names if "engine" in name and not name.startswith("loops")]


def test_bytes_have_a_row_for_each_cache_that_was_found() -> None:
    # From 32 to 128 KiB a byte takes 1 to 4 ns: in the middle is the end of a cache.
    tiers = ((2**14, rate(0.0)), (2**15, rate(1.0)), (2**17, rate(4.0)), (2**18, rate(4.0)))
    rows = {row.what: row.fastest for row in rate_rows(replace(rates(), bandwidth=tiers))}
    assert list(rows.items())[-2:] == [
        ("a byte in the first 64 KiB", "1 ns"),
        ("a byte beyond that", "4 ns"),
    ]


def test_other_engines_have_rows_where_they_have_rates() -> None:
    compiled = {"carried multiply-add": rate(0.2), "step": rate(0.0), "update sgd": rate(1.0)}
    found = replace(
        rates(),
        compiled=compiled,
        gpu={"launch": rate(8000.0), "byte of 4096": rate(0.1), "step": rate(1.0)},
    )
    rows = {row.what: row.fastest for row in rate_rows(found)}
    assert rows["compiled engine: carried multiply-add"] == "200 ps"
    # What is too quick to be measured, and what is a detail.
    assert not {"compiled engine: step", "compiled engine: update sgd"} & rows.keys()
    assert rows["gpu engine: launch a call"] == "8 µs"
    assert rows["gpu engine: a byte of 4 KiB"] == "100 ps"


def test_the_machine_is_named_and_nothing_that_is_not_known() -> None:
    kept = Kept(MACHINE, "2026-01-31 09:30", None, steady(rates()))
    assert machine_lines(kept) == [
        r"A Processor\x1b, 1 core",
        "Python 3.11.7, numpy 2.4.6 with openblas 0.3",
        "data caches: 32 KiB, 1 MiB",
        "measured 2026-01-31 09:30 UTC",
    ]
    bare = replace(MACHINE, blas="", caches=(), threads="OMP_NUM_THREADS=1")
    assert machine_lines(replace(kept, machine=bare, watts=23.45))[1:] == [
        "Python 3.11.7, numpy 2.4.6",
        "limit of threads: OMP_NUM_THREADS=1",
        "measured 2026-01-31 09:30 UTC",
        "23.4 W meanwhile, the whole processor",
    ]
    busy = "2026-01-31 09:30 UTC, on a busy machine (load 5.5): they may be too high"
    assert machine_lines(replace(kept, load=5.5))[-1] == f"measured {busy}"


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ((), "The cause is not known: load, clock and memory are as usual."),
        ((Swapping(1),), "Likely cause: memory is swapped to the disk, 1 page just now."),
        ((Busy(9.25, 2),), "Likely cause: other programs, a load of 9.25 on 2 cores."),
        ((Stolen(0.123),), "Likely cause: other virtual machines had 12% of the time."),
        ((SlowClock(0.5), Busy(3.0, 2)), "Likely cause: a slow clock, 50% of the highest."),
    ],
)
def test_the_likeliest_cause_is_named(found: tuple[Disturbance, ...], text: str) -> None:
    assert disturbance_text(found) == text
    assert len(text) <= 76
