"""The right answer explained: worked out where it is arithmetic, and else by the rule in words."""

import math

import numpy as np
import pytest

from core.explain.explain import explain
from core.explain.explanation import CleanLabel, Remark
from core.images.images import DEFAULT_IMAGE, Batch
from core.images.own_data import OwnData
from core.images.tasks import TASKS
from core.quantities.quantities import ErrorQuantity, GradientQuantity, LossQuantity, TargetQuantity
from core.run.snapshot import Snapshot
from core.settings.config import TrainingConfig
from tests.core.explained import holds, moment, near

MINE = OwnData("mine", Batch(np.array([[0.0, 1.0, 0.0, 1.0], [0.5] * 4]), np.array([2.0, 3.0])))


def selected(task: str) -> tuple[Snapshot, Batch]:
    return moment(TrainingConfig(task=task))


@pytest.mark.parametrize("task", [name for name, task in TASKS.items() if not task.is_own])
def test_the_target_is_worked_out_or_named_by_its_rule(task: str) -> None:
    now, batch = selected(task)
    found = explain(now, batch, TargetQuantity())
    near(found.result, TASKS[task].target(DEFAULT_IMAGE))
    holds(found)
    assert found.equations or found.facts == (CleanLabel(task),)
    # Whichever the task, it is the same number by the same name, and the formula is another.
    darkness = explain(*selected("darkness"), TargetQuantity()).equations[-1]
    for each in found.equations:
        assert each.name == darkness.name
        assert (each.formula == darkness.formula) == (task == "darkness")
        assert each.name not in each.formula


def test_the_arithmetic_of_a_difference_by_hand() -> None:
    # (0.2 + 0.5 − 0.4 − 0.7) ÷ 2 = −0.4 ÷ 2, and 0.7 − 0.2.
    halves = explain(*selected("top-bottom"), TargetQuantity())
    assert [term.value for term in halves.equations[0].terms] == [0.2, 0.5, -0.4, -0.7]
    near(halves.result, -0.2)
    contrast = explain(*selected("contrast"), TargetQuantity())
    assert [term.value for term in contrast.equations[0].terms] == [0.7, -0.2]
    near(contrast.result, 0.5)


def test_a_target_that_the_data_has_is_given() -> None:
    now, batch = moment(TrainingConfig(task="own", images=2, data=MINE))
    known = now.with_image((0.5, 0.5, 0.5, 0.5))
    assert explain(known, batch, TargetQuantity()).result == 3.0
    assert explain(known, batch, TargetQuantity()).facts == (Remark.GIVEN,)


def test_of_an_image_that_the_data_has_not_nothing_is_made_up() -> None:
    now, batch = moment(TrainingConfig(task="own", images=2, data=MINE))
    assert math.isnan(now.reading.target)
    for quantity in (TargetQuantity(), ErrorQuantity()):
        found = explain(now, batch, quantity)
        assert (found.result, found.equations, found.facts) == (None, (), (Remark.UNKNOWN,))
    for wanted in (LossQuantity(), GradientQuantity(1)):
        found = explain(now, batch, wanted)
        assert found.result is not None
        assert math.isfinite(found.result)
        assert all(math.isfinite(each.result) for each in found.equations)
        assert Remark.UNSEEN not in found.facts
        holds(found)
