"""What a run has cost so far, against adding up step by step."""

import gc
import weakref
from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.engines.engine import GRADIENT_METHODS
from core.images.batches import Batches, Schedule
from core.images.images import Batch
from core.images.own_data import OwnData
from core.images.tasks import TASKS, generate
from core.metrics.meter import Meter, cost_of
from core.run.changes import SetSettings
from core.settings.config import TrainingConfig


def batches_of(config: TrainingConfig) -> Batches:
    images = generate(TASKS[config.task], config.images, config.data_seed)
    return Batches(images, config.images_per_step, config.seed)


@st.composite
def runs(draw: st.DrawFn) -> tuple[TrainingConfig, list[tuple[int, SetSettings]]]:
    """Draw a config, and at which steps the gradient method or the batch size is set to what."""
    images = draw(st.integers(1, 30))
    sizes = st.none() | st.integers(1, images)
    config = TrainingConfig(
        hidden=tuple(draw(st.lists(st.integers(1, 5), max_size=2))),
        images=images,
        batch_size=draw(sizes),
        gradient=draw(st.sampled_from(GRADIENT_METHODS)),
    )
    methods = st.sampled_from(GRADIENT_METHODS).map(lambda value: SetSettings.of(gradient=value))
    change = methods | sizes.map(lambda value: SetSettings.of(batch_size=value))
    changes = draw(st.lists(st.tuples(st.integers(0, 60), change), max_size=8))
    return config, sorted(changes, key=lambda change: change[0])


@given(run=runs())
def test_the_total_is_the_sum_of_the_steps(
    run: tuple[TrainingConfig, list[tuple[int, SetSettings]]],
) -> None:
    config, changes = run
    batches = batches_of(config)
    meter = Meter(config, batches.schedule)
    costs: list[int] = []
    waiting = list(changes)
    for step in range(80):
        while waiting and waiting[0][0] == step:
            config = waiting.pop(0)[1].applied_to(config)
            size = config.images_per_step
            if size != batches.batch_size:
                schedule = batches.schedule.changed(step, len(batches.images), size)
                batches = Batches(batches.images, size, config.seed, schedule)
            meter.change(config, batches.schedule, step)
        # The slow way: this step by itself, on just the images that it sees.
        costs.append(cost_of(config, len(batches.at(step))).step)
        assert meter.total(step + 1) == sum(costs)
    # What is past stays as it was, whatever changed since.
    for step in range(81):
        assert meter.total(step) == sum(costs[:step])
        counted = Counter({cost: steps for steps, cost in meter.steps_by_cost(step)})
        assert counted == Counter(costs[:step])


def test_the_default_run_by_hand() -> None:
    config = TrainingConfig()
    meter = Meter(config, batches_of(config).schedule)
    assert (meter.total(0), meter.total(1), meter.total(12)) == (0, 8_004, 96_048)
    # Three steps by backprop, then by finite differences.
    meter.change(replace(config, gradient="nudge"), batches_of(config).schedule, 3)
    assert meter.total(3) == 3 * 8_004
    assert meter.total(5) == 3 * 8_004 + 2 * 20_004
    assert meter.steps_by_cost(5) == ((3, 8_004), (2, 20_004))
    assert meter.steps_by_cost(2) == ((2, 8_004),)
    assert meter.steps_by_cost(0) == ()


def test_a_smaller_last_batch_costs_less_by_hand() -> None:
    # 10 images in batches of 4: 4, 4 and 2. A step on B images is B·4 + B·4 + 4.
    config = TrainingConfig(images=10, batch_size=4)
    meter = Meter(config, batches_of(config).schedule)
    assert [meter.total(step) for step in range(5)] == [0, 36, 72, 92, 128]


def test_a_total_far_away_needs_no_replaying() -> None:
    config = TrainingConfig(images=10, batch_size=4)
    meter = Meter(config, batches_of(config).schedule)
    assert meter.total(3 * 10**15) == 92 * 10**15


def test_the_cost_by_the_other_method() -> None:
    config = TrainingConfig()
    assert cost_of(config, 1000).step == 8_004
    assert cost_of(config, 1000, "nudge").step == 20_004
    assert cost_of(replace(config, gradient="nudge"), 1000) == cost_of(config, 1000, "nudge")


@given(
    changes=st.lists(
        st.tuples(st.integers(0, 9), st.integers(1, 12), st.integers(1, 12)), max_size=5
    )
)
def test_the_total_follows_images_that_come_and_go(changes: list[tuple[int, int, int]]) -> None:
    config, schedule = TrainingConfig(images=7, batch_size=3), Schedule(7, 3)
    meter, totals = Meter(config, schedule), [0]
    for wait, images, size in [*changes, (20, 1, 1)]:
        for step in range(len(totals) - 1, len(totals) - 1 + wait):
            totals.append(totals[-1] + cost_of(config, schedule.size_at(step)).step)
        step = len(totals) - 1
        schedule = schedule.changed(step, images, min(size, images))
        meter.change(config, schedule, step)
    assert [meter.total(step) for step in range(len(totals))] == totals


def test_what_is_kept_of_costs_keeps_no_images_of_a_person() -> None:
    data = OwnData("mine.csv", Batch(np.zeros((2, 4)), np.zeros(2)))
    config = TrainingConfig(task="own", data=data, images=2)
    assert cost_of(config, 2).step > 0
    is_there = weakref.ref(data)
    del data, config
    gc.collect()
    assert is_there() is None
