"""What the lab shows, of made-up rates and made-up measurements."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import cast

import pytest

from core import TrainingConfig
from core.prediction import CallTime, Experiment, Prediction, Share, as_timed
from core.prediction.times import equation
from core.rates import Busy, Kept, this_machine
from tests.core.rates.made import gpu_rates, rate, rates, steady
from tests.tui.moments import COLOURED, PLAIN
from tests.tui.plain import text_of
from tui.panes.lab.chart import BOLD, Axis, Chart, Curve, Mark, draw_chart
from tui.panes.lab.roofline import roofline_rows, sentences
from tui.panes.lab.scale import larger_networks, rungs, scale_rows
from tui.panes.lab.survey import Spot, Survey, Trial, path, setup_of, survey
from tui.panes.lab.table import Table, table_rows
from tui.panes.lab.words import installing_text, times
from tui.terminal.drawing import width_of
from tui.terminal.styles import plain_ink
from tui.words.machine import percent_text
from tui.worker import Readings

ASCII = plain_ink(unicode=False)
ENGINES = ("matrix", "loops")
SMALL = as_timed(TrainingConfig(images=10), 10)
WIDE = as_timed(TrainingConfig(hidden=(64, 64), images=1000), 1000)

GOLDEN = """
                    predicted  measured    median  ratio     speed  of peak
▸matrix, this run     2.86 µs   3.00 µs   4.00 µs  ×1.05  28.0 M/s     0.1%
 loops                1.83 µs         …                  ≈45.9 M/s    ≈0.2%
 ████████████████████████████████████▒  █ call 98%  ▒ compute 2%  · memory 0%
 98% of this step is calling numpy: twice the images cost almost nothing more.
 try on matrix         predicted   × now   measured   × now       ratio
 i twice the images      2.90 µs   ×1.01    3.10 µs   ×1.03       ×1.07
 w twice the width   not possible: there is no hidden layer to widen
 l one more layer        3.95 µs   ×1.38  press l to measure
 Rates of 2026-01-31 09:30 UTC, load 0.3 on 2 cores. M: measure again.
"""


def readings(*microseconds: float) -> Readings:
    found = Readings()
    for each in microseconds:
        found.add(each * 1e-6)
    return found


def prediction(
    call: float, compute: float, memory: float, engine: str = "matrix", work: int = 84
) -> Prediction:
    """Return a made-up prediction, of microseconds."""
    share = Share(call * 1e-6, compute * 1e-6, memory * 1e-6)
    most = Share(compute=share.compute)
    rest = Share(share.call, 0.0, share.memory)
    calls = (
        CallTime("tanh", "8×1,000", 2, most, equation((1, 3e-7), (8000, 1.5e-9))),
        CallTime("dot", "1×4 · 4×10", 1, rest, equation((1, 1e-7), (40, 2e-10))),
    )
    return Prediction(engine, 10, work, calls, share)


def survey_of(now: Prediction, twice: Prediction, layer: Prediction, memory: int = 1456) -> Survey:
    """Return a survey of a network without hidden layers."""
    loops = prediction(0.83, 1.0, 0.0, "loops")
    trials = {
        Experiment.IMAGES: Trial(SMALL, "", {"matrix": twice}, memory),
        Experiment.WIDTH: Trial(None, "there is no hidden layer to widen", {}),
        Experiment.LAYER: Trial(SMALL, "", {"matrix": layer}, memory),
    }
    return Survey(Trial(SMALL, "", {"matrix": now, "loops": loops}), trials, 20e9)


KEPT = Kept(replace(this_machine(), cores=2), "2026-01-31 09:30", None, steady(rates()), 0.3)

CALLS = survey_of(
    prediction(2.802, 0.058, 0.0), prediction(2.8, 0.1, 0.0), prediction(3.8, 0.15, 0.0)
)
COMPUTES = survey_of(
    prediction(1.0, 82.0, 17.0), prediction(1.0, 165.0, 34.0), prediction(2.0, 160.0, 30.0)
)
MOVES = survey_of(
    prediction(1.0, 20.0, 79.0), prediction(1.0, 40.0, 166.0), prediction(2.0, 40.0, 120.0)
)


def table_of(
    shown: Survey = CALLS,
    measured: Sequence[float] = (3.0, 4.0, 5.0),
    tried: Sequence[float] = (3.1,),
) -> Table:
    return Table(
        shown,
        ENGINES,
        "matrix",
        "matrix",
        {"matrix": readings(*measured), "loops": readings()},
        {},
        {Experiment.IMAGES: readings(*tried)},
        (Busy(9.0, 2),),
        KEPT,
    )


def test_the_table_at_eighty_columns() -> None:
    assert text_of(table_rows(table_of(), 78, 10, PLAIN)) == GOLDEN.strip("\n")


def test_where_it_is_low_the_verdict_and_the_experiments_come_first() -> None:
    rows = text_of(table_rows(table_of(), 78, 6, PLAIN)).split("\n")
    assert rows[3].strip().startswith("98% of this step is calling numpy")
    assert rows[4] == " × now (measured)  i 10 images ×1.01 (×1.03)  w width –  l 4→1 ×1.38"
    assert "call 98%" in rows[5]
    assert rows[6].startswith(" Rates of 2026-01-31")
    assert len(rows) == 7, "the last ones are scrolled to"
    untried = text_of(table_rows(replace(table_of(), tried={}), 78, 6, PLAIN))
    assert " try, × now  i 10 images ×1.01  w width –" in untried


def test_with_three_engines_the_bar_comes_before_the_verdict() -> None:
    table = replace(table_of(), engines=(*ENGINES, "compiled"))
    table = replace(table, readings={**table.readings, "compiled": readings()})
    rows = text_of(table_rows(table, 78, 6, PLAIN)).split("\n")
    assert "█ call 98%" in rows[4]
    assert rows[5].startswith(" × now (measured)")
    assert rows[6].startswith(" 98% of this step is calling numpy"), "that one is scrolled to"


def test_what_grows_with_the_images_follows_from_the_bar() -> None:
    def told(now: Prediction, twice: Prediction, width: int = 110) -> str:
        shown = table_of(survey_of(now, twice, twice), (), ())
        return text_of(table_rows(shown, width, 20, PLAIN))

    ten = prediction(8.0, 2.0, 0.0)
    # 2.2 of 10 µs grow, and 2 of them are computing and memory.
    farther = told(ten, prediction(8.0, 4.2, 0.0))
    assert " Computing and memory are 20% now. With more images, numbers lie in farther" in farther
    assert "20% now; in farther caches, a number takes longer." in told(
        ten, prediction(8.0, 4.2, 0.0), 78
    )
    assert "Calling grows as well: more images need" in told(ten, prediction(9.0, 4.0, 0.0))
    fixed = told(ten, prediction(8.0, 3.5, 0.0))
    assert "Computing and memory are 20%: 5% of that is the same for any number" in fixed
    for twice in (prediction(8.0, 4.0, 0.0), prediction(8.0, 2.1, 0.0)):
        text = told(ten, twice)
        assert "Computing and memory are" not in text, "the two agree, or nothing is said to grow"


def test_the_verdict_is_by_what_takes_longest() -> None:
    text = text_of(table_rows(table_of(COMPUTES, (), ()), 110, 20, PLAIN))
    assert (
        "82% of this step is computing, most of it tanh. All grows with the images: twice" in text
    )
    assert "measuring …" in text
    text = text_of(table_rows(table_of(MOVES, (), ()), 78, 20, PLAIN))
    assert "79% is reading and writing memory. It grows faster than the images: ×2.07" in text


def test_of_a_step_that_is_calls_it_is_told_what_twice_the_images_take() -> None:
    few = survey_of(prediction(8.0, 2.0, 0.0), prediction(8.0, 4.2, 0.0), prediction(9.0, 3.0, 0.0))
    text = text_of(table_rows(table_of(few, (), ()), 110, 20, PLAIN))
    # 12.2 µs in place of 10 µs.
    assert "80% of this step is calling numpy: twice the images take ×1.22 as long." in text
    narrow = text_of(table_rows(table_of(few, (), ()), 78, 6, PLAIN))
    assert "80% of this step is calling numpy: twice the images take ×1.22 as long." in narrow


def test_a_measurement_that_is_far_off_has_its_likely_cause() -> None:
    text = text_of(table_rows(table_of(measured=(6.0, 6.0, 7.0)), 78, 20, PLAIN))
    assert "A step of matrix takes 2.10 times the predicted time. Likely cause: other" in text
    short = table_of(measured=(1.0, 1.0, 1.0))
    text = text_of(table_rows(short, 110, 20, PLAIN))
    assert "A step of matrix takes only 35% of the predicted time. The rates may be from" in text
    text = text_of(table_rows(replace(short, kept=replace(KEPT, load=4.0)), 150, 20, PLAIN))
    assert "Likely cause: the rates were measured on a busy machine. M: again." in text
    few = text_of(table_rows(table_of(measured=(6.0, 7.0)), 78, 20, PLAIN))
    assert "predicted time" not in few, "two readings of a short step may be chance"
    other = replace(table_of(measured=()), selected="matrix")
    other = replace(other, readings={"matrix": readings(), "loops": readings(*[6000.0])})
    text = text_of(table_rows(other, 110, 20, PLAIN))
    assert "A step of loops takes 3,280 times" in text, "another engine's, and one long step"


def test_when_rates_were_measured_and_under_which_load() -> None:
    def last(table: Table, width: int = 110) -> str:
        return text_of(table_rows(table, width, 10, PLAIN)).split("\n")[-1].strip()

    table = table_of()
    assert last(replace(table, percent=40)).startswith("Measuring the rates again, by another")
    assert "cannot be measured again: no process. M" in last(replace(table, problem="no process"))
    busy = replace(table, kept=replace(KEPT, load=4.0))
    assert "measured on a busy machine, load 4.0 on 2 cores: they may be too high." in last(
        busy, 150
    )
    assert "from a busy machine, load 4.0 on 2 cores. M: again." in last(busy, 90)
    unknown = replace(table, kept=replace(KEPT, load=None))
    assert last(unknown) == "Rates of 2026-01-31 09:30 UTC. M: measure again."


def test_a_step_after_a_pause_is_compared_and_missing_engines_are_named() -> None:
    rows = text_of(table_rows(replace(table_of(), after_pause=120e-6), 110, 20, PLAIN)).split("\n")
    assert rows[9].startswith(
        " After a pause, as with s, a step takes 120 µs, ×40.0: cold caches, and"
    )
    assert "After a pause" not in text_of(table_rows(table_of(), 110, 20, PLAIN))
    assert installing_text() == "" or "pip install" in rows[11]


def test_an_engine_without_rates_says_what_is_done_about_it() -> None:
    table = replace(
        table_of(), engines=(*ENGINES, "compiled"), selected="compiled",
        readings={name: readings() for name in (*ENGINES, "compiled")},
    )  # fmt: skip
    for more, expected in (
        ({"waiting": {"compiled": "compiling"}}, "compiled is being compiled, once, which takes"),
        ({"percent": 10}, "The rates of compiled are being measured, by another process."),
        ({}, "The rates of compiled are not known here, so nothing is predicted. M measures"),
    ):
        assert expected in text_of(table_rows(replace(table, **more), 110, 20, PLAIN))


def test_what_is_too_large_is_not_timed_and_says_why() -> None:
    long = prediction(1.0, 59.9e6, 0.0)
    slow = survey_of(long, long, long)
    text = text_of(table_rows(table_of(slow, (), ()), 110, 20, PLAIN))
    assert "not timed: a step would take 59.9 s, more than 1.00 s" in text
    assert (
        "matrix is not timed: a step would take 59.9 s, more than 1.00 s; press s: steps of" in text
    )
    assert "not possible: there is no hidden layer to widen" in text
    short = prediction(1.0, 1.0, 0.0)
    large = survey_of(short, short, short, memory=2**30)
    text = text_of(table_rows(table_of(large, (), ()), 110, 20, PLAIN))
    assert "not timed: a step needs 1.07 GB of memory, more than 537 MB" in text
    narrow = text_of(table_rows(table_of(large, (), ()), 78, 20, PLAIN))
    assert "not timed: too large" in narrow


def test_what_the_gpu_has_too_little_memory_for_is_not_waited_for() -> None:
    none = Readings(is_too_large=True)
    table = replace(
        table_of(),
        readings={"matrix": none, "loops": none},
        tried={Experiment.IMAGES: none},
    )
    text = text_of(table_rows(table, 110, 20, PLAIN))
    assert "matrix is not timed: the GPU has too little free memory; press s: steps of" in text
    row = next(row for row in text.split("\n") if row.startswith(" i twice the images"))
    assert row.endswith("not timed: the GPU has too little free memory")
    assert ["press s" in row for row in text.split("\n")[1:3]] == [True, False]
    assert ["too large" in row for row in text.split("\n")[1:3]] == [False, True]
    assert "…" not in text
    low = text_of(table_rows(table, 78, 6, PLAIN))
    assert " try, × now  i 10 images –  w width –" in low
    assert "…" not in low


def test_what_experiments_there_are_follows_the_network() -> None:
    found = survey(SMALL, rates(), ENGINES)
    assert found.trials[Experiment.WIDTH].problem == "there is no hidden layer to widen"
    large = as_timed(TrainingConfig(hidden=(2000, 2000), images=20_000), 20_000)
    found = survey(large, rates(), ENGINES)
    assert "the limit is" in found.trials[Experiment.WIDTH].problem
    assert found.trials[Experiment.IMAGES].too_much("loops") == "time"
    # A multiply-add takes 0.05 ns with all threads.
    assert found.peak == pytest.approx(20e9)


def test_frozen_weights_are_predicted_and_timed_as_such() -> None:
    plain, frozen = (survey(WIDE, rates(), ENGINES, frozen=count) for count in (0, 3))
    for engine in ENGINES:  # the run takes each back, in 1 µs
        now = frozen.now.predictions[engine].seconds - plain.now.predictions[engine].seconds
        assert now == pytest.approx(3e-6)
        assert setup_of(frozen.now, engine).frozen == 3
    # Of the same network with more images the same weights are frozen, of another one none.
    trials = {each: frozen.trials[each].frozen for each in Experiment}
    assert trials == {Experiment.IMAGES: 3, Experiment.WIDTH: 0, Experiment.LAYER: 0}
    spots = path(WIDE, rates(), ENGINES, frozen=3)
    assert spots[0].speeds["matrix"] < path(WIDE, rates(), ENGINES)[0].speeds["matrix"]


def test_the_roofline_has_the_roof_the_engines_and_how_far_they_are_below() -> None:
    spots = path(SMALL, rates(), ENGINES)
    assert [spot.images for spot in spots[:3]] == [10, 20, 40]
    # 84 multiply-adds over 1,456 bytes; see the tests of the traffic.
    assert spots[0].intensities == {"matrix": pytest.approx(84 / 1456)}
    text = text_of(roofline_rows(rates(), spots, {"matrix": 28e6}, 78, 14, PLAIN))
    # A byte of memory takes 1 ns: at this intensity at most 57.7 M multiply-adds per second.
    assert "m matrix: 28.0 M/s, 49% of roof" in text
    assert "peak 20.0 G/s" in text
    # 84 multiply-adds of loops in some µs; the bytes of Python's objects are not known.
    assert [row for row in text.split("\n") if "l loops" in row and row.endswith("of peak")]
    # Beyond 1 KiB, a byte at 1 ns: 20 G/s are reached at 20 multiply-adds per byte.
    assert "┬ corner: 20.0 multiply-adds/byte" in text
    assert "below: memory, 1.00 GB/s" in text
    # From 32 to 128 KiB a byte takes 0.01 to 0.04 ns, and 0.2 ns after 2 MiB.
    sizes = (2**15, 0.01), (2**17, 0.04), (2**20, 0.04), (2**22, 0.2)
    known = replace(rates(), bandwidth=tuple((size, rate(each)) for size, each in sizes))
    rows = roofline_rows(known, spots, {}, 78, 14, PLAIN)
    assert "the first 64 KiB give" in text_of(rows)
    assert "below: beyond 2 MiB, 5.00 GB/s" in text_of(rows)
    assert max(map(width_of, rows)) <= 78
    small = text_of(roofline_rows(rates(), spots, {}, 30, 5, PLAIN))
    assert small.startswith(" The roofline needs more")


def test_a_step_has_its_two_limits_in_numbers() -> None:
    (spot, *_), found = path(SMALL, rates(), ENGINES), survey(SMALL, rates(), ENGINES)
    step = found.now.predictions["matrix"]
    first, second = sentences(rates(), spot, step)
    # 0.0577 multiply-adds per byte, and 1 ns for a byte.
    assert first == "Roofline, matrix: 0.0577 multiply-adds/byte; memory alone allows 57.7 M/s."
    part = percent_text(step.multiply_adds / step.share.total / 57.7e6)
    calling = percent_text(step.share.call / step.share.total)
    assert second == f"Memory alone would take {part} of its time; calling takes {calling}."
    text = text_of(roofline_rows(rates(), (spot,), {"matrix": 1e9}, 78, 14, PLAIN))
    assert "m matrix: 1.00 G/s, above the roof" in text
    first, _ = sentences(rates(), spot, found.now.predictions["loops"])
    assert first == "Roofline, loops: the bytes of Python’s objects are not counted."


LADDER = rungs(SMALL, None, rates())


def test_where_curves_share_a_cell_both_are_seen_and_marks_have_their_colour() -> None:
    axis = Axis(1.0, 100.0, [])
    low, high = (Curve([(1.0, y), (100.0, y)], COLOURED.positive) for y in (1.0, 100.0))
    marks = [Mark((1.0, 1.0), "m", COLOURED.positive + BOLD)]
    rows = draw_chart(Chart(axis, axis, [low, high], marks), 6, 2, COLOURED)
    assert text_of(rows).split("\n")[0].endswith("m⣉⣉⣉")
    (mark,) = (each for each in rows[0] if each.text == "m")
    assert mark.style is not None
    assert (mark.style.color, mark.style.bold) == (COLOURED.positive.color, True)
    shown = scale_rows(LADDER, 118, 30, COLOURED)
    colours = {
        each.text: each.style.color for row in shown for each in row if each.style is not None
    }
    assert len({colours[letter] for letter in "mlA"}) == 3


def test_a_gpu_has_a_roof_of_its_own() -> None:
    given = gpu_rates("A GPU")
    known = {**(given.gpu or {}), "product": rate(0.001), "byte of 1024": rate(0.01)}
    engines, on_gpu = (*ENGINES, "gpu"), replace(given, gpu=known)
    spots = path(SMALL, on_gpu, engines)
    text = text_of(roofline_rows(on_gpu, spots, {"gpu": 57.7e6}, 78, 14, PLAIN))
    # A byte in 10 ps, 0.0577 multiply-adds for each of them: 5.77 G multiply-adds per second.
    assert "g gpu: 57.7 M/s, 1% of roof" in text
    assert "GPU: 1.00 T/s, 100 GB/s" in text
    found = survey(SMALL, on_gpu, engines)
    assert found.peak_for("gpu") == pytest.approx(1e12)
    assert found.peak_for("matrix") == found.peak == pytest.approx(20e9)
    assert "GPU" not in text_of(roofline_rows(rates(), spots, {}, 78, 14, PLAIN))
    assert survey(SMALL, gpu_rates(), engines).peak_for("gpu") == pytest.approx(20e9)


def test_the_network_of_the_run_is_the_first_of_all_sizes() -> None:
    text = text_of(scale_rows(LADDER, 78, 40, PLAIN))
    rows = text.split("\n")
    # Eight calls are started in 16 µs; here they take 100 ns each, with 2 µs around them.
    assert rows[0] == (
        " A GPU would be slower: its calls alone take 16–50 µs, this step 1.83 µs here."
    )
    # 10 images × 4, twice, and 4 updates.
    assert rows[2].split() == [
        "▸this", "run", "4→1", "4", "10", "images", "84", "2.86", "µs", "16–50", "µs",
    ]  # fmt: skip
    # Others with their batch; 1,000 images of the same network are another step.
    assert rows[3].split()[:4] == ["4→1", "4", "1,000", "images"]
    row = next(row for row in rows if row.startswith(" GPT-2 124M"))
    assert row.split()[2:7] == ["124", "M", "492", "k", "tokens"]
    assert "the training of" in text
    # 300 steps, as the run has no last one. Its energy is not known.
    row = [row for row in rows if row.startswith("▸this run")][1]
    assert row.split()[3:] == ["300", "859", "µs", "4.8–15", "ms", "–"]
    large = rungs(WIDE, None, rates())
    first = text_of(scale_rows(large, 78, 40, PLAIN)).split("\n")[0]
    assert first.startswith(" A GPU would be faster: 27–94 µs per step on an A100, ")
    # The largest is on as many cards as hold it.
    assert "Llama 3 405B" in text
    assert "38.9 min ×163" in text


def test_frozen_weights_are_no_multiply_adds_of_the_run() -> None:
    own = rungs(SMALL, None, rates(), frozen=3)[0].model
    assert (
        own.multiply_adds_step
        == survey(SMALL, rates(), ENGINES, frozen=3).now.predictions["matrix"].multiply_adds
        == 81
    )
    frozen = rungs(as_timed(TrainingConfig(), 1000), 50, rates(), frozen=1)
    assert frozen[1].model.name == "4→1", "without frozen weights its step is another one"


def test_the_lines_below_tell_what_a_gpu_would_change_and_how_long_gpt_2_takes() -> None:
    first, second = larger_networks(LADDER)
    assert first.startswith("4→999→999→1, 1.00 M parameters: ")
    assert first.endswith(" per step here, 52–94 µs on an A100.")
    assert second.startswith("Training GPT-2 124M takes at least ")
    assert second.endswith(" here, 25.6 days on an A100.")
    small = [rung for rung in LADDER if rung.model.name in ("4→1", "GPT-2 124M")]
    assert larger_networks(small) == (second, "")


def test_notes_are_about_the_columns_that_are_shown_and_as_wide_as_the_pane() -> None:
    narrow = " ".join(text_of(scale_rows(LADDER, 78, 18, PLAIN)).split())
    assert "A100: estimates from data sheets, in bfloat16" in narrow
    assert not any(word in narrow for word in ("H100", "Memory:", "The picture", "several"))
    wide = " ".join(text_of(scale_rows(LADDER, 198, 40, PLAIN)).split())
    assert "A100 and H100: estimates" in wide
    assert "Memory: parameters, gradient and optimizer state." in wide
    assert "The picture has the shortest time of a range, on as many cards as hold" in wide
    for width, height in ((118, 9), (118, 30)):
        rows = text_of(scale_rows(LADDER, width, height, PLAIN)).split("\n")
        assert max(map(len, rows[-6:])) > 100


def test_the_mark_for_several_is_explained_only_if_it_is_drawn() -> None:
    for ladder, is_drawn in ((LADDER, True), (LADDER[-1:], False)):
        text = text_of(scale_rows(ladder, 78, 40, PLAIN))
        assert "this run" in text
        assert ("* several" in text) is is_drawn


def test_the_network_of_the_run_is_not_listed_twice() -> None:
    default = as_timed(TrainingConfig(), 1000)
    names = [rung.model.name for rung in rungs(default, 50, rates())]
    assert names[:2] == ["this run 4→1", "4→4→1"]
    long = rungs(as_timed(TrainingConfig(hidden=(100, 100)), 1000), 50, rates())[0]
    assert (long.model.name, long.model.steps) == ("this run", 50)


@pytest.mark.parametrize("engine", ["matrix", "loops", "gpu"])
def test_the_column_of_the_run_s_engine_is_always_shown(engine: str) -> None:
    own, *others = rungs(SMALL, None, gpu_rates())
    # An engine that is not installed is none of a config.
    config = cast(TrainingConfig, SimpleNamespace(engine=engine))
    ladder = [replace(own, model=replace(own.model, config=config)), *others]
    for width in (78, 118):
        rows = text_of(scale_rows(ladder, width, 18, PLAIN)).split("\n")
        assert engine in rows[1]
        assert "A100" in rows[1]
        assert max(map(len, rows)) <= width


def test_a_time_of_which_only_the_least_is_known_has_its_sign() -> None:
    rows = text_of(scale_rows(LADDER, 118, 40, PLAIN)).split("\n")
    by_name = {row[1:14].strip(): row for row in rows[:12]}
    # LeNet-5 is none of this program's networks; 4→999→999→1 is.
    assert by_name["LeNet-5"].count("≥") == 2
    assert by_name["4→999→999→1"].count("≥") == 0
    assert by_name["AlexNet"].count("≥") == 1


def test_where_the_gpu_engine_s_time_is_known_it_is_compared_with_the_fastest_other() -> None:
    own = replace(LADDER[0], here={"matrix": 5e-6, "gpu": 3e-5, "compiled": 1e-6})
    text = text_of(scale_rows((own, *LADDER[1:]), 78, 40, PLAIN, "RTX"))
    assert text.startswith(" The GPU is slower: predicted are 30.0 µs per step, compiled 1.00 µs.")
    # Without a GPU, the gpu engine computes on the processor.
    text = text_of(scale_rows((own, *LADDER[1:]), 78, 40, PLAIN))
    assert text.startswith(" A GPU would be slower: its calls alone take")
    wide = text_of(scale_rows((own, *LADDER[1:]), 198, 40, PLAIN)).split("\n")
    assert wide[1].split()[6:10] == ["memory", "matrix", "compiled", "gpu"]
    # Others have no such time.
    assert wide[5].split().count("–") == 2


def test_the_picture_of_all_sizes_says_what_its_axes_and_marks_are() -> None:
    text = text_of(scale_rows(LADDER, 118, 30, PLAIN))
    assert "↑ time → multiply-adds" in text
    assert "m matrix l loops A A100 ┊ this run" in text


def test_marks_that_share_a_cell_are_one_that_stands_for_several() -> None:
    axis, style = Axis(1.0, 100.0, []), PLAIN.text
    marks = [Mark((10.0, 10.0), glyph, style) for glyph in "ab"] + [Mark((90.0, 90.0), "a", style)]
    apart, one = Chart(axis, axis, [], marks), Chart(axis, axis, [], marks, "*")
    assert text_of(draw_chart(apart, 20, 8, PLAIN)).count("b") == 1
    text = text_of(draw_chart(one, 20, 8, PLAIN))
    assert (text.count("a"), text.count("b"), text.count("*")) == (1, 0, 1)


@cache
def table_and_path(config: TrainingConfig) -> tuple[Table, tuple[Spot, ...]]:
    return table_of(survey(config, rates(), ENGINES)), path(config, rates(), ENGINES)


@pytest.mark.parametrize(("width", "height"), [(40, 6), (61, 13), (78, 6), (118, 12), (150, 40)])
def test_no_row_is_too_wide_at_any_size(width: int, height: int) -> None:
    for config in (SMALL, WIDE):
        table, spots = table_and_path(config)
        for ink in (PLAIN, COLOURED, ASCII):
            shown = (
                table_rows(table, width, height, ink),
                roofline_rows(rates(), spots, {"matrix": 28e6}, width, height, ink),
                scale_rows(LADDER, width, height, ink),
            )
            for rows in shown:
                assert all(width_of(row) <= width for row in rows), text_of(rows)


def test_factors_keep_their_size() -> None:
    assert [times(each) for each in (0.98, 1.0, 23.4, 1234.0)] == [
        "×0.98", "×1.00", "×23.4", "×1,230",
    ]  # fmt: skip
