"""Predictions of the compiled engine: what its kernel repeats, and the calls of larger networks."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from core.arrays import IsCancelled, Operation, run
from core.engines import matrix
from core.engines.compiled import compiled_engine, is_installed
from core.engines.engine import Problem
from core.images import Batch
from core.network.activations import ACTIVATIONS
from core.network.losses import LOSSES
from core.network.network import Network, initial_parameters
from core.network.optimizers import OPTIMIZERS
from core.network.update import Rule
from core.prediction import predict
from core.prediction.compiled import FUNCTIONS
from core.prediction.steps import step_calls
from core.rates import Rates
from core.rates.compiled import DRAWN, drawn_terms, terms
from core.settings import TrainingConfig
from tests.core.rates.made import NANOSECOND, rate, rates


def compiled_rates() -> Rates:
    """Return rates at which all that the kernel repeats takes 10 ns, and the call of a compiled
    activation as well."""
    names = {name for number in range(DRAWN) for name in drawn_terms(number)}
    functions = [
        f"{what} {kind} {name}"
        for what in ("calling", "array")
        for kind in ("value", "slopes")
        for name in ("relu", "tanh", "sigmoid")
    ]
    return replace(rates(), compiled=dict.fromkeys([*names, *functions, "epoch"], rate(10.0)))


def test_what_the_kernel_repeats_for_a_small_network_by_hand() -> None:
    config = TrainingConfig(hidden=(6,), images=20)
    found = terms(
        config.architecture, 20, "mse", "sgd", config.options, per_call=4.0, is_loading=False
    )
    # 20 images are one tile of 32. Layer 1 has 4 inputs and 6 neurons, layer 2 has 6 and 1. Loops
    # take four inputs at a time: 6 × 1 and 1 × 2 forward; for the gradient, 6 × (1 + 0) and
    # 1 × (1 + 2), and a bias for each of 7 neurons; back through layer 2, 6 × (0 + 1).
    assert {name: count for name, count in found.items() if count} == {
        "call": 0.25,
        "step": 1,
        "update sgd": 37,
        "tile": 1,
        "image mse": 32,
        "forward loop": 8,
        "gradient loop": 16,
        "forward multiply-add": 32 * 30,
        "gradient multiply-add": 32 * 37,
        "value tanh": 32 * 6,
        "slopes tanh": 32 * 6,
        "carry loop": 6,
        "carried multiply-add": 32 * 6,
    }


def test_the_default_network_is_a_loop_of_its_own() -> None:
    prediction = predict(TrainingConfig(images=200), compiled_rates(), engine="compiled")
    # 200 images are two tiles of 128.
    assert [(call.name, call.count) for call in prediction.calls] == [
        ("four", 1),
        ("four image", 256),
    ]
    assert prediction.seconds == pytest.approx(2570 * NANOSECOND)


def test_mini_batches_share_the_call_of_an_epoch() -> None:
    config = TrainingConfig(images=100, batch_size=10)
    calls = {call.name: call for call in predict(config, compiled_rates(), engine="compiled").calls}
    assert calls["call"].share.call == pytest.approx(NANOSECOND)  # a tenth of 10 ns
    assert calls["load"].count == 16 * 5
    # So is what the run does for an epoch, with the compiled engine.
    assert calls["epoch"].share.call == pytest.approx(NANOSECOND)


def test_the_tiles_of_many_images_come_from_memory_one_after_another() -> None:
    config = TrainingConfig(hidden=(2,), images=32_768)
    calls = {call.name: call for call in predict(config, compiled_rates(), engine="compiled").calls}
    # 4 inputs, a target and a prediction, which is read before it is written: 7 numbers an image,
    # together 1.75 MiB, at 1 ns a byte. The loop over four weights reads ahead instead.
    assert calls["memory"].share.memory == pytest.approx(32_768 * 7 * 8 * NANOSECOND)
    default = predict(replace(config, hidden=()), compiled_rates(), engine="compiled")
    assert default.share.memory == pytest.approx(32_768 * (7 * 8 - 10) * NANOSECOND)


def test_larger_networks_take_the_matrix_engines_calls() -> None:
    config = TrainingConfig(hidden=(40,), images=10)
    prediction = predict(config, compiled_rates(), engine="compiled")
    names = Counter(call.name for call in prediction.calls)
    assert names["value tanh"] == names["slopes tanh"] == 1
    assert names["tanh"] == 0


def test_without_its_rates_there_is_no_prediction() -> None:
    with pytest.raises(KeyError, match="compiled"):
        predict(TrainingConfig(), rates(), engine="compiled")


@pytest.mark.skipif(not is_installed(), reason="needs numba, the extra fast")
@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "linear"])
def test_the_predicted_calls_are_those_that_the_engine_makes(activation: str) -> None:
    config = TrainingConfig(hidden=(40, 3), activation=activation, images=10)
    architecture = config.architecture
    network = Network(architecture, initial_parameters(architecture, 1))
    rule = Rule.fresh(OPTIMIZERS["sgd"], config.options, architecture.parameter_count)
    engine = compiled_engine(Problem(network, LOSSES["mse"], "backprop", rule))
    numbers = np.random.default_rng(0).uniform(0.0, 1.0, (10, 4))
    batch = Batch(numbers, numbers.mean(axis=1))
    engine.evaluate(batch)
    made: Counter[tuple[str, int]] = Counter()

    def noting(operations: list[Operation], cancelled: IsCancelled | None = None) -> None:
        for function, arguments in operations:
            made[function.__name__, len(arguments)] += 1
        run(operations, cancelled)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrix, "run", noting)
        engine.update()
        engine.evaluate(batch)
    predicted = Counter(call.name for call, _ in step_calls(config, 10, FUNCTIONS))
    # Its functions have other names than those that stand for them here.
    assert predicted[f"value {activation}"] == made[activation, 1] == 2
    assert predicted[f"slopes {activation}"] == made[f"{activation}_slopes", 2] == 2
    assert predicted["dot"] == made["dot", 3]
    others = ("copy", "method dot", "vector dot")  # the run's, and the loss's
    assert sum(predicted.values()) - sum(predicted[name] for name in others) == made.total()
