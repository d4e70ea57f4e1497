"""Large layers: maps whose cells stand for blocks of weights."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from core import TrainingConfig
from tests.tui.moments import sheet, snapshot_of, text
from tests.tui.plain import text_of
from tui.panes.network.blocks import Grid
from tui.words.numerals import fixed


def test_without_colour_cells_have_sign_and_shade() -> None:
    moment = snapshot_of(TrainingConfig(hidden=(256, 256), images=20))
    row = text(moment, 94, 16).split("\n")[2]
    assert re.fullmatch(r" weights ([+−][·░▒▓█]){42}", row)
    parameters = moment.parameters[:256].reshape(1, 256)
    first = parameters[0, :6][np.argmax(np.abs(parameters[0, :6]))]
    assert row[9] == ("−" if first < 0 else "+")


def test_heat_maps_say_how_many_weights_share_a_cell() -> None:
    moment = snapshot_of(TrainingConfig(hidden=(256, 256), images=20))
    drawn = sheet(moment, 94, 16, coloured=True)
    rows = text_of(drawn.lines).split("\n")
    assert len(rows) == 18  # the last two, the flow, stand below, to be scrolled to
    assert rows[6].startswith(
        " layer 2 · 256 → 256 · a cell: largest of 64 × 4 · tanh · up to ±0.2"
    )
    assert rows[14].startswith(f" prediction {fixed(moment.reading.prediction, 4, signed=True)} = ")
    # Below zero each cell has a minus, above it none: no meaning hangs on the colour.
    spots = [spot for spot in drawn.spots() if spot.row == 7]
    assert len(spots) == 85
    for spot in spots:
        sign = "−" if moment.parameters[spot.parameter] < 0 else " "
        assert rows[7].ljust(94)[spot.left] == sign


def test_what_is_no_number_is_a_question_mark_in_a_heat_map() -> None:
    moment = snapshot_of(TrainingConfig(hidden=(32,), images=20))
    parameters = moment.parameters.copy()
    parameters[3] = math.nan
    odd = replace(moment, parameters=parameters).with_image(moment.reading.image)
    assert text_of(sheet(odd, 94, 16).lines).split("\n")[1][15] == "?"


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize(("rows", "columns", "down", "across"), [(7, 11, 3, 4), (5, 5, 5, 5)])
def test_blocks_share_the_matrix_out(
    rows: int, columns: int, down: int, across: int, flipped: bool
) -> None:
    parameters = np.random.default_rng(1).normal(size=2 + rows * columns)
    grid = Grid(2, rows, columns, flipped, down, across)
    cells: dict[tuple[int, int], list[int]] = {}
    for index in range(2, 2 + rows * columns):
        cell = grid.cell_of(index)
        assert cell is not None
        cells.setdefault(cell, []).append(index)
    assert grid.cell_of(1) is None
    assert grid.cell_of(2 + rows * columns) is None
    assert sorted(cells) == [(y, x) for y in range(down) for x in range(across)]
    strongest = grid.strongest(parameters)
    for (y, x), indices in cells.items():
        largest = max(indices, key=lambda index: abs(float(parameters[index])))
        assert grid.strongest_index(parameters, y, x) == largest
        assert strongest[y, x] == parameters[largest]
