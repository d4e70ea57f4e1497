"""The compiled engine: the matrix engine's numbers, and the same bits however many steps a call
takes."""

import math
import threading
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.arrays import Array, Cancelled
from core.engines import ENGINES, MatrixEngine
from core.engines.compiled import is_installed, load
from core.engines.engine import Engine, Evaluation, Problem
from core.images.images import Batch
from core.network.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from core.network.architecture import Architecture
from core.network.network import Network
from core.network.optimizers import OPTIMIZERS
from core.run.changes import SetFrozen
from core.run.run import return_to_first
from core.run.stepper import halt_of
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.engines.stepping import Some, bits, config_of, stepped_in
from tests.core.problems import problem_of

if not is_installed():
    pytest.skip("numba is missing: pip install '.[fast]'", allow_module_level=True)


def compiled_config(*parts: Some) -> TrainingConfig:
    return config_of({"engine": "compiled"}, *parts)


@st.composite
def evaluations(draw: st.DrawFn) -> tuple[Architecture, str, Array, Batch]:
    output = draw(st.sampled_from(OUTPUT_ACTIVATIONS))
    loss = draw(st.sampled_from(["mse", "bce"])) if output == "sigmoid" else "mse"
    hidden = tuple(draw(st.lists(st.integers(1, 34), max_size=3)))
    names = [draw(st.sampled_from(list(ACTIVATIONS))) for _ in hidden or (1,)]
    architecture = Architecture(
        hidden, ",".join(names), output, draw(st.booleans()), draw(st.sampled_from([4, 1, 7, 33]))
    )
    images = draw(st.sampled_from([1, 2, 15, 16, 17, 127, 128, 129, 300]))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    parameters = random.normal(0.0, draw(st.sampled_from([0.1, 1.0])), architecture.parameter_count)
    batch = Batch(random.uniform(0, 1, (images, architecture.inputs)), random.uniform(0, 1, images))
    return architecture, loss, parameters, batch


@given(evaluations())
@settings(max_examples=60)
def test_one_evaluation_is_the_matrix_engines(
    case: tuple[Architecture, str, Array, Batch],
) -> None:
    architecture, loss, parameters, batch = case
    found: list[Evaluation] = []
    assessed: list[tuple[float, Array]] = []
    for name in ("compiled", "matrix"):
        problem = problem_of(Network(architecture, parameters.copy()), loss)
        engine = ENGINES[name](problem)
        found.append(engine.evaluate(batch))
        assessed.append(engine.assess(batch))
    ours, theirs = found
    size = max(1.0, float(np.abs(theirs.gradient).max()))
    assert ours.loss == pytest.approx(theirs.loss, rel=1e-12)
    assert np.abs(ours.predictions - theirs.predictions).max() <= 1e-12 * max(
        1.0, float(np.abs(theirs.predictions).max())
    )
    assert np.abs(ours.gradient - theirs.gradient).max() <= 1e-12 * size
    assert assessed[0][0] == pytest.approx(theirs.loss, rel=1e-12)
    assert assessed[0][1] == pytest.approx(theirs.predictions, rel=1e-11, abs=1e-12)


def test_every_activation_and_every_optimizer_is_known_to_the_kernel() -> None:
    load()
    from core.engines.compiled import engine as compiled

    assert compiled.KINDS.keys() == ACTIVATIONS.keys() == compiled.COMPILED.keys()
    assert compiled.OPTIMIZER_KINDS.keys() == OPTIMIZERS.keys()


def test_wide_layers_are_computed_by_matrix_products() -> None:
    def built(hidden: tuple[int, ...], method: str = "backprop") -> Engine:
        architecture = Architecture(hidden)
        network = Network(architecture, np.zeros(architecture.parameter_count))
        return ENGINES["compiled"](problem_of(network, method=method))

    assert not isinstance(built((32, 32)), MatrixEngine)
    assert isinstance(built((32, 33)), MatrixEngine)
    assert isinstance(built((4,), "nudge"), MatrixEngine)


@pytest.mark.parametrize("hidden", [(), (3,)])
def test_another_thread_ends_a_call_after_the_step_that_it_is_in(hidden: tuple[int, ...]) -> None:
    trainer = Trainer(compiled_config({"hidden": hidden, "images": 20}))
    run, halt = trainer.run, halt_of(trainer.run.here)
    assert halt is not None
    run.ensure_evaluated()
    steps = partial(run.run_for, math.inf, max_steps=10**12, cancelled=lambda: bool(halt[0]))
    thread = threading.Thread(target=steps)
    thread.start()
    halt[0] = 1
    thread.join()
    assert run.here.is_evaluated
    there = run.step_count
    assert run.run_for(math.inf, max_steps=10**6, cancelled=lambda: True) == 1
    assert run.step_count == there + 1
    halt[0] = 0
    again = Trainer(run.config)
    again.run.run_for(math.inf, max_steps=there + 1)
    assert bits(again) == bits(trainer)


def test_only_steps_of_small_layers_can_be_ended_by_another_thread() -> None:
    assert halt_of(Trainer(compiled_config({"hidden": (33,)})).run.here) is None


def test_the_way_back_to_a_step_is_gone_in_long_calls_though_it_is_to_be_halted() -> None:
    run = Trainer(compiled_config({"images": 4})).run
    run.ensure_evaluated()
    start, halt = run.here.checkpoint(0), halt_of(run.here)
    run.run_for(math.inf, max_steps=900)
    asked: list[int] = []

    def holds() -> bool:
        asked.append(run.step_count)
        return run.step_count >= 800

    assert halt is not None
    halt[0] = 1
    return_to_first(run, start, 900, holds)
    assert run.step_count == 800
    assert len(asked) <= 2 * 30
    assert halt_of(Trainer(compiled_config({"engine": "matrix"})).run.here) is None


def test_what_is_called_off_between_two_calls_goes_on_with_the_same_bits() -> None:
    config = compiled_config({"hidden": (3,), "images": 20})
    trainer = Trainer(config)
    trainer.run.ensure_evaluated()
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    taken = trainer.run.run_for(math.inf, max_steps=10**9, cancelled=cancelled)
    assert taken == trainer.run.step_count > 3
    assert trainer.run.here.is_evaluated
    assert len(trainer.run.log.history) == taken + 1
    again = Trainer(config)
    again.run.run_for(math.inf, max_steps=taken)
    assert bits(again) == bits(trainer)


def test_a_long_evaluation_is_many_calls_and_can_be_called_off_between_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    architecture = Architecture((5, 3), "tanh", "sigmoid", True)
    random = np.random.default_rng(3)
    parameters = random.uniform(-1, 1, architecture.parameter_count)
    batch = Batch(random.uniform(0, 1, (1000, 4)), random.uniform(0, 1, 1000))

    def built() -> Engine:
        return ENGINES["compiled"](problem_of(Network(architecture, parameters.copy()), "bce"))

    whole = built().evaluate(batch)
    loss, gradient = whole.loss, whole.gradient.tobytes()
    predictions = whole.predictions.tobytes()
    _, assessed = built().assess(batch)
    from core.engines.compiled import engine as compiled

    monkeypatch.setattr(compiled, "PART_MULTIPLY_ADDS", 2 * 128 * architecture.weight_count)
    engine = built()
    for asks in range(4):  # 8 tiles, two a call
        left = iter([False] * asks + [True])
        with pytest.raises(Cancelled):
            engine.evaluate(batch, lambda left=left: next(left))  # type: ignore[misc]
        parts = engine.evaluate(batch, lambda: False)
        assert (parts.loss, parts.gradient.tobytes()) == (loss, gradient)
        assert parts.predictions.tobytes() == predictions
    assert engine.assess(batch)[1].tobytes() == assessed.tobytes()
    with pytest.raises(Cancelled):
        engine.assess(batch, lambda: True)


def test_steps_too_long_for_one_call_have_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    config = compiled_config({"hidden": (5,), "images": 700, "optimizer": "momentum"})
    at_once = stepped_in(config, 9)
    from core.engines.compiled import engine as compiled

    monkeypatch.setattr(compiled, "PART_MULTIPLY_ADDS", 1)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return False

    trainer = Trainer(config)
    trainer.apply(SetFrozen(2, True))
    trainer.run.run_for(math.inf, max_steps=9, cancelled=cancelled)
    assert asked == 6 * 10  # 700 images are 6 tiles, evaluated at step 0 and after each step
    assert bits(trainer) == bits(at_once)


def test_what_is_evaluated_stays_valid_while_others_are_assessed() -> None:
    trainer = Trainer(compiled_config({"hidden": (4,), "images": 200}))
    other = Trainer(compiled_config({"hidden": (4,), "images": 200, "seed": 7}))
    evaluation = trainer.run.here.compute()
    kept = evaluation.gradient.tobytes(), evaluation.predictions.tobytes(), evaluation.loss
    engine = trainer.run.here.engine
    engine.assess(other.run.here.images)
    engine.assess(trainer.run.here.images)
    assert (evaluation.gradient.tobytes(), evaluation.predictions.tobytes(), evaluation.loss) == (
        kept
    )
    engine.update()
    engine.update()
    fresh = Trainer(trainer.run.config)
    fresh.run.here.compute()
    for _ in range(2):
        fresh.run.here.engine.update()
    assert (
        fresh.run.here.network.parameters.tobytes() == trainer.run.here.network.parameters.tobytes()
    )


def test_a_problem_says_how_whole_arrays_are_computed() -> None:
    architecture = Architecture((2,), "tanh")
    problem: Problem = problem_of(Network(architecture, np.zeros(architecture.parameter_count)))
    layer = architecture.layers[0]
    assert problem.function_of(layer) is layer.activation
    relu = ACTIVATIONS["relu"]
    assert replace(problem, functions={"tanh": relu}).function_of(layer) is relu
