"""The arithmetic behind the predicted time of a step, with rates that are round numbers."""

import math
from dataclasses import replace

import pytest

from core import TrainingConfig
from core.explain import Remark, TimeRule, TimeShares, explain, rules_of
from core.explain.calls import written_call
from core.explain.equations import MOST_TERMS
from core.prediction import Experiment, TimeTerm, as_timed, changed, predict
from core.quantities import TimeQuantity
from tests.core.prediction.test_compiled import compiled_rates
from tests.core.rates.made import rates
from tests.tui.made_rates import recorded_rates
from tests.tui.moments import snapshot_of

CONFIGS = {
    "default": TrainingConfig(images=10),
    "layers": TrainingConfig(hidden=(8, 8), images=40, batch_size=10, optimizer="adam"),
    "nudge": TrainingConfig(hidden=(3,), images=10, gradient="nudge"),
    "many kinds": TrainingConfig(hidden=tuple(range(2, 14)), images=10),
}


@pytest.mark.parametrize("engine", ["matrix", "loops"])
@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_the_calls_add_up_to_the_prediction(config: TrainingConfig, engine: str) -> None:
    predicted = predict(config, rates(), engine=engine)
    explanation = explain(snapshot_of(config), None, TimeQuantity(engine), prediction=predicted)
    *calls, step = explanation.equations
    assert explanation.result == step.result == pytest.approx(predicted.seconds, rel=1e-12)
    assert len(calls) == min(len(predicted.calls), MOST_TERMS)
    left = len(predicted.calls) - len(calls)
    assert left == (0 if step.rest is None else step.rest.count)
    longest = sorted((call.share.total for call in predicted.calls), reverse=True)
    assert [call.result for call in calls] == pytest.approx(longest[:MOST_TERMS], rel=1e-12)
    (shares,) = explanation.facts
    assert isinstance(shares, TimeShares)
    total = shares.call + shares.compute + shares.memory
    assert math.isclose(total, step.result, rel_tol=1e-12)


def test_a_call_is_its_terms_times_how_often_it_is_made() -> None:
    config = TrainingConfig(hidden=(2, 2), images=10)
    predicted = predict(config, rates(), engine="loops")
    explanation = explain(snapshot_of(config), None, TimeQuantity("loops"), prediction=predicted)
    (update,) = (each for each in explanation.equations if each.name == "update: a parameter, sgd")
    # 10 + 6 + 3 weights and biases, and 10 ns for each.
    assert update.times is not None
    assert (update.times.value, update.unit) == (19, "s")
    assert update.result == pytest.approx(190e-9)


def test_without_a_prediction_there_is_nothing_to_explain() -> None:
    explanation = explain(snapshot_of(TrainingConfig(images=4)), None, TimeQuantity("gpu"))
    assert (explanation.result, explanation.equations) == (None, ())
    assert explanation.facts == (Remark.UNPREDICTED,)


def test_lines_name_the_part_of_the_step_that_calls() -> None:
    predicted = predict(TrainingConfig(hidden=(2,), images=10), rates())
    names = [written_call(call) for call in predicted.calls]
    assert "Python around the calls" in names
    # Weights of layer 1 by images; images by deltas; and the rate by the gradient.
    assert "forward: dot 2×5 · 5×10" in names
    assert "gradient: dot 5×10 · 10×2" in names
    assert "update: multiply 13" in names
    for engine in ("loops", "compiled"):
        config = TrainingConfig(hidden=(2,), images=10, optimizer="adam", l2=0.1)
        for call in predict(config, compiled_rates(), engine=engine).calls:
            words = written_call(call)
            assert words != call.name
            assert not {"row", "carry", "carried", "slopes", "four", "tile"} & set(words.split())


def test_of_an_experiment_each_line_has_what_its_call_takes_now() -> None:
    config = as_timed(TrainingConfig(), 10)
    doubled = changed(config, Experiment.IMAGES)
    now, then = predict(config, rates()), predict(doubled, rates())
    quantity = TimeQuantity("matrix", Experiment.IMAGES.value)
    found = explain(snapshot_of(config), None, quantity, prediction=then, present=now)
    lines = {each.name: each for each in found.equations}
    # A call of 100 ns, and 1 ns for each of 10 numbers, or 20.
    assert lines["gradient: multiply 20 (now 110 ns)"].result == pytest.approx(120e-9)
    assert lines["update: multiply 4 (now 104 ns)"].result == pytest.approx(104e-9)
    (shares,) = found.facts
    assert isinstance(shares, TimeShares)
    assert shares.present == now.seconds
    deeper = predict(changed(config, Experiment.LAYER), rates())
    found = explain(snapshot_of(config), None, quantity, prediction=deeper, present=now)
    assert any(each.name.endswith("(new)") for each in found.equations)


def test_the_rules_of_the_times_are_those_that_its_calls_follow() -> None:
    few = predict(TrainingConfig(images=10), rates()).calls
    # Four weights have products with vectors only, and ten images wait for no memory.
    assert rules_of(few) == (TimeRule.LONGER, TimeRule.INCLUDED)
    assert rules_of(predict(TrainingConfig(images=10), rates(), engine="loops").calls) == ()
    many = predict(TrainingConfig(hidden=(1000, 1000)), recorded_rates()).calls
    rules = rules_of(many)
    assert {TimeRule.BYTES, TimeRule.MATRICES, TimeRule.INCLUDED, TimeRule.MEAN} < {*rules}
    # Elementwise: 8 bytes of each array that is read, 16 of each that is written.
    (copied,) = (call for call in many if call.name == "copy")
    assert copied.counted[-1] == (1_007_001, "bytes", 8 + 16)
    (called,) = (call for call in few if call.name == "subtract" and call.shape == "10")
    doubled = replace(called, terms=(*called.terms, TimeTerm(10, 1e-12, "bytes", 32)))
    assert rules_of((called, doubled)) == (TimeRule.LONGER, TimeRule.BYTES, TimeRule.SEVERAL)


def test_the_bytes_of_a_number_are_a_factor_of_their_own() -> None:
    config = TrainingConfig(images=20_000)
    predicted = predict(config, rates())
    explanation = explain(snapshot_of(config), None, TimeQuantity("matrix"), prediction=predicted)
    (line,) = (each for each in explanation.equations if each.name == "forward: subtract 20,000")
    # Two arrays are read, and one is written: 8 + 8 + 16 bytes.
    factors = [(factor.name, factor.value) for factor in line.terms[1].factors[:2]]
    assert factors == [("numbers", 20_000), ("bytes", 32)]
