"""Batches: who is in the batch of which step."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.images.batches import Batches, Schedule
from core.images.images import Batch


def numbered(count: int) -> Batch:
    """Return images that can be told apart: each pixel and target is the image's number."""
    numbers = np.arange(float(count))
    return Batch(np.repeat(numbers[:, None], 4, axis=1), numbers)


@st.composite
def cuts(draw: st.DrawFn) -> tuple[int, int, int]:
    images = draw(st.integers(1, 40))
    return images, draw(st.integers(1, images)), draw(st.integers(0, 2**32 - 1))


@given(cut=cuts(), epoch=st.integers(0, 1000))
def test_every_epoch_sees_each_image_once(cut: tuple[int, int, int], epoch: int) -> None:
    images, size, seed = cut
    batches = Batches(numbered(images), size, seed)
    first = epoch * batches.per_epoch
    epochs = [batches.at(step) for step in range(first, first + batches.per_epoch)]
    seen = np.concatenate([batch.targets for batch in epochs])
    assert sorted(seen) == list(range(images))
    assert all((batch.images == batch.targets[:, None]).all() for batch in epochs)


@given(cut=cuts(), step=st.integers(0, 10**9))
def test_only_the_last_batch_of_an_epoch_is_smaller(cut: tuple[int, int, int], step: int) -> None:
    images, size, seed = cut
    batches = Batches(numbered(images), size, seed)
    sizes = [len(batches.at(k)) for k in range(batches.per_epoch)]
    assert sum(sizes) == images
    assert sizes[:-1] == [size] * (batches.per_epoch - 1)
    assert 1 <= sizes[-1] <= size
    assert batches.size_at(step) == len(batches.at(step)) == sizes[step % batches.per_epoch]


@given(cut=cuts(), steps=st.lists(st.integers(0, 200), min_size=2, max_size=6))
def test_any_epochs_order_is_known_without_replaying(
    cut: tuple[int, int, int], steps: list[int]
) -> None:
    images, size, seed = cut
    jumping = Batches(numbered(images), size, seed)
    for step in steps:
        direct = Batches(numbered(images), size, seed).at(step)
        assert jumping.at(step).targets.tolist() == direct.targets.tolist()


def test_epochs_are_shuffled_differently() -> None:
    batches = Batches(numbered(40), 7, 0)
    starts = range(0, 20 * batches.per_epoch, batches.per_epoch)
    orders = [tuple(batches.at(step).targets) for step in starts]
    assert len(set(orders)) == 20
    assert Batches(numbered(40), 7, 1).at(0).targets.tolist() != list(orders[0])


def test_the_order_is_drawn_as_written_down() -> None:
    order = np.random.default_rng([9, 2, 3]).permutation(10)
    batches = Batches(numbered(10), 4, 9)
    targets = np.concatenate([batches.at(3 * 3 + place).targets for place in range(3)])
    assert targets.tolist() == order.tolist()


def test_a_full_batch_is_all_images_in_their_own_order() -> None:
    images = numbered(10)
    batches = Batches(images, 10, 5)
    assert batches.per_epoch == 1
    assert all(batches.at(step) is images for step in (0, 1, 77))


@pytest.mark.parametrize("size", [3, 10])
def test_the_images_themselves_stay_as_they_are(size: int) -> None:
    images = numbered(10)
    batches = Batches(images, size, 0)
    for step in range(9):
        batches.at(step)
    assert all(a < b for a, b in pairwise(images.targets))


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Schedule, list[tuple[int, int, int]]]:
    """Draw a schedule, and after how many steps it changes to how many images and per batch."""
    first, changes = draw(st.integers(1, 12)), []
    size = draw(st.integers(1, first))
    for _ in range(draw(st.integers(0, 4))):
        images = draw(st.integers(1, 12))
        changes.append((draw(st.integers(0, 9)), images, draw(st.integers(1, images))))
    return Schedule(first, size), changes


@given(drawn=schedules())
def test_a_pass_that_images_change_in_is_given_up_and_the_next_one_is_whole(
    drawn: tuple[Schedule, list[tuple[int, int, int]]],
) -> None:
    schedule, changes = drawn
    step = complete = 0
    orders: list[tuple[int, int]] = []
    for wait, images, size in [*changes, (2 * 12, 1, 1)]:
        batches = Batches(numbered(schedule.images), schedule.batch_size, 3, schedule)
        seen: list[float] = []
        for at in range(step, step + wait):
            if not seen:
                place = (at - schedule.since) // schedule.per_epoch
                orders.append((schedule.begun + place, at))
            assert schedule.epochs(at) == complete
            assert schedule.size_at(at) == len(batches.at(at))
            seen += batches.at(at).targets.tolist()
            is_whole = len(seen) == schedule.images
            assert schedule.has_ended_epoch(at + 1) == is_whole
            if is_whole:
                assert schedule.next_end(at) == at + 1
                assert sorted(seen) == list(range(schedule.images))
                complete, seen = complete + 1, []
        step += wait
        schedule = schedule.changed(step, images, size)
        assert schedule.epochs(step) == complete
    # Each pass has an order of its own, also one that was given up.
    assert [order for order, _ in orders] == list(range(len(orders)))


def test_another_batch_size_leaves_an_epoch_and_the_numbers_go_on() -> None:
    # 10 images by 4: steps 0–2 are epoch 0, 3–5 epoch 1. Cut again after 4 updates, within epoch 1.
    before = Schedule(10, 4)
    after = before.changed(4, 10, 5)
    assert (after.begun, after.left) == (2, 1)
    # One is complete; of those that begin at step 4, each two steps complete another.
    assert [after.epochs(step) for step in (4, 5, 6, 8)] == [1, 1, 2, 3]
    cut, plain = Batches(numbered(10), 5, 9, after), Batches(numbered(10), 5, 9)
    assert [cut.size_at(step) for step in range(4, 8)] == [5, 5, 5, 5]
    # The order of epoch 2, which without the change begins at step 4.
    for step in range(4, 10):
        assert cut.at(step).targets.tolist() == plain.at(step).targets.tolist()
    # Between two epochs none is left: 3 updates are epoch 0.
    assert before.changed(3, 10, 5) == Schedule(10, 5, since=3, begun=1, complete=1)
    assert before.changed(0, 10, 5) == Schedule(10, 5)
    # All at once each step is an epoch.
    whole = after.changed(7, 10, 10)
    assert (whole.begun, whole.left, whole.epochs(9)) == (4, 2, 4)
    assert whole.changed(9, 10, 3) == Schedule(10, 3, since=9, begun=6, complete=4)


def test_changing_twice_at_a_step_is_changing_once() -> None:
    once = Schedule(10, 4).changed(5, 12, 4)
    assert Schedule(10, 4).changed(5, 11, 4).changed(5, 12, 4) == once
    # 3 steps to a pass: at step 5 the second one was begun and not completed.
    assert once == Schedule(12, 4, since=5, begun=2, complete=1)
