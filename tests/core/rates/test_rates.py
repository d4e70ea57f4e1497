"""The base rates: how readings become rates, and that none that a prediction needs is missing."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engines import MatrixEngine
from core.network import Architecture
from core.rates import measuring, products, steps
from core.rates import probes as timing
from core.rates.probes import LEAST_WINDOWS, Probe, Readings, read
from core.rates.rates import Level, Rate, between, levels_of
from tests.core.rates.made import NANOSECOND, rate, rates


def test_probes_take_turns_and_each_has_a_few_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "MANY_WINDOWS", LEAST_WINDOWS)
    done: list[str] = []
    shares: list[float] = []
    probes = [Probe(name, lambda name=name: done.append(name), 1) for name in ("a", "b")]  # type: ignore[misc]
    readings = read(probes, 0.0, shares.append)
    # A short window is run once before it is timed.
    assert done == ["a", "a", "b", "b"] * LEAST_WINDOWS
    assert [len(readings.seconds[name]) for name in ("a", "b")] == [LEAST_WINDOWS] * 2
    assert shares[-1] == 1.0


def test_short_windows_are_many_and_all_turns_have_their_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timing, "MANY_SECONDS", math.inf)  # however busy the machine is
    done: list[str] = []
    probes = [Probe(name, lambda name=name: done.append(name), 1) for name in ("a", "b")]  # type: ignore[misc]
    shares: list[int] = []
    read(probes, 0.0, lambda _: shares.append(len(done) // 4))
    assert done == ["a", "a", "b", "b"] * timing.MANY_WINDOWS
    thirds = [timing.MANY_WINDOWS * turn // LEAST_WINDOWS for turn in (1, 2, 3)]
    assert shares == thirds, "some time passes between them"


def around_calls(step: tuple[float, float], bare: float) -> float:
    """Return what is left of a step's microseconds, fastest and median, around its 8 calls.

    Seven of them take 1 µs, 2 µs as a rule; copying the parameters takes half of that.
    """
    other = ("part", "nudge", "bare part", "bare nudge", "step of a batch", "step of epochs")
    names = (*other, "schedule", "frozen", "call", "loop")
    seconds = {name: [30e-6] for name in names} | {"bare step": [bare * 1e-6]}
    seconds["step"] = [step[0] * 1e-6, step[1] * 1e-6, step[1] * 1e-6]
    called = dict.fromkeys(("multiply", "subtract", "dot", "vector dot"), Rate(1e-6, 2e-6))
    called["copy"] = Rate(0.5e-6, 1e-6)
    return steps.calls(Readings(seconds), called)["step"].fastest * 1e6


def test_what_python_takes_around_the_calls_is_never_lost_in_noise() -> None:
    assert around_calls((9.5, 17.0), 1.5) == pytest.approx(2.0), "9.5 − 7.5"
    # Where the calls were measured in a worse moment than the step, what is measured without any is
    # left: 1.5 µs, less the copy of the parameters.
    assert around_calls((7.0, 7.0), 1.5) == pytest.approx(0.5)
    # Of a step that missed the moments in which its calls were fastest, the medians tell more.
    assert around_calls((14.0, 17.0), 1.5) == pytest.approx(2.0)


def test_a_step_without_calls_is_the_engine_s_own() -> None:
    given = steps.problem(Architecture(bias=False))
    engine = steps.emptied(given, steps.images(1))
    assert not any(engine.lists())
    assert engine.evaluate(steps.images(1)).loss == 0.0
    full = MatrixEngine(given)
    full.evaluate(steps.images(1))
    assert sum(map(len, full.lists())) > 8, "and every other engine has its calls"


def test_a_rate_is_the_fastest_window_and_their_median() -> None:
    readings = Readings({"small": [3.0, 2.0, 9.0], "large": [16.0, 12.0, 14.0]})
    assert readings.rate("small") == Rate(2.0, 3.0)
    # (12 − 2) ÷ 5 at best, (14 − 3) ÷ 5 as a rule.
    assert readings.rate("large", 5, above="small") == Rate(2.0, 2.2)
    assert (readings + readings).rate("small") == Rate(2.0, 3.0)


def test_what_comes_out_below_zero_is_zero() -> None:
    readings = Readings({"small": [3.0], "large": [2.0]})
    assert readings.rate("large", above="small") == Rate(0.0, 0.0)


def test_between_two_tiers_a_rate_is_in_proportion_on_logarithmic_scales() -> None:
    tiers = ((100, rate(1.0)), (10_000, rate(4.0)))
    assert between(tiers, 10) == rate(1.0).fastest
    assert between(tiers, 1_000) == pytest.approx(2.0 * NANOSECOND)
    assert between(tiers, 10_000) == pytest.approx(4.0 * NANOSECOND)
    assert between(tiers, 10**9) == rate(4.0).fastest
    # Exactly 0, so that an equation leaves it out; and what was measured is what comes back.
    none = ((100, rate(0.0)), (10_000, rate(4.0)), (10**6, rate(0.0)))
    found = [between(none, size) for size in (100, 1_000, 10_000, 10**5, 10**6)]
    assert found == [0.0, 0.0, pytest.approx(4.0 * NANOSECOND), 0.0, 0.0]


def test_a_cache_ends_where_the_bandwidth_falls() -> None:
    # The first rise goes from 1 over 2 to 4 ns, whose geometric mean, 2 ns, is at 64 KiB. The
    # second one goes from 4 to 9 ns, whose mean, 6 ns, is at 4 MiB: in the middle of 2 and 8 MiB
    # on a logarithmic scale. What rises little is no end of a cache.
    sizes = [2**14, 2**15, 2**16, 2**17, 2**20, 2**21, 2**23, 2**24]
    tiers = tuple(zip(sizes, map(rate, (1.0, 1.0, 2.0, 4.0, 4.0, 4.0, 9.0, 9.5)), strict=True))
    first, second, last = levels_of(tiers)
    assert first == Level(2**16, rate(1.0))
    assert second == Level(2**22, rate(4.0))
    assert last == Level(None, rate(9.5))
    assert levels_of(tiers[:2]) == [Level(None, rate(1.0))]
    assert levels_of(()) == []


SIDES = products.SIDE, products.LARGE_SIDE
AT_ONCE = {products.named("NN", (side,) * 3): [1e-9] for side in SIDES}
"""Readings of a peak that is no limit."""


SPECIAL = (
    *(*products.VECTORS, *products.ROWS, *products.COLUMNS, *products.OUTER),
    *(*products.NARROW, *products.NARROW_SHIFTED, *products.NARROW_FEW, *products.FLAT),
)
"""Products that have rates of their own."""


def test_a_call_among_its_like_is_taken_off_a_product_with_a_vector() -> None:
    names = [products.named(*each) for each in (*products.drawn_shapes(), *SPECIAL)]
    found = {name: [3e-6] for name in names} | AT_ONCE
    # The same call among others takes 4 µs, longer than the product; alone, 1 of its 3 µs.
    call = Rate(4e-6, 4e-6)
    vectors = products.equation(Readings({"dot 1": [1e-6], **found}), call).vectors
    assert [size for size, _ in vectors] == [24_064, 240_000, 4_000_000, 28_800_000]
    assert [rate.fastest for _, rate in vectors] == pytest.approx(
        [2e-6 / 3_008, 2e-6 / 30_000, 2e-6 / 500_000, 2e-6 / 3_600_000]
    )


def test_products_of_two_vectors_and_of_few_rows_have_their_own_rates() -> None:
    shapes = [*products.drawn_shapes(), *SPECIAL]
    for kind in (products.is_narrow, products.is_flat):
        assert not any(kind(*each) for each in products.drawn_shapes())
    found = {products.named(*each): [3e-6] for each in shapes} | {"dot 1": [1e-6]} | AT_ONCE
    equation = products.equation(Readings(found), Rate(1e-6, 1e-6))
    # 20 × 60 numbers are written into 9,600 bytes; so is a gradient of 5 × 30 into 1,200.
    assert equation.outer[0][0] == 9_600
    assert equation.outer[0][1].fastest == pytest.approx(2e-6 / 1_200)
    for narrow, images in ((equation.narrow, 2_000), (equation.narrow_shifted, 2_001)):
        assert narrow[1][0] == 1_200
        assert narrow[1][1].fastest == pytest.approx(2e-6 / (5 * images * 30))
    for tiers in (equation.vectors, equation.rows, equation.columns, equation.outer):
        assert [size for size, _ in tiers] == sorted(size for size, _ in tiers)
    # Four that all take 2 µs: halfway between the second and the third by their multiply-adds.
    middle = (2e-6 / (120 * 201 * 3) + 2e-6 / (350 * 300 * 5)) / 2.0
    assert equation.flat.fastest == pytest.approx(middle)


def test_what_results_take_beside_their_multiply_adds_is_found() -> None:
    def seconds(layout: str, shape: products.Shape) -> float:
        # A multiply-add takes 0.1 ns, a result 1 ns in a row, 0.3 ns in a column, 2 ns in a
        # gradient of a first layer.
        m, k, n = shape
        beside = 0.3 if products.is_by_columns(layout, shape) else 1.0
        beside = 2.0 if products.is_narrow(layout, shape) else beside
        many = (*products.ROWS, *products.COLUMNS, *products.NARROW_FEW)
        beside = beside if (layout, shape) in many else 0.0
        return (500 + m * k * n * 0.1 + m * n * beside) * NANOSECOND

    shapes = [*products.drawn_shapes(), *SPECIAL]
    found = {products.named(*each): [seconds(*each)] for each in shapes} | AT_ONCE
    readings = Readings(found | {"dot 1": [500 * NANOSECOND]})
    equation = products.equation(readings, Rate(500 * NANOSECOND, 500 * NANOSECOND))
    for tiers, beside in ((equation.rows, 1.0), (equation.columns, 0.3)):
        assert [rate.fastest / NANOSECOND for _, rate in tiers] == pytest.approx([beside] * 3)
    assert equation.narrow_result.fastest / NANOSECOND == pytest.approx(2.0)


def test_the_terms_of_a_product_are_found_from_its_seconds() -> None:
    # Small products take 0.04 ns a multiply-add and 0.1 ns a number that is read, large ones 0.02
    # and 1; a number that is written takes 0.4 ns, wherever it lies, one of a small product 0.2 ns
    # more.
    call, sizes = 400 * NANOSECOND, sorted(m * k * n for _, (m, k, n) in products.drawn_shapes())
    switch = sizes[34]
    seconds = []
    for _, (m, k, n) in products.drawn_shapes():
        each, reading, result = (0.04, 0.1, 0.2) if m * k * n < switch else (0.02, 1.0, 0.0)
        nanoseconds = m * k * n * each + (m * k + k * n) * reading + m * n * (0.4 + result)
        seconds.append(call + nanoseconds * NANOSECOND)
    fit, found = products.fitted(np.array(seconds), call)
    assert found == switch
    for layout in products.LAYOUTS.values():
        small = [fit.rates[f"{layout} {term}"] / NANOSECOND for term in products.TERMS]
        assert small == pytest.approx([0.04, 0.1, 0.1, 0.2], rel=1e-6)
        assert fit.rates[f"packed {layout}"] / NANOSECOND == pytest.approx(0.02, rel=1e-6)
    assert np.array(fit.reads) / NANOSECOND == pytest.approx([1.0] * 3, rel=1e-6)
    assert np.array(fit.writes) / NANOSECOND == pytest.approx([0.4] * 5, rel=1e-6)


def test_no_term_of_a_product_is_below_zero() -> None:
    # The second column is best taken off the first, which is no rate: then the first is alone.
    table = np.array([[1.0, 1.0], [2.0, 3.0]])
    found = products.least_squares(table, np.array([1.0, 1.9]), 0.0)
    assert found[1] == 0.0
    assert 0.9 < found[0] < 1.0


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=4)
def test_no_multiply_add_is_faster_than_the_peak(seed: int) -> None:
    random = np.random.default_rng(seed)
    shapes = [*products.drawn_shapes(), *SPECIAL]
    peak = 0.05 * NANOSECOND
    found = {"dot 1": [500 * NANOSECOND]}
    for layout, (m, k, n) in shapes:  # some of them far too short, as on a machine that is busy
        usual = 500 * NANOSECOND + m * k * n * peak
        found[products.named(layout, (m, k, n))] = [usual * random.uniform(0.1, 4.0)]
    found |= {products.named("NN", (side,) * 3): [side**3 * peak] for side in SIDES}
    equation = products.equation(Readings(found), Rate(500 * NANOSECOND, 600 * NANOSECOND))
    computing = [rate for name, rate in equation.products.items() if "multiply-add" in name]
    computing += [rate for name, rate in equation.products.items() if "packed" in name]
    computing += [rate for _, rate in (*equation.vectors, *equation.outer, *equation.narrow)]
    computing += [*(rate for _, rate in equation.narrow_shifted), equation.flat]
    assert len(computing) == 6 + 4 + 7 + 7 + 7 + 1
    assert all(rate.fastest >= peak * (1.0 - 1e-12) for rate in computing)
    assert all(rate.fastest >= 0.0 for rate in equation.products.values())


def test_measuring_finds_every_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "LEAST_WINDOWS", 1)  # what is measured says nothing here
    monkeypatch.setattr(timing, "MANY_WINDOWS", 0)
    found = measuring.rates_from(read(measuring.all_probes(), 0.0))
    expected = rates()
    assert found.calls.keys() == expected.calls.keys()
    assert found.elementwise.keys() == expected.elementwise.keys()
    assert found.products.keys() == expected.products.keys()
    assert found.loops.keys() == expected.loops.keys()
    assert found.packed_from > 0
    every = [
        *(found.python_call, found.python_loop, found.step_call, found.product),
        *(found.product_all_threads, found.vector_product, found.ufunc_call, found.dot_call),
        *(*found.calls.values(), *found.elementwise.values(), *found.products.values()),
        *found.loops.values(),
        *(tier for tiers in (found.bandwidth, found.reads, found.writes) for _, tier in tiers),
    ]
    assert all(0.0 <= each.fastest <= each.median for each in every)
