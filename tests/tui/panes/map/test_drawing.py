"""What a map looks like: its cells, the images near, the line between no and yes."""

import math

import numpy as np
import pytest

from core.arrays import Array
from core.images.images import Batch
from core.landscape.response import Plane, Response, output_neuron, response_of
from core.network.architecture import Architecture
from core.network.network import initial_parameters
from tests.tui.moments import COLOURED, PLAIN
from tests.tui.plain import text_of
from tui.panes.map.colours import ColourScale
from tui.panes.map.dots import Dots, cells_of, dots_of
from tui.panes.map.drawing import Shading, draw_map, size_for
from tui.terminal.drawing import Ink
from tui.terminal.styles import plain_ink

IMAGE = (0.2, 0.5, 0.4, 0.7)
XOR = np.array(
    # Two hidden neurons by hand: "at least one of the top pixels" and "both", as in the textbook.
    [20.0, 20.0, 20.0, 20.0, 0.0, 0.0, 0.0, 0.0, -10.0, -30.0, 20.0, -20.0, -10.0]
)
NETWORK = Architecture(hidden=(2,), activation="sigmoid", output="sigmoid", bias=True)
BATCH = Batch(
    np.array(
        [
            [0.0, 0.0, 0.4, 0.7],
            [1.0, 0.0, 0.5, 0.7],
            [0.0, 1.0, 0.4, 0.6],
            [1.0, 1.0, 0.4, 0.7],
            [0.5, 1.0, 0.9, 0.7],  # its third pixel is too far away
            [0.5, 0.0, 0.4, 0.7],
            [0.5, 0.0, 0.4, 0.7],
        ]
    ),
    np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0]),
)
TESTS = Batch(np.array([[0.25, 0.0, 0.4, 0.7], [1.0, 1.0, 0.4, 0.7]]), np.array([1.0, 1.0]))
NO_DOTS = Dots(
    np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64), 0, None
)
YES_NO = Shading(ColourScale(signed=False), ColourScale(signed=False), yes_no=True, boundary=0.5)
PLAIN_GREYS = Shading(
    ColourScale(signed=False), ColourScale(signed=False), yes_no=False, boundary=None
)
XOR_ROWS = [
    "    1 ┤Y██████⠈⢆·······N",
    "      │█████████⠉⢆······",
    " 0.75 ┤███████████⠉⢆····",
    "      │█████████████⠉⢆··",
    "  0.5 ┤⠱⣀█●███████████⠉⢆",
    "      │··⠱⣀█████████████",
    " 0.25 ┤····0.5██████████",
    "      │······⠱⣀█████████",
    "    0 ┤N···y···◆⡀██████Y",
    "       0      0.5      1",
]


def response(values: Array) -> Response:
    """Return a response with these values."""
    rows, columns = values.shape
    return Response(np.linspace(0, 1, columns), np.linspace(1, 0, rows), values)


def xor() -> Response:
    """Return what the network by hand says over the top pixels."""
    places = np.linspace(0, 1, 17), np.linspace(1, 0, 9)
    return response_of(NETWORK, XOR, output_neuron(NETWORK), IMAGE, Plane(0, 1), *places)


def drawn(made: Response, dots: Dots, shading: Shading, ink: Ink) -> list[str]:
    """Return the rows as text, without what scales the rows."""
    here = len(made.rows) // 2, 3
    return text_of(draw_map(made, dots, here, shading, ink)).split("\n")


def test_the_images_near_stand_in_their_cells() -> None:
    dots = dots_of(BATCH, TESTS, IMAGE, Plane(0, 1), 0.1, (17, 9))
    assert (dots.training, dots.test) == (6, 2)
    found = dict(
        zip(
            zip(dots.rows.tolist(), dots.columns.tolist(), strict=True),
            zip(dots.labels.tolist(), dots.tests.tolist(), strict=True),
            strict=True,
        )
    )
    assert found == {
        (8, 0): (0.0, 0),
        (8, 16): (1.0, 0),
        (0, 0): (1.0, 0),
        (0, 16): (0.0, 0),  # where there is a training image, a test image is not drawn
        (8, 8): (0.5, 0),
        (8, 4): (1.0, 1),
    }
    turned = dots_of(BATCH, None, IMAGE, Plane(1, 0), 0.1, (17, 9))
    assert (16, 0) not in zip(turned.rows.tolist(), turned.columns.tolist(), strict=True)
    assert (0, 0) in zip(turned.rows.tolist(), turned.columns.tolist(), strict=True)
    assert turned.test is None
    nothing = dots_of(BATCH, TESTS, (0.0, 0.0, 0.0, 0.0), Plane(0, 1), 0.1, (17, 9))
    assert (nothing.training, nothing.test, nothing.rows.size) == (0, 0, 0)


def test_0_is_the_first_cell_and_1_the_last() -> None:
    places = np.array([0.0, 0.03, 0.04, 0.5, 1.0])
    assert cells_of(places, 17).tolist() == [0, 0, 1, 8, 16]
    assert cells_of(places, 1).tolist() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("width", range(60))
def test_a_map_is_as_large_as_it_can_be_with_cells_for_both_ends_and_the_middle(width: int) -> None:
    for height in range(12):
        columns, rows = size_for(width, height)
        # Of so many cells, 1, 3, 5 … have one in the middle; wide maps have one for ¼ and ¾ too.
        wide, high = width - 7, height - 1
        pitch = 4 if wide >= 25 else 2
        assert columns == max([0, *range(1, wide + 1, pitch)])
        assert rows == max([0, *range(1, high + 1, 2)])
        for cells in (columns, rows):
            if cells > 1:
                places = np.array([0.0, 0.5, 1.0])
                assert cells_of(places, cells).tolist() == [0, cells // 2, cells - 1]


def test_xor_without_colour() -> None:
    dots = dots_of(BATCH, TESTS, IMAGE, Plane(0, 1), 0.1, (17, 9))
    rows = drawn(xor(), dots, YES_NO, PLAIN)
    assert rows == XOR_ROWS


def test_xor_in_two_levels_and_ascii() -> None:
    shading = Shading(
        ColourScale(signed=False, levels=2), ColourScale(signed=False), yes_no=True, boundary=0.5
    )
    ink = plain_ink(unicode=False)
    made = draw_map(xor(), NO_DOTS, (4, 3), shading, ink)
    text = "\n".join(ink.strip(line, 24).text for line in made)
    assert text.isascii()
    assert set(text.split("\n")[1][7:]) <= set("#.|/\\-0.5 ")


def test_corners_are_the_values_and_ticks_the_darknesses() -> None:
    made = response(np.linspace(-0.5, 1.5, 9 * 33).reshape(9, 33))
    rows = drawn(made, NO_DOTS, PLAIN_GREYS, COLOURED)
    assert rows[0].startswith("    1 ┤output −0.500 ")
    assert rows[8].endswith(" output 1.500")
    assert [row[:7] for row in rows[:9:2]] == [
        "    1 ┤", " 0.75 ┤", "  0.5 ┤", " 0.25 ┤", "    0 ┤",
    ]  # fmt: skip
    assert rows[9].split() == ["0", "0.25", "0.5", "0.75", "1"]
    assert rows[9].index("0.5") + 1 == 7 + 16
    assert rows[9].index("1", 30) == 7 + 32
    assert rows[4][7 + 3] == "●"


def test_a_corner_with_an_image_keeps_the_image() -> None:
    dots = dots_of(BATCH, None, IMAGE, Plane(0, 1), 0.1, (33, 9))
    made = response(np.zeros((9, 33)))
    rows = drawn(made, dots, PLAIN_GREYS, COLOURED)
    assert rows[0][7:] == "•" + " " * 31 + "•"
    assert rows[8][7 + 16] == "•"


def test_labels_without_colour_are_letters_small_for_test_images() -> None:
    batch = Batch(np.array([[0.5, 0.5, 0.4, 0.7]]), np.array([0.3]))
    tests = Batch(np.array([[0.5, 0.0, 0.4, 0.7]]), np.array([1.0]))
    dots = dots_of(batch, tests, IMAGE, Plane(0, 1), 0.1, (17, 9))
    rows = drawn(response(np.zeros((9, 17))), dots, PLAIN_GREYS, PLAIN)
    assert rows[4][7 + 8] == "D"
    assert rows[8][7 + 8] == "k"


def test_an_images_ground_is_its_label() -> None:
    dots = dots_of(BATCH, None, IMAGE, Plane(0, 1), 0.1, (17, 9))
    line = draw_map(response(np.full((9, 17), 0.5)), dots, (4, 3), YES_NO, COLOURED)[0]
    grounds = {
        piece.text: piece.style.bgcolor.triplet.red
        for piece in line
        if piece.style is not None
        and piece.style.bgcolor is not None
        and piece.style.bgcolor.triplet is not None
    }
    assert grounds["Y"] == 0
    assert grounds["N"] == 255


def test_what_is_not_finite_is_marked() -> None:
    values = np.zeros((9, 17))
    values[2, 5:8] = math.nan, math.inf, -math.inf
    for ink in (PLAIN, COLOURED):
        rows = drawn(response(values), NO_DOTS, YES_NO, ink)
        assert rows[2][7 + 5 : 7 + 8] == "!!!"
        assert "".join(rows).count("!") == 3
    values[:] = math.nan
    assert "!" * 10 in "".join(drawn(response(values), NO_DOTS, PLAIN_GREYS, COLOURED))


def test_a_frame_is_few_pieces() -> None:
    architecture = Architecture(hidden=(8, 8), bias=True)
    places = np.linspace(0, 1, 117), np.linspace(1, 0, 21)
    neuron, parameters = output_neuron(architecture), initial_parameters(architecture, 1)
    made = response_of(architecture, parameters, neuron, IMAGE, Plane(0, 1), *places)
    lines = draw_map(made, NO_DOTS, (4, 3), PLAIN_GREYS, COLOURED)
    assert max(len(line) for line in lines) <= 2 * 33
