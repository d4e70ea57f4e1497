"""Moments with the batch of their coming step, and explanations held to what they list."""

import math

from core.arrays import Array
from core.explain.equations import CHOICES
from core.explain.explanation import Explanation
from core.images.batches import Batches
from core.images.images import Batch
from core.network.activations import ACTIVATIONS
from core.run.snapshot import Snapshot
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig


def moment(config: TrainingConfig, steps: int = 0) -> tuple[Snapshot, Batch]:
    """Return a run after so many steps, and the batch of the coming one."""
    trainer = Trainer(config)
    trainer.run.ensure_evaluated()
    if steps:
        trainer.run.run_for(math.inf, max_steps=steps)
    batches = Batches(trainer.run.here.images, config.images_per_step, config.seed)
    return trainer.snapshot(), batches.at(trainer.run.step_count)


def set_to(config: TrainingConfig, parameters: Array) -> tuple[Snapshot, Batch]:
    """Return a run at step 0 with these parameters."""
    trainer = Trainer(config)
    trainer.run.here.network.parameters[:] = parameters
    trainer.run.ensure_evaluated()
    batches = Batches(trainer.run.here.images, config.images_per_step, config.seed)
    return trainer.snapshot(), batches.at(0)


def near(value: float | None, expected: float, rounding: float = 1e-12) -> None:
    assert value is not None
    assert abs(value - expected) <= rounding * max(1.0, abs(expected)), (value, expected)


def holds(explanation: Explanation) -> None:
    """Work every result out once more, from what is listed and nothing else."""
    for each in explanation.equations:
        products = []
        for term in each.terms:
            product = float(term.sign)
            for factor in term.factors:
                product *= factor.value
            products.append(product)
        total = sum(products) + (each.rest.value if each.rest else 0.0)
        if each.function in CHOICES:
            total = CHOICES[each.function](products)
        elif each.function == "√":
            total = total**0.5
        elif each.function:
            total = ACTIVATIONS[each.function].value(total)
        total *= each.times.value if each.times else 1.0
        total /= each.divisor.value if each.divisor else 1.0
        near(each.result, total, 1e-11)
