"""Changing the network itself: what comes of each change, and where one stands then."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.commentary.changes.actions import Reshaped, after_reshaping
from core.errors import ConfigError
from core.network.activations import ACTIVATIONS
from core.network.architecture import MAXIMUM_PARAMETERS, Place
from core.run.snapshot import Snapshot
from core.run.trainer import EMPTY_KEPT, RUNS_KEPT, Trainer
from core.settings.config import TrainingConfig
from core.settings.reshaping import Reshape, fewer_neurons, more_neurons, reshaped, standing
from tests.core.moments import at

DEEP = TrainingConfig(hidden=(4, 8), activation="tanh,relu", images=10)
FIRST, SECOND, OUTPUT = Place(0, 1, 2), Place(1, 3, 5), Place(2, 6, 0)


@pytest.mark.parametrize(
    ("place", "reshape", "hidden", "activation"),
    [
        (FIRST, Reshape.MORE_NEURONS, (5, 8), "tanh,relu"),
        (SECOND, Reshape.MORE_NEURONS, (4, 9), "tanh,relu"),
        (OUTPUT, Reshape.MORE_NEURONS, (4, 9), "tanh,relu"),
        (FIRST, Reshape.FEWER_NEURONS, (3, 8), "tanh,relu"),
        (FIRST, Reshape.ADD_LAYER, (4, 4, 8), "tanh,tanh,relu"),
        (SECOND, Reshape.ADD_LAYER, (4, 8, 8), "tanh,relu,relu"),
        (OUTPUT, Reshape.ADD_LAYER, (4, 8, 8), "tanh,relu,relu"),
        (FIRST, Reshape.REMOVE_LAYER, (8,), "relu"),
        (SECOND, Reshape.REMOVE_LAYER, (4,), "tanh"),
        (OUTPUT, Reshape.REMOVE_LAYER, (4,), "tanh"),
        (FIRST, Reshape.ACTIVATION, (4, 8), "sigmoid,relu"),
        (SECOND, Reshape.ACTIVATION, (4, 8), "tanh"),
    ],
)
def test_a_change_is_that_of_the_selected_layer(
    place: Place, reshape: Reshape, hidden: tuple[int, ...], activation: str
) -> None:
    changed = reshaped(DEEP, place, reshape)
    assert changed == replace(DEEP, hidden=hidden, activation=activation)


def test_the_activation_of_the_output_goes_round() -> None:
    sigmoid = reshaped(DEEP, OUTPUT, Reshape.ACTIVATION)
    assert sigmoid == replace(DEEP, output="sigmoid")
    assert reshaped(sigmoid, OUTPUT, Reshape.ACTIVATION) == DEEP
    surprised = replace(sigmoid, loss="bce")
    with pytest.raises(ConfigError, match="bce needs predictions between 0 and 1"):
        reshaped(surprised, OUTPUT, Reshape.ACTIVATION)


def test_biases_and_initialisation_are_the_whole_networks() -> None:
    without = reshaped(DEEP, FIRST, Reshape.BIAS)
    assert without == replace(DEEP, bias=False)
    assert reshaped(without, FIRST, Reshape.BIAS).architecture == DEEP.architecture
    names = [DEEP.initialisation]
    config = DEEP
    for _ in range(6):
        config = reshaped(config, SECOND, Reshape.INITIALISATION)
        names.append(config.initialisation)
    assert names == ["auto", "glorot", "he", "uniform", "normal", "zero", "auto"]


def test_the_default_network_grows_a_layer_and_loses_it_again() -> None:
    is_default = TrainingConfig()
    for reshape, hidden in ((Reshape.MORE_NEURONS, (1,)), (Reshape.ADD_LAYER, (4,))):
        grown = reshaped(is_default, Place(0, 2, 0), reshape)
        assert grown == replace(is_default, hidden=hidden)
        assert grown.architecture.bias
        assert reshaped(grown, Place(0, 2, 0), Reshape.REMOVE_LAYER) == is_default
    assert reshaped(replace(is_default, hidden=(1,)), FIRST, Reshape.FEWER_NEURONS) == is_default
    for reshape in (Reshape.FEWER_NEURONS, Reshape.REMOVE_LAYER):
        with pytest.raises(ConfigError, match="no hidden layer to remove"):
            reshaped(is_default, Place(0, 0, 0), reshape)


def test_removing_the_last_neuron_removes_its_layer() -> None:
    config = replace(DEEP, hidden=(1, 8))
    assert reshaped(config, Place(0, 0, 0), Reshape.FEWER_NEURONS) == replace(
        config, hidden=(8,), activation="relu"
    )


def test_layers_grow_by_one_and_large_ones_by_an_eighth() -> None:
    sizes = [1]
    while sizes[-1] < 60:
        sizes.append(more_neurons(sizes[-1]))
    assert sizes[:16] == list(range(1, 17))
    assert sizes[16:] == [18, 20, 22, 24, 27, 30, 33, 37, 41, 46, 51, 57, 64]
    assert [fewer_neurons(size) for size in sizes[1:]] == sizes[:-1]
    assert fewer_neurons(1) == 0


@given(st.integers(1, 10**7))
def test_less_is_what_grows_to_as_much_and_no_more_than_needed(neurons: int) -> None:
    assert fewer_neurons(more_neurons(neurons)) == neurons
    fewer = fewer_neurons(neurons)
    assert fewer < neurons
    if fewer:
        assert more_neurons(fewer) >= neurons
        assert fewer == 1 or more_neurons(fewer - 1) < neurons


def test_more_than_ten_million_parameters_are_refused_in_words() -> None:
    config = TrainingConfig(hidden=(3000, 3000), images=1)
    with pytest.raises(ConfigError, match="the limit is 10,000,000"):
        reshaped(config, FIRST, Reshape.MORE_NEURONS)


CONFIGS = st.lists(st.integers(1, 20), max_size=3).flatmap(
    lambda hidden: st.builds(
        TrainingConfig,
        hidden=st.just(tuple(hidden)),
        activation=st.lists(
            st.sampled_from(list(ACTIVATIONS)),
            min_size=max(1, len(hidden)),
            max_size=max(1, len(hidden)),
        ).map(",".join),
        bias=st.sampled_from([None, True, False]),
        images=st.just(5),
        seed=st.integers(0, 3),
    )
)


@given(CONFIGS, st.data())
def test_whatever_is_changed_the_selection_stays_on_the_same_parameter_or_near_it(
    config: TrainingConfig, data: st.DataObject
) -> None:
    for _ in range(4):
        before = config.architecture
        index = data.draw(st.integers(0, before.parameter_count - 1))
        place, reshape = before.place(index), data.draw(st.sampled_from(list(Reshape)))
        try:
            config = reshaped(config, place, reshape)
        except ConfigError:
            assert not before.hidden
            continue
        after = config.architecture
        here = after.place(standing(before, index, after))
        if (
            before.sizes == after.sizes and (before.bias == after.bias or place.source is not None)
        ) or (reshape is Reshape.MORE_NEURONS and before.hidden):
            assert here == place
        elif reshape is Reshape.ADD_LAYER and before.hidden:
            assert here == Place(min(place.layer, len(before.hidden) - 1) + 1, 0, 0)
        elif place.layer < len(before.hidden) and after.hidden:
            assert here.layer < len(after.hidden), "a hidden layer's weight stays one"


def opened(config: TrainingConfig, place: Place, reshape: Reshape) -> tuple[Snapshot, Trainer]:
    """Change a run after two steps; give the moment that was left, and the run as it is now."""
    trainer = Trainer(config)
    trainer.run.run_for(math.inf, max_steps=2)
    before = trainer.snapshot()
    trainer.open(reshaped(trainer.run.config, place, reshape))
    trainer.run.ensure_evaluated()
    return before, trainer


@pytest.mark.parametrize("reshape", list(Reshape))
def test_a_changed_network_is_another_run_and_the_one_before_comes_back(reshape: Reshape) -> None:
    before, trainer = opened(DEEP, SECOND, reshape)
    changed = reshaped(DEEP, SECOND, reshape)
    assert trainer.run.step_count == 0
    assert trainer.snapshot().parameters.tobytes() == at(changed, 0).parameters.tobytes()
    trainer.run.run_for(math.inf, max_steps=3)
    assert trainer.snapshot().parameters.tobytes() == at(changed, 3).parameters.tobytes()
    trainer.run.go_to((0, 0))
    assert trainer.run.moment_before() is None
    assert trainer.return_to_before()
    trainer.run.ensure_evaluated()
    back = trainer.snapshot()
    assert (back.config, back.step, back.loss) == (before.config, before.step, before.loss)
    assert back.parameters.tobytes() == before.parameters.tobytes()


def fact(config: TrainingConfig, place: Place, reshape: Reshape) -> Reshaped:
    before, trainer = opened(config, place, reshape)
    return after_reshaping(before, place, reshape, trainer.snapshot())


def test_the_fact_has_the_layer_and_what_it_is_now() -> None:
    # 4·5 + 5 weights and biases, 5·8 + 8, 8 + 1.
    grown = fact(DEEP, FIRST, Reshape.MORE_NEURONS)
    assert grown == Reshaped("more neurons", 0, 2, 5, "tanh", 82, True, False, False)
    added = fact(DEEP, FIRST, Reshape.ADD_LAYER)
    assert (added.layer, added.layers, added.neurons, added.name) == (1, 3, 4, "tanh")
    gone = fact(DEEP, SECOND, Reshape.REMOVE_LAYER)
    assert (gone.layer, gone.layers, gone.neurons) == (1, 1, 0)
    first = fact(TrainingConfig(), Place(0, 3, 0), Reshape.ADD_LAYER)
    assert (first.layer, first.layers, first.neurons) == (0, 1, 4)
    output = fact(DEEP, OUTPUT, Reshape.ACTIVATION)
    assert (output.layer, output.layers, output.name) == (2, 2, "sigmoid")
    bent = fact(DEEP, SECOND, Reshape.ACTIVATION)
    assert (bent.layer, bent.name) == (1, "tanh")
    zero = fact(replace(DEEP, initialisation="normal"), SECOND, Reshape.INITIALISATION)
    assert (zero.name, zero.zero) == ("zero", True)
    is_default = fact(TrainingConfig(hidden=(1,)), Place(1, 0, 0), Reshape.FEWER_NEURONS)
    assert is_default.is_default


def test_building_a_network_key_by_key_loses_no_run_that_was_trained() -> None:
    trainer = Trainer(TrainingConfig(images=10))
    trainer.run.run_for(math.inf, max_steps=3)
    left = trainer.run.here.network.parameters.tobytes()
    for _ in range(2 * RUNS_KEPT):
        trainer.open(reshaped(trainer.run.config, Place(0, 0, 0), Reshape.MORE_NEURONS))
    back = 0
    while trainer.return_to_before():
        back += 1
    assert back == EMPTY_KEPT + 1
    assert trainer.run.step_count == 3
    assert trainer.run.here.network.parameters.tobytes() == left


def test_standing_finds_the_same_weight_among_others() -> None:
    before = DEEP.architecture
    after = reshaped(DEEP, FIRST, Reshape.MORE_NEURONS).architecture
    here = standing(before, before.layers[1].index(3, 5), after)
    assert here == after.layers[1].index(3, 5)
    assert after.parameter_count <= MAXIMUM_PARAMETERS
    bias = before.layers[0].index(None, 2)
    without = reshaped(DEEP, FIRST, Reshape.BIAS).architecture
    assert without.place(standing(before, bias, without)) == Place(0, 3, 2)
