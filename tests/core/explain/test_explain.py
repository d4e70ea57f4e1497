"""Explanations: worked out from the terms they list, and the engine's own numbers all the same."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engines.engine import NUDGE
from core.explain.count import MOST_KINDS
from core.explain.equations import MOST_TERMS, Equation, Scope
from core.explain.explain import explain
from core.explain.explanation import (
    Clipped,
    InitialValue,
    Origin,
    OtherOperations,
    Remark,
    ScheduledRate,
    TooManyTerms,
    Updates,
)
from core.images.images import Batch
from core.network.activations import ACTIVATIONS
from core.network.cost import OtherOperation
from core.network.network import initial_parameters
from core.network.optimizers import OPTIMIZERS, Work
from core.network.schedules import SCHEDULES
from core.quantities.quantities import (
    Count,
    CountQuantity,
    ErrorQuantity,
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    TargetQuantity,
    UpdateQuantity,
)
from core.run.changes import SetFrozen, SetSettings
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.explained import holds, moment, near, set_to


@st.composite
def configs(draw: st.DrawFn) -> TrainingConfig:
    output, loss = draw(
        st.sampled_from([("linear", "mse"), ("sigmoid", "mse"), ("sigmoid", "bce")])
    )
    images = draw(st.integers(1, 40))
    hidden = tuple(draw(st.lists(st.integers(1, 6), max_size=3)))
    names = [draw(st.sampled_from(list(ACTIVATIONS))) for _ in hidden or (1,)]
    return TrainingConfig(
        hidden=hidden,
        activation=",".join(names),
        output=output,
        loss=loss,
        bias=draw(st.booleans()),
        images=images,
        batch_size=draw(st.none() | st.integers(1, images)),
        seed=draw(st.integers(0, 2**32 - 1)),
        data_seed=draw(st.integers(0, 100)),
        learning_rate=draw(st.sampled_from([0.01, 0.1, 0.5])),
        engine=draw(st.sampled_from(["matrix", "loops"])),
        optimizer=draw(st.sampled_from(list(OPTIMIZERS))),
        nesterov=draw(st.booleans()),
        centered=draw(st.booleans()),
        amsgrad=draw(st.booleans()),
        l1=draw(st.sampled_from([0.0, 0.01])),
        l2=draw(st.sampled_from([0.0, 0.02])),
        schedule=draw(st.sampled_from(list(SCHEDULES))),
        warmup_steps=draw(st.sampled_from([0, 2])),
        decay_steps=1,
        cosine_steps=2,
        cosine_end=0.125,
        clip_norm=draw(st.sampled_from([None, 0.1, 100.0])),
    )


@settings(max_examples=30)
@given(config=configs(), steps=st.integers(0, 3))
def test_every_explained_number_is_the_engines(config: TrainingConfig, steps: int) -> None:
    now, batch = moment(config, steps)
    reading, gradient = now.reading, now.gradient
    assert gradient is not None
    assert now.loss is not None
    near(explain(now, batch, PredictionQuantity()).result, reading.prediction)
    near(explain(now, batch, TargetQuantity()).result, reading.target)
    near(explain(now, batch, ErrorQuantity()).result, reading.error)
    near(explain(now, batch, LossQuantity()).result, now.loss)
    holds(explain(now, batch, LossQuantity()))
    for pixel in range(4):
        near(explain(now, batch, PixelQuantity(pixel)).result, reading.image[pixel])
    for layer, place in enumerate(now.architecture.layers):
        for neuron in range(place.outputs):
            found = explain(now, batch, NeuronQuantity(layer, neuron))
            near(found.result, float(reading.activations[layer + 1][neuron]))
            holds(found)
    change = now.change
    assert change is not None
    for index, value in enumerate(now.parameters.tolist()):
        for quantity in (ParameterQuantity(index), GradientQuantity(index), UpdateQuantity(index)):
            holds(explain(now, batch, quantity))
        near(explain(now, batch, ParameterQuantity(index)).result, value)
        near(explain(now, batch, GradientQuantity(index)).result, float(gradient[index]))
        step = explain(now, batch, UpdateQuantity(index))
        near(step.equations[-2].result, float(change[index]))
        near(step.result, value + float(change[index]))


@given(config=configs(), steps=st.integers(0, 3))
def test_a_chain_ends_in_what_the_gradient_would_be_with_this_image_alone(
    config: TrainingConfig, steps: int
) -> None:
    now, _ = moment(config, steps)
    trainer = Trainer(replace(config, images=1, batch_size=None))
    trainer.run.here.network.parameters[:] = now.parameters
    trainer.run.here.images.images[:] = now.reading.image
    trainer.run.here.images.targets[:] = now.reading.target
    trainer.run.ensure_evaluated()
    gradient = trainer.snapshot().gradient
    assert gradient is not None
    for index in range(len(gradient)):
        alone = explain(now, None, GradientQuantity(index))
        assert alone.result is None
        near(alone.equations[-1].result, float(gradient[index]))


@settings(max_examples=30)
@given(config=configs())
def test_nudging_shows_the_loss_with_and_without(config: TrainingConfig) -> None:
    now, batch = moment(replace(config, gradient="nudge"))
    assert now.loss is not None
    assert now.gradient is not None
    for index in range(0, len(now.parameters), 3):
        here, nudged, gradient = explain(now, batch, GradientQuantity(index)).equations
        near(here.result, now.loss)
        moved = now.parameters.copy()
        moved[index] += NUDGE
        there, _ = set_to(replace(config, gradient="backprop"), moved)  # only its loss is wanted
        assert there.loss is not None
        near(nudged.result, there.loss)
        assert gradient.divisor is not None
        assert gradient.divisor.value == NUDGE
        # What rounding there is, is divided by ε.
        near(gradient.result, float(now.gradient[index]), 4e-9)


@given(config=configs(), steps=st.integers(0, 5), method=st.sampled_from(["backprop", "nudge"]))
def test_every_count_is_the_costs(config: TrainingConfig, steps: int, method: str) -> None:
    # In loops, finite differences take longer than all the rest, and are counted like the others.
    engine = config.engine if method == "backprop" else "matrix"
    now, batch = moment(replace(config, gradient=method, engine=engine), steps)
    cost = now.cost
    for count, expected in (
        (Count.FORWARD, cost.forward.count),
        (Count.GRADIENT, cost.gradient.count),
        (Count.UPDATE, cost.update.count),
        (Count.STEP, cost.step),
        (Count.OTHER_STEP, now.other_cost.step),
        (Count.TOTAL, now.multiply_adds),
    ):
        found = explain(now, batch, CountQuantity(count))
        assert found.result == expected
        assert isinstance(found.result, int)
        assert found.equations, "nothing is shown without where it comes from"


def numbers(equation: Equation) -> list[list[tuple[str, float]]]:
    return [[(factor.name, factor.value) for factor in term.factors] for term in equation.terms]


def test_the_default_prediction() -> None:
    now, batch = moment(TrainingConfig())
    (equation,) = explain(now, batch, PredictionQuantity()).equations
    assert (equation.name, equation.formula) == ("prediction", "Σ wᵢ·xᵢ")
    assert numbers(equation) == [
        [("w₁", 0.98), ("x₁", 0.2)],
        [("w₂", 0.4), ("x₂", 0.5)],
        [("w₃", 0.86), ("x₃", 0.4)],
        [("w₄", -0.08), ("x₄", 0.7)],
    ]
    assert equation.result == pytest.approx(0.684, abs=1e-15)


def test_the_fourth_weights_gradient_and_what_raises_it() -> None:
    now, batch = moment(TrainingConfig())
    found = explain(now, batch, GradientQuantity(3))
    own, mean = found.equations
    # 2 · (0.684 − 0.45) · 0.7
    assert own.scope is Scope.IMAGE
    assert own.result == pytest.approx(0.3276, abs=1e-15)
    assert [name for name, _ in numbers(own)[0]] == ["2", "error", "x₄"]
    errors = batch.images @ now.parameters - batch.targets
    image_gradients = 2 * errors * batch.images[:, 3]
    ranked = np.argsort(image_gradients, kind="stable")
    assert [image_gradients[each.index] for each in found.top_images[:3]] == pytest.approx(
        image_gradients[ranked[-3:]][::-1]
    )
    assert [image_gradients[each.index] for each in found.top_images[3:]] == pytest.approx(
        image_gradients[ranked[:3]]
    )
    for each in found.top_images:
        assert each.image == tuple(batch.images[each.index])
        assert each.value == pytest.approx(image_gradients[each.index])
        assert each.prediction - each.target == pytest.approx(errors[each.index])
        part = abs(image_gradients[each.index]) / np.abs(image_gradients).sum()
        assert each.share == pytest.approx(part)
    assert mean.rest is not None
    assert mean.rest.count == 994


def test_where_nothing_is_wrong_no_image_has_a_share_in_it() -> None:
    now, batch = set_to(TrainingConfig(images=9), np.zeros(4))
    right = Batch(batch.images, np.zeros(9))
    found = explain(now, right, LossQuantity())
    assert found.result == 0.0
    assert found.top_images
    assert {each.share for each in found.top_images} == {0.0}


def test_a_deep_chain_goes_back_neuron_by_neuron() -> None:
    now, batch = moment(TrainingConfig(hidden=(2, 3), seed=1, images=20))
    names = [each.name for each in explain(now, batch, GradientQuantity(1)).equations]
    assert names == [
        "delta of the output",
        "delta of neuron 1 in layer 2",
        "delta of neuron 2 in layer 2",
        "delta of neuron 3 in layer 2",
        "delta of neuron 2 in layer 1",
        "per-image gradient",
        "gradient",
    ]


@pytest.mark.parametrize(
    ("hidden", "activation", "formula"),
    [
        ((1,), "tanh", "w·δ·derivative"),
        ((1, 1), "tanh", "w·δ·derivative"),
        ((1, 2), "tanh", "(Σ wₖ·δₖ)·derivative"),
        ((1, 1), "linear", "w·δ"),
        ((1, 2), "linear", "Σ wₖ·δₖ"),
    ],
)
def test_a_sum_of_several_terms_is_in_parentheses(
    hidden: tuple[int, ...], activation: str, formula: str
) -> None:
    now, batch = moment(TrainingConfig(hidden=hidden, activation=activation, images=5))
    # The delta of the first layer's neuron comes before the per-image gradient and the mean.
    first = explain(now, batch, GradientQuantity(0)).equations[-3]
    assert first.formula == formula


def test_a_weight_has_its_initial_value() -> None:
    now, batch = moment(TrainingConfig(), 5)
    found = explain(now, batch, ParameterQuantity(3))
    assert found.facts == (InitialValue(Origin.DEFAULT, math.sqrt(6 / 5), 0),)
    assert numbers(found.equations[0])[0] == [("initial", -0.08)]
    now, batch = moment(TrainingConfig(hidden=(3,), seed=2))
    layer = now.architecture.layers[0]
    origins = []
    # Of the second neuron: the weight of the first pixel, and the bias.
    for source, index in ((0, layer.start + 1), (None, layer.weights.stop + 1)):
        found = explain(now, batch, ParameterQuantity(index))
        assert isinstance(found.facts[0], InitialValue)
        origins.append(found.facts[0].origin)
        place = now.architecture.place(index)
        assert (place.source, place.neuron) == (source, 1)
    assert origins == [Origin.DRAWN, Origin.BIAS]


@pytest.mark.parametrize(
    ("initialisation", "began"),
    [
        ("auto", InitialValue(Origin.DEFAULT, math.sqrt(6 / 5), 0)),
        ("he", InitialValue(Origin.DRAWN, math.sqrt(6 / 4), 0)),
        ("uniform", InitialValue(Origin.DRAWN, 1.0, 0)),
        ("normal", InitialValue(Origin.NORMAL, 1.0, 0)),
        ("zero", InitialValue(Origin.ZERO, 0.0, 0)),
    ],
)
def test_a_weight_has_its_initialisation(initialisation: str, began: InitialValue) -> None:
    now, batch = moment(TrainingConfig(initialisation=initialisation), 3)
    found = explain(now, batch, ParameterQuantity(1))
    assert found.facts == (began,)
    start = dict(numbers(found.equations[0])[0])["initial"]
    assert start == initial_parameters(now.architecture, 0, initialisation)[1]


def test_a_batch_too_large_is_reported() -> None:
    now, batch = moment(TrainingConfig(hidden=(200, 200), images=1000))
    for quantity, value in ((LossQuantity(), now.loss), (GradientQuantity(7), now.gradient)):
        found = explain(now, batch, quantity)
        assert found.result is None
        assert found.equations, "this image is still worked out"
        (fact,) = [fact for fact in found.facts if isinstance(fact, TooManyTerms)]
        expected = value if value is None or isinstance(value, float) else float(value[7])
        assert fact.value == expected


def test_many_terms_are_listed_as_the_largest_and_a_rest() -> None:
    now, batch = moment(TrainingConfig(hidden=(100,), images=5))
    found = explain(now, batch, PredictionQuantity())
    (equation,) = found.equations
    assert len(equation.terms) == MOST_TERMS + 1, "and the bias"
    assert equation.rest is not None
    assert equation.rest.count == 100 - MOST_TERMS
    near(found.result, now.reading.prediction)


def test_a_plain_step_is_the_rate_times_the_gradient() -> None:
    now, batch = moment(TrainingConfig(), 1)
    found = explain(now, batch, UpdateQuantity(0))
    assert [(each.name, each.formula) for each in found.equations] == [
        ("update", "−η·g"),
        ("w ←", "w − η·g"),
    ]
    assert found.facts == ()


def test_adams_step_number_by_number() -> None:
    config = TrainingConfig(optimizer="adam", l2=0.5, learning_rate=0.01)
    now, batch = moment(config, 2)
    found = explain(now, batch, UpdateQuantity(3))
    assert [(each.name, each.formula) for each in found.equations] == [
        ("G", "g + λ₂·w"),
        ("m ←", "β₁·m + (1 − β₁)·G"),
        ("s ←", "β₂·s + (1 − β₂)·G²"),
        ("1 − β₁ᵗ", ""),
        ("m′", "m ÷ (1 − β₁ᵗ)"),
        ("1 − β₂ᵗ", ""),
        ("s′", "s ÷ (1 − β₂ᵗ)"),
        ("√s′", ""),
        ("divisor", "√s′ + ε"),
        ("d", "m′ ÷ divisor"),
        ("update", "−η·d"),
        ("w ←", "w − η·d"),
    ]
    by_name = {each.name: each.result for each in found.equations}
    assert by_name["1 − β₁ᵗ"] == pytest.approx(1 - 0.9**3)
    assert found.facts == (Updates("adam", 3), Remark.PENALISED)
    assert now.gradient is not None
    assert by_name["G"] == now.gradient[3] + 0.5 * now.parameters[3]


def test_a_gradient_clipped_by_norm_number_by_number() -> None:
    now, batch = moment(TrainingConfig(hidden=(2,), images=9, clip_norm=0.05, l2=0.5))
    found = explain(now, batch, UpdateQuantity(3))
    assert [(each.name, each.formula) for each in found.equations] == [
        ("‖g‖", "√(sum of all g²)"),
        ("c", "limit ÷ (‖g‖ + 0.000001)"),
        ("g′", "c·g"),
        ("G", "g′ + λ₂·w"),
        ("update", "−η·G"),
        ("w ←", "w − η·G"),
    ]
    # Of 13 squares the largest four stand there, and what the other nine add up to.
    assert now.gradient is not None
    norm, size = found.equations[0], float(np.linalg.norm(now.gradient))
    assert (len(norm.terms), norm.rest and norm.rest.count) == (4, 9)
    near(norm.result, size)
    near(found.equations[2].result, float(now.gradient[3]) * 0.05 / (size + 1e-6))
    assert found.facts == (Clipped(True, 0.05, norm.result, True), Remark.PENALISED)
    wide = explain(*moment(TrainingConfig(images=9, clip_norm=50.0)), UpdateQuantity(0))
    assert [each.name for each in wide.equations] == ["‖g‖", "update", "w ←"]
    assert wide.facts == (Clipped(True, 50.0, wide.equations[0].result, False),)


def test_a_gradient_clipped_by_value_is_at_the_limit_on_its_own_side() -> None:
    config = TrainingConfig(images=9, clip_value=0.05)
    now, batch = set_to(config, np.array([-3.0, 3.0, -3.0, 3.0]))
    assert now.gradient is not None
    sides = [float(np.sign(slope)) for slope in now.gradient]
    assert {-1.0, 1.0} <= set(sides)
    for index, side in enumerate(sides):
        found = explain(now, batch, UpdateQuantity(index))
        first, update, _ = found.equations
        assert (first.name, first.function) == ("g′", "min" if side > 0 else "max")
        assert first.result == 0.05 * side
        near(update.result, -0.1 * 0.05 * side)
        assert found.facts == (Clipped(False, 0.05, abs(float(now.gradient[index])), True),)
    wide = explain(*moment(TrainingConfig(images=9, clip_value=50.0)), UpdateQuantity(0))
    assert [each.name for each in wide.equations] == ["update", "w ←"]


@pytest.mark.parametrize(
    ("schedule", "steps", "formulas", "place"),
    [
        ("step", 1, ["η₀·(k + 1) ÷ (N + 1)"], ScheduledRate("step", 2, 1, True, 3)),
        ("constant", 2, ["η₀"], ScheduledRate("constant", 2, 0, False, 0)),
        ("step", 6, ["η₀·γⁿ"], ScheduledRate("step", 2, 4, False, 3)),
        (
            "cosine",
            3,
            ["(1 + cos(π·t ÷ T)) ÷ 2", "E + (1 − E)·wave", "η₀·share"],
            ScheduledRate("cosine", 2, 1, False, 4),
        ),
        ("cosine", 6, ["η₀·E"], ScheduledRate("cosine", 2, 4, False, 4)),
    ],
)
def test_a_scheduled_rate_is_worked_out_from_the_one_that_is_set(
    schedule: str, steps: int, formulas: list[str], place: ScheduledRate
) -> None:
    config = TrainingConfig(
        images=9, schedule=schedule, warmup_steps=2, decay_steps=3, cosine_steps=4, cosine_end=0.5
    )
    now, batch = moment(config, steps)
    found = explain(now, batch, UpdateQuantity(0))
    told = [each.formula for each in found.equations]
    assert told == [*formulas, "−η(k)·g", "w − η(k)·g"]
    near(found.equations[-3].result, now.rate)
    assert found.facts == (place,)


def test_clipping_and_a_schedule_are_other_operations() -> None:
    config = TrainingConfig(images=9, clip_norm=0.5, warmup_steps=3)
    found = explain(moment(config)[0], None, CountQuantity(Count.UPDATE))
    assert found.facts == (OtherOperations("sgd", 4, Work(), True, False, True, 4, 0),)


def test_the_updates_count_leaves_out_what_is_frozen_and_lists_other_operations() -> None:
    trainer = Trainer(TrainingConfig(hidden=(2,), images=9, optimizer="adam", l1=0.1, l2=0.1))
    for index in (0, 5, 7):
        trainer.apply(SetFrozen(index, True))
    trainer.run.ensure_evaluated()
    now = trainer.snapshot()
    found = explain(now, None, CountQuantity(Count.UPDATE))
    assert found.result == now.cost.update.count == 13 - 3
    assert explain(now, None, CountQuantity(Count.STEP)).result == now.cost.step
    assert found.facts == (
        OtherOperations("adam", 13, Work(3, 2, 1, 3), False, False, False, 10, 2),
    )
    counts = {line.name: line.count for line in now.cost.others}
    assert counts[OtherOperation.RULE_PRODUCTS] == 13 * 3
    assert counts[OtherOperation.PENALTIES] == 10 * 2
    assert explain(moment(TrainingConfig())[0], None, CountQuantity(Count.UPDATE)).facts == ()


def test_a_bias_is_not_penalised_and_that_is_a_fact() -> None:
    now, batch = moment(TrainingConfig(bias=True, l1=0.1))
    found = explain(now, batch, UpdateQuantity(4))
    assert found.facts == (Remark.UNPENALISED,)
    assert [each.name for each in found.equations] == ["update", "b ←"]


def test_a_frozen_weights_step_is_none() -> None:
    trainer = Trainer(TrainingConfig())
    trainer.apply(SetFrozen(2, True))
    trainer.run.ensure_evaluated()
    now = trainer.snapshot()
    found = explain(now, None, UpdateQuantity(2))
    assert (found.result, found.equations, found.facts) == (0.0, (), (Remark.FROZEN,))
    names = [each.name for each in explain(now, None, ParameterQuantity(2)).equations]
    assert names == ["product"]


def test_steps_by_two_gradient_methods_are_separate_terms() -> None:
    trainer = Trainer(TrainingConfig())
    trainer.run.run_for(math.inf, max_steps=2)
    trainer.apply(SetSettings.of(gradient="nudge"))
    trainer.run.run_for(math.inf, max_steps=3)
    (total,) = explain(trainer.snapshot(), None, CountQuantity(Count.TOTAL)).equations
    assert total.result == 2 * 8_004 + 3 * 20_004
    assert sorted(term.value for term in total.terms) == [2 * 8_004, 3 * 20_004]


def test_steps_of_other_batch_sizes_are_separate_terms() -> None:
    # 25 images by 10, then by 6: an epoch's last step is the smaller one each time.
    trainer = Trainer(TrainingConfig(images=25, batch_size=10))
    trainer.run.run_for(math.inf, max_steps=3)
    trainer.apply(SetSettings.of(batch_size=6))
    trainer.run.run_for(math.inf, max_steps=7)
    trainer.apply(SetSettings.of(gradient="nudge"))
    now = trainer.snapshot()
    (total,) = explain(now, None, CountQuantity(Count.TOTAL)).equations
    assert numbers(total) == [
        [("steps", 2), ("an earlier step", 84)],
        [("steps", 1), ("an earlier step", 44)],
        [("steps", 6), ("a step, other method", 52)],
        [("steps", 1), ("an earlier step", 12)],
    ]
    assert total.result == now.multiply_adds


def test_a_total_of_too_many_kinds_is_reported() -> None:
    trainer = Trainer(TrainingConfig(images=25))
    for size in range(1, MOST_KINDS + 2):
        trainer.apply(SetSettings.of(batch_size=size))
        trainer.run.step()
    found = explain(trainer.snapshot(), None, CountQuantity(Count.TOTAL))
    assert (found.result, found.facts) == (trainer.run.multiply_adds, (Remark.MIXED,))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1e300, 1e308])
def test_a_diverged_network_is_explained_by_the_same_numbers(bad: float) -> None:
    neuron = TrainingConfig(hidden=(1,), bias=True, images=30)
    for config in (neuron, replace(neuron, output="sigmoid", loss="bce"), TrainingConfig()):
        count = config.architecture.parameter_count
        now, batch = set_to(config, np.full(count, bad))
        assert now.loss is not None
        assert now.gradient is not None
        assert now.change is not None
        expected: list[tuple[Quantity, float]] = [(PredictionQuantity(), now.reading.prediction)]
        for index in range(count):
            value, change = float(now.parameters[index]), float(now.change[index])
            expected.append((GradientQuantity(index), float(now.gradient[index])))
            expected.append((UpdateQuantity(index), value + change))
        for quantity, number in expected:
            found = explain(now, batch, quantity).result
            assert found == pytest.approx(number, rel=1e-12, abs=1e-12, nan_ok=True), quantity
        loss = explain(now, batch, LossQuantity()).result
        assert loss is not None
        # Of ∞ − ∞ the engine makes NaN where one image after the other gives infinity.
        assert math.isfinite(loss) == math.isfinite(now.loss)
        assert loss == pytest.approx(now.loss, rel=1e-12) or not math.isfinite(loss)


def test_what_the_network_does_not_have_is_refused() -> None:
    now, batch = moment(TrainingConfig())
    for quantity in (
        ParameterQuantity(4),
        GradientQuantity(9),
        UpdateQuantity(-1),
        NeuronQuantity(0, 1),
    ):
        with pytest.raises(IndexError):
            explain(now, batch, quantity)
