"""One hidden layer: each neuron's weight image, its sum, its activation and its product."""

from dataclasses import replace
from functools import lru_cache

from core.structs import Struct
from tui.panes.network.columns import Pen, Sheet
from tui.panes.network.drawn import Scene, ladder, largest, word_for
from tui.panes.network.flow import FLOW_ROWS, draw_flow
from tui.panes.network.gradient_check import HEAD, notes_of
from tui.terminal.glyphs import DOWN, SIDE, UP
from tui.view.stage import Tone
from tui.words.numerals import MINUS, equals, fixed, shown, written
from tui.words.phrases import batch_words

WEIGHT_IMAGE = 3
"""The weight image's column; two cells a pixel."""


_NUMBERS = WEIGHT_IMAGE + 4
"""Where the numbers begin."""


HEAD_ROWS = 1
"""Rows that name the columns; a table may do without."""


NAME = 7
"""Cells of the word before a gradient."""


class Columns(Struct):
    """How the numbers are written, and where they begin; 0 for one that has no room."""

    places: int
    """Decimals of weights."""
    finer: int
    """Decimals of sums, activations and products."""
    weights: int
    sum: int
    activation: int
    out: int
    product: int
    update: int
    finest: int
    """Decimals of gradients and steps."""


@lru_cache(64)
def columns_for(width: int) -> Columns:
    """Lay the table out. As it gets narrower the updates go first, then products, then weights."""
    for places, finer, finest in ((6, 6, 8), (4, 4, 6), (3, 3, 5), (2, 3, 5)):
        columns = _with_update(_placed(places, finer), finest)
        if columns.update + NAME + 2 * (finest + 3) + 3 <= width:
            return columns
    for places, finer in ((4, 4), (2, 3)):
        columns = _placed(places, finer)
        if columns.product + finer + 3 <= width:
            return columns
    plain = _placed(2, 3)
    if plain.activation + 6 <= width:
        return Columns(2, 3, plain.weights, plain.sum, plain.activation, 0, 0, 0, 5)
    if width >= _NUMBERS + 16:
        return Columns(2, 3, 0, _NUMBERS + 1, _NUMBERS + 10, 0, 0, 0, 5)
    return Columns(2, 3, 0, 0, _NUMBERS + 1, 0, 0, 0, 5)


def _placed(places: int, finer: int) -> Columns:
    """Lay out all but gradient and step."""
    weight, number = places + 3, finer + 3
    sum_ = _NUMBERS + 2 * (weight + 1) + 1
    activation = sum_ + number + 3
    out = activation + number + 3
    return Columns(places, finer, _NUMBERS + 1, sum_, activation, out, out + weight + 3, 0, 5)


def _with_update(columns: Columns, finest: int) -> Columns:
    """Add columns for gradient and step."""
    return replace(columns, update=columns.product + columns.finer + 5, finest=finest)


def rows_of(scene: Scene) -> int:
    """Count the rows that the table takes."""
    architecture = scene.snapshot.architecture
    return (
        1 + HEAD_ROWS + 2 * architecture.hidden[0] + (0 if architecture.output == "linear" else 1)
    )


def draw_neurons(scene: Scene, width: int, height: int) -> Sheet:
    """Draw two rows for each neuron, and the sum of what they add.

    Where only the names of the columns would not fit, the sum and the prediction share a row; or if
    they are one, the names make room for the numbers.
    """
    columns = columns_for(width)
    pen = Pen(scene, weights_stand_in=True)
    hidden = scene.snapshot.architecture.layers[0]
    scale = ladder(largest(scene.now.parameters[hidden.weights]))
    spare = height - rows_of(scene)
    notes = _notes(scene, columns)
    # What the two gradients are apart needs its words more than the flow.
    flow = 0 if scene.compares else FLOW_ROWS + any(min(map(len, note)) < width for note in notes)
    airy = spare >= hidden.outputs + flow
    lacks_row = spare == -HEAD_ROWS
    joins = lacks_row and _joins(scene, columns)
    if lacks_row:
        spare = 0
    if joins or not lacks_row:
        _head(pen, columns)
    for neuron in range(hidden.outputs):
        if airy and neuron:
            pen.row()
            _rule(pen, columns)
        _upper_row(pen, columns, neuron, scale)
        _lower_row(pen, columns, neuron, scale)
    if airy:
        pen.row()
        _rule(pen, columns)
    if joins:
        _joined_result(pen, columns)
    else:
        _result(pen, columns)
    spare -= hidden.outputs if airy else 0
    if flow and spare >= flow:  # else it comes below, to be scrolled to
        spare -= FLOW_ROWS
    pen.notes(notes, spare, width)
    if flow:
        draw_flow(pen, width)
    return pen.sheet


def _head(pen: Pen, columns: Columns) -> None:
    """Name the columns."""
    dim = pen.ink.dim
    weight, number, finest = columns.places + 3, columns.finer + 3, columns.finest + 3
    pen.row()
    pen.to(WEIGHT_IMAGE)
    if columns.weights:
        pen.write("weight image", dim)
    if columns.sum:
        pen.ending("sum", columns.sum + number, dim)
    hidden = pen.scene.snapshot.architecture.layers[0]
    pen.ending(hidden.activation.name, columns.activation + number, dim)
    if columns.out:
        pen.ending("weight", columns.out + weight, dim)
        pen.ending("product", columns.product + number, dim)
    if columns.update:
        pen.ending("gradient", columns.update + NAME + finest, dim)
        head = HEAD if pen.scene.compares else "update"
        pen.ending(head, columns.update + NAME + 2 * finest + 2, dim)


def _weight_image(pen: Pen, columns: Columns, neuron: int, row: int, scale: float) -> None:
    """Draw half a weight image: the neuron's weights from two pixels, as cells and as numbers."""
    hidden = pen.scene.snapshot.architecture.layers[0]
    places, weight = columns.places, columns.places + 3
    first = hidden.index(2 * row, neuron)
    indices = (first, first + hidden.outputs)
    pen.to(WEIGHT_IMAGE)
    for index in indices:
        if columns.weights:
            # The number beside it has the sign: the weight image may be colour alone.
            value = pen.scene.now.parameters[index]
            pen.plain_cell(value, 2, scale)
        else:
            pen.cell(index, 2, scale)
    if columns.weights:
        for index in indices:
            pen.write(" ", pen.ink.text)
            pen.parameter(index, places, weight)


def _upper_row(pen: Pen, columns: Columns, neuron: int, scale: float) -> None:
    """Write the neuron's sum, its activation, and what it adds."""
    scene, ink = pen.scene, pen.ink
    now, before = scene.now, scene.before
    output = scene.snapshot.architecture.layers[1]
    number = columns.finer + 3
    pen.row()
    pen.write(f"{neuron + 1:>2}", ink.text)
    _weight_image(pen, columns, neuron, 0, scale)
    if columns.sum:
        pen.to(columns.sum)
        sums = now.sums[0][neuron], before.sums[0][neuron]
        pen.number(*sums, columns.finer, number, scene.sum_tone(0))
        pen.write(" → ", ink.dim)
    pen.to(columns.activation)
    activation, earlier = now.activations[1][neuron], before.activations[1][neuron]
    pen.number(activation, earlier, columns.finer, number, scene.output_tone(0))
    if columns.out:
        index = output.index(neuron, 0)
        product = activation * now.parameters[index], earlier * before.parameters[index]
        pen.write(" × ", ink.dim)
        pen.parameter(index, columns.places, columns.places + 3)
        terms = _product(columns, activation, now.parameters[index])
        pen.result(*product, terms, columns.finer, number, scene.sum_tone(1))
        _update(pen, columns, "weight", index)


def _lower_row(pen: Pen, columns: Columns, neuron: int, scale: float) -> None:
    """Write the neuron's bias; and, where there is no column for it, the step of its weight."""
    architecture = pen.scene.snapshot.architecture
    hidden, output = architecture.layers
    ink = pen.ink
    pen.row()
    _weight_image(pen, columns, neuron, 1, scale)
    bias = hidden.index(None, neuron)
    if columns.sum and hidden.bias:
        pen.to(columns.sum + 1)
        pen.write("bias ", ink.dim)
        pen.parameter(bias, columns.finer, columns.finer + 3)
    if columns.update:
        if hidden.bias:
            _update(pen, columns, "bias", bias)
        else:
            _rule(pen, columns)
    elif columns.out:
        pen.to(columns.out - 2)
        pen.step(output.index(neuron, 0), columns.finest, columns.finest + 3)
        pen.write(f" {HEAD if pen.scene.compares else 'update'}", ink.dim)


def _update(pen: Pen, columns: Columns, name: str, index: int) -> None:
    """Write a parameter's gradient and step, if there is a column for them."""
    if not columns.update:
        return
    width = columns.finest + 3
    _rule(pen, columns)
    pen.write(name.ljust(NAME), pen.ink.dim)
    pen.gradient(index, columns.finest, width)
    pen.write(" ", pen.ink.text)
    pen.step(index, columns.finest, width)


def _result(pen: Pen, columns: Columns) -> None:
    """Write the sum of what the neurons add, and the prediction that it is or is made into."""
    scene, ink = pen.scene, pen.ink
    now, before = scene.now, scene.before
    architecture = scene.snapshot.architecture
    output = architecture.layers[1]
    linear = output.activation.is_linear
    column = columns.product or columns.activation
    these = _these(scene)
    pen.row()
    pen.write(" ", ink.text)
    brief = "prediction" if linear else "sum"
    places = columns.finer
    total = written(now.sums[1][0], places, places + 3)
    sign = equals(_column_sum(scene, columns), places, total)
    long = (f"prediction {sign} sum of {these}", f"prediction {sign} {these}")
    if not linear:
        long = (f"weighted sum: {these}", f"sum of {these}")
    room = column - 3 - (columns.finer + 10 if output.bias else 0)
    if pen.first_that_fits(long, room, ink.text):
        if output.bias:
            _bias(pen, output.index(None, 0), columns.finer)
    else:
        pen.first_that_fits((brief, "="), column - 1, ink.text)
    tone = scene.output_tone(1) if linear else scene.sum_tone(1)
    _equals(pen, columns, column, (now.sums[1][0], before.sums[1][0]), sign, tone)
    if not linear:
        squash = output.activation.name
        pen.row()
        pen.write(" ", ink.text)
        words = (f"prediction = {squash} of the sum", "prediction", "=")
        pen.first_that_fits(words, column - 1, ink.text)
        values = now.activations[2][0], before.activations[2][0]
        _equals(pen, columns, column, values, "→", scene.output_tone(1))


def _these(scene: Scene) -> str:
    """Name the products above."""
    neurons = scene.snapshot.architecture.hidden[0]
    return f"these {word_for(neurons)}" if neurons > 1 else "this one"


def _joins(scene: Scene, columns: Columns) -> bool:
    """Whether the sum and the prediction that it is made into fit into one row."""
    output = scene.snapshot.architecture.layers[1]
    if output.activation.is_linear or not columns.product:
        return False
    bias = columns.finer + 10 if output.bias else 0
    words = len(f" {_these(scene)} = , {output.activation.name} → ")
    return words + bias + columns.finer + 3 <= columns.product


def _joined_result(pen: Pen, columns: Columns) -> None:
    """Write the sum of what the neurons add, and behind it the prediction that it is made into."""
    scene, ink, places = pen.scene, pen.ink, columns.finer
    now, before = scene.now, scene.before
    output = scene.snapshot.architecture.layers[1]
    pen.row()
    pen.write(f" {_these(scene)}", ink.text)
    if output.bias:
        _bias(pen, output.index(None, 0), places)
    total, earlier = now.sums[1][0], before.sums[1][0]
    terms, tone = _column_sum(scene, columns), scene.sum_tone(1)
    pen.result(total, earlier, terms, places, places + 3, tone)
    pen.write(f", {output.activation.name}", ink.dim)
    values = now.activations[2][0], before.activations[2][0]
    _equals(pen, columns, columns.product, values, "→", scene.output_tone(1))


def _bias(pen: Pen, index: int, places: int) -> None:
    """Write the output's bias as what is added or taken away."""
    value = pen.scene.now.parameters[index]
    earlier = pen.scene.before.parameters[index]
    size = fixed(abs(value), places, width=places + 3).strip()
    changed = fixed(abs(earlier), places, width=places + 3).strip() != size
    sign = MINUS if value < 0 else "+"
    pen.write(" ", pen.ink.text)
    text = f"{sign} bias {size}".ljust(places + 9)
    pen.mark(index, text, pen.lit(index, pen.ink.signed(value, strong=changed)))


def _product(columns: Columns, activation: float, weight: float) -> float:
    """Multiply an activation and a weight as they are printed."""
    printed = written(activation, columns.finer, columns.finer + 3)
    return shown(printed) * shown(written(weight, columns.places, columns.places + 3))


def _column_sum(scene: Scene, columns: Columns) -> float:
    """Add up, as they are printed, what the neurons add, and the bias."""
    output, places = scene.snapshot.architecture.layers[1], columns.finer
    weights = scene.now.parameters[output.weights]
    terms = [a * w for a, w in zip(scene.now.activations[1], weights, strict=True)]
    terms += scene.now.parameters[output.biases]
    return sum(shown(written(term, places, places + 3)) for term in terms)


def _equals(
    pen: Pen, columns: Columns, column: int, values: tuple[float, float], sign: str, tone: Tone
) -> None:
    """Write a result, now and earlier, in the column of the products."""
    if columns.product:
        pen.to(column - 3)
        pen.write(f" {sign} ", pen.ink.dim)
    pen.to(column)
    pen.number(*values, columns.finer, columns.finer + 3, tone)
    _rule(pen, columns)


def _rule(pen: Pen, columns: Columns) -> None:
    """Part the products from gradient and step."""
    if columns.update:
        pen.to(columns.update - 2)
        pen.write(f" {SIDE}", pen.ink.faint)


def _notes(scene: Scene, columns: Columns) -> list[tuple[str, ...]]:
    """Explain the table, the most important first; each in long words and in short ones."""
    config = scene.snapshot.config
    bias = " + bias" if config.architecture.bias else ""
    batch = batch_words(scene.snapshot) or " of the loss over all images"
    notes = notes_of(scene) if scene.compares else []
    if columns.out:
        first = f"sum = weight image × pixels, added up{bias}"
        name = config.architecture.layers[0].activation.name
        second = (
            f"product = {name} of the sum × weight"
            if name != "linear"
            else "product = sum × weight"
        )
        notes.append((f"{first}; {second}", f"sum = weight image × pixels{bias}; {second}"))
        image = "weight image: the neuron’s four weights, pixel by pixel"
        update = "" if scene.compares else f"; {UP}{DOWN} update: the coming change"
        notes.append((image + update, image))
    if columns.update:
        notes.append((f"gradient:{batch}" if scene.compares else f"gradient and update:{batch}",))
    return notes
