"""The substeps of a step: in order, complete, and together exactly what the cost says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.arrays import Array
from core.engines.engine import NUDGE
from core.explain.code.lines import trace_of
from core.images.images import Batch
from core.network.cost import Phase
from core.network.network import Network
from core.quantities.quantities import (
    ErrorQuantity,
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    PredictionQuantity,
    UpdateQuantity,
)
from core.quantities.substeps import (
    MOST_NUDGES,
    Substep,
    SubstepKind,
    nudge_of,
    quantity_of,
    substeps_of,
)
from core.run.changes import SetFrozen
from core.run.snapshot import Snapshot
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.moments import at


def told(substeps: tuple[Substep, ...]) -> list[tuple[str, int | None, int | None, int, int]]:
    return [
        (substep.kind.value, substep.layer, substep.parameter, substep.multiply_adds, substep.done)
        for substep in substeps
    ]


def test_the_default_step_by_backprop() -> None:
    assert told(substeps_of(at(TrainingConfig(), 0))) == [
        ("forward", 0, None, 4_000, 4_000),
        ("loss", None, None, 0, 4_000),
        ("delta", None, None, 0, 4_000),
        ("gradient", 0, None, 4_000, 8_000),
        ("update", None, None, 4, 8_004),
    ]


def test_the_default_step_by_nudging() -> None:
    assert told(substeps_of(at(TrainingConfig(gradient="nudge"), 0))) == [
        ("forward", 0, None, 4_000, 4_000),
        ("loss", None, None, 0, 4_000),
        ("nudge", 0, 0, 4_000, 8_000),
        ("nudge", 0, 1, 4_000, 12_000),
        ("nudge", 0, 2, 4_000, 16_000),
        ("nudge", 0, 3, 4_000, 20_000),
        ("update", None, None, 4, 20_004),
    ]


def test_a_hidden_layers_errors_are_carried_back() -> None:
    assert told(substeps_of(at(TrainingConfig(hidden=(4,)), 0))) == [
        ("forward", 0, None, 16_000, 16_000),
        ("forward", 1, None, 4_000, 20_000),
        ("loss", None, None, 0, 20_000),
        ("delta", None, None, 0, 20_000),
        ("gradient", 1, None, 8_000, 28_000),
        ("gradient", 0, None, 16_000, 44_000),
        ("update", None, None, 25, 44_025),
    ]


def test_more_parameters_than_a_few_are_nudged_layer_by_layer() -> None:
    substeps = substeps_of(at(TrainingConfig(hidden=(4,), gradient="nudge", images=10), 0))
    assert told(substeps)[3:5] == [
        ("nudge", 0, None, 4_000, 4_200),
        ("nudge", 1, None, 1_000, 5_200),
    ]


CONFIGS = st.builds(
    TrainingConfig,
    hidden=st.lists(st.integers(1, 5), max_size=4).map(tuple),
    bias=st.booleans(),
    output=st.sampled_from(("linear", "sigmoid")),
    gradient=st.sampled_from(("backprop", "nudge")),
    images=st.integers(1, 12),
)


@st.composite
def moments(draw: st.DrawFn) -> Snapshot:
    trainer = Trainer(draw(CONFIGS))
    last = trainer.run.config.architecture.parameter_count - 1
    for index in draw(st.sets(st.integers(0, last), max_size=3)):
        trainer.apply(SetFrozen(index, True))
    return trainer.snapshot()


@given(moments())
def test_the_substeps_add_up_to_the_cost(snapshot: Snapshot) -> None:
    substeps, cost = substeps_of(snapshot), snapshot.cost
    assert sum(substep.multiply_adds for substep in substeps) == substeps[-1].done == cost.step
    for line in (cost.forward, cost.gradient, cost.update):
        counts = [substep.multiply_adds for substep in substeps if substep.phase == line.name]
        assert sum(counts) == line.count
    order = [Phase.FORWARD, Phase.GRADIENT, Phase.UPDATE]
    places = [order.index(substep.phase) for substep in substeps]
    assert places == sorted(places)


@given(moments())
def test_every_parameter_is_nudged_once(snapshot: Snapshot) -> None:
    nudges = [substep for substep in substeps_of(snapshot) if substep.kind is SubstepKind.NUDGE]
    count = snapshot.architecture.parameter_count
    if snapshot.config.gradient != "nudge":
        assert not nudges
    elif count <= MOST_NUDGES:
        assert [substep.parameter for substep in nudges] == list(range(count))
    else:
        assert [substep.layer for substep in nudges] == list(
            range(len(snapshot.architecture.layers))
        )


def loss_of(snapshot: Snapshot, batch: Batch, parameters: Array) -> float:
    predictions = Network(snapshot.architecture, parameters).forward(batch.images)[-1][:, 0]
    return float(np.mean((predictions - batch.targets) ** 2))


def test_a_nudges_losses_are_those_of_the_network() -> None:
    trainer = Trainer(TrainingConfig(gradient="nudge"))
    trainer.run.ensure_evaluated()
    snapshot = trainer.snapshot()
    for index in range(4):
        nudge = nudge_of(snapshot, index)
        assert nudge is not None
        tried = snapshot.parameters.copy()
        tried[index] += NUDGE
        assert (nudge.value, nudge.tried) == (snapshot.parameters[index], tried[index])
        here = loss_of(snapshot, trainer.run.here.images, snapshot.parameters)
        there = loss_of(snapshot, trainer.run.here.images, tried)
        assert nudge.loss == pytest.approx(here, abs=1e-14)
        assert nudge.tried_loss == pytest.approx(there, abs=1e-14)
        assert nudge.slope == pytest.approx((there - here) / NUDGE, abs=1e-8)


def test_while_the_loss_is_computed_no_nudge_is_known() -> None:
    snapshot = Trainer(TrainingConfig(gradient="nudge")).snapshot()
    assert snapshot.loss is None
    assert nudge_of(snapshot, 0) is None
    assert substeps_of(snapshot)[-1].done == snapshot.cost.step


def test_each_part_has_a_number_that_shows_it() -> None:
    snapshot = at(TrainingConfig(hidden=(2,), images=10), 0)
    weight = 3  # from pixel 2 to neuron 2
    targets = [quantity_of(substep, snapshot, weight) for substep in substeps_of(snapshot)]
    assert targets == [
        NeuronQuantity(0, 1),
        PredictionQuantity(),
        LossQuantity(),
        ErrorQuantity(),
        GradientQuantity(10),
        GradientQuantity(weight),
        UpdateQuantity(weight),
    ]
    nudged = at(TrainingConfig(gradient="nudge", images=10), 0)
    assert quantity_of(substeps_of(nudged)[3], nudged, 0) == GradientQuantity(1)
    for moment in (snapshot, nudged):
        for substep in substeps_of(moment):
            assert trace_of(moment, quantity_of(substep, moment)) is not None
