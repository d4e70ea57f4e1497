"""What a person changes in the weights themselves, as facts."""

from dataclasses import replace

import numpy as np
import pytest

from core.commentary.changes.actions import after_change
from core.commentary.changes.by_hand import ParameterFrozen, ParameterSet, ParametersSet
from core.run.changes import SetFrozen, SetParameters
from core.run.trainer import Trainer
from tests.core.moments import DEFAULT, at


@pytest.mark.parametrize(("bias", "weights", "indices"), [(False, 4, (1, 3)), (True, 4, (0, 4))])
def test_parameters_changed_manually(bias: bool, weights: int, indices: tuple[int, ...]) -> None:
    trainer = Trainer(replace(DEFAULT, bias=bias))
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    old = before.parameters[list(indices)]
    first, second = indices
    trainer.apply(SetParameters(((first, old[0] + 0.3), (second, old[1] - 0.4))))
    trainer.run.ensure_evaluated()
    after = trainer.snapshot()
    (fact,) = after_change(before, after)
    assert isinstance(fact, ParametersSet)
    assert (fact.indices, fact.parameters, fact.weights) == (indices, 4 + bias, weights)
    assert fact.distance == pytest.approx(0.5)
    assert (fact.loss_before, fact.loss_after) == (before.loss, after.loss)
    # Where only one came out otherwise, that one is told of.
    trainer.apply(SetParameters(((first, old[0] + 0.3), (second, 0.25))))
    (single,) = after_change(after, trainer.snapshot())
    assert isinstance(single, ParameterSet)
    assert (single.index, single.weights, single.after) == (second, weights, 0.25)
    assert single.loss_after is None


def test_parameters_frozen_and_unfrozen() -> None:
    trainer = Trainer(DEFAULT)
    before = trainer.snapshot()
    for index, frozen, held in ((2, True, 1), (0, True, 2), (3, True, 3), (0, False, 2)):
        trainer.apply(SetFrozen(index, frozen))
        after = trainer.snapshot()
        assert after_change(before, after) == (ParameterFrozen(index, frozen, held),)
        before = after
    # Of several, as when a person goes back over them, the first is told.
    several = after_change(replace(before, frozen=frozenset()), before)
    assert several == (ParameterFrozen(2, True, 2),)


def test_parameters_without_numbers_changed_manually() -> None:
    trainer = Trainer(replace(DEFAULT, hidden=(2,)))
    before = trainer.snapshot()
    trainer.apply(SetParameters(((0, 1.0), (1, 2.0))))
    (fact,) = after_change(before, trainer.snapshot())
    assert isinstance(fact, ParametersSet)
    assert fact.weights is None


def test_what_is_not_a_number_before_and_after_has_not_changed() -> None:
    now = at(DEFAULT, 0)
    broken = replace(now, parameters=np.array([1.0, np.nan, np.inf, np.nan]))
    changed = replace(now, parameters=np.array([2.0, np.nan, np.inf, np.nan]))
    (fact,) = after_change(broken, changed)
    assert isinstance(fact, ParameterSet)
    assert fact.index == 0
