"""Steps by a schedule of the learning rate, and with a gradient that is clipped."""

import math
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from core.engines import ENGINES
from core.network.schedules import rate_at
from core.run.changes import SetFrozen, SetSettings
from core.run.stopping import Outcome
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

every_engine = pytest.mark.parametrize("engine", ENGINES)
BY_STEPS = TrainingConfig(
    images=10, schedule="step", decay_steps=2, decay_factor=0.5, warmup_steps=1
)


def added(trainer: Trainer) -> list[float]:
    """Take a step; return what it has added to each weight, divided by its gradient."""
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.run.step()
    assert before.gradient is not None
    moved = trainer.run.here.network.parameters - before.parameters
    ratios: list[float] = (moved / before.gradient).tolist()
    return ratios


@every_engine
def test_each_step_takes_its_own_rate_however_it_is_taken(engine: str) -> None:
    # 0.1 · ½ for the warm-up, twice 0.1, twice 0.05, then 0.025.
    config = replace(BY_STEPS, engine=engine)
    trainer, one_by_one = Trainer(config), Trainer(config)
    for rate in (0.05, 0.1, 0.1, 0.05, 0.05, 0.025):
        assert trainer.snapshot().rate == pytest.approx(rate)
        assert added(trainer) == pytest.approx([-rate] * 4, rel=1e-9)
        one_by_one.run.ensure_evaluated()
        one_by_one.run.advance()
    at_once = Trainer(config)
    at_once.run.run_for(math.inf, max_steps=6)
    at_once.run.ensure_evaluated()
    parameters = trainer.run.here.network.parameters.tobytes()
    assert at_once.run.here.network.parameters.tobytes() == parameters
    assert one_by_one.run.here.network.parameters.tobytes() == parameters


def test_another_rate_is_what_the_schedule_takes_its_share_of() -> None:
    trainer = Trainer(BY_STEPS)
    trainer.run.run_for(math.inf, max_steps=3)
    trainer.apply(SetSettings.of(learning_rate=0.4))
    assert trainer.snapshot().rate == pytest.approx(0.2)
    assert added(trainer) == pytest.approx([-0.2] * 4, rel=1e-9)
    trainer.apply(SetSettings.of(schedule="constant", warmup_steps=0))
    assert added(trainer) == pytest.approx([-0.4] * 4, rel=1e-9)


@every_engine
def test_a_schedule_is_asked_once_for_each_step_and_not_at_all_without_one(engine: str) -> None:
    scheduled = Trainer(replace(BY_STEPS, engine=engine))
    constant = Trainer(TrainingConfig(images=10, engine=engine))
    with patch("core.network.update.rate_at", side_effect=rate_at) as asked:
        constant.run.run_for(math.inf, max_steps=7)
        assert asked.call_count == 0
        scheduled.run.run_for(math.inf, max_steps=7)
    assert [call.args[1] for call in asked.call_args_list] == list(range(7))


@every_engine
def test_a_clipped_gradient_makes_a_shorter_step_and_is_shown_whole(engine: str) -> None:
    trainer = Trainer(TrainingConfig(images=10, engine=engine, clip_norm=0.01))
    trainer.run.ensure_evaluated()
    gradient = trainer.snapshot().gradient
    assert gradient is not None
    size = float(np.linalg.norm(gradient))
    assert size > 0.1
    assert added(trainer) == pytest.approx([-0.1 * 0.01 / (size + 1e-6)] * 4, rel=1e-9)
    by_value = Trainer(TrainingConfig(images=10, engine=engine, clip_value=0.01))
    before = by_value.run.here.network.parameters.copy()
    by_value.run.step()
    assert by_value.run.here.network.parameters - before == pytest.approx([-0.001] * 4)


def test_frozen_weights_stop_conditions_and_mini_batches_go_with_a_schedule() -> None:
    config = replace(BY_STEPS, batch_size=3, steps=5, until_loss=1e-9, clip_value=0.05)
    trainer = Trainer(config)
    trainer.apply(SetFrozen(1, True))
    trainer.run.run_for(math.inf)
    assert trainer.run.outcome is Outcome.STEPS_TAKEN
    assert trainer.run.step_count == 5
    assert trainer.run.here.network.parameters[1] == 0.4
    last = trainer.run.here.network.parameters.tobytes()
    trainer.run.go_to((2, 1))
    trainer.run.go_to((5, 1))
    assert trainer.run.here.network.parameters.tobytes() == last
