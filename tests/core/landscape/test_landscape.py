"""The loss over a grid: exact in every cell, for every network."""

import math
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Cancelled, Trainer, TrainingConfig
from core.arrays import Array
from core.engines.matrix import MatrixEngine
from core.images.images import Batch
from core.landscape.frame import multiple
from core.landscape.landscape import Direction, Landscape, LossSurface, along, places_of
from core.landscape.moving import groups_of, work_of
from core.landscape.sweep import seconds_of
from core.metrics.quadratic import quadratic_of
from core.network.architecture import Architecture, Place
from core.network.network import Network
from tests.core.problems import problem_of

EXACT = settings(max_examples=25)
COLUMNS, ROWS = np.linspace(-1.5, 1.5, 7), np.linspace(1.0, -1.0, 5)


def engine_loss(config: TrainingConfig, parameters: Array, batch: Batch) -> float:
    """Return the loss as a training step computes it."""
    network = Network(config.architecture, parameters)
    return MatrixEngine(problem_of(network, config.loss)).evaluate(batch).loss


def engine_losses(config: TrainingConfig, landscape: Landscape, batch: Batch) -> Array:
    """Return the same for every cell."""
    losses = np.empty_like(landscape.losses)
    count = len(landscape.parameters)
    across, up = landscape.across.vector(count), landscape.up.vector(count)
    start = landscape.parameters
    for row, y in enumerate(landscape.rows):
        for column, x in enumerate(landscape.columns):
            there = start + (x - landscape.across.place(start)) * across
            there += (y - landscape.up.place(start)) * up
            for direction, place in ((landscape.across, x), (landscape.up, y)):
                if direction.parameter is not None:
                    there[direction.parameter] = place
            losses[row, column] = engine_loss(config, there, batch)
    return losses


def surveyed(config: TrainingConfig, first: int, second: int) -> tuple[Landscape, Batch]:
    trainer = Trainer(config)
    surface = LossSurface(config.architecture, config.loss, trainer.run.here.images)
    held = trainer.run.here.network.parameters
    return surface.losses_over(
        held, along(first), along(second), COLUMNS, ROWS
    ), trainer.run.here.images


def test_one_image_by_hand() -> None:
    # (0.2·w₁ + 0.5·w₂ + 0.4·0.86 − 0.7·0.08 − 0.45)² for w₁ in (0, 1) and w₂ in (1, 0): the held
    # part is 0.344 − 0.056 − 0.45 = −0.162.
    batch = Batch(np.array([[0.2, 0.5, 0.4, 0.7]]), np.array([0.45]))
    surface = LossSurface(Architecture(), "mse", batch)
    found = surface.losses_over(
        np.array([0.98, 0.4, 0.86, -0.08]),
        along(0),
        along(1),
        np.array([0.0, 1.0]),
        np.array([1.0, 0.0]),
    )
    expected = np.array([[0.338**2, 0.538**2], [0.162**2, 0.038**2]])
    assert found.losses == pytest.approx(expected, rel=1e-12)
    assert found.best == (1, 1)
    assert found.corners == pytest.approx(tuple(expected.ravel()), rel=1e-12)


@pytest.mark.parametrize("bias", [False, True])
def test_each_cell_of_a_linear_network_is_the_loss_that_training_would_have(bias: bool) -> None:
    config = TrainingConfig(bias=bias)
    last = config.architecture.parameter_count - 1
    for pair in ((0, 1), (3, 1), (last, 0)):
        found, images = surveyed(config, *pair)
        assert found.losses == pytest.approx(engine_losses(config, found, images), rel=1e-12)


def test_the_cell_where_we_are_is_the_loss_that_the_screen_shows() -> None:
    trainer = Trainer(TrainingConfig())
    for _ in range(40):
        trainer.run.step()
    here = trainer.run.here.network.parameters
    surface = LossSurface(trainer.run.config.architecture, "mse", trainer.run.here.images)
    assert surface.principal is not None
    for across, up in ((along(0), along(1)), surface.principal):
        x, y = np.array([across.place(here)]), np.array([up.place(here)])
        found = surface.losses_over(here, across, up, x, y)
        assert found.losses[0, 0] == pytest.approx(trainer.snapshot().loss, rel=1e-12)


@given(images=st.integers(1, 60), data_seed=st.integers(0, 99), bias=st.booleans())
@EXACT
def test_closed_form_and_engine_agree_on_any_images(
    images: int, data_seed: int, bias: bool
) -> None:
    config = TrainingConfig(images=images, data_seed=data_seed, bias=bias, seed=1)
    found, batch = surveyed(config, 0, 2)
    # A loss far below the squares it is made of is only as exact as those.
    assert found.losses == pytest.approx(engine_losses(config, found, batch), rel=1e-12, abs=1e-15)


NETWORKS = st.builds(
    TrainingConfig,
    hidden=st.lists(st.integers(1, 5), max_size=3).map(tuple),
    activation=st.sampled_from(["linear", "relu", "tanh", "sigmoid"]),
    output=st.sampled_from(["linear", "sigmoid"]),
    bias=st.booleans(),
    images=st.integers(1, 12),
    seed=st.integers(0, 99),
)


@given(config=NETWORKS, data=st.data())
@EXACT
def test_each_cell_of_any_network_is_the_loss_that_training_would_have(
    config: TrainingConfig, data: st.DataObject
) -> None:
    if config.output == "sigmoid" and data.draw(st.booleans()):
        config = replace(config, loss="bce")
    places = st.integers(0, config.architecture.parameter_count - 1)
    first, second = data.draw(st.lists(places, min_size=2, max_size=2, unique=True))
    found, batch = surveyed(config, first, second)
    expected = engine_losses(config, found, batch)
    assert found.losses == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_parts_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    config = TrainingConfig(hidden=(6, 5), images=50)
    pairs = ((0, 1), (0, 6), (2, 40), (70, 3), (40, 41), (66, 70))
    whole = [surveyed(config, *pair)[0].losses for pair in pairs]
    monkeypatch.setattr("core.landscape.sweep.PART_NUMBERS", 300)
    monkeypatch.setattr("core.landscape.moving.PART_NUMBERS", 300)
    for pair, losses in zip(pairs, whole, strict=True):
        assert surveyed(config, *pair)[0].losses == pytest.approx(losses, rel=1e-13)


@pytest.mark.parametrize("pair", [(0, 1), (0, 67_000), (2000, 67_000), (67_000, 67_001)])
def test_a_huge_network_is_cut_into_parts_that_stay_small(pair: tuple[int, int]) -> None:
    config = TrainingConfig(hidden=(256, 256), images=400)
    architecture = config.architecture
    places = architecture.place(pair[0]), architecture.place(pair[1])
    work = work_of(groups_of(architecture, places))
    high, wide = work.block(300, 20, 116)
    assert 300 * work.of(high, wide) <= 1 or (high, wide) == (1, 1)
    surface = LossSurface(architecture, "mse", Trainer(config).run.here.images)
    held = Trainer(config).run.here.network.parameters
    tracemalloc.start()
    try:
        surface.losses_over(held, along(pair[0]), along(pair[1]), COLUMNS, ROWS)
        assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    finally:
        tracemalloc.stop()


def test_what_the_two_do_not_touch_is_computed_once() -> None:
    architecture = Architecture((3, 2), bias=True)
    # 0 is the weight of pixel 1 to neuron 1; 15 … 20 are the second layer's weights, 23 … the last.
    assert architecture.place(0) == Place(0, 0, 0)
    assert architecture.place(12) == Place(0, None, 0)
    assert architecture.place(16) == Place(1, 0, 1)
    plan = groups_of(architecture, (architecture.place(0), architecture.place(16)))
    kinds = [[(group.neurons.tolist(), group.columns, group.rows) for group in g] for g in plan]
    assert kinds == [
        [([0], True, False)],
        [([0], True, False), ([1], True, True)],
        [([0], True, True)],
    ]
    with pytest.raises(IndexError):
        architecture.place(architecture.parameter_count)


def test_it_asks_often_whether_it_is_called_off() -> None:
    config = TrainingConfig(hidden=(64, 64))
    images = Trainer(config).run.here.images
    surface = LossSurface(config.architecture, "mse", images)
    held = Trainer(config).run.here.network.parameters
    asked = 0

    def is_cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    with pytest.raises(Cancelled):
        surface.losses_over(held, along(0), along(1), COLUMNS, ROWS, is_cancelled)
    assert asked == 4


def test_the_curvatures_are_those_of_the_hessian() -> None:
    images = Trainer(TrainingConfig()).run.here.images
    surface = LossSurface(Architecture(), "mse", images)
    assert surface.principal is not None
    flattest, steepest = surface.principal
    quadratic = quadratic_of(Architecture(), "mse", images)
    assert quadratic is not None
    assert steepest.stable_learning_rate == pytest.approx(quadratic.stable_learning_rate, rel=1e-12)
    assert steepest.curvature is not None
    assert flattest.curvature is not None
    assert flattest.curvature < steepest.curvature / 5
    # Brightness: all four weights equally. It is learned ten times faster than differences.
    assert steepest.shares == pytest.approx([0.5] * 4, abs=0.05)
    assert flattest.shares @ steepest.shares == pytest.approx(0.0, abs=1e-12)
    # Along a unit vector u of curvature λ the loss is c + λ/2·s² around its lowest point.
    best = np.full(4, 0.25)
    for direction in surface.principal:
        middle = direction.place(best)
        across, up = (direction, steepest if direction is flattest else flattest)
        found = surface.losses_over(
            best, across, up, middle + np.array([-1.0, 0.0, 1.0]), np.array([up.place(best)])
        )
        assert found.losses[0, 0] + found.losses[0, 2] - 2 * found.losses[0, 1] == pytest.approx(
            direction.curvature, rel=1e-12
        )


@given(
    start=st.lists(st.floats(-3, 3), min_size=4, max_size=4),
    rung=st.integers(-12, 3),
    moves=st.lists(st.sampled_from([1, -1, 2, -2]), min_size=1, max_size=40),
)
def test_moving_along_the_curvatures_leaves_neither_of_them(
    start: list[float], rung: int, moves: list[int]
) -> None:
    directions = LossSurface(
        Architecture(), "mse", Trainer(TrainingConfig()).run.here.images
    ).principal
    assert directions is not None
    cell = multiple(1, rung)
    here = np.array(start)
    before = [direction.place(here) for direction in directions]
    for key in moves:
        for index, value in directions[abs(key) - 1].moved(here, math.copysign(cell, key)):
            here[index] = value
    for number, (direction, place) in enumerate(zip(directions, before, strict=True), 1):
        cells = sum(key // number for key in moves if abs(key) == number)
        # A trillionth of a cell each time, and what floats of this size round.
        assert abs(direction.place(here) - place - cells * cell) < len(moves) * (
            1e-12 * cell + 1e-14
        )


def test_moving_along_a_weight_moves_it_alone_by_a_round_number() -> None:
    here = np.array([0.98, 0.1, 0.86])
    assert along(1).moved(here, 0.2) == ((1, 0.3),)
    assert 0.1 + 0.2 != 0.3
    assert along(1).moved(here, -0.1) == ((1, 0.0),)
    diagonal = Direction(np.array([0, 2]), np.array([0.6, -0.8]))
    assert diagonal.moved(here, 0.5) == ((0, 1.28), (2, 0.46))
    upright = Direction(np.array([0, 1]), np.array([0.0, 1.0]))
    assert upright.moved(here, 5.0) == ((1, 5.1),)


def test_only_a_closed_form_has_curvatures() -> None:
    config = TrainingConfig(hidden=(2,))
    surface = LossSurface(config.architecture, "mse", Trainer(config).run.here.images)
    assert surface.principal is None
    assert surface.bottom(Trainer(config).run.here.network.parameters, along(0), along(1)) is None
    slanted = Direction(np.array([0, 1]), np.array([0.6, 0.8]))
    held = Trainer(config).run.here.network.parameters
    with pytest.raises(ValueError, match="linear network"):
        surface.losses_over(held, slanted, along(2), COLUMNS, ROWS)


def test_white_images_are_flat_everywhere() -> None:
    surface = LossSurface(Architecture(), "mse", Batch(np.zeros((3, 4)), np.full(3, 0.5)))
    assert surface.principal is not None
    assert surface.principal[1].stable_learning_rate == math.inf
    found = surface.losses_over(np.ones(4), along(0), along(1), COLUMNS, ROWS)
    assert (found.losses == 0.25).all()
    assert surface.bottom(np.ones(4), along(0), along(1)) == pytest.approx((1.0, 1.0))


def test_the_bottom_has_zero_gradient_across_and_up() -> None:
    images = Trainer(TrainingConfig()).run.here.images
    surface = LossSurface(Architecture(), "mse", images)
    held = np.array([0.98, 0.4, 0.86, -0.08])
    bottom = surface.bottom(held, along(0), along(1))
    assert bottom is not None
    held[:2] = bottom
    slope = 2 / len(images) * images.images.T @ (images.images @ held - images.targets)
    assert slope[:2] == pytest.approx([0.0, 0.0], abs=1e-14)


def test_infinities_are_kept_and_are_never_the_best() -> None:
    surface = LossSurface(Architecture(), "mse", Trainer(TrainingConfig()).run.here.images)
    far = np.array([-1e200, 0.0, 1e200])
    found = surface.losses_over(np.zeros(4), along(0), along(1), far, far[::-1])
    assert np.isinf(found.losses).any()
    assert found.best == (1, 1)
    assert math.inf in found.corners
    nowhere = surface.losses_over(np.zeros(4), along(0), along(1), far[:1], far[-1:])
    assert nowhere.best is None


def test_places_of_points() -> None:
    points = [np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])]
    slanted = Direction(np.array([0, 2]), np.array([0.6, 0.8]))
    assert places_of(points, along(1), slanted) == pytest.approx(np.array([[2.0, 3.0], [5.0, 7.2]]))
    assert places_of([], along(0), along(1)).shape == (0, 2)


def test_the_time_of_a_closed_form_is_foreseen_from_its_cells() -> None:
    config = TrainingConfig(images=50)
    surface = LossSurface(config.architecture, config.loss, Trainer(config).run.here.images)
    # 20 × 30 cells of four weights each; and first 50 images of four pixels, once.
    cells = 20 * 30 * 4 * 2e-9
    assert surface.seconds(along(0), along(1), 20, 30) == pytest.approx(200 * 10e-9 + cells)
    assert surface.quadratic is not None
    assert surface.seconds(along(0), along(1), 20, 30) == pytest.approx(cells)
    deep = replace(config, hidden=(2,))
    other = LossSurface(deep.architecture, deep.loss, Trainer(deep).run.here.images)
    expected = seconds_of(deep.architecture, 3, 1, 50, 20, 30)
    assert other.seconds(along(3), along(1), 20, 30) == expected


@pytest.mark.parametrize(
    ("images", "blocks", "parts"),
    [(10, 1, 1), (33_333, 5 * 30, 1), (33_334, 5 * 30, 2)],
)
def test_how_long_a_sweep_takes_is_foreseen_from_its_work(
    images: int, blocks: int, parts: int
) -> None:
    # 4→1→1 without biases, over a weight of the neuron and the one that leads on from it: 20 rows
    # and 30 columns. For each column one neuron, and its product in the output's sum; for each cell
    # the output. 200,000 numbers or 20,000,000 products are a part: so 33,333 images, as the
    # network has 4 + 1 + 1 numbers. In one image's part there is room for all cells, in a full one
    # for 4 rows of a column.
    architecture = Architecture((1,), bias=False)
    high, wide = 20 // (1 if blocks == 1 else 5), 30 // (1 if blocks == 1 else 30)
    numbers = blocks * (wide + wide * 200_000 / 20_000_000 + high * wide)
    expected = images * (5 * 1e-9 + numbers * 12e-9) + 20 * 30 * parts * 8e-6
    assert seconds_of(architecture, 0, 4, images, 20, 30) == pytest.approx(expected, rel=1e-9)
