"""Layers of dozens and hundreds of neurons: each weight matrix as a map of coloured cells.

Where a matrix has more weights than there are cells, a cell stands for a block of them and shows
the one that is largest in size; the heading says of how many.
"""

from functools import lru_cache

import numpy as np
from rich.segment import Segment
from rich.style import Style

from core.arrays import Array
from core.network import Layer
from core.structs import Struct
from tui.panes.network.blocks import Grid
from tui.panes.network.columns import Pen, Sheet, Spot, cell_text, sign_legend
from tui.panes.network.drawn import Scene, ladder
from tui.panes.network.flow import FLOW_ROWS, draw_flow, write_gradient
from tui.panes.network.gradient_check import summaries
from tui.terminal.drawing import Ink
from tui.terminal.glyphs import RULE
from tui.view.stage import Tone
from tui.words.numerals import count, rate
from tui.words.phrases import batch_words, listed

_GUTTER = 9
"""Cells for a row's name."""
_LEAST_ROWS = 4
"""A map has so many rows if its matrix has, even if the pane must then be scrolled."""
_LEVELS = 10
_NO_NUMBER, _SELECTED = 98, 99
_PLACES = 4
_BIAS = " + bias "
_AHEAD = "·"
"""What stands in a cell whose number is not computed yet, while single-stepping."""


class _Page(Struct):
    """Which rows there are."""

    weights: list[Grid]
    """Of each layer."""
    activations: bool
    """Whether each hidden layer's activations have a row."""
    legend: bool
    """Whether there is a line about the cells."""


def draw_heatmaps(scene: Scene, width: int, height: int) -> Sheet:
    """Draw each layer's weights, biases and activations, and what it all comes to."""
    page = _page(scene, width, height)
    layers = scene.snapshot.architecture.layers
    parameters = scene.snapshot.parameters
    levels = scene.snapshot.reading.activations[1:-1]
    fullest = max(1.0, *[_scale(level) for level in levels])
    pen = Pen(scene, weights_stand_in=True)
    grids: list[tuple[Grid, int, int]] = []
    for level, (layer, grid) in enumerate(zip(layers, page.weights, strict=True)):
        strongest = grid.strongest(parameters)
        scale = _scale(np.concatenate((strongest.ravel(), parameters[layer.biases])))
        _heading(pen, level, grid, scale, width)
        grids.append((grid, len(pen.lines), _cell(scene, grid, width)))
        _cells(pen, "weights", grid, strongest, width, scale, _chosen(scene, grid))
        if level == len(layers) - 1:
            break
        if layer.bias:
            biases = _row_of(layer.biases.start, layer.outputs, scene, width)
            grids.append((biases, len(pen.lines), _cell(scene, biases, width)))
            strongest = biases.strongest(parameters)
            _cells(pen, "biases", biases, strongest, width, scale, _chosen(scene, biases))
        if page.activations:
            outputs = scene.snapshot.reading.activations[level + 1]
            row = _row_of(0, layer.outputs, scene, width)
            name, tone = layer.activation.name, scene.output_tone(level)
            _cells(pen, name, row, row.strongest(outputs), width, fullest, None, tone)
    _result(pen, width)
    if page.legend:
        pen.row()
        pen.write(" ", scene.ink.text)
        pen.first_that_fits(_legend(scene, page, fullest), width, scene.ink.dim)
    draw_flow(pen, width)
    marks = pen.sheet.spots()
    return Sheet(pen.lines, lambda: sorted([*_spots(scene, grids), *marks], key=_place))


def _page(scene: Scene, width: int, height: int) -> _Page:
    """Share the rows out: those to spare go where most is hidden."""
    layers = scene.snapshot.architecture.layers
    hidden = len(layers) - 1
    wanted = [min(layer.inputs, layer.outputs) for layer in layers]
    given = [min(rows, _LEAST_ROWS) for rows in wanted]
    biases = hidden if layers[0].bias else 0
    spare = height - sum(given) - len(layers) - biases - 1
    # Where the flow has no room it stands below, to be scrolled to.
    spare -= FLOW_ROWS if spare >= FLOW_ROWS else 0
    legend = spare >= 1
    spare -= legend
    activations = spare >= hidden
    spare -= hidden if activations else 0
    for _ in range(max(0, spare)):
        most = max(range(len(given)), key=lambda level: wanted[level] / given[level])
        if given[most] == wanted[most]:
            break
        given[most] += 1
    weights = [
        _laid_out(layer, down, scene, width) for layer, down in zip(layers, given, strict=True)
    ]
    return _Page(weights, activations, legend)


def _laid_out(layer: Layer, down: int, scene: Scene, width: int) -> Grid:
    """Return the grid of a layer's weights, the longer side across."""
    flipped = layer.inputs > layer.outputs
    rows, columns = layer.inputs, layer.outputs
    if flipped:
        rows, columns = columns, rows
    across = min(columns, _most_across(scene, width))
    return Grid(layer.start, rows, columns, flipped, down, across)


def _row_of(start: int, length: int, scene: Scene, width: int) -> Grid:
    """Return the grid of some numbers in one row."""
    return Grid(start, 1, length, False, 1, min(length, _most_across(scene, width)))


def _most_across(scene: Scene, width: int) -> int:
    """Count the cells that fit side by side; without colour a sign and a shade take two columns."""
    return max(1, (width - _GUTTER) // (1 if scene.ink.colour else 2))


def _cell(scene: Scene, grid: Grid, width: int) -> int:
    """Return the columns of a cell: two where they fit, then it is a square."""
    return 2 if not scene.ink.colour or 2 * grid.across <= width - _GUTTER else 1


def _heading(pen: Pen, level: int, grid: Grid, scale: float, width: int) -> None:
    """Name a layer and say what a cell is."""
    layer = pen.scene.snapshot.architecture.layers[level]
    parts = [f"{count(layer.inputs)} → {count(layer.outputs)}"]
    down, across = grid.block
    if down * across > 1:
        parts.append(f"a cell: largest of {down} × {across}")
    parts += [layer.activation.name, f"up to ±{rate(scale)}"]
    sides = "inputs across, neurons down" if grid.flipped else "inputs down, neurons across"
    pen.row()
    style = pen.toned(pen.ink.text, pen.scene.layer_tone(level))
    pen.write(f" layer {level + 1}", style)
    for part in parts:
        pen.first_that_fits((f" · {part}",), width, style)
    write_gradient(pen, level, width, style)
    pen.first_that_fits((f" · {sides}",), width, style)
    if width > pen.column + 1:
        pen.write(f" {RULE * (width - pen.column - 1)}", pen.ink.faint)


def _chosen(scene: Scene, grid: Grid) -> tuple[int, int] | None:
    """Find the cell of the selected parameter."""
    return None if scene.selected is None else grid.cell_of(scene.selected)


def _cells(
    pen: Pen,
    name: str,
    grid: Grid,
    values: Array,
    width: int,
    scale: float,
    chosen: tuple[int, int] | None,
    tone: Tone = Tone.PLAIN,
) -> None:
    """Draw numbers as cells, those of the same colour in one piece."""
    ink = pen.ink
    values = values.reshape(grid.down, grid.across)
    levels = _levels(values, scale)
    kinds = _kinds(ink, _cell(pen.scene, grid, width))
    if tone is Tone.AHEAD:
        kinds = {level: (_AHEAD.ljust(len(text)), ink.faint) for level, (text, _) in kinds.items()}
    if chosen is not None:
        kinds = kinds | {_SELECTED: (kinds[int(levels[chosen])][0], ink.selected)}
        levels[chosen] = _SELECTED
    # The same pieces come again and again: each is made once.
    pieces: dict[tuple[int, int], Segment] = {}
    ends = levels[:, 1:] != levels[:, :-1]
    for row in range(grid.down):
        pen.row()
        pen.write(f" {'' if row else name}".ljust(_GUTTER), pen.toned(ink.dim, tone))
        stops = [*(np.flatnonzero(ends[row]) + 1).tolist(), grid.across]
        start = 0
        for stop in stops:
            key = int(levels[row, start]), stop - start
            if key not in pieces:
                text, style = kinds[key[0]]
                pieces[key] = Segment(text * key[1], style)
            pen.put(pieces[key])
            start = stop


@lru_cache(8)
def _kinds(ink: Ink, cell: int) -> dict[int, tuple[str, Style]]:
    """Return the text and the style of each kind of cell."""
    kinds: dict[int, tuple[str, Style]] = {_NO_NUMBER: ("?".ljust(cell), ink.warning)}
    for level in range(-_LEVELS, _LEVELS + 1):
        style = ink.signed_cell(level, _LEVELS, "").style or ink.text
        kinds[level] = cell_text(ink, level, _LEVELS, cell), style
    return kinds


def _levels(values: Array, scale: float) -> Array:
    """Sort numbers into −10 … 10 by sign and size; only zero itself is 0."""
    with np.errstate(over="ignore", invalid="ignore"):
        sizes = np.minimum(np.ceil(np.abs(values) * (_LEVELS / scale)), _LEVELS)
        levels: Array = np.copysign(sizes, values)
    levels[np.isnan(values)] = _NO_NUMBER
    return levels


def _scale(values: Array) -> float:
    """Return the size that has the fullest colour."""
    sizes = np.abs(values)
    return ladder(float(np.max(sizes, initial=0.0, where=np.isfinite(sizes))))


def _result(pen: Pen, width: int) -> None:
    """Write the prediction, and what it is made of."""
    scene, ink = pen.scene, pen.ink
    snapshot = scene.snapshot
    output = snapshot.architecture.layers[-1]
    earlier = snapshot if scene.earlier is None else scene.earlier
    pen.row()
    pen.write(" prediction ", ink.text)
    number = _PLACES + 3
    predictions = snapshot.reading.prediction, earlier.reading.prediction
    tone = scene.output_tone(len(snapshot.architecture.layers) - 1)
    pen.number(*predictions, _PLACES, number, tone)
    products = f" = {listed(output.inputs, 'product')}"
    if not output.activation.is_linear:
        products = f" = {output.activation.name} of {listed(output.inputs, 'product')}"
    words = (f"{products} added up", products, "")
    if not output.bias:
        pen.first_that_fits(words, width, ink.dim)
    elif pen.first_that_fits(words, width - number - len(_BIAS), ink.dim):
        pen.write(_BIAS, ink.dim)
        pen.parameter(output.index(None, 0), _PLACES, number)


def _legend(scene: Scene, page: _Page, fullest: float) -> tuple[str, ...]:
    """Explain the cells; or say of all that the bottom border says of the selected one."""
    known = scene.layer_gradient_tone(0) is not Tone.AHEAD
    if (
        scene.compares
        and known
        and scene.selected is not None
        and (most := summaries(scene.snapshot))
    ):
        return f"{most[0]}{batch_words(scene.snapshot)}", *most
    names = ", ".join(dict.fromkeys(scene.snapshot.architecture.activations))
    signs = sign_legend(scene.ink)
    if not page.activations:
        return signs
    made = f"{names}: outputs for this image"
    return (f"{signs[0]}; {made}, up to ±{rate(fullest)}", *signs)


def _spots(scene: Scene, grids: list[tuple[Grid, int, int]]) -> list[Spot]:
    """Return each cell as the spot of its largest parameter; or of the selected one."""
    parameters, selected = scene.snapshot.parameters, scene.selected
    spots: list[Spot] = []
    for grid, top, cell in grids:
        chosen = _chosen(scene, grid)
        for down in range(grid.down):
            for across in range(grid.across):
                index = selected if (down, across) == chosen else None
                if index is None:
                    index = grid.strongest_index(parameters, down, across)
                left = _GUTTER + across * cell
                spots.append(Spot(index, top + down, left, left + cell))
    return spots


def _place(spot: Spot) -> tuple[int, int]:
    return spot.row, spot.left
