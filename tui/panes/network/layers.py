"""More than one hidden layer: layer by layer, a row for each neuron."""

import math
from dataclasses import replace
from functools import lru_cache

from core import Snapshot
from core.structs import Struct
from tui.panes.network.columns import Pen, Sheet, cell_text, sign_legend
from tui.panes.network.drawn import Scene, ladder, largest
from tui.panes.network.flow import FLOW_ROWS, draw_flow, write_gradient
from tui.panes.network.gradient_check import MOST_HEAD, notes_of
from tui.terminal.glyphs import RULE
from tui.view.stage import Tone
from tui.words.phrases import batch_words, listed

_LABEL = 3
"""Cells for a neuron's number."""
_NUMBERED = 6
"""Cells for a weight with its number, at least."""
_STEP_HEAD = "max update"


class _Columns(Struct):
    """How wide a row's parts are, and where they begin; 0 for one that has no room."""

    cells: int
    """Columns for the weights, whatever the layer."""
    finer: int
    """Decimals of all but the weights."""
    bias: int
    sum: int
    activation: int
    step: int
    last: int = len(_STEP_HEAD)
    """Cells of the step, at least."""

    def cell(self, inputs: int) -> int:
        """Choose the width of a layer's weight: with its number where that fits, or colour only."""
        widths = [width for width in (10, 8, 6, 2, 1) if width <= self.finer + 4 or width == 6]
        return next((width for width in widths if inputs * width <= self.cells), 0)

    def of(self, inputs: int) -> "_Columns":
        """Return the columns of a layer: what follows the weights stands right beside them."""
        moved = {name: getattr(self, name) for name in ("bias", "sum", "activation", "step")}
        spare = self.cells - inputs * self.cell(inputs)
        return replace(self, **{name: start and start - spare for name, start in moved.items()})


@lru_cache(64)
def _columns(sizes: tuple[int, ...], bias: bool, width: int) -> _Columns:
    """Lay the rows out. As they get narrower the step goes first, then the weights' numbers."""
    most = max(sizes[:-1])
    ways = [(10, 6, "bsap"), (8, 4, "bsap"), (6, 3, "bsap"), (6, 3, "bsa")]
    ways += [(cell, 3, parts) for cell in (2, 1) for parts in ("bsap", "bsa", "sa", "a")]
    for cell, finer, parts in ways:
        columns = _placed(most * cell, finer, parts if bias else parts.replace("b", ""))
        if _end(columns) <= width:
            return columns
    return _placed(0, 3, "sa")


def _columns_for(scene: Scene, width: int) -> _Columns:
    """Lay the rows out; what stands in the step's place is narrower, and may fit alone."""
    architecture = scene.snapshot.architecture
    columns = _columns(architecture.sizes, architecture.bias, width)
    if columns.step or not scene.compares:
        return columns
    step = columns.activation + columns.finer + 5
    narrow = replace(columns, step=step, last=len(MOST_HEAD))
    return narrow if columns.cells and _end(narrow) <= width else columns


def _placed(cells: int, finer: int, parts: str) -> _Columns:
    """Lay out some of the parts: b bias, s sum, a activation, p step."""
    number, column = finer + 3, _LABEL + cells
    starts = dict.fromkeys("bsap", 0)
    for part in parts:
        column += 3 if part == "a" and "s" in parts else 2 if part == "p" else 1
        starts[part] = column
        column += max(number + 3, len(_STEP_HEAD)) if part == "p" else number
    return _Columns(cells, finer, starts["b"], starts["s"], starts["a"], starts["p"])


def _end(columns: _Columns) -> int:
    """Return how wide the rows are."""
    if columns.step:
        return columns.step + max(columns.finer + 6, columns.last)
    return columns.activation + columns.finer + 3


def rows_of(snapshot: Snapshot) -> int:
    """Count the rows without space between the layers."""
    sizes = snapshot.architecture.sizes
    return sum(sizes[1:]) + 2 * (len(sizes) - 1)


def shows_numbers(snapshot: Snapshot, width: int) -> bool:
    """Whether there is room for every weight's number."""
    architecture = snapshot.architecture
    columns = _columns(architecture.sizes, architecture.bias, width)
    return columns.cell(max(architecture.sizes[:-1])) >= _NUMBERED


def draw_layers(scene: Scene, width: int, height: int) -> Sheet:
    """Draw the layers, each under a heading and the numbers that come into it."""
    snapshot = scene.snapshot
    architecture = snapshot.architecture
    columns = _columns_for(scene, width)
    pen = Pen(scene, weights_stand_in=True)
    layers = architecture.layers
    # What the two gradients are apart needs its words more.
    spare = height - rows_of(snapshot) - (0 if scene.compares else FLOW_ROWS)
    airy = spare >= len(layers) - 1
    for level, layer in enumerate(layers):
        if airy and level:
            pen.blank()
        own = columns.of(layer.inputs)
        _heading(pen, level, width, min(width, _end(own)))
        _incoming(pen, own, level)
        scale = ladder(largest(scene.now.parameters[layer.weights]))
        for neuron in range(layer.outputs):
            _neuron(pen, own, level, neuron, scale)
    if airy:
        pen.notes(_notes(scene, columns), spare - len(layers) + 1, width)
    if not scene.compares:
        draw_flow(pen, width)
    return pen.sheet


def _heading(pen: Pen, level: int, width: int, end: int) -> None:
    """Name a layer, with a rule to where its rows end."""
    layers = pen.scene.snapshot.architecture.layers
    layer = layers[level]
    neurons = listed(layer.outputs, "neuron")
    what = "prediction" if level == len(layers) - 1 else neurons
    name = f"layer {level + 1}"
    pen.row()
    pen.write(" ", pen.ink.text)
    texts = (f"{name} · {what} · {layer.activation.name}", f"{name} · {what}", name)
    style = pen.toned(pen.ink.text, pen.scene.layer_tone(level))
    pen.first_that_fits(texts, width, style)
    if not pen.scene.compares:
        write_gradient(pen, level, width, style)
    if end > pen.column + 1:
        pen.write(f" {RULE * (end - pen.column - 1)}", pen.ink.faint)


def _incoming(pen: Pen, columns: _Columns, level: int) -> None:
    """Write what comes into a layer above the weights it meets; and name the other columns."""
    scene, ink = pen.scene, pen.ink
    layer = scene.snapshot.architecture.layers[level]
    values, earlier = scene.now.activations[level], scene.before.activations[level]
    cell = columns.cell(layer.inputs)
    pen.row()
    pen.write("in ", ink.dim)
    for value, before in zip(values, earlier, strict=True):
        if cell >= _NUMBERED and level == 0:
            pen.write(f" {value:.2f}".ljust(cell - 1), ink.grey(value))
            pen.write(" ", ink.text)
        elif cell >= _NUMBERED:
            pen.number(value, before, cell - 4, cell - 1, scene.output_tone(level - 1))
            pen.write(" ", ink.text)
        elif cell:
            _level_cell(pen, value, cell, level)
    number = columns.finer + 3
    for start, head in (
        (columns.bias, "bias"),
        (columns.sum, "sum"),
        (columns.activation, layer.activation.name),
    ):
        if start and start + number - len(head) > pen.column:
            pen.ending(head, start + number, ink.dim)
    if columns.step:
        head = MOST_HEAD if scene.compares else _STEP_HEAD
        pen.ending(head, _end(columns), ink.dim)


def _level_cell(pen: Pen, value: float, width: int, level: int) -> None:
    """Show what comes in as a cell: a pixel in its grey, an activation by its sign and size."""
    ink = pen.ink
    if level and pen.scene.output_tone(level - 1) is Tone.AHEAD:
        pen.write("·".ljust(width), ink.faint)
    elif level == 0:
        pen.write(ink.fill(value) * width, ink.grey(value))
    else:
        pen.write(cell_text(ink, value, 1.0, width), pen.heat(value, 1.0))


def _neuron(pen: Pen, columns: _Columns, level: int, neuron: int, scale: float) -> None:
    """Write a neuron's weights, its bias, its sum and what it makes of it."""
    scene, ink = pen.scene, pen.ink
    now, before = scene.now, scene.before
    layer = scene.snapshot.architecture.layers[level]
    finer, number = columns.finer, columns.finer + 3
    indices = range(layer.index(0, neuron), layer.weights.stop, layer.outputs)
    cell = columns.cell(layer.inputs)
    pen.row()
    pen.write(f"{neuron + 1:>2} ", ink.text)
    for index in indices if cell else ():
        if cell >= _NUMBERED:
            pen.heated(index, cell - 4, cell - 1, scale)
        else:
            pen.cell(index, cell, scale)
    if columns.bias:
        pen.to(columns.bias)
        pen.parameter(layer.index(None, neuron), finer, number)
    if columns.sum:
        pen.to(columns.sum)
        sums = now.sums[level][neuron], before.sums[level][neuron]
        pen.number(*sums, finer, number, scene.sum_tone(level))
        pen.write(" → ", ink.dim)
    pen.to(columns.activation)
    outputs = now.activations[level + 1][neuron], before.activations[level + 1][neuron]
    pen.number(*outputs, finer, number, scene.output_tone(level))
    if columns.step:
        if layer.bias:
            indices = range(indices.start, layer.stop, layer.outputs)
        shown = scene.gradient_difference if scene.compares else scene.change
        strongest = max(indices, key=lambda i: _size(shown[i])) if shown else indices[0]
        pen.to(_end(columns) - number - 3)
        pen.step(strongest, finer + 2, number + 2)


def _size(value: float) -> float:
    """Return a number's size; what is none counts as the largest, so that it is seen."""
    return math.inf if math.isnan(value) else abs(value)


def _notes(scene: Scene, columns: _Columns) -> list[tuple[str, ...]]:
    """Explain the rows, the most important first; each in long words and in short ones."""
    ink, bias = scene.ink, columns.bias
    batch = batch_words(scene.snapshot) or " over all images"
    total = "sum: each input × the weight below it, added up"
    notes: list[tuple[str, ...]] = [(f"{total}, and the bias" if bias else total, total)]
    whose = "weights and bias" if bias else "weights"
    if scene.compares:
        notes[:0] = notes_of(scene)
    if columns.step and scene.compares:
        notes.insert(1, (f"{MOST_HEAD}: the largest of the neuron’s {whose}",))
    elif columns.step:
        down = f", downhill on the loss{batch}" if scene.snapshot.config.is_plain_descent else ""
        whole = f"{_STEP_HEAD}: the largest of the neuron’s {whose}"
        notes.append((f"{whole}{down}", whole))
    if columns.cells < _NUMBERED * scene.snapshot.architecture.inputs:
        notes.insert(0, sign_legend(ink))
    return notes
