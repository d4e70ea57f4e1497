"""A neuron's output over two pixels: exact in every cell, for every network and neuron."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Cancelled
from core.arrays import Array
from core.images.images import Batch, Image
from core.landscape.response import Plane, near, output_neuron, response_of, seconds_of
from core.network.architecture import Architecture
from core.network.network import Network, initial_parameters
from core.quantities.quantities import NeuronQuantity

COLUMNS, ROWS = np.linspace(0.0, 1.0, 5), np.linspace(1.0, 0.0, 3)
PIXEL = st.floats(0.0, 1.0)
PAIRS = [(across, up) for across in range(4) for up in range(4) if across != up]
NETWORKS = st.builds(
    Architecture,
    hidden=st.lists(st.integers(1, 6), max_size=3).map(tuple),
    activation=st.sampled_from(["linear", "relu", "tanh", "sigmoid"]),
    output=st.sampled_from(["linear", "sigmoid"]),
    bias=st.booleans(),
)


def forward(
    architecture: Architecture, parameters: Array, image: Image, cell: dict[int, float]
) -> tuple[Array, ...]:
    """Return the activations of each layer for one image with two of its pixels changed."""
    one = np.array([image])
    for pixel, value in cell.items():
        one[0, pixel] = value
    return Network(architecture, parameters).forward(one)


def test_four_weights_by_hand() -> None:
    # 0.98·x + 0.4·0.5 + 0.86·y − 0.08·0.7 with x in (0, 1) and y in (1, 0): the held part is 0.144.
    found = response_of(
        Architecture(),
        np.array([0.98, 0.4, 0.86, -0.08]),
        NeuronQuantity(0, 0),
        (0.2, 0.5, 0.4, 0.7),
        Plane(0, 2),
        np.array([0.0, 1.0]),
        np.array([1.0, 0.0]),
    )
    assert found.values == pytest.approx(np.array([[1.004, 1.984], [0.144, 1.124]]), abs=1e-12)
    assert found.corners == pytest.approx((1.004, 1.984, 0.144, 1.124), abs=1e-12)


@given(
    architecture=NETWORKS,
    seed=st.integers(0, 99),
    image=st.tuples(PIXEL, PIXEL, PIXEL, PIXEL),
    pair=st.sampled_from(PAIRS),
    data=st.data(),
)
def test_each_cell_is_what_a_forward_pass_gives(
    architecture: Architecture,
    seed: int,
    image: Image,
    pair: tuple[int, int],
    data: st.DataObject,
) -> None:
    random = np.random.default_rng(seed)
    parameters = initial_parameters(architecture, seed)
    parameters += random.uniform(-0.5, 0.5, len(parameters))
    level = data.draw(st.integers(0, len(architecture.layers) - 1))
    neuron = NeuronQuantity(level, data.draw(st.integers(0, architecture.sizes[level + 1] - 1)))
    found = response_of(architecture, parameters, neuron, image, Plane(*pair), COLUMNS, ROWS)
    assert found.values.shape == (3, 5)
    for row, y in enumerate(ROWS.tolist()):
        for column, x in enumerate(COLUMNS.tolist()):
            activations = forward(architecture, parameters, image, {pair[0]: x, pair[1]: y})
            expected = activations[level + 1][0, neuron.neuron]
            assert found.values[row, column] == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_the_cells_of_a_large_network_come_in_parts_and_are_the_same() -> None:
    architecture = Architecture(hidden=(1500, 1500))
    parameters = initial_parameters(architecture, 3)
    asked = 0

    def note() -> bool:
        nonlocal asked
        asked += 1
        return False

    image, plane = (0.2, 0.5, 0.4, 0.7), Plane(3, 0)
    found = response_of(
        architecture, parameters, output_neuron(architecture), image, plane, COLUMNS, ROWS, note
    )
    assert asked > 1
    for row, column in ((0, 0), (1, 3), (2, 4)):
        cell = {3: float(COLUMNS[column]), 0: float(ROWS[row])}
        activations = forward(architecture, parameters, image, cell)
        assert found.values[row, column] == pytest.approx(activations[-1][0, 0], abs=1e-12)
    assert seconds_of(architecture, 1000) > 1.0 > seconds_of(Architecture(), 1000)


def test_it_can_be_called_off() -> None:
    architecture = Architecture(hidden=(2,))
    neuron = output_neuron(architecture)
    parameters = initial_parameters(architecture, 1)
    with pytest.raises(Cancelled):
        response_of(
            architecture,
            parameters,
            neuron,
            (0.0, 0.0, 0.0, 0.0),
            Plane(0, 1),
            COLUMNS,
            ROWS,
            lambda: True,
        )


@pytest.mark.parametrize(
    "neuron", [NeuronQuantity(0, 3), NeuronQuantity(1, 1), NeuronQuantity(2, 0)]
)
def test_a_neuron_that_is_not_there(neuron: NeuronQuantity) -> None:
    architecture = Architecture(hidden=(3,))
    parameters = initial_parameters(architecture, 1)
    with pytest.raises(IndexError, match="there is no"):
        response_of(architecture, parameters, neuron, (0, 0, 0, 0), Plane(0, 1), COLUMNS, ROWS)


def test_numbers_beyond_all_bounds_are_kept_as_they_are() -> None:
    weights = np.array([1e308, 1e308, -1e308, math.nan])
    found = response_of(
        Architecture(),
        weights,
        NeuronQuantity(0, 0),
        (0.0, 0.0, 0.0, 0.0),
        Plane(0, 1),
        np.array([0.0, 1.0]),
        np.array([1.0]),
    )
    assert np.isnan(found.values).all()
    weights[3] = 0.0
    found = response_of(
        Architecture(),
        weights,
        NeuronQuantity(0, 0),
        (0.0, 0.0, 0.0, 0.0),
        Plane(0, 1),
        np.array([0.0, 1.0]),
        np.array([1.0]),
    )
    assert found.values.tolist() == [[1e308, math.inf]]


def test_near_compares_the_fixed_pixels_only_and_includes_the_distance_itself() -> None:
    images = np.array(
        [
            [0.2, 0.7, 0.4, 0.7],
            [0.2, 0.8, 0.4, 0.7],  # 0.8 − 0.7 is more than 0.1 in float64
            [1.0, 0.7, 0.0, 0.6],
            [0.2, 0.7, 0.4, 0.4],
            [0.2, 0.9, 0.4, 0.7],
        ]
    )
    batch = Batch(images, np.zeros(5))
    image = (0.2, 0.7, 0.4, 0.7)
    assert near(batch, image, Plane(0, 2), 0.1).tolist() == [0, 1, 2]
    assert near(batch, image, Plane(2, 0), 0.05).tolist() == [0]
    assert near(batch, image, Plane(1, 3), 0.0).tolist() == [0, 1, 3, 4]
    assert near(batch, image, Plane(0, 1), 1.0).tolist() == [0, 1, 2, 3, 4]


def test_a_plane_knows_what_it_holds() -> None:
    assert Plane(0, 3).fixed == (1, 2)
    assert Plane(2, 1).fixed == (0, 3)
    assert Plane(0, 1).has_same_fixed((0.0, 0.0, 0.3, 0.4), (1.0, 0.5, 0.3, 0.4))
    assert not Plane(0, 2).has_same_fixed((0.0, 0.0, 0.3, 0.4), (1.0, 0.5, 0.3, 0.4))


def test_how_long_a_response_takes_is_foreseen_from_its_cells() -> None:
    # 4→2→1: 13 parameters, 7 numbers; for each of 600 cells.
    architecture = Architecture((2,), bias=True)
    assert seconds_of(architecture, 600) == pytest.approx(600 * (13 * 1e-9 + 7 * 12e-9))
