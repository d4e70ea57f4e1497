"""The engines: right by hand, by differences, by each other; and nothing allocated in a step."""

import math
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.arrays import Array, Cancelled, aligned
from core.engines import ENGINES, matrix
from core.engines.engine import GRADIENT_METHODS, NUDGE, Engine, Problem
from core.engines.matrix import Limits, MatrixEngine
from core.images.batches import Batches
from core.images.images import Batch
from core.images.tasks import TASKS, generate
from core.network.activations import ACTIVATIONS
from core.network.architecture import Architecture
from core.network.network import Network
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.problems import problem_of

every_engine = pytest.mark.parametrize("engine", ENGINES)
every_method = pytest.mark.parametrize("method", GRADIENT_METHODS)

# How near to a relu's kink a sum may lie: further than any parameter's nudge can carry it.
KINK = 5e-4


@dataclass(frozen=True, eq=False)
class Case:
    """A network at some parameters, and a batch."""

    architecture: Architecture
    loss: str
    parameters: Array
    batch: Batch

    def engine(
        self, name: str, method: str = "backprop", rate: float = 0.1
    ) -> tuple[Engine, Network]:
        """Build an engine on a copy of the parameters."""
        network = Network(self.architecture, self.parameters.copy())
        return ENGINES[name](problem_of(network, self.loss, method, rate)), network

    def gradient(self, parameters: Array) -> Array:
        """Compute the matrix engine's gradient somewhere else."""
        there = Case(self.architecture, self.loss, parameters, self.batch)
        return there.engine("matrix")[0].evaluate(self.batch).gradient


def plain_activation(name: str, sums: Array) -> Array:
    outputs: Array = {
        "linear": sums,
        "relu": np.where(sums > 0, sums, 0.0),
        "tanh": np.tanh(sums),
        "sigmoid": 0.5 * (1.0 + np.tanh(sums / 2)),
    }[name]
    return outputs


def sums_of(architecture: Architecture, parameters: Array, images: Array) -> Iterator[Array]:
    """Compute each layer's sums the plain way: another hand than the engines'."""
    numbers = images
    for layer in architecture.layers:
        weights = parameters[layer.weights].reshape(layer.inputs, layer.outputs)
        sums = numbers @ weights
        if layer.bias:
            sums = sums + parameters[layer.biases]
        yield sums
        numbers = plain_activation(layer.activation.name, sums)


def plain_loss(case: Case, parameters: Array) -> float:
    """Compute the loss the plain way."""
    *_, output = sums_of(case.architecture, parameters, case.batch.images)
    total, target = output[:, 0], case.batch.targets
    if case.loss == "bce":
        # −t·ln p − (1 − t)·ln(1 − p) of p = 1 / (1 + e^−z)
        return float(np.mean(np.logaddexp(0.0, total) - target * total))
    sigmoid = case.architecture.output == "sigmoid"
    prediction = 1 / (1 + np.exp(-total)) if sigmoid else total
    return float(np.mean((prediction - target) ** 2))


def near_a_kink(architecture: Architecture, parameters: Array, images: Array) -> bool:
    *hidden, _ = sums_of(architecture, parameters, images)
    names = architecture.activations
    hidden = [sums for sums, name in zip(hidden, names, strict=True) if name == "relu"]
    # Exactly zero is what a neuron adds up that sees only zeros: nothing moves it.
    return any(bool(((np.abs(sums) < KINK) & (sums != 0)).any()) for sums in hidden)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    output, loss = draw(
        st.sampled_from([("linear", "mse"), ("sigmoid", "mse"), ("sigmoid", "bce")])
    )
    hidden = tuple(draw(st.lists(st.integers(1, 6), max_size=3)))
    names = [draw(st.sampled_from(list(ACTIVATIONS))) for _ in hidden or (1,)]
    architecture = Architecture(
        hidden=hidden,
        activation=",".join(names),
        output=output,
        bias=draw(st.booleans()),
        inputs=draw(st.sampled_from([4, 4, 1, 7])),
    )
    scale = draw(st.sampled_from([0.5, 1.0, 2.0]))
    count = draw(st.integers(1, 8))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    while True:
        parameters = random.uniform(-0.5, 0.5, architecture.parameter_count)
        for layer in architecture.layers:
            limit = scale * math.sqrt(6 / (layer.inputs + layer.outputs))
            parameters[layer.weights] = random.uniform(-limit, limit, layer.inputs * layer.outputs)
        images = random.uniform(0, 1, (count, architecture.inputs))
        if not near_a_kink(architecture, parameters, images):
            targets = random.uniform(0, 1, count)
            return Case(architecture, loss, parameters, Batch(images, targets))


def default_case(count: int = 12) -> Case:
    images = generate(TASKS["darkness"], count, 0)
    return Case(Architecture(), "mse", np.array([0.98, 0.4, 0.86, -0.08]), images)


def deep(count: int = 12) -> Case:
    architecture = Architecture((5, 3), "tanh", "sigmoid", True)
    parameters = np.random.default_rng(1).uniform(-1, 1, architecture.parameter_count)
    return Case(architecture, "bce", parameters, generate(TASKS["darkness"], count, 0))


# A step of a 4→2→1 tanh network with biases, on one image, rate ½.
#
# The image is [0.2, 0.5, 0.4, 0.7], its darkness 0.45.
#
#   neuron 1: 0.2·1 + 0.5·(−0.4) + 0.4·0.7 + 0.7·(−0.4) + 0 = 0.2 − 0.2 + 0.28 − 0.28 = 0
#             tanh 0 = 0, its derivative 1 − 0² = 1
#   neuron 2: 0.2·0.5 + 0.5·0.2 + 0.4·0.25 + 0.7·0 = 0.3, and the bias ½·ln 3 − 0.3: ½·ln 3
#             tanh(½·ln 3) = (3 − 1) / (3 + 1) = ½, its derivative 1 − ½² = ¾
#   output:   0·0.3 + ½·0.8 + 0.1 = 0.5
#
#   loss:     (0.5 − 0.45)² = 0.0025
#   its gradient for the output's sum: 2·0.05 = 0.1
#   for the output's weights: 0.1·0 = 0 and 0.1·½ = 0.05; for its bias: 0.1
#   carried back: to neuron 1 0.1·0.3·1 = 0.03, to neuron 2 0.1·0.8·¾ = 0.06
#   for the weights that leave a pixel x: 0.03·x and 0.06·x; for the biases: 0.03 and 0.06
BIAS = 0.5 * math.log(3) - 0.3
TINY = [1, 0.5, -0.4, 0.2, 0.7, 0.25, -0.4, 0, 0, BIAS, 0.3, 0.8, 0.1]
TINY_GRADIENT = [0.006, 0.012, 0.015, 0.03, 0.012, 0.024, 0.021, 0.042, 0.03, 0.06, 0, 0.05, 0.1]
TINY_AFTER = [
    *(0.997, 0.494, -0.4075, 0.185, 0.694, 0.238, -0.4105, -0.021),
    *(-0.015, BIAS - 0.03, 0.3, 0.775, 0.05),
]


@every_engine
def test_a_step_of_a_tiny_network_by_hand(engine: str) -> None:
    image = Batch(np.array([[0.2, 0.5, 0.4, 0.7]]), np.array([0.45]))
    case = Case(Architecture((2,), "tanh", bias=True), "mse", np.array(TINY), image)
    built, network = case.engine(engine, rate=0.5)
    evaluation = built.evaluate(image)
    assert evaluation.predictions == pytest.approx([0.5], abs=1e-15)
    assert evaluation.loss == pytest.approx(0.0025, abs=1e-16)
    assert evaluation.gradient == pytest.approx(TINY_GRADIENT, abs=1e-15)
    built.update()
    assert network.parameters == pytest.approx(TINY_AFTER, abs=1e-15)


@given(case=cases())
def test_loss_and_predictions_are_the_plain_ones(case: Case) -> None:
    *_, output = sums_of(case.architecture, case.parameters, case.batch.images)
    sigmoid = case.architecture.output == "sigmoid"
    predictions = 1 / (1 + np.exp(-output[:, 0])) if sigmoid else output[:, 0]
    for name in ENGINES:
        for method in GRADIENT_METHODS:
            engine, network = case.engine(name, method)
            evaluation = engine.evaluate(case.batch)
            assert evaluation.loss == pytest.approx(
                plain_loss(case, case.parameters), rel=1e-12, abs=1e-13
            )
            assert evaluation.predictions == pytest.approx(predictions, rel=1e-12, abs=1e-12)
            assert evaluation.targets is case.batch.targets
            # An evaluation moves nothing.
            assert network.parameters.tobytes() == case.parameters.tobytes()


@given(case=cases())
def test_backprop_is_what_central_differences_say(case: Case) -> None:
    differences = np.empty_like(case.parameters)
    for index in range(len(differences)):
        above, below = case.parameters.copy(), case.parameters.copy()
        above[index] += 1e-5
        below[index] -= 1e-5
        differences[index] = (plain_loss(case, above) - plain_loss(case, below)) / 2e-5
    for name in ENGINES:
        gradient = case.engine(name)[0].evaluate(case.batch).gradient
        allowed = 1e-8 * np.maximum(1.0, np.abs(gradient))
        assert (np.abs(gradient - differences) <= allowed).all()


@given(case=cases())
def test_nudging_is_backprop_within_its_own_error(case: Case) -> None:
    gradient = case.gradient(case.parameters).copy()
    curvature = np.empty_like(gradient)
    for index in range(len(gradient)):
        above, below = case.parameters.copy(), case.parameters.copy()
        above[index] += 1e-5
        below[index] -= 1e-5
        rise = case.gradient(above)[index] - case.gradient(below)[index]
        curvature[index] = rise / 2e-5
    # A forward difference is off by half of ε times the curvature, and by the losses' rounding
    # divided by ε.
    rounding = 4e-9 * max(1.0, plain_loss(case, case.parameters))
    for name in ENGINES:
        nudged = case.engine(name, "nudge")[0].evaluate(case.batch).gradient
        assert (np.abs(nudged - gradient - NUDGE / 2 * curvature) <= rounding).all()
        assert (np.abs(nudged - gradient) <= NUDGE * np.abs(curvature) + rounding).all()


@st.composite
def configs(draw: st.DrawFn) -> TrainingConfig:
    output, loss = draw(
        st.sampled_from([("linear", "mse"), ("sigmoid", "mse"), ("sigmoid", "bce")])
    )
    images = draw(st.integers(1, 12))
    return TrainingConfig(
        hidden=tuple(draw(st.lists(st.integers(1, 5), max_size=3))),
        activation=draw(st.sampled_from(list(ACTIVATIONS))),
        output=output,
        bias=draw(st.sampled_from([None, True, False])),
        loss=loss,
        images=images,
        batch_size=draw(st.none() | st.integers(1, images)),
        seed=draw(st.integers(0, 2**32 - 1)),
        data_seed=draw(st.integers(0, 2**32 - 1)),
    )


def engines_of(config: TrainingConfig) -> dict[str, Trainer]:
    return {name: Trainer(replace(config, engine=name)) for name in ENGINES}


@given(config=configs())
def test_the_engines_equal_each_other_over_twenty_steps(config: TrainingConfig) -> None:
    trainers = engines_of(config)
    for trainer in trainers.values():
        trainer.run.run_for(math.inf, max_steps=20)
    by_matrix, by_loops = trainers["matrix"].snapshot(), trainers["loops"].snapshot()
    assert by_matrix.step == by_loops.step == 20
    assert by_matrix.parameters == pytest.approx(by_loops.parameters, rel=1e-12, abs=1e-12)
    assert by_matrix.gradient == pytest.approx(by_loops.gradient, rel=1e-12, abs=1e-12)
    assert by_matrix.curve.last == pytest.approx(by_loops.curve.last, rel=1e-12, abs=1e-12)
    assert (by_matrix.batch_size, by_matrix.multiply_adds) == (
        by_loops.batch_size,
        by_loops.multiply_adds,
    )


@given(config=configs(), method=st.sampled_from(GRADIENT_METHODS))
def test_the_same_config_gives_the_same_bits(config: TrainingConfig, method: str) -> None:
    for first, second in zip(engines_of(config).values(), engines_of(config).values(), strict=True):
        first.run.run_for(math.inf, max_steps=7)
        for _ in range(7):
            second.run.step()
        assert (
            first.run.here.network.parameters.tobytes()
            == second.run.here.network.parameters.tobytes()
        )
        assert (
            first.run.log.history.curve().last.tobytes()
            == second.run.log.history.curve().last.tobytes()
        )


@given(
    case=cases(),
    limits=st.sampled_from([(1, 10**9), (10**9, 1), (10**9, 30), (100, 10**9), (20, 30)]),
    method=st.sampled_from(GRADIENT_METHODS),
)
def test_a_batch_done_in_parts_or_blocks_is_the_batch_done_whole(
    case: Case, limits: tuple[int, int], method: str
) -> None:
    whole = case.engine("matrix", method)[0].evaluate(case.batch)
    with pytest.MonkeyPatch.context() as patch:
        small = Limits(limits[0], limits[1], limits[1], 1)
        patch.setattr(matrix, "LIMITS", small)
        engine, _ = case.engine("matrix", method)
        # A smaller batch in between, as at the end of an epoch, must leave no trace.
        engine.evaluate(Batch(case.batch.images[:1], case.batch.targets[:1]))
        parts = engine.evaluate(case.batch)
    # Nudging divides what rounding there is by ε.
    rounding = 1e-12 if method == "backprop" else 4e-9 * max(1.0, whole.loss)
    assert parts.loss == pytest.approx(whole.loss, rel=1e-13, abs=1e-15)
    assert parts.predictions == pytest.approx(whole.predictions, rel=1e-13, abs=1e-15)
    assert parts.gradient == pytest.approx(whole.gradient, rel=1e-12, abs=rounding)


def test_parts_are_even_and_no_larger_than_they_may_be() -> None:
    case = default_case()
    network = Network(case.architecture, case.parameters)
    problem = problem_of(network)
    assert matrix.part_size(problem, 1000) == 1000
    most = matrix.LIMITS.part_numbers // 5
    for images in (most, most + 1, 123_457, 1_000_000):
        part = matrix.part_size(problem, images)
        parts = -(-images // part)
        assert part <= most
        assert parts == -(-images // most)
        # The last one is short of the others by less than one image for each part.
        assert 0 <= parts * part - images < parts


def wide(*hidden: int) -> Problem:
    architecture = Architecture(hidden, bias=True)
    return problem_of(Network(architecture, np.zeros(architecture.parameter_count)))


def test_a_wide_network_is_cut_into_neurons_rather_than_images() -> None:
    # 4→2048→2048→1 has 4,200,449 parameters: they take the room of 4,101 numbers for 1,024 images.
    assert matrix.part_size(wide(2048, 2048), 32) == 32
    assert matrix.part_size(wide(2048, 2048), 1000) == 125, "8 parts of at most 128"
    # One of 4→300,000→1 has 1,800,001 parameters, and 300,005 numbers: room for 5 images.
    assert matrix.part_size(wide(300_000), 20) == 5
    # 4→64→64→1 has 133 numbers an image: 250,000 of them for 1,879 images.
    assert matrix.part_size(wide(64, 64), 1879) == 1879
    assert matrix.part_size(wide(64, 64), 1880) == 940


@pytest.mark.parametrize(
    ("hidden", "images"), [((700, 900), 40), ((300_000,), 4), ((64, 64), 1879), ((), 50_000)]
)
def test_no_call_takes_longer_than_a_few_milliseconds(hidden: tuple[int, ...], images: int) -> None:
    problem = wide(*hidden)
    parameters = problem.network.parameters
    calls = matrix.Pass(problem, parameters, parameters, images)
    for operations in (calls.forward, calls.backward, calls.adding):
        for function, arrays in operations:
            if function in (np.dot, np.matmul):
                assert arrays[0].shape[1] * arrays[-1].size <= matrix.LIMITS.block
            elif function is np.tanh:
                assert arrays[-1].size <= matrix.LIMITS.block_numbers


def test_more_images_than_fit_are_done_in_parts_and_rightly() -> None:
    random = np.random.default_rng(0)
    batch = Batch(random.random((130_001, 4)), random.random(130_001))
    case = Case(Architecture(), "mse", np.array([0.98, 0.4, 0.86, -0.08]), batch)
    evaluation = case.engine("matrix")[0].evaluate(batch)
    predictions = batch.images @ case.parameters
    errors = predictions - batch.targets
    np.testing.assert_allclose(evaluation.predictions, predictions, rtol=1e-13, atol=1e-15)
    assert evaluation.loss == pytest.approx(float(np.mean(errors**2)), rel=1e-12)
    expected = 2 / len(batch) * batch.images.T @ errors
    assert evaluation.gradient == pytest.approx(expected, rel=1e-12)


@every_engine
@every_method
def test_loss_and_predictions_alone_are_those_of_the_present_parameters(
    engine: str, method: str
) -> None:
    case = deep()
    built, network = case.engine(engine, method)
    built.evaluate(case.batch)
    network.parameters[:] += 0.25  # as by hand: nothing is evaluated in between
    moved = Case(case.architecture, case.loss, network.parameters.copy(), deep(5).batch)
    loss, predictions = built.assess(moved.batch)
    assert loss == pytest.approx(plain_loss(moved, moved.parameters), rel=1e-12)
    *_, output = sums_of(moved.architecture, moved.parameters, moved.batch.images)
    assert predictions == pytest.approx(1 / (1 + np.exp(-output[:, 0])), rel=1e-12)


def after(asks: int) -> Callable[[], bool]:
    """Return a `cancelled` that says True from some question on."""
    count = 0

    def cancelled() -> bool:
        nonlocal count
        count += 1
        return count > asks

    return cancelled


def questions(case: Case, engine: str, method: str) -> int:
    """Count how often an evaluation asks whether to stop."""
    count = 0

    def cancelled() -> bool:
        nonlocal count
        count += 1
        return False

    case.engine(engine, method)[0].evaluate(case.batch, cancelled)
    return count


@every_engine
@every_method
@pytest.mark.parametrize("in_parts", [False, True], ids=["whole", "in parts"])
@pytest.mark.parametrize("case", [default_case(), deep()], ids=["essay's", "deep"])
def test_a_cancelled_evaluation_changes_nothing(
    case: Case, engine: str, method: str, in_parts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_parts:
        small = matrix.LIMITS._replace(part_numbers=30, part_images=1)
        monkeypatch.setattr(matrix, "LIMITS", small)
    fresh = case.engine(engine, method)[0].evaluate(case.batch)
    loss, gradient, predictions = fresh.loss, fresh.gradient.copy(), fresh.predictions.copy()
    asked = questions(case, engine, method)
    if engine == "compiled" and method == "backprop":
        assert asked == 1  # before the one call, which takes less than a millisecond
    else:
        assert asked >= len(case.batch) if engine == "loops" else asked > 3
    built, network = case.engine(engine, method)
    for asks in {0, 1, 2, asked // 3, asked // 2, asked - 1} & set(range(asked)):
        with pytest.raises(Cancelled):
            built.evaluate(case.batch, after(asks))
        assert network.parameters.tobytes() == case.parameters.tobytes()
        again = built.evaluate(case.batch, after(asked))
        assert again.loss == loss
        assert again.gradient.tobytes() == gradient.tobytes()
        assert again.predictions.tobytes() == predictions.tobytes()


@every_engine
def test_asking_does_not_change_the_answer(engine: str) -> None:
    case = deep()
    asked = case.engine(engine)[0].evaluate(case.batch, lambda: False)
    unasked = case.engine(engine)[0].evaluate(case.batch)
    assert asked.gradient.tobytes() == unasked.gradient.tobytes()


@every_engine
@pytest.mark.parametrize("bad", [1e308, math.inf, math.nan])
def test_what_is_not_finite_comes_through_as_such(engine: str, bad: float) -> None:
    for loss, output in (("mse", "linear"), ("mse", "sigmoid"), ("bce", "sigmoid")):
        for activation in ACTIVATIONS:
            architecture = Architecture((3,), activation, output, True)
            parameters = np.full(architecture.parameter_count, bad)
            batch = generate(TASKS["darkness"], 5, 0)
            case = Case(architecture, loss, parameters, batch)
            with np.errstate(over="ignore", invalid="ignore"):
                evaluation = case.engine(engine)[0].evaluate(batch)
                expected = plain_loss(case, parameters)
            # Infinity where it is that, NaN where it is that, and else the number.
            assert evaluation.loss == pytest.approx(expected, rel=1e-12, nan_ok=True)
            # A sigmoid that is flat at 1 gives a gradient as long as its weights are numbers.
            finite = np.isfinite(evaluation.gradient)
            is_flat = output == "sigmoid" and math.isfinite(bad)
            assert finite[architecture.layers[0].weights].all() == is_flat
            assert finite.any() == is_flat


ARCHITECTURES = {
    "essay's": TrainingConfig(),
    "bias": TrainingConfig(bias=True, images=10),
    "4→4→1 tanh": TrainingConfig(hidden=(4,), images=10),
    "4→8→8→1 relu": TrainingConfig(hidden=(8, 8), activation="relu", images=32),
    "sigmoids, bce": TrainingConfig(
        hidden=(3,), activation="sigmoid", output="sigmoid", loss="bce", images=100
    ),
    "no bias": TrainingConfig(hidden=(16, 2), bias=False, images=7),
    "one neuron": TrainingConfig(hidden=(1, 1), images=1),
    "large": TrainingConfig(hidden=(100, 100), images=500),
}


@pytest.mark.parametrize("config", ARCHITECTURES.values(), ids=ARCHITECTURES)
@pytest.mark.parametrize("in_parts", [False, True], ids=["whole", "in parts"])
def test_nothing_is_allocated_in_a_step(
    config: TrainingConfig, in_parts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_parts:
        numbers = sum(config.architecture.sizes) * 6
        monkeypatch.setattr(matrix, "LIMITS", Limits(12_000, numbers, numbers, 1))
    images = generate(TASKS["darkness"], config.images, 0)
    network = Trainer(config).run.here.network
    engine = MatrixEngine(problem_of(network, config.loss, rate=0.01))
    warm, steps = (3, 5) if config.hidden == (100, 100) else (20, 50 if in_parts else 1000)

    def run(count: int) -> None:
        for _ in range(count):
            engine.evaluate(images)
            engine.update()

    run(warm)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        run(steps)
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert now - before < 1024
    assert peak - before < 2048


def test_a_batch_of_another_epoch_is_copied_into_buffers_that_are_there() -> None:
    config = TrainingConfig(hidden=(4,), images=1000, batch_size=300)
    batches = Batches(generate(TASKS["darkness"], 1000, 0), 300, 0)
    # Whole and last batches, 300 and 100 images, take turns.
    cut = [batches.at(step) for step in range(batches.per_epoch)]
    network = Trainer(config).run.here.network
    engine = MatrixEngine(problem_of(network, rate=0.01))

    def run(count: int) -> None:
        for step in range(count):
            engine.evaluate(cut[step % len(cut)])
            engine.update()

    run(20)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        run(1000)
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert now - before < 1024
    # The predictions have a new home when the batch's size changes.
    assert peak - before < 4096


@pytest.mark.parametrize("shape", [(1,), (5, 7), (4, 1000), (3, 1, 2)])
def test_aligned_arrays_begin_with_a_cache_line(shape: tuple[int, ...]) -> None:
    arrays = [aligned(*shape) for _ in range(20)]
    assert all(array.shape == shape and array.flags.c_contiguous for array in arrays)
    assert {array.ctypes.data % 64 for array in arrays} == {0}
