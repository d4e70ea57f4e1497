"""The loss history against the plain list it summarises."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.metrics.curve import Curve
from core.metrics.history import LADDER, LossHistory

any_loss = st.one_of(
    st.floats(),
    st.floats(min_value=1e-31, max_value=1e7),
    st.sampled_from([0.0, math.nan, math.inf, -math.inf, sys.float_info.max, 5e-324, *LADDER]),
)
capacities = st.sampled_from([2, 4, 6, 16])


def history_of(losses: list[float], capacity: int, chunks: list[int]) -> LossHistory:
    """Append the losses in chunks of the given sizes, again and again; size 0 is `append`."""
    history = LossHistory(capacity)
    taken = 0
    for turn in range(len(losses) + 1):
        size = chunks[turn % len(chunks)]
        if size:
            history.extend(np.array(losses[taken : taken + size]))
        elif taken < len(losses):
            history.append(losses[taken])
        taken += max(size, 1)
    return history


def finite(losses: list[float]) -> list[float]:
    return [loss for loss in losses if math.isfinite(loss)]


def arrays_of(curve: Curve) -> list[NDArray[np.float64] | NDArray[np.int64]]:
    return [curve.minimum, curve.maximum, curve.mean, curve.last, curve.nonfinite]


@given(
    losses=st.lists(any_loss, max_size=120),
    capacity=capacities,
    chunks=st.lists(st.integers(0, 40), min_size=1, max_size=6),
)
def test_each_stretch_summarises_its_steps_exactly(
    losses: list[float], capacity: int, chunks: list[int]
) -> None:
    history = history_of(losses, capacity, chunks)
    curve = history.curve()
    assert len(history) == curve.length == len(losses)
    for step in range(len(losses)):
        stretch = curve.at(step)
        assert stretch.first_step <= step <= stretch.last_step
        part = losses[stretch.first_step : stretch.last_step + 1]
        assert stretch.nonfinite == len(part) - len(finite(part))
        assert np.array_equal(stretch.last, part[-1], equal_nan=True)
        if finite(part):
            assert stretch.minimum == min(finite(part))
            assert stretch.maximum == max(finite(part))
            # Divided first, as the sum of the largest floats would be infinite.
            mean = math.fsum(loss / len(finite(part)) for loss in finite(part))
            size = max(abs(loss) for loss in finite(part))
            assert abs(stretch.mean / 2 - mean / 2) <= 1e-13 * size + 1e-300
            assert stretch.minimum <= stretch.mean <= stretch.maximum
        else:
            assert math.isnan(stretch.minimum)
            assert math.isnan(stretch.maximum)
            assert math.isnan(stretch.mean)


@given(
    losses=st.lists(any_loss, max_size=80),
    capacity=capacities,
    chunks=st.lists(st.integers(0, 40), min_size=1, max_size=6),
)
def test_first_passes_are_exact_steps(
    losses: list[float], capacity: int, chunks: list[int]
) -> None:
    expected = {}
    for threshold in LADDER:
        steps = [k for k, loss in enumerate(losses) if math.isfinite(loss) and loss <= threshold]
        if steps:
            expected[threshold] = steps[0]
    history = history_of(losses, capacity, chunks)
    assert dict(history.passed()) == expected
    assert dict(history.curve().passed) == expected


@given(
    losses=st.lists(any_loss, max_size=80),
    capacity=capacities,
    chunks=st.lists(st.integers(0, 40), min_size=1, max_size=6),
)
def test_buckets_do_not_depend_on_the_chunks(
    losses: list[float], capacity: int, chunks: list[int]
) -> None:
    one_by_one = history_of(losses, capacity, [0]).curve()
    curve = history_of(losses, capacity, chunks).curve()
    assert curve.width == one_by_one.width
    assert np.array_equal(curve.minimum, one_by_one.minimum, equal_nan=True)
    assert np.array_equal(curve.maximum, one_by_one.maximum, equal_nan=True)
    assert np.array_equal(curve.last, one_by_one.last, equal_nan=True)
    assert np.array_equal(curve.nonfinite, one_by_one.nonfinite)


def test_while_there_is_room_every_step_is_known_exactly() -> None:
    history = LossHistory(4)
    history.extend(np.array([0.5, 0.25, math.nan, 0.125]))
    curve = history.curve()
    assert (curve.width, curve.length) == (1, 4)
    stretch = curve.at(1)
    assert (stretch.first_step, stretch.last_step) == (1, 1)
    assert stretch.minimum == stretch.mean == stretch.maximum == stretch.last == 0.25


def test_when_full_neighbouring_pairs_merge() -> None:
    history = LossHistory(4)
    history.extend(np.array([5.0, 1.0, 4.0, math.inf, 3.0]))
    curve = history.curve()
    # Steps 0 and 1, 2 and 3, and 4, whose bucket waits for step 5.
    assert curve.width == 2
    assert curve.minimum.tolist() == [1, 4, 3]
    assert curve.maximum.tolist() == [5, 4, 3]
    assert curve.mean.tolist() == [3, 4, 3]
    assert curve.last.tolist() == [1, math.inf, 3]
    assert curve.nonfinite.tolist() == [0, 1, 0]
    assert curve.at(4).last_step == 4


@pytest.mark.parametrize("length", [1, 15, 16, 17, 31, 32, 33, 1000, 4097])
def test_buckets_begin_at_multiples_of_a_power_of_two(length: int) -> None:
    history = LossHistory(16)
    # Each loss is its own step: so minimum, maximum and last name the steps of a bucket.
    history.extend(np.arange(length, dtype=np.float64))
    curve = history.curve()
    width = curve.width
    assert width & (width - 1) == 0
    assert width == 1 or length > 16 * width // 2
    assert curve.minimum.tolist() == list(range(0, length, width))
    assert curve.maximum[:-1].tolist() == list(range(width - 1, length - 1, width))
    assert curve.last[-1] == length - 1


def test_ten_million_points_fit_and_nothing_grows() -> None:
    history = LossHistory()
    before = {name: id(value) for name, value in vars(history).items() if hasattr(value, "nbytes")}
    rng = np.random.default_rng(1)
    chunk = rng.random(10_000)
    for turn in range(1000):
        history.extend(chunk / (turn + 1))
    curve = history.curve()
    assert curve.length == len(history) == 10_000_000
    assert all(len(array) <= 4096 for array in arrays_of(curve))
    assert curve.width == 4096
    # The very arrays that were there at first, and no more thresholds than there are.
    after = {name: id(value) for name, value in vars(history).items() if hasattr(value, "nbytes")}
    assert before == after
    assert len(curve.passed) <= len(LADDER)
    assert curve.minimum.min() == chunk.min() / 1000
    assert curve.maximum[0] == chunk[:4096].max()


def test_a_spike_among_a_million_stays() -> None:
    history = LossHistory(64)
    losses = np.full(1_000_000, 0.1)
    losses[123_456] = 7.0
    for start in range(0, 1_000_000, 1600):
        history.extend(losses[start : start + 1600])
    assert history.curve().at(123_456).maximum == 7
    assert np.count_nonzero(history.curve().maximum == 7) == 1


def test_the_ladder_holds_the_decimals_a_screen_shows() -> None:
    assert LADDER[0] == 1e6
    assert LADDER[-1] == 1e-30
    assert LADDER[1:4] == (5e5, 2e5, 1e5)
    assert {1e-5, 2e-5, 5e-5, 0.05, 0.1, 1.0} <= set(LADDER)
    assert list(LADDER) == sorted(LADDER, reverse=True)


def test_a_curve_stays_as_it_was() -> None:
    history = LossHistory(4)
    history.extend(np.array([0.5, 0.4]))
    curve = history.curve()
    history.extend(np.array([0.01, 0.02, 0.03]))
    assert curve.length == 2
    assert curve.last.tolist() == [0.5, 0.4]
    assert min(curve.passed) == 0.5
    assert all(not array.flags.writeable for array in arrays_of(curve))


def test_the_latest_loss_is_exact() -> None:
    history = LossHistory(2)
    assert math.isnan(history.latest)
    history.extend(np.array([0.5, 0.4, 0.3]))
    assert history.latest == 0.3
    history.append(math.inf)
    assert history.latest == math.inf


def test_the_losses_given_are_left_alone() -> None:
    losses = np.array([0.5, math.nan, 0.25])
    kept = losses.copy()
    LossHistory(2).extend(losses)
    assert np.array_equal(losses, kept, equal_nan=True)


@pytest.mark.parametrize("step", [-1, 3])
def test_a_step_that_is_not_there_is_refused(step: int) -> None:
    history = LossHistory()
    history.extend(np.array([0.3, 0.2, 0.1]))
    with pytest.raises(IndexError, match="not in a history of 3 points"):
        history.curve().at(step)


@pytest.mark.parametrize("capacity", [-2, 0, 1, 5])
def test_a_capacity_that_cannot_merge_is_refused(capacity: int) -> None:
    with pytest.raises(ValueError, match="even number of buckets"):
        LossHistory(capacity)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=70), st.data())
def test_cut_and_gone_on_with_it_is_the_shorter_history(
    losses: list[float], data: st.DataObject
) -> None:
    whole, expected = LossHistory(8), LossHistory(8)
    whole.extend(np.array(losses))
    length = data.draw(st.integers(0, len(losses)))
    cut = whole.cut(length)
    assert len(cut) <= length < len(cut) + whole.curve().width
    cut.extend(np.array(losses[len(cut) : length]))
    expected.extend(np.array(losses[:length]))
    assert cut.passed() == expected.passed()
    for step in range(length):
        stretch = cut.curve().at(step)
        part = losses[stretch.first_step : stretch.last_step + 1]
        assert (stretch.minimum, stretch.maximum, stretch.last) == (min(part), max(part), part[-1])
    assert len(whole) == len(losses)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=40), st.floats(0, 10))
def test_an_amended_loss_is_the_newest_and_counts_once(losses: list[float], loss: float) -> None:
    history = LossHistory(8)
    history.extend(np.array(losses))
    history.amend(loss)
    assert len(history) == len(losses)
    assert history.latest == loss
    stretch = history.curve().at(len(losses) - 1)
    assert stretch.minimum <= loss <= stretch.maximum
    if stretch.first_step == stretch.last_step:
        assert stretch.minimum == stretch.maximum == stretch.mean == loss
    for mark, step in history.passed().items():
        seen = [*losses[:-1], loss]
        assert seen[step] <= mark
        assert all(value > mark for value in seen[:step])
