"""Predictions: the calls are those of the engine, and the seconds those of the equation."""

import random
import tracemalloc
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from itertools import count, product
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.arrays import Array, IsCancelled, Operation, run
from core.engines import matrix
from core.engines.engine import GRADIENT_METHODS, Problem
from core.images import Batch
from core.network.activations import ACTIVATIONS
from core.network.losses import LOSSES, Loss, OutputArrays
from core.network.network import Network, initial_parameters
from core.network.optimizers import OPTIMIZERS
from core.network.update import Rule
from core.prediction import Prediction, images_at_once, memory_of, predict
from core.prediction.outline import NUMBER, Call, Operand
from core.prediction.prediction import TIMES
from core.prediction.reuse import distances
from core.prediction.steps import step_calls
from core.prediction.times import CallTime, Share, TimeTerm, written_seconds
from core.rates import Rate, Rates
from core.scale import model_of
from core.settings import TrainingConfig
from tests.core.prediction.test_compiled import compiled_rates
from tests.core.rates.made import NANOSECOND, gpu_rates, rate, rates
from tests.tui.made_rates import recorded_rates

Made = tuple[str, tuple[int, ...]]
"""A call: its name and its shape."""


class Spied(np.ndarray[tuple[int, ...], np.dtype[np.float64]]):
    """An array that notes the calls it takes part in."""

    calls: Counter[Made] = Counter()

    def __array_ufunc__(  # type: ignore[override]
        self, function: np.ufunc, method: str, *inputs: object, **named: object
    ) -> object:
        """Note a call of an elementwise function, or a sum."""
        plain = [each.view(np.ndarray) if isinstance(each, Spied) else each for each in inputs]
        name = "sum" if method == "reduce" else function.__name__
        Spied.calls[name, np.asarray(plain[0]).shape] += 1
        out = named.get("out")
        if isinstance(out, tuple):
            named["out"] = tuple(
                each.view(np.ndarray) if isinstance(each, Spied) else each for each in out
            )
        return getattr(function, method)(*plain, **named)

    def __array_function__(  # type: ignore[override]
        self, function: object, types: object, args: Sequence[object], kwargs: object
    ) -> object:
        """Note a product of two vectors."""
        assert function is np.dot
        first, second = (np.asarray(each).view(np.ndarray) for each in args)
        Spied.calls["vector dot", first.shape] += 1
        return np.dot(first, second)


def spied(loss: Loss) -> Loss:
    """Return a loss whose total notes its calls."""

    def total(arrays: OutputArrays) -> float:
        views = {each.name: getattr(arrays, each.name).view(Spied) for each in fields(arrays)}
        return loss.total(OutputArrays(**views))

    return replace(loss, total=total)


def made_calls(config: TrainingConfig, images: int) -> Counter[Made]:
    """Let the engine take a step, and note its calls."""
    architecture = config.architecture
    network = Network(architecture, initial_parameters(architecture, 1))
    optimizer = OPTIMIZERS[config.optimizer]
    rule = Rule.fresh(optimizer, config.options, architecture.parameter_count)
    loss = spied(LOSSES[config.loss])
    engine = matrix.MatrixEngine(Problem(network, loss, config.gradient, rule))
    numbers = np.random.default_rng(0).uniform(0.0, 1.0, (images, 4))
    batch = Batch(numbers, numbers.mean(axis=1))
    engine.evaluate(batch)
    made: Counter[Made] = Counter()
    Spied.calls.clear()

    def noting(operations: list[Operation], cancelled: IsCancelled | None = None) -> None:
        for function, arguments in operations:
            made[function.__name__, shape_of(function.__name__, arguments)] += 1
        run(operations, cancelled)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrix, "run", noting)
        engine.update()
        engine.evaluate(batch)
    return renamed(made) + Spied.calls


def shape_of(name: str, arguments: Sequence[Array]) -> tuple[int, ...]:
    """Return the shape that a call is told by."""
    if name in ("dot", "matmul"):
        return (*arguments[0].shape, *arguments[1].shape[1:])
    shapes = (each.shape for each in arguments)
    return max(shapes, key=lambda shape: (int(np.prod(shape)), len(shape)))


def renamed(made: Counter[Made]) -> Counter[Made]:
    """Name products of two vectors as such."""
    return Counter(
        {
            ("vector dot" if name == "dot" and len(shape) == 1 else name, shape): count
            for (name, shape), count in made.items()
        }
    )


def predicted_calls(config: TrainingConfig, images: int) -> Counter[Made]:
    """Count the calls that are predicted, but for the two that the run makes."""
    calls: Counter[Made] = Counter()
    for call, times in step_calls(config, images):
        if call.name not in ("copy", "method dot"):
            calls[call.name, call.shape] += times
    return calls


@st.composite
def configs(draw: st.DrawFn) -> TrainingConfig:
    """Draw any settings that decide what a step calls."""
    hidden = tuple(draw(st.lists(st.integers(1, 6), max_size=3)))
    names = draw(
        st.lists(st.sampled_from(sorted(ACTIVATIONS)), min_size=len(hidden), max_size=len(hidden))
    )
    is_yes_no = draw(st.booleans())
    clipped = draw(st.sampled_from(["", "clip_norm", "clip_value"]))
    config = TrainingConfig(
        hidden=hidden,
        activation=",".join(names) or "tanh",
        bias=draw(st.booleans()),
        task="xor" if is_yes_no else "darkness",
        output="sigmoid" if is_yes_no else "linear",
        loss=draw(st.sampled_from(["bce", "mse"])) if is_yes_no else "mse",
        optimizer=draw(st.sampled_from(sorted(OPTIMIZERS))),
        nesterov=draw(st.booleans()),
        centered=draw(st.booleans()),
        amsgrad=draw(st.booleans()),
        l1=draw(st.sampled_from([0.0, 0.1])),
        l2=draw(st.sampled_from([0.0, 0.1])),
        gradient=draw(st.sampled_from(GRADIENT_METHODS)),
    )
    return config.with_settings({clipped: 1.0}) if clipped else config


@given(config=configs(), images=st.integers(1, 40), is_cut=st.booleans())
def test_the_predicted_calls_are_those_that_the_engine_makes(
    config: TrainingConfig, images: int, is_cut: bool
) -> None:
    limits = matrix.Limits(200, 40, 60, 2) if is_cut else matrix.LIMITS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrix, "LIMITS", limits)
        assert predicted_calls(config, images) == made_calls(config, images)


def test_a_step_of_the_default_network_by_hand() -> None:
    prediction = predict(TrainingConfig(images=10), rates())
    # A step of 2,000 ns; a copy, two calls of the update, two products, and three calls for the
    # loss and its gradient: 8 calls of 100 ns.
    # The copy, the update's product and its difference: 4 numbers each, 1 ns a number.
    # The differences, their squares, and their product with 2/10: 10 numbers each.
    # Both products are a matrix with a vector: 40 multiply-adds of 0.2 ns. One finds 10 numbers in
    # columns, 0.3 ns each, the other 4 in rows, 1 ns each.
    assert prediction.share.call == pytest.approx(2800 * NANOSECOND)
    assert prediction.share.compute == pytest.approx(
        (3 * 4 + 3 * 10 + 2 * 40 * 0.2 + 10 * 0.3 + 4 * 1.0) * NANOSECOND
    )
    assert prediction.share.memory == 0.0
    assert prediction.seconds == pytest.approx((2800 + 65) * NANOSECOND)
    assert prediction.multiply_adds == 84
    assert (prediction.engine, prediction.images) == ("matrix", 10)
    assert [(call.name, call.shape, call.equation) for call in prediction.calls] == [
        ("step", "", "2 µs"),
        ("copy", "4", "100 ns + 4 × 1 ns"),
        ("multiply", "4", "100 ns + 4 × 1 ns"),
        ("subtract", "4", "100 ns + 4 × 1 ns"),
        ("dot", "1×4 · 4×10", "100 ns + 40 × 200 ps + 10 written × 300 ps"),
        ("subtract", "10", "100 ns + 10 × 1 ns"),
        ("vector dot", "10", "100 ns + 10 × 1 ns"),
        ("multiply", "10", "100 ns + 10 × 1 ns"),
        ("dot", "4×10 · 10×1", "100 ns + 40 × 200 ps + 4 written × 1 ns"),
    ]


def named(prediction: Prediction, name: str) -> list[tuple[int, str]]:
    """Return how often something of that name is called, and its equation."""
    return [(call.count, call.equation) for call in prediction.calls if call.name == name]


def test_a_large_product_is_packed() -> None:
    config = TrainingConfig(hidden=(200, 200), bias=False, images=50)
    prediction = predict(config, rates())
    # 200 × 200 weights and 50 images are 2,000,000 multiply-adds, 50,000 numbers read and 10,000
    # written.
    (forward,) = [call for call in prediction.calls if call.shape == "200×200 · 200×50"][:1]
    assert (
        forward.equation == "100 ns + 2,000,000 × 50 ps + 40,000 read × 1 ns + 10,000 read × 1 ns"
        " + 10,000 written × 2 ns"
    )
    share = forward.share * (1.0 / forward.count)
    assert share.call == pytest.approx(100 * NANOSECOND)
    assert share.compute == pytest.approx(100_000 * NANOSECOND)
    assert share.memory == pytest.approx(70_000 * NANOSECOND)


def test_calls_that_find_their_arrays_in_different_caches_are_one_line() -> None:
    prediction = predict(TrainingConfig(hidden=(1000, 1000)), recorded_rates())
    lines = {(call.phase, call.name, call.shape, call.counted) for call in prediction.calls}
    assert len(lines) == len(prediction.calls)
    (carried,) = [call for call in prediction.calls if call.shape == "250×1,000 · 1,000×125"]
    # 4 blocks of 250 neurons, for each of 8 parts of the batch: their times are the means.
    assert (carried.count, carried.is_mean) == (32, True)
    seconds = sum(each.number * each.size * each.seconds for each in carried.terms)
    assert seconds * 32 == pytest.approx(carried.share.total, rel=1e-12)


def test_what_is_written_adds_up_or_is_known_not_to() -> None:
    def call(count: int, total: float, *terms: TimeTerm) -> CallTime:
        return CallTime("tanh", "", count, Share(total * NANOSECOND), terms)

    calling, each = TimeTerm(1, 523e-9), TimeTerm(900, 21.7e-12)
    # 523 ns + 900 × 21.7 ps = 542.53 ns.
    assert call(1, 542.53, calling, each).adds_up
    assert not call(1, 542.4, calling, each).adds_up
    assert call(1, 542.4, calling, each).equation == "523 ns + 900 × 21.7 ps"
    # 5.5 ns + 0.485 ns = 5.985 ns is rounded to 5.99 ns by hand.
    by_hand = TimeTerm(1, 5.5e-9), TimeTerm(1, 0.485e-9)
    assert call(1, 5.986, *by_hand).adds_up
    assert not call(1, 5.984, *by_hand).adds_up
    # 1,000 × 32 bytes × 4.5 ps = 144 ns; three times 667 ns.
    moved = TimeTerm(1000, 4.5e-12, "bytes", 32)
    assert call(3, 2001.0, calling, moved).adds_up
    assert call(3, 2001.0, calling, moved).equation == "523 ns + 1,000 × 32 bytes × 4.5 ps"
    assert (call(1, 0.0).equation, call(1, 0.0).adds_up) == ("0 ps", True)
    written = [written_seconds(each) for each in (1.7e11, 999.96e-9, 99.95e-9, 2.36e-14)]
    assert written == ["170,000,000,000 s", "1 µs", "100 ns", "0.0236 ps"]


def test_memory_counts_as_far_as_it_takes_longer_than_computing() -> None:
    prediction = predict(TrainingConfig(images=100_000), rates())
    # 100,000 numbers are 800,000 bytes: almost a MiB, from where on a byte takes 1 ns and not none.
    assert prediction.share.memory > 0.0
    assert prediction.share.total == pytest.approx(
        prediction.share.call + prediction.share.compute + prediction.share.memory
    )
    assert prediction.share.total == pytest.approx(
        sum(call.share.total for call in prediction.calls)
    )


def test_mini_batches_parts_schedules_and_nudges_have_lines_of_their_own() -> None:
    batches = predict(TrainingConfig(images=100, batch_size=10), rates())
    assert named(batches, "batch") == [(1, "1 µs + 50 × 1 ns")]
    assert named(batches, "epoch") == [(1, "100 ns + 10 × 1 ns")]  # a tenth of 1,000 ns
    scheduled = predict(TrainingConfig(schedule="cosine"), rates())
    assert named(scheduled, "schedule") == [(1, "1 µs")]
    nudged = predict(TrainingConfig(gradient="nudge"), rates())
    assert named(nudged, "nudge") == [(4, "1 µs")]
    parts = predict(TrainingConfig(images=100_000, hidden=(8,)), rates())
    whole = predict(TrainingConfig(images=10, hidden=(8,)), rates())
    assert named(whole, "part") == []
    assert sum(count for count, _ in named(parts, "part")) > 1
    assert named(predict(TrainingConfig(), rates(), images=10), "batch") == [
        (1, "1 µs + 50 × 1 ns")
    ]


def test_a_step_of_the_loops_engine_by_hand() -> None:
    prediction = predict(TrainingConfig(images=10), rates(), engine="loops")
    counts = {call.name: call.count for call in prediction.calls}
    assert counts == {
        "step": 1,
        "vector": 4,
        "list": 4,
        "image mse linear": 10,
        "layer": 10,
        "neuron": 10,
        "multiply-add": 40,
        "value linear": 10,
        "back layer": 10,
        "row": 40,
        "gradient multiply-add": 40,
        "update sgd": 4,
    }
    assert prediction.seconds == pytest.approx(10 * sum(counts.values()) * NANOSECOND)
    assert prediction.share.compute == pytest.approx(10 * 80 * NANOSECOND)


@given(config=configs(), images=st.integers(1, 40))
def test_every_step_has_all_its_rates(config: TrainingConfig, images: int) -> None:
    for engine in ("matrix", "loops"):
        prediction = predict(config, rates(), engine=engine, images=images)
        assert prediction.seconds > 0.0


def test_the_multiply_adds_of_loops_are_those_of_the_cost() -> None:
    config = TrainingConfig(hidden=(3, 2), images=7)
    prediction = predict(config, rates(), engine="loops")
    multiply_adds = sum(
        call.count for call in prediction.calls if call.name.endswith("multiply-add")
    )
    assert multiply_adds + config.architecture.parameter_count == prediction.multiply_adds


def test_an_array_is_as_far_as_what_was_used_since() -> None:
    first, second, third = (Operand(owner, 0, size) for owner, size in ((1, 10), (2, 20), (3, 30)))
    calls = [
        Call("multiply", (10,), (first,), (second,)),
        Call("add", (30,), (second,), (third,)),
        Call("tanh", (30,), (), (third,)),
    ]
    # Step after step: since `first` all three were used; since `second`, in its first call, itself,
    # `third` and `first`; in its second call, itself alone.
    assert distances(calls) == [
        [NUMBER * 60, NUMBER * 60],
        [NUMBER * 20, NUMBER * 60],
        [NUMBER * 30],
    ]


def test_a_part_of_an_array_is_near_where_the_whole_was_just_used() -> None:
    whole, part, other = Operand(1, 0, 100), Operand(1, 40, 10), Operand(2, 0, 50)
    calls = [Call("multiply", (100,), (), (whole,)), Call("dot", (2, 5, 5), (part,), (other,))]
    assert distances(calls) == [[NUMBER * 160], [NUMBER * 100, NUMBER * 160]]


def test_the_memory_of_a_step_by_hand() -> None:
    config = TrainingConfig(hidden=(8,), images=10, optimizer="momentum")
    memory = memory_of(config)
    # 4 × 8 + 8 weights and biases, 8 + 1 more; and a velocity for each.
    assert memory.parameters == memory.gradient == 8 * 49
    assert memory.optimizer == 8 * 49
    # Of each image the output of 9 neurons; 4 pixels, its target, and for each neuron a delta and
    # one number beside it.
    assert memory.activations == 8 * 10 * 9
    assert memory.deltas == 8 * 10 * (4 + 1 + 18)
    assert memory.total == 8 * (3 * 49 + 320)
    assert memory_of(config, 20).activations == 2 * memory.activations
    # They are those of `scale`, of as many images as are computed at once.
    at_once = images_at_once(large := TrainingConfig(hidden=(1000, 1000)))
    assert (large.images_now, at_once) == (1000, 125)
    model = model_of("", large, steps=1)
    assert memory_of(large).activations == model.memory(at_once).activations


def test_nothing_of_a_huge_network_is_allocated() -> None:
    config = TrainingConfig(hidden=(3000, 3000), images=100_000, optimizer="adam", l1=0.1)
    known = rates()
    tracemalloc.start()
    try:
        prediction = predict(config, known)
        memory = memory_of(config)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < memory.parameters / 10
    assert prediction.multiply_adds > 1e11


def test_parts_of_arrays_are_found_as_by_a_look_at_all_of_them() -> None:
    for seed in range(200):
        draw = random.Random(seed)
        calls = []
        for _ in range(draw.randint(1, 20)):
            read, written = (
                Operand(draw.randint(0, 1), draw.choice((0, draw.randint(0, 40))), size)
                for size in (draw.randint(1, 60), draw.randint(1, 60))
            )
            calls.append(Call("add", (1,), (read,), (written,)))
        assert distances(calls) == slow_distances(calls), seed


def slow_distances(calls: list[Call]) -> list[list[int]]:
    """Look at every part that was used, each time."""
    uses = [(*call.read, *call.written) for call in calls]
    held: dict[int, int] = {}
    owners: dict[int, dict[int, tuple[Operand, int]]] = {}

    def use(operand: Operand, now: int) -> int:
        parts = owners.setdefault(operand.owner, {})
        known, first = parts.get(operand.start), parts.get(0)
        meeting = [each for each in parts.values() if each[0].meets(operand)]
        if operand.start and known is not None and known[0].size >= operand.size:
            meeting = [known] + ([first] if first is not None and first in meeting else [])
        largest, last = max(meeting, key=lambda each: each[0].size, default=(operand, 0))
        since = sum(numbers for time, numbers in held.items() if time > last)
        for part, time in meeting:
            if part.size <= operand.size:
                del held[time]
                del parts[part.start]
        held[now] = operand.size
        parts[operand.start] = operand, now
        return NUMBER * (since + max(largest.size - operand.size, 0) + operand.size)

    times = count(1)
    first, second = (
        [[use(operand, next(times)) for operand in operands] for operands in uses] for _ in range(2)
    )
    assert len(first) == len(second)
    return second


def test_predicting_takes_as_much_longer_as_there_are_more_layers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0
    meets = Operand.meets

    def counted(self: Operand, other: Operand) -> bool:
        nonlocal asked
        asked += 1
        return meets(self, other)

    monkeypatch.setattr(Operand, "meets", counted)
    found = []
    for layers in (40, 160):
        asked = 0
        predict(TrainingConfig(hidden=(2,) * layers, images=10), rates())
        found.append(asked)
    assert found[1] < 4.5 * found[0]


def scattered(known: Rates, random: Random) -> Rates:
    """Return the rates as a machine with other work might show them: each up to tenfold off."""

    def off(held: Rate) -> Rate:
        times = 10.0 ** random.uniform(-1.0, 1.0)
        return Rate(times * held.fastest, times * held.median)

    changed: dict[str, object] = {}
    for each in fields(known):
        held = getattr(known, each.name)
        if isinstance(held, Rate):
            changed[each.name] = off(held)
        elif isinstance(held, Mapping):
            changed[each.name] = {name: off(one) for name, one in held.items()}
        elif isinstance(held, tuple):
            changed[each.name] = tuple((size, off(tier)) for size, tier in held)
    return replace(known, **changed)  # type: ignore[arg-type]  # of the same types


def test_every_line_is_the_sum_of_what_is_shown_and_nothing_takes_less_than_no_time() -> None:
    random, on_gpu = Random(0), gpu_rates("A GPU", byte=0.1)
    known = replace(compiled_rates(), gpu=on_gpu.gpu, gpu_name=on_gpu.gpu_name)
    several = tuple((2**power, rate(0.1)) for power in (10, 14, 18, 22))
    known = replace(known, vector_products=several, outer_products=several, reads=several)
    configs = (
        TrainingConfig(),
        TrainingConfig(hidden=(100, 100)),
        TrainingConfig(hidden=(1000,), images=64, batch_size=32, optimizer="adam"),
    )
    for _ in range(5):
        off = scattered(known, random)
        for config, engine in product(configs, TIMES):
            for call in predict(config, off, engine=engine).calls:
                assert min(call.share.call, call.share.compute, call.share.memory) >= 0.0, call
                shown = sum(each.number * each.size * each.seconds for each in call.terms)
                assert shown * call.count == pytest.approx(call.share.total), call
