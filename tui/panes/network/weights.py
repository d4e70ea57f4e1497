"""A network without hidden layers: a table of its products, whose sum is the prediction."""

from functools import lru_cache

from core.network import OPTIMIZERS
from core.structs import Struct
from tui.panes.network.columns import Pen, Sheet
from tui.panes.network.drawn import Scene, ladder, largest, word_for
from tui.panes.network.gradient_check import HEAD, notes_of
from tui.terminal.drawing import bar
from tui.terminal.glyphs import DOWN, RULE, SIDE, UP
from tui.words.numerals import equals, rate, shown, written
from tui.words.phrases import PIXEL_NAMES, batch_words, coming_rate, direction_words

_PLACES = (*PIXEL_NAMES, "bias")
_PIXEL = 4
_NAME = 13
_SHORTEST_BAR, _LONGEST_BAR = 4, 60
_LONGER_SIDE = 3
"""Where nearly all weights are above zero: times as long as the side below."""


class _Columns(Struct):
    """Where the columns of the table begin; 0 for one that has no room."""

    places: int
    pixel: int
    weight: int
    zero: int
    left: int
    right: int
    product: int
    gradient: int
    step: int
    after: int

    @property
    def number(self) -> int:
        """Cells of a number."""
        return self.places + 3


@lru_cache(64)
def _columns(width: int, lopsided: bool) -> _Columns:
    """Lay the table out. As it gets narrower the bar goes first, then step, then gradient."""
    places = 2 if width < 27 else 4 if width < 84 else 6 if width < 130 else 8
    margin = 0 if width < 27 else 1
    number = places + 3
    room = width - 2 * margin - (_PIXEL + 3 + number) - (3 + number)
    has_gradient = room >= number + 2
    room -= (number + 2) * has_gradient
    has_step = has_gradient and room >= number + 2
    room -= (number + 2) * has_step
    name = _NAME if has_step and room >= _NAME + 12 else 0
    room -= name
    after = number + 3 if room >= number + 3 + _LONGEST_BAR else 0
    cells = min(room - after - 2, _LONGEST_BAR)
    if cells < _SHORTEST_BAR:
        cells = left = right = 0
    else:
        left = cells // (1 + _LONGER_SIDE) if lopsided else cells // 2
        right = cells - left if lopsided else left
    pixel = margin + name
    weight = pixel + _PIXEL + 3
    zero = weight + number + 1 + left if cells else 0
    product = weight + number + 3 + (cells + 2 if cells else 0)
    gradient = product + number + 2
    step = gradient + number + 1
    return _Columns(
        places,
        pixel,
        weight,
        zero,
        left,
        right,
        product,
        gradient if has_gradient else 0,
        step if has_step else 0,
        step + 1 + number + 3 if after else 0,
    )


def draw_weights(scene: Scene, width: int, height: int) -> Sheet:
    """Draw the table: pixel × weight = what it adds, the gradient, and the step to come."""
    config = scene.snapshot.config
    # The default start has one weight barely below zero: its bars get the room above.
    columns = _columns(width, config.starts_as_default)
    layer = config.architecture.layers[0]
    rows = layer.inputs + layer.bias
    body = rows + 3 + (0 if layer.activation.is_linear else 1)
    spare = height - body
    airy = spare >= rows + 3
    spare -= rows if airy else 0
    pen = Pen(scene, weights_stand_in=not columns.gradient)
    scale = _scale(scene, columns)
    _head(pen, columns, scale)
    for index in range(rows):
        if airy:
            pen.row()
            _rule(pen, columns)
        _row(pen, columns, index, layer.inputs, scale)
    _result(pen, columns)
    pen.notes(_notes(scene, columns), spare, width)
    return pen.sheet


def _scale(scene: Scene, columns: _Columns) -> float:
    """Return the value that fills the bar's right side: 1, so that it rests, or what is needed."""
    if not columns.zero:
        return 1.0
    parameters = scene.now.parameters
    below = largest([value for value in parameters if value < 0]) * columns.right / columns.left
    return ladder(max(1.0, largest(parameters), below))


def _head(pen: Pen, columns: _Columns, scale: float) -> None:
    """Name the columns."""
    ink, number = pen.ink, columns.number
    pen.row()
    pen.to(columns.pixel)
    pen.write("pixel", ink.dim)
    pen.ending("weight", columns.weight + number - (1 if number > 6 else 0), ink.dim)
    if columns.zero:
        pen.to(columns.zero)
        pen.write("0", ink.dim)
        if len(full := rate(scale)) < columns.right:
            pen.ending(full, columns.zero + 1 + columns.right, ink.dim)
    pen.ending("product", columns.product + number, ink.dim)
    if columns.gradient:
        pen.ending("gradient", columns.gradient + number, ink.dim)
    if columns.step:
        head = HEAD if pen.scene.compares else "update"
        pen.ending(head, columns.step + 1 + number, ink.dim)
    if columns.after and not pen.scene.compares:
        pen.ending("new weight", columns.after + number, ink.dim)


def _row(pen: Pen, columns: _Columns, index: int, inputs: int, scale: float) -> None:
    """Write one product, and what the coming step does to its weight."""
    scene, ink = pen.scene, pen.ink
    now, before = scene.now, scene.before
    places, number = columns.places, columns.number
    weight = now.parameters[index]
    pixel = now.activations[0][index] if index < inputs else 1.0
    pen.row()
    if columns.pixel > 1:
        pen.to(1)
        pen.write(_PLACES[index], ink.dim)
    pen.to(columns.pixel)
    if index < inputs:
        pen.write(f"{pixel:.2f}", ink.grey(pixel))
        pen.write(" × ", ink.dim)
    else:
        pen.write("   1 × " if columns.pixel > 1 else "1×bias ", ink.dim)
    pen.parameter(index, places, number)
    if columns.zero:
        pen.write(" ", ink.text)
        _bar(pen, columns, weight, scale)
    pen.to(columns.product - 3)
    terms = round(pixel, 2) * shown(written(weight, places, number))
    product = pixel * weight, pixel * before.parameters[index]
    pen.result(*product, terms, places, number, scene.sum_tone(0))
    _rule(pen, columns)
    if columns.gradient:
        pen.gradient(index, places, number)
    if columns.step:
        pen.write(" ", ink.text)
        pen.step(index, places, number)
    if columns.after and scene.change is not None and not scene.compares:
        pen.write(" → ", ink.dim)
        after = weight + scene.change[index]
        pen.number(after, after, places, number, scene.step_tone)


def _bar(pen: Pen, columns: _Columns, weight: float, scale: float) -> None:
    """Draw a weight as a bar; both sides of the zero line have the same scale."""
    left, right = columns.left, columns.right
    side = scale * left / right if weight < 0 else scale
    below, above = bar(weight, side, left, right)
    style = pen.ink.signed(weight)
    pen.write(below, style)
    pen.write(SIDE, pen.ink.faint)
    pen.write(above, style)


def _result(pen: Pen, columns: _Columns) -> None:
    """Write the sum, and the prediction that it is or that is made of it."""
    scene, ink = pen.scene, pen.ink
    now, before = scene.now, scene.before
    places, number = columns.places, columns.number
    pen.row()
    pen.to(columns.product - 2)
    pen.write(RULE * (number + 2), ink.faint)
    _rule(pen, columns)
    activation = scene.snapshot.architecture.layers[0].activation
    words: list[tuple[str, ...]]
    results = [(now.activations[-1][0], before.activations[-1][0])]
    if activation.is_linear:
        sign = equals(_column_sum(scene, columns), places, written(results[0][0], places, number))
        words = [
            (f"prediction {sign} sum of products", f"prediction {sign} their sum", "prediction")
        ]
    else:
        results.insert(0, (now.sums[0][0], before.sums[0][0]))
        squash = f"prediction = {activation.name}"
        words = [("weighted sum", "sum"), (f"{squash} of the sum", squash, "prediction")]
    tones = (scene.sum_tone(0), scene.output_tone(0))[-len(words) :]
    for texts, (value, earlier), tone in zip(words, results, tones, strict=True):
        pen.row()
        pen.to(1 if columns.product > 15 else 0)
        pen.first_that_fits(texts, columns.product - 1, ink.text)
        pen.to(columns.product)
        pen.number(value, earlier, places, number, tone)
        _rule(pen, columns)


def _column_sum(scene: Scene, columns: _Columns) -> float:
    """Add the products up as they are printed."""
    pixels = [*scene.now.activations[0], 1.0]
    products = [pixel * weight for pixel, weight in zip(pixels, scene.now.parameters, strict=False)]
    return sum(shown(written(product, columns.places, columns.number)) for product in products)


def _rule(pen: Pen, columns: _Columns) -> None:
    """Part the products from the gradients."""
    if columns.gradient:
        pen.to(columns.gradient - 2)
        pen.write(f" {SIDE}", pen.ink.faint)


def _notes(scene: Scene, columns: _Columns) -> list[tuple[str, ...]]:
    """Explain the columns, the most important first; each in long words and in short ones."""
    snapshot = scene.snapshot
    learning_rate = coming_rate(snapshot)
    batch = batch_words(snapshot)
    together = word_for(snapshot.architecture.parameter_count)
    notes: list[tuple[str, ...]] = []
    if columns.gradient:
        notes.append(
            (
                f"gradient: how fast the loss{batch} rises if the weight grows",
                f"gradient: uphill for the loss{batch}",
                f"gradient: uphill,{batch}" if batch else "gradient: uphill for the loss",
            )
        )
    if scene.compares:
        notes[:0] = notes_of(scene)
    elif columns.step:
        config = snapshot.config
        step = f"update = −{learning_rate} × {direction_words(config)}"
        downhill = f"{step}, downhill" if config.is_plain_descent else step
        title = OPTIMIZERS[config.optimizer].title
        brief = f"update = −{learning_rate} × direction by {title}"
        notes.append((f"{downhill}, all {together} at once", downhill, brief))
    notes.append(("product = pixel × weight: one term of the sum",))
    if columns.step and not scene.compares:
        notes.append((f"{UP} the update makes the weight larger, {DOWN} smaller",))
    if columns.zero:
        notes.append(("bar: the weight, drawn from the line at 0",))
    return notes
