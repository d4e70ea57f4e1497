"""Moments of real runs, for tests of what is said about them."""

import math
from functools import lru_cache

from core.commentary.steps.steps import Fact, after_step
from core.run.snapshot import Snapshot
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

DEFAULT = TrainingConfig()


@lru_cache
def at(config: TrainingConfig, step: int) -> Snapshot:
    """Return the moment after so many steps."""
    trainer = Trainer(config)
    trainer.run.ensure_evaluated()
    if step:
        trainer.run.run_for(math.inf, max_steps=step)
    return trainer.snapshot()


def around(config: TrainingConfig, step: int) -> tuple[Snapshot, Snapshot]:
    """Return the moments before and after a step."""
    return at(config, step - 1), at(config, step)


def facts_of(config: TrainingConfig, step: int) -> dict[type, Fact]:
    """Return what commentary says of a step, by kind."""
    return {type(fact): fact for fact in after_step(*around(config, step))}
