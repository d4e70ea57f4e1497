"""What flows through the layers: forward what each says of the image, backward its gradient."""

from typing import NamedTuple

from rich.style import Style

from core.commentary import SERIOUS, LayerStats
from tui.panes.network.columns import Pen
from tui.panes.network.drawn import Scene
from tui.view.stage import Tone
from tui.words.numerals import count, fixed

FLOW_ROWS = 2
"""How many rows they are."""
_LABEL = 10
_NUMBER = 6
_ARROW = 3
_PLACES = 4
_LEAST_LEVELS = 3
"""Columns without which the rows say nothing: the first, the last, and what is between."""


class _Cell(NamedTuple):
    """One level's number."""

    text: str
    style: Style
    tone: Tone = Tone.PLAIN


def write_gradient(pen: Pen, level: int, width: int, style: Style) -> None:
    """Write a layer's gradient into its heading, and how many of its neurons get none.

    Parameters
    ----------
    pen : Pen
        Writes on where the heading stands.
    level : int
        Which layer, from 0.
    width : int
        Columns of the row.
    style : Style
        The heading's; while single-stepping the gradient is faint as long as it is ahead.
    """
    scene = pen.scene
    stats, is_known = scene.layer_stats[level], scene.layer_gradient_tone(level) is not Tone.AHEAD
    size = "…"
    if stats.gradient is not None and is_known:
        size = fixed(stats.gradient, _PLACES, width=_NUMBER)
    brief = f" · gradient {size.rjust(_NUMBER)}"
    zero_gradient = (
        f", 0 for {count(stats.zero_gradient)} of {count(stats.relus)} relus"
        if stats.zero_gradient and is_known
        else ""
    )
    style = style if is_known else pen.ink.faint
    pen.first_that_fits((f"{brief}{zero_gradient}", brief), width, style)


def draw_flow(pen: Pen, width: int) -> None:
    """Write the rows, the levels side by side, the image first; in the middle some may be left out.

    Parameters
    ----------
    pen : Pen
        Writes below what it has written.
    width : int
        Columns of a row; where they are too few there are no rows.
    """
    room = (width - _LABEL + _ARROW) // (_NUMBER + _ARROW)
    if room < _LEAST_LEVELS:
        return
    layer_stats, dim = pen.scene.layer_stats, pen.ink.dim
    _row(pen, "output", "→", _fitting(_said(pen), room, dim))
    pen.first_that_fits(("  mean size",), width, dim)
    _row(pen, "gradient", "←", _fitting(_gradients(pen), room, dim))
    zero_gradient = sum(stats.zero_gradient for stats in layer_stats)
    if zero_gradient and pen.scene.layer_gradient_tone(0) is not Tone.AHEAD:
        told = (
            f"  {count(zero_gradient)} of {count(sum(stats.relus for stats in layer_stats))} relu"
        )
        pen.first_that_fits((f"{told}s: zero gradient", f"{told}s: 0"), width, pen.ink.warning)
    else:
        pen.first_that_fits(("  root mean square",), width, dim)


def in_brief(scene: Scene, width: int) -> str:
    """Write the layers' gradients into a line, for where the rows are out of sight.

    Parameters
    ----------
    scene : Scene
        Gives the signals.
    width : int
        Columns of the line; where they are too few it is empty.
    """
    sizes = [
        "…"
        if stats.gradient is None or scene.layer_gradient_tone(level) is Tone.AHEAD
        else fixed(stats.gradient, _PLACES, width=_NUMBER).strip()
        for level, stats in enumerate(scene.layer_stats)
    ]
    for kept in range(len(sizes), 1, -1):
        first = kept // 2
        some = sizes if kept == len(sizes) else [*sizes[:first], "…", *sizes[first - kept :]]
        line = f"gradient by layer: {' ← '.join(some)}"
        if len(line) <= width:
            return line
    return ""


def _said(pen: Pen) -> list[_Cell]:
    """Return the mean darkness, each hidden layer's mean size, and the prediction."""
    scene = pen.scene
    reading = scene.snapshot.reading
    darkness = fixed(sum(reading.image) / len(reading.image), _PLACES, width=_NUMBER)
    cells = [_Cell(darkness, pen.ink.text)]
    for level, stats in enumerate(scene.layer_stats[:-1]):
        text = fixed(stats.output, _PLACES, width=_NUMBER)
        cells.append(_Cell(text, pen.ink.text, scene.output_tone(level)))
    text = fixed(reading.prediction, _PLACES - 1, width=_NUMBER, signed=True)
    style = pen.ink.signed(reading.prediction)
    return [*cells, _Cell(text, style, scene.output_tone(len(cells) - 1))]


def _gradients(pen: Pen) -> list[_Cell]:
    """Return each layer's gradient, under what the layer says; the image has none."""
    scene, cells = pen.scene, [_Cell("", pen.ink.text)]
    last = scene.layer_stats[-1]
    for level, stats in enumerate(scene.layer_stats):
        size, tone = stats.gradient, scene.layer_gradient_tone(level)
        if size is None:
            cells.append(_Cell("…", pen.ink.dim, tone))
            continue
        style = pen.ink.warning if _is_strange(size, last) else pen.ink.text
        cells.append(_Cell(fixed(size, _PLACES, width=_NUMBER), style, tone))
    return cells


def _is_strange(size: float, last: LayerStats) -> bool:
    """Whether a layer's gradient is thousands of times smaller or larger than the last's."""
    if last.gradient is None or not last.gradient > 0:
        return False
    return not last.gradient / SERIOUS < size < last.gradient * SERIOUS


def _fitting(cells: list[_Cell], room: int, dim: Style) -> list[_Cell]:
    """Leave out of the middle what has no room."""
    if len(cells) <= room:
        return cells
    first = room // 2
    return [*cells[:first], _Cell("…", dim), *cells[len(cells) - (room - first - 1) :]]


def _row(pen: Pen, label: str, arrow: str, cells: list[_Cell]) -> None:
    """Write one number for each level, with arrows between."""
    pen.row()
    pen.write(f" {label}".ljust(_LABEL), pen.ink.dim)
    for place, cell in enumerate(cells):
        if place:
            both = cell.text and cells[place - 1].text
            pen.write(f" {arrow} " if both else " " * _ARROW, pen.ink.dim)
        text = "…" if cell.tone is Tone.AHEAD else cell.text
        pen.write(text.rjust(_NUMBER), pen.toned(cell.style, cell.tone))
