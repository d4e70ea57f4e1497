"""Changing the network itself by the keys of its pane, whatever the run is doing meanwhile."""

import math
import threading
from inspect import iscoroutine

import numpy as np
import pytest

from core import TrainingConfig
from core.arrays import IsCancelled
from core.engines.engine import Evaluation
from core.images.images import Batch
from core.network import architecture
from core.settings.reshaping import Reshape
from tests.tui.program import FASTEST, Program, opened
from tui.app.keys import key_names
from tui.app.keys import name_of as command_name
from tui.app.palette import entries
from tui.panes.network.network import RESHAPING
from tui.view.view import SelectParameter
from tui.words.phrases import name_of
from tui.worker import training

DEEP = TrainingConfig(hidden=(4, 8), activation="tanh,relu", images=50)


def selected(program: Program) -> str:
    return name_of(program.snapshot.architecture, program.app.view.parameter)


async def on_network(program: Program) -> None:
    await program.press("tab")
    assert program.focus == "network"


async def test_the_default_network_is_built_up_and_taken_down_again() -> None:
    async with opened() as program:
        await on_network(program)
        await program.press("down", "u")
        assert "4→1→1 tanh · seed 0" in program.text("header")
        assert selected(program) == "layer 1 · weight 2→1"
        assert program.text("commentary").startswith(
            " Layer 1 has 1 neuron: 7 weights and biases, re-initialised. b: previous run.\n"
            " It predicts "
        )
        await program.press("u", "u")
        assert "4→3→1" in program.text("header")
        assert selected(program) == "layer 1 · weight 2→1"
        await program.press("i")
        assert "4→3→3→1" in program.text("header")
        assert selected(program) == "layer 2 · weight 1→1"
        assert (
            "Layer 2 is new, with 3 tanh neurons: 31 weights and biases. b: previous run."
            in program.text("commentary")
        )
        await program.press("A")
        assert "4→3→3→1 tanh,sigmoid" in program.text("header")
        assert "Layer 2 uses sigmoid now:" in program.text("commentary")
        await program.press("U", "U")
        assert "4→3→1→1" in program.text("header")
        await program.press("U")
        assert "4→3→1 tanh · seed 0" in program.text("header")
        assert "Layer 2 is removed:" in program.text("commentary")
        assert selected(program) == "layer 1 · weight 1→1"
        await program.press("I")
        assert "4→1 · seed 0" in program.text("header")
        assert "The default network. Press b for the previous run." in program.text("commentary")
        assert "predicts 0.684" in program.words("image")
        await program.press("I")
        assert "No: there is no hidden layer to remove." in program.text("commentary")
        assert "4→1 · seed 0" in program.text("header")


async def test_biases_and_initialisation_have_keys() -> None:
    async with opened(DEEP) as program:
        await on_network(program)
        await program.press("O")
        assert "No neuron has a bias: 56 weights, re-initialised." in program.text("commentary")
        assert "network · 56 weights ─" in program.text("network")
        await program.press("O")
        assert "Each neuron has a bias: 69 weights and biases" in program.text("commentary")
        sentences = []
        for _ in range(6):
            await program.press("W")
            sentences.append(program.text("commentary").split("\n")[0].strip())
        assert sentences == [
            "Initial weights glorot: uniform, ±√(6 / (inputs + outputs)). b: previous run.",
            "Initial weights he: uniform, ±√(6 / inputs). Press b for the previous run.",
            "Initial weights uniform: between −1 and 1. Press b for the previous run.",
            "Initial weights normal: mean 0, standard deviation 1. b: previous run.",
            "Initial weights zero: this fails with hidden layers. b: previous run.",
            "Initial weights auto: He for relu, otherwise Glorot. b: previous run.",
        ]


async def test_with_zero_weights_the_reason_why_they_fail_is_shown() -> None:
    async with opened(TrainingConfig(hidden=(4,), initialisation="normal")) as program:
        await on_network(program)
        await program.press("W")
        assert (
            "No gradient reaches the hidden layer: the output's weights are all 0."
            in program.text("commentary")
        )
        await program.press("A")
        assert "Layer 1 uses sigmoid now: 25 weights and biases, all 0." in program.words(
            "commentary"
        )
        assert (
            "All 4 hidden neurons are identical: same gradient, so they stay identical."
            in program.text("commentary")
        )


async def test_the_activation_of_the_output_changes_too() -> None:
    async with opened() as program:
        await on_network(program)
        await program.press("A")
        assert "4→1 · sigmoid output" in program.text("header")
        assert "The output uses sigmoid now: 4 weights" in program.text("commentary")
        assert "prediction = sigmoid" in program.text("network")


async def test_what_no_run_can_have_is_refused_and_the_run_goes_on() -> None:
    async with opened(TrainingConfig(output="sigmoid", loss="bce")) as program:
        await on_network(program)
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.snapshot.step > 100)
        await program.press("A")
        assert program.app.pace.running, "a key that does nothing does not pause"
        assert program.trainer.run.config.output == "sigmoid"
        assert "bce needs predictions between 0 and 1" in program.text("commentary")


async def test_too_many_parameters_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(architecture, "MAXIMUM_PARAMETERS", 70)
    async with opened(DEEP) as program:
        await on_network(program)
        await program.press("u")
        assert program.trainer.run.config == DEEP
        words = "No: that makes 82 weights and biases; the limit is 70."
        assert words in program.text("commentary")


async def test_no_memory_is_reported_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(config: TrainingConfig) -> None:
        raise MemoryError

    async with opened(DEEP) as program:
        await on_network(program)
        await program.step(2)
        moment = program.snapshot
        monkeypatch.setattr(program.trainer, "open", fail)
        await program.press("u")
        assert "not enough memory for that network" in program.text("commentary")
        assert program.snapshot.config == moment.config
        assert program.snapshot.parameters.tobytes() == moment.parameters.tobytes()
        await program.step()
        assert program.snapshot.step == 3


async def test_b_comes_back_to_the_run_that_was_left() -> None:
    async with opened(DEEP) as program:
        await on_network(program)
        await program.press("right", "right")
        await program.step(3)
        selected = program.app.view.parameter
        for binding in RESHAPING:
            program.app.controller.change_view(SelectParameter(selected))
            await program.arrived()
            key, left, shown = key_names(binding), program.snapshot, program.text("network")
            await program.press(key)
            assert program.snapshot.step == 0, key
            assert program.snapshot.config != left.config, key
            await program.step()
            await program.press("b")
            assert program.snapshot.step == 0, key
            assert program.snapshot.config != left.config, key
            await program.press("b")
            assert program.snapshot.config == left.config, key
            assert program.snapshot.step == 3, key
            assert program.snapshot.parameters.tobytes() == left.parameters.tobytes(), key
            assert "Back in the previous run, at step 3 of 3: loss" in program.text("commentary")
            if key not in "iI":  # a layer more or less: one stands beside where one stood
                assert program.text("network") == shown, key


async def test_a_key_while_it_runs_pauses_at_the_start_of_another_run() -> None:
    async with opened(DEEP) as program:
        await on_network(program)
        await program.press(*FASTEST)
        for binding in RESHAPING:
            key = key_names(binding)
            await program.press("space")
            await program.until(lambda: program.snapshot.step > 20)
            before = program.trainer.run.config
            await program.press(key)
            await program.until(lambda: program.snapshot.step == 0)
            assert not program.app.pace.running, key
            assert program.trainer.run.config != before, key
            assert program.text("header").endswith("step 0 · ready"), key


async def test_a_key_in_single_stepping_ends_it() -> None:
    async with opened(DEEP) as program:
        await on_network(program)
        for binding in RESHAPING:
            key, before = key_names(binding), program.snapshot.config
            await program.press(".", ".", ".")
            assert program.app.view.substep is not None, key
            await program.press(key)
            assert program.app.view.substep is None, key
            assert program.snapshot.config != before, key
        await program.press(".", "s")
        await program.until(lambda: program.snapshot.step == 1)


async def in_a_long_step(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute a step that ends only when it is called off."""
    await program.until(lambda: program.snapshot.loss is not None)
    engine = program.trainer.run.here.engine
    evaluate, never = engine.evaluate, threading.Event()

    def slowly(batch: Batch, cancelled: IsCancelled | None = None) -> Evaluation:
        while cancelled is not None and not cancelled():
            never.wait(0.001)
        return evaluate(batch, cancelled)

    monkeypatch.setattr(engine, "evaluate", slowly)
    program.send("s")
    await program.until(lambda: program.app.controller.training.is_evaluating)


async def test_keys_while_a_long_step_is_computed_are_all_carried_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "LONG", 0.0)  # every evaluation in a thread
    async with opened(DEEP) as program:
        await on_network(program)
        await in_a_long_step(program, monkeypatch)
        # Each is about the network that the ones before it have made.
        program.send("I", "I", "I", "u", "u", "A")
        await program.until(lambda: not program.app.controller.training.is_evaluating)
        await program.until(lambda: program.trainer.run.here.is_evaluated)
        config = program.trainer.run.config
        assert config.hidden == (2,)
        assert (config.activation, config.output) == ("tanh", "linear"), "the relu's next"
        assert program.snapshot.config == config
        await program.press("b", "b", "b", "b", "b")
        await program.until(lambda: program.trainer.run.config == DEEP)
        assert program.trainer.run.step_count == 1


async def test_keys_behind_another_network_act_on_that_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "LONG", 0.0)
    async with opened(DEEP) as program:
        await on_network(program)
        program.app.controller.change_view(SelectParameter(68))  # the last of the 69
        await program.arrived()
        await in_a_long_step(program, monkeypatch)
        program.send("I", "I", "+", "x")
        await program.until(lambda: not program.app.controller.training.is_evaluating)
        await program.until(lambda: program.trainer.run.here.is_evaluated)
        assert program.trainer.run.config.hidden == ()
        await program.until(lambda: program.trainer.run.here.frozen == {3})
        assert program.trainer.run.here.network.parameters.tolist() == [0.98, 0.4, 0.86, -0.03]
        await program.step()


async def test_a_way_back_that_waits_with_another_network_ends_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "LONG", 0.0)
    monkeypatch.setattr(training, "AT_ONCE", -1.0)
    async with opened(DEEP) as program:
        await on_network(program)
        program.trainer.run.run_for(math.inf, max_steps=50)
        await in_a_long_step(program, monkeypatch)
        program.send("b", "u")
        await program.until(lambda: program.snapshot.config.hidden == (5, 8))
        await program.until(lambda: program.trainer.run.here.is_evaluated)
        assert program.app.controller.training.goal is None
        assert program.snapshot.step == 0


async def test_keys_on_a_long_way_back_stand_at_the_start_of_another_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(DEEP) as program:
        await on_network(program)
        program.trainer.run.run_for(math.inf, max_steps=500)
        del program.trainer.run.log.timeline._checkpoints[1:]
        monkeypatch.setattr(training, "AT_ONCE", -1.0)
        await program.press("b", "u")
        await program.until(lambda: program.snapshot.config.hidden == (5, 8))
        assert not program.app.controller.training.is_travelling
        assert program.snapshot.step == 0


async def test_a_growing_layer_becomes_a_heat_map_and_back() -> None:
    async with opened(TrainingConfig(hidden=(15,), images=20), size=(120, 36)) as program:
        await on_network(program)
        drawn = []
        for _ in range(3):
            drawn.append("up to ±" in program.text("network"))
            await program.press("u")
        assert drawn == [False, False, True]
        assert "4→20→1" in program.text("header")
        program.send(*"u" * 20)
        await program.arrived()
        assert program.trainer.run.config.hidden == (an_eighth_more(20, 20),)
        assert "a cell: largest of" in program.text("network")
        program.send(*"U" * 23)
        await program.arrived()
        assert program.trainer.run.config.hidden == (15,)
        assert "up to ±" not in program.text("network")


def an_eighth_more(neurons: int, times: int) -> int:
    """An eighth more, rounded down, so often: here by hand, apart from the program's own."""
    for _ in range(times):
        neurons += neurons // 8
    return neurons


async def test_the_selected_weight_stays_in_sight() -> None:
    async with opened(TrainingConfig(hidden=(8, 8, 8), images=20)) as program:
        await on_network(program)
        last = program.snapshot.architecture.layers[2]
        program.app.controller.change_view(SelectParameter(last.start))
        await program.arrived()
        for key in ("u", "u", "i", "O", "W", "I", "U"):
            await program.press(key)
            layer = selected(program).split(" · ")[0]
            assert f" {layer} · " in program.text("network"), key


async def test_an_open_explain_pane_and_landscape_follow_into_the_other_network() -> None:
    async with opened(TrainingConfig(hidden=(4, 4), images=20), size=(120, 36)) as program:
        await on_network(program)
        await program.press("e")
        for key in ("down", "I", "I", "u", "i", "W", "W"):
            await program.press(key)
            assert "no such number" not in program.text("explain")
            name = selected(program)
            assert name in program.text("explain")
        await program.press("v", "I", "I", "u")
        assert "landscape · " in program.text("valley")


async def test_the_palette_has_them_all() -> None:
    async with opened(TrainingConfig(images=20)) as program:
        found = {entry.name: entry for entry in entries(program.app)}
        for binding in RESHAPING:
            entry = found[command_name(binding.tooltip)]
            assert (entry.group, entry.key) == ("network", key_names(binding))
            assert entry.about.endswith("The key works on the network.")
        done = found["Insert a hidden layer after the weight’s layer"].do()
        assert iscoroutine(done)
        await done
        await program.arrived()
        assert program.trainer.run.config.hidden == (4,)


async def test_every_shape_has_a_key_and_the_footer_shows_some() -> None:
    assert {binding.action for binding in RESHAPING} == {f"reshape('{shape}')" for shape in Reshape}
    async with opened(size=(200, 40)) as program:
        await on_network(program)
        for words in ("u U neurons", "i I layers", "A activation"):
            assert words in program.text("footer")
        x, y = program.find("footer", "u U neurons")
        await program.click(x, y)
        assert program.trainer.run.config.hidden == (1,)


async def test_other_keys_still_work_in_a_network_that_was_built() -> None:
    async with opened(TrainingConfig(images=20)) as program:
        await on_network(program)
        await program.press("i", "i", "x", "+", "t", "w", "n", "r")
        await program.step(5)
        weights = program.snapshot.parameters
        assert np.isfinite(weights).all()
        await program.press("R")
        assert "4→1 · seed 0" in program.text("header")
