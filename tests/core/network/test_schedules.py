"""The learning rate's schedules: each worked out on paper, and held to what it may be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.network.schedules import SCHEDULES, is_scheduled, rate_at, share_at
from core.settings.config import TrainingConfig


def rates(config: TrainingConfig, *steps: int) -> list[float]:
    """Return the learning rates of some steps."""
    return [rate_at(config.options, step) for step in steps]


def test_without_a_schedule_the_rate_stays_to_the_bit() -> None:
    config = TrainingConfig(learning_rate=0.3)
    assert rates(config, 0, 1, 10**12) == [0.3, 0.3, 0.3]
    assert not is_scheduled(config.options)


def test_a_step_schedule_by_hand() -> None:
    # 0.8, halved after each 3 steps: 0.8 0.8 0.8 0.4 0.4 0.4 0.2.
    config = TrainingConfig(learning_rate=0.8, schedule="step", decay_steps=3, decay_factor=0.5)
    assert rates(config, 0, 2, 3, 5, 6) == [0.8, 0.8, 0.4, 0.4, 0.2]
    assert is_scheduled(config.options)


def test_a_cosine_schedule_by_hand() -> None:
    # From 2 to a tenth of it, 0.2, in 6 steps: after 2 of them cos 60° = ½, so 0.2 + 1.8 · ¾; after
    # 3 halfway, 1.1; after 6 and ever since, 0.2.
    config = TrainingConfig(learning_rate=2.0, schedule="cosine", cosine_steps=6, cosine_end=0.1)
    assert rates(config, 0, 2, 3, 6, 7, 12) == pytest.approx([2.0, 1.55, 1.1, 0.2, 0.2, 0.2])
    to_nothing = TrainingConfig(schedule="cosine", cosine_steps=6)
    assert rates(to_nothing, 6, 100) == [0.0, 0.0]


def test_a_warm_up_comes_first_and_the_schedule_begins_after_it() -> None:
    # Three steps at a quarter, a half and three quarters; then 3 whole ones, then half of that.
    config = TrainingConfig(
        learning_rate=0.4, schedule="step", decay_steps=3, decay_factor=0.5, warmup_steps=3
    )
    assert rates(config, 0, 1, 2, 3, 5, 6) == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4, 0.2])
    alone = TrainingConfig(learning_rate=0.4, warmup_steps=1)
    assert rates(alone, 0, 1, 2) == [0.2, 0.4, 0.4]
    assert is_scheduled(alone.options)


@settings(max_examples=30)
@given(
    schedule=st.sampled_from(list(SCHEDULES)),
    warmup=st.integers(0, 5),
    length=st.integers(1, 7),
    share=st.sampled_from([0.1, 0.9, 1.0]),
    step=st.integers(0, 40) | st.just(10**12),
)
def test_a_share_is_never_more_than_the_whole_rate_and_falls_after_the_warm_up(
    schedule: str, warmup: int, length: int, share: float, step: int
) -> None:
    options = TrainingConfig(
        schedule=schedule,
        warmup_steps=warmup,
        decay_steps=length,
        decay_factor=share,
        cosine_steps=length,
        cosine_end=1.0 - share,
    ).options
    here, there = share_at(options, step), share_at(options, step + 1)
    assert 0.0 <= here <= 1.0
    assert here < there if step < warmup else there <= here
    assert share_at(options, warmup) == 1.0
