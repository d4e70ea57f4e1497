"""Predictions of the gpu engine: its calls, and the seconds of the equation."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from core.engines import gpu, matrix
from core.engines.engine import GRADIENT_METHODS, Problem, Stretch
from core.engines.matrix import Limits
from core.images import Batch
from core.network.losses import LOSSES
from core.network.network import Network, initial_parameters
from core.network.optimizers import OPTIMIZERS
from core.network.update import Rule
from core.prediction import predict
from core.prediction.gpu import gpu_calls
from core.prediction.outline import PRODUCTS
from core.settings import TrainingConfig
from tests.core.rates.made import NANOSECOND, gpu_rates, rate, rates

Made = tuple[str, tuple[int, ...]]
"""A call: its name and its shape."""

CONFIGS = [
    TrainingConfig(**settings)
    for settings in (
        {"images": 9},
        {"images": 9, "batch_size": 4, "schedule": "step", "optimizer": "adam", "bias": True},
        {"images": 1, "hidden": (3,), "activation": "relu"},
        {"images": 12, "hidden": (5, 3), "activation": "tanh,sigmoid", "l1": 0.1, "l2": 0.1},
        {"images": 12, "hidden": (4,), "optimizer": "rmsprop", "centered": True, "clip_norm": 1.0},
        {
            **{"images": 11, "batch_size": 5, "hidden": (3,), "task": "xor"},
            **{"output": "sigmoid", "loss": "bce", "optimizer": "momentum", "clip_value": 0.5},
        },
    )
]


def predicted(config: TrainingConfig, images: int) -> Counter[Made]:
    """Count the calls that are predicted."""
    found: Counter[Made] = Counter()
    for call, times in gpu_calls(config, images, is_gpu=False):
        shape = call.shape if call.product or math.prod(call.shape) > 1 else ()
        found["dot" if call.name in PRODUCTS else call.name, shape] += times
    return found


def made(
    config: TrainingConfig, images: int, *, alone: bool, frozen: tuple[int, ...] = ()
) -> Counter[Made]:
    """Count the calls of a step of the engine, on torch's CPU device."""
    import torch

    from core.engines.gpu.engine import GpuEngine
    from core.engines.gpu.tensors import FUNCTIONS

    architecture = config.architecture
    network = Network(architecture, initial_parameters(architecture, 1))
    rule = Rule.fresh(OPTIMIZERS[config.optimizer], config.options, architecture.parameter_count)
    engine = GpuEngine(Problem(network, LOSSES[config.loss], config.gradient, rule))
    numbers = np.random.default_rng(0).uniform(0.0, 1.0, (images if alone else config.images, 4))
    batch = Batch(numbers, np.round(numbers.mean(axis=1)))
    engine.evaluate(batch)
    stretch = Stretch(batch, images, 0, 0, frozenset(frozen), -math.inf, math.inf)
    names = {theirs: ours.__name__ for ours, theirs in FUNCTIONS.items()}
    names |= {torch.mm: "dot", torch.dot: "vector dot", torch.index_select: "index_select"}
    found: Counter[Made] = Counter()
    for function, arguments, out in engine.step_calls(stretch, alone=alone):
        assert isinstance(out, torch.Tensor)
        tensors = [each for each in (*arguments, out) if isinstance(each, torch.Tensor)]
        name = names.get(function, "put")
        shape = max((tuple(each.shape) for each in tensors), key=math.prod)
        if name == "index_select":
            shape = tuple(out.shape)
        if name == "dot":
            shape = (*tensors[0].shape, tensors[1].shape[1])
        elif name == "put" or math.prod(shape) == 1:
            shape = ()
        found["copy" if name == "positive" else name, shape] += 1
    return found


def merged(calls: Counter[Made]) -> Counter[Made]:
    """Count copies under one name: torch has a single function for both of numpy's."""
    found: Counter[Made] = Counter()
    for (name, shape), times in calls.items():
        found["copy" if name == "positive" else name, shape] += times
    return found


@pytest.mark.skipif(not gpu.is_installed(), reason="needs torch, the extra torch")
@pytest.mark.parametrize("method", GRADIENT_METHODS)
@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_the_predicted_calls_are_those_that_the_gpu_engine_makes(
    config: TrainingConfig, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(config, gradient=method)
    sizes = {config.images_per_step, config.images % config.images_per_step} - {0}
    for limits in (matrix.LIMITS, Limits(40, 60, 60, 1)):
        monkeypatch.setattr(matrix, "LIMITS", limits)
        for images in sizes:
            is_many = images <= config.architecture.images_within(limits.block, limits.part_numbers)
            calls = made(config, images, alone=not is_many)
            assert merged(predicted(config, images)) == calls


@pytest.mark.skipif(not gpu.is_installed(), reason="needs torch, the extra torch")
def test_frozen_weights_are_kept_by_two_calls_however_many_they_are() -> None:
    config, frozen = TrainingConfig(images=9, hidden=(3,)), (0, 2, 7)
    more = made(config, 9, alone=False, frozen=frozen) - made(config, 9, alone=False)
    assert more == {("index_select", (3,)): 1, ("put", ()): 1}


@pytest.mark.parametrize(("gradient", "calling"), [("backprop", 1000), ("nudge", 3000)])
def test_a_call_that_takes_many_steps_keeps_frozen_weights_itself(
    gradient: str, calling: int
) -> None:
    config = TrainingConfig(images=9, hidden=(3,), gradient=gradient)
    held, plain = (predict(config, gpu_rates(), engine="gpu", frozen=count) for count in (3, 0))
    around = ("step", "call of the engine")
    more = [call for call in held.calls if call not in plain.calls and call.name not in around]
    kept = [(call.name, call.shape, call.count) for call in more]
    assert kept == [("index_select", "3", 1), ("put", "3", 1)]
    # A call, or its launch; and for each weight 1 ns.
    seconds = [call.share.total for call in more]
    assert seconds == pytest.approx([(calling + 3) * NANOSECOND] * 2)
    large = replace(config, images=200_000, hidden=(64,))
    names = {
        name: [call.name for call in predict(large, rates, engine="gpu", frozen=3).calls]
        for name, rates in (("", gpu_rates()), ("A GPU", gpu_rates("A GPU")))
    }
    assert "frozen" in names[""], "a step of its own: the run takes each back"
    assert "frozen" not in names["A GPU"]


def test_a_step_of_the_default_network_by_hand() -> None:
    config = TrainingConfig(images=20)
    prediction = predict(config, gpu_rates(), engine="gpu")
    counts = Counter[str]()
    for call in prediction.calls:
        counts[call.name] += call.count
    # The update: the gradient times the rate, taken off the weights. The evaluation: weights times
    # images, the error, its square, its delta, and the gradient. Around them are kept the weights
    # before, the sum of squares, predictions and the loss; whether all weights are finite is found
    # out, and three calls note it.
    assert counts == Counter(
        {"copy": 4, "multiply": 2, "subtract": 2, "dot": 2, "vector dot": 2, "divide": 1}
        | {"put": 1, "add": 2, "step": 1, "call of the engine": 1}
    )
    calls = {(call.name, call.shape): call.share for call in prediction.calls}
    # 1×4 · 4×20: 80 multiply-adds of 0.1 ns.
    assert calls["dot", "1×4 · 4×20"].compute == pytest.approx(8 * NANOSECOND)
    assert prediction.share.call == pytest.approx(
        (16 * 1000 + 2000 + 5000 / 864) * NANOSECOND, 1e-3
    )


def test_mini_batches_share_a_call_of_the_engine_and_fetch_their_images() -> None:
    config = TrainingConfig(images=100, batch_size=10)
    prediction = predict(config, gpu_rates(), engine="gpu")
    calls = {call.name: call for call in prediction.calls}
    assert calls["call of the engine"].share.call == pytest.approx(500 * NANOSECOND)
    assert calls["call of the engine"].equation == "500 ns"
    assert calls["images to the device"].shape == "50"
    assert calls["index_select"].count == 1


def test_a_gpu_takes_a_batch_at_once_and_the_cpu_in_parts() -> None:
    config = TrainingConfig(images=200_000, hidden=(64,))
    on = {
        name: Counter(call.name for call in predict(config, gpu_rates(name), engine="gpu").calls)
        for name in ("", "A GPU")
    }
    assert on["A GPU"]["index_select"] == 0
    assert on[""]["index_select"] > 0


def test_what_is_not_recorded_is_launched_call_by_call() -> None:
    config = TrainingConfig(images=10, gradient="nudge")
    calls = predict(config, gpu_rates(), engine="gpu").calls
    products = next(call for call in calls if call.name == "dot")
    # The network, and 4 of its weights a millionth higher.
    assert products.count == 5
    assert products.share.call == pytest.approx(5 * 3000 * NANOSECOND)


def test_a_product_takes_as_long_as_computing_or_as_memory() -> None:
    slow = {"byte of 1024": rate(1000.0)}
    given = gpu_rates()
    assert given.gpu is not None
    far = replace(given, gpu={**given.gpu, **slow})
    prediction = predict(TrainingConfig(images=20), far, engine="gpu")
    calls = {(call.name, call.shape): call for call in prediction.calls}
    # 4 weights and 80 pixels are read; of 20 predictions each counts twice.
    first = calls["dot", "1×4 · 4×20"]
    assert first.share.total == pytest.approx((1000 + 8 * 124 * 1000) * NANOSECOND)


def test_without_its_rates_there_is_no_prediction_of_the_gpu_engine() -> None:
    with pytest.raises(KeyError, match="gpu"):
        predict(TrainingConfig(), rates(), engine="gpu")
