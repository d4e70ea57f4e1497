"""What commentary notices, on real runs: facts with numbers that can be worked out beside it."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.commentary.changes.actions import after_change
from core.commentary.opening import opening
from core.commentary.steps.image import ErrorSides, SelectedImage
from core.commentary.steps.loss import EpochDone, FlatCurve, LossMoved, Overshot, Slowed
from core.commentary.steps.steps import Computing, after_step, milestones
from core.commentary.steps.weights import Converged, SignChanged, Stepped, WeightsMoved
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.moments import DEFAULT, around, at


def test_mini_batches_compare_no_losses() -> None:
    config = replace(DEFAULT, batch_size=10)
    for step in range(1, 9):
        before, after = around(config, step)
        facts = after_step(before, after)
        assert facts[0] == LossMoved(before.loss or 0, after.loss or 0, 1, 10, False)
        assert not any(isinstance(f, SignChanged | Slowed | FlatCurve | Overshot) for f in facts)
        assert not any(isinstance(f, SelectedImage) and f.together_better for f in facts)
    assert EpochDone(1000, 10, 100) in milestones(at(config, 90), at(config, 130))
    assert EpochDone(1000, 10, 100) not in milestones(at(config, 190), at(config, 230))


def test_hidden_layers_speak_of_predictions_and_no_single_weights() -> None:
    config = TrainingConfig(hidden=(4,), seed=4)
    before, after = around(config, 1)
    facts = after_step(before, after)
    assert not any(isinstance(fact, WeightsMoved | SignChanged | Converged) for fact in facts)
    assert ErrorSides("darkness", 1000, 727, 586, 273, 414) in facts
    (step,) = [fact for fact in facts if isinstance(fact, Stepped)]
    assert step.parameters == 25
    assert step.most == np.abs(after.parameters - before.parameters).max()


def test_while_the_loss_is_computed() -> None:
    trainer = Trainer(DEFAULT)
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.run.advance()
    assert after_step(before, trainer.snapshot()) == (Computing(1, 8000),)
    assert milestones(before, trainer.snapshot()) == ()


AnyFloat = st.floats(allow_nan=True, allow_infinity=True)
HIDDEN = [(), (2,), (2, 2)]


@given(
    st.sampled_from(HIDDEN),
    st.booleans(),
    st.lists(AnyFloat, min_size=8, max_size=8),
    st.sampled_from([None, 7]),
)
def test_nothing_raises_whatever_the_numbers(
    hidden: tuple[int, ...], bias: bool, numbers: list[float], batch: int | None
) -> None:
    config = TrainingConfig(
        hidden=hidden, activation="relu", bias=bias, images=20, batch_size=batch
    )
    before, after = around(config, 2)
    spread = np.resize(np.array(numbers), len(after.parameters))
    for loss, gradient in ((numbers[0], spread), (None, None), (numbers[1], None)):
        odd = replace(after, loss=loss, gradient=gradient, parameters=spread)
        for pair in ((before, odd), (odd, replace(odd, step=5)), (odd, at(config, 3))):
            after_step(*pair)
            milestones(*pair)
            after_change(*pair)
        opening(odd)
    other = at(replace(config, hidden=(3,)), 7)
    assert milestones(before, other) == after_step(before, other) == ()
