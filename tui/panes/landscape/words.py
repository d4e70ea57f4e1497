"""What stands beside the landscape: where we are, and what each mark means."""

from rich.segment import Segment
from rich.style import Style

from core.landscape import Direction, Point
from core.network import Architecture
from core.structs import Struct
from tui.panes.landscape.drawing import DrawnLandscape, Landing, head_of, style_of, swatches
from tui.panes.picture.contours import level_text
from tui.panes.picture.picture import with_sentences
from tui.terminal.drawing import Ink, Line
from tui.terminal.glyphs import BEST, CONTOUR, HERE, NEXT, WAY
from tui.words.numerals import loss_text, short, written
from tui.words.phrases import fit, images, name_of

_ROOMY = 10
"""Rows from which on every mark has one of its own."""
_FEW = 6
"""With fewer rows, marks always share them, and directions go without their stable rates."""
_NONE = Style()


class Legend(Struct, eq=False):
    """What there is to say."""

    architecture: Architecture
    """Names the parameters."""
    directions: tuple[Direction, Direction]
    """Across and up."""
    places: Point
    """Where we are along them."""
    loss: float | None
    """The loss there, if it is known."""
    down: Point | None
    """Which way is downhill; None while it is not known."""
    change: Point | None
    """What the next update adds along them; None while it is not known."""
    is_plain: bool
    """Whether that is −rate × gradient."""
    has_path: bool
    """Whether earlier places are drawn."""
    images: int
    """How many images each loss is the mean over."""
    of_all: bool
    """Whether those are all training images."""
    slope_images: int | None
    """How many images the slope is of, where they are fewer."""
    drawn: DrawnLandscape | None
    """The picture; None while it is being computed."""

    def rows(self, ink: Ink, width: int, height: int) -> list[Line]:
        """Return all marks first, what explains more where there is room."""
        marks = [*_axes(self, ink, width, height), *_marks(self, ink, width, height)]
        return with_sentences(marks, _sentences(self), ink, width, height)

    def key_line(self, ink: Ink, width: int) -> Line:
        """Return the marks in one row, for a pane too narrow for more."""
        line: Line = []
        used = 0
        for mark, text in _short_marks(self):
            if used + len(mark) + len(text) + 3 <= width:
                line += [Segment(f" {mark}", style_of(ink, mark)), Segment(f" {text}", ink.dim)]
                used += len(mark) + len(text) + 2
        return line


def _short_marks(legend: Legend) -> list[tuple[str, str]]:
    marks = [(HERE, "here"), (BEST, "lowest")]
    if legend.drawn is not None and legend.drawn.landing is Landing.SEEN:
        marks.append((NEXT, "next"))
    if legend.down is not None and any(legend.down):
        marks.append((head_of(legend.down), "downhill"))
    if legend.has_path:
        marks.append((WAY, "path"))
    return marks


def _axes(legend: Legend, ink: Ink, width: int, height: int) -> list[Line]:
    """Name what goes across and what goes up."""
    lines: list[Line] = []
    words = ("lowest", "highest")
    limits = ("stable up to rate", "diverges above rate")
    for arrow, direction, place, word, limit in zip(
        "→↑", legend.directions, legend.places, words, limits, strict=True
    ):
        if direction.parameter is not None:
            name = f" {name_of(legend.architecture, direction.parameter)} "
            line = [
                Segment(arrow, ink.strong),
                Segment(name, ink.text),
                Segment(written(place, 4, 0), ink.signed(place)),
            ]
            lines.append(line)
            continue
        curvature, most = direction.curvature or 0.0, direction.stable_learning_rate or 0.0
        lines.append(
            [
                Segment(arrow, ink.strong),
                Segment(f" {word} curvature: λ = {short(curvature)}", ink.text),
            ]
        )
        if not legend.is_plain or height < _FEW:
            continue
        texts = (f"  {limit} 2/λ = {short(most)}", f"  rate ≤ 2/λ = {short(most)}")
        lines.append([Segment(fit(*texts, width=width), ink.dim)])
    return lines


def _marks(legend: Legend, ink: Ink, width: int, height: int) -> list[Line]:
    """Explain each mark, two in a row where rows are few."""
    here = "…" if legend.loss is None else loss_text(legend.loss)
    entries = [_entry(HERE, f"here: loss {here}", ink, ink.text)]
    best = legend.drawn.best if legend.drawn is not None else None
    if best is not None and legend.loss is not None and legend.loss <= best[2]:
        entries.append(_entry(BEST, "no cell is lower than here", ink, ink.text))
    elif legend.drawn is not None and legend.drawn.is_there:
        entries.append(_entry(BEST, "lowest cell: here", ink, ink.text))
    elif best is not None:
        text = f"lowest cell: {loss_text(best[2])}"
        at = f"{text} at {written(best[0], 2, 0)} {written(best[1], 2, 0)}"
        entries.append(_entry(BEST, at if len(at) + 2 <= width else text, ink, ink.text))
    elif legend.drawn is not None:
        entries.append([Segment("no loss in the picture is finite", ink.warning)])
    if height < (_ROOMY if legend.directions[0].parameter is None else _FEW):
        lowest = _entry(BEST, f"lowest {loss_text(best[2])}", ink, ink.dim) if best else []
        entries = [[*_entry(HERE, f"here {here} ", ink, ink.dim), *lowest]]
        entries.append(_in_one(_update(legend, ink, 0), *_ways(legend, ink, "downhill", "path")))
    elif height < _ROOMY:
        entries.append(_update(legend, ink, width))
        entries.append(_in_one(*_ways(legend, ink, "downhill direction", "path")))
    else:
        direction = "downhill: a direction only"
        entries.append(_update(legend, ink, width))
        entries += _ways(legend, ink, direction, "path: the moments shown")
    entries = [entry for entry in entries if entry]
    if legend.drawn is not None and legend.drawn.levels:
        entries.append(_levels(legend.drawn.levels, ink, width))
        line = [Segment("low ", ink.dim), *swatches(ink, len(legend.drawn.levels))]
        entries.append([*line, Segment(" high loss", ink.dim)])
    return entries


def _update(legend: Legend, ink: Ink, width: int) -> Line:
    """Say where the next update leads; in as few words as can be if the width is 0."""
    if legend.drawn is None or legend.drawn.landing is None or legend.change is None:
        return []
    across, up = (written(part, 4, 0) for part in legend.change)
    texts = {
        Landing.SEEN: (f"next update: {across} {up}", "next update"),
        Landing.NEAR: ("next update: shorter than a cell", "below a cell"),
        Landing.OUTSIDE: ("next update: out of the picture", "is outside"),
    }[legend.drawn.landing]
    return _entry(NEXT, fit(*texts, width=width - 2), ink, ink.text if width else ink.dim)


def _ways(legend: Legend, ink: Ink, down: str, path: str) -> list[Line]:
    """Name the direction, which is no place and has no length, and the path, in these words."""
    ways: list[Line] = []
    if legend.down is not None and any(legend.down):
        ways.append(_entry(head_of(legend.down), down, ink, ink.dim))
    if legend.has_path:
        ways.append(_entry(WAY, path, ink, ink.dim))
    return ways


def _in_one(*entries: Line) -> Line:
    """Put entries into one row."""
    return [piece for entry in entries if entry for piece in (*entry, Segment(" ", _NONE))]


def _entry(mark: str, text: str, ink: Ink, style: Style) -> Line:
    return [Segment(mark, style_of(ink, mark)), Segment(f" {text}", style)]


def _levels(levels: tuple[float, ...], ink: Ink, width: int) -> Line:
    """Return the losses that the lines are drawn at; where they do not fit, the first and last."""
    texts = [level_text(level) for level in levels]
    text = f" equal loss: {' '.join(texts)}"
    if len(text) + 1 > width:
        text = f" at {' '.join(texts)}"
    if len(text) + 1 > width:
        text = f" equal loss: {texts[0]} … {texts[-1]}"
    return [Segment(CONTOUR, ink.dim), Segment(text, ink.dim)]


def _sentences(legend: Legend) -> list[str]:
    """Return what a cell is, and what can be done."""
    mean_of = images(legend.images)
    whose = f"all {mean_of}" if legend.of_all else f"this batch ({mean_of})"
    simple = legend.directions[0].parameter is not None
    fixed = "the other weights are fixed" if simple else "other directions are fixed"
    said = [f"Each cell is the exact loss over {whose}; {fixed}."]
    if legend.drawn is not None and legend.drawn.landing is Landing.SEEN:
        said.append(f"The line to {NEXT} is the next update, drawn to scale.")
    elif legend.drawn is not None and legend.drawn.landing is Landing.NEAR:
        said.append("The next update is shorter than a cell. Press + to see it to scale.")
    if not simple:
        said.append("In each direction, 0 is where all weights are 0.")
    if legend.slope_images is not None:
        said.append(f"Downhill is the slope of the coming batch ({images(legend.slope_images)}).")
    if legend.architecture.is_linear:
        if simple:
            said.append("Press enter for the directions of lowest and highest curvature.")
        elif not legend.is_plain:
            said.append("Press enter for the two weights.")
        else:
            said.append(
                "A step changes the distance to the lowest point by −rate × λ × distance: fast if "
                "the curvature is high, slowly if it is low. Press enter for the two weights."
            )
    moves = "one weight by one cell" if simple else "all weights in one direction"
    said.append(f"Arrow keys are manual changes: each moves {moves}.")
    return said
