"""What stands beside the map: which pixels vary, what is said here, and what each mark means."""

import numpy as np
from rich.segment import Segment

from core import Reading
from core.arrays import Array
from core.landscape import Plane
from core.structs import Struct
from tui.panes.map.dots import Dots
from tui.panes.map.drawing import Shading, value_text
from tui.panes.picture.picture import with_sentences
from tui.terminal.drawing import Ink, Line, width_of
from tui.terminal.glyphs import BOTH, BROKEN, CONTOUR, HERE, TEST, TRAINING
from tui.words.numerals import count
from tui.words.phrases import PIXEL_NAMES, fit, images, listed, plain, yes_or_no

NO, YES = "no", "yes"
_ROOMY = 8
"""Rows from which on every mark has one of its own."""


class Legend(Struct, eq=False):
    """What there is to say."""

    reading: Reading
    """The image, and what the network makes of it."""
    value: float
    """What the neuron says of it."""
    plane: Plane
    """Which pixels vary."""
    shading: Shading
    """The colours."""
    dots: Dots
    """The images near."""
    distance: float
    """What counts as near."""
    values: Array | None
    """The map's values; None while they are being computed."""
    is_output: bool
    """Whether the map is of the prediction."""
    has_hidden: bool
    """Whether there are hidden neurons to look at."""

    @property
    def answers(self) -> bool:
        """Whether the map's values are answers yes and no."""
        return self.is_output and self.shading.yes_no

    def rows(self, ink: Ink, width: int, height: int) -> list[Line]:
        """Return the pixels and the marks first, what explains more where there is room."""
        roomy = height >= _ROOMY
        lines = [*_pixels(self, ink, 0 if roomy else width), _here(self, ink)]
        if (broken := _broken(self, ink)) is not None:
            lines.append(broken)
        lines += _dots(self, ink, width, apart=roomy)
        names = (NO, YES) if self.answers else ("", "")
        scale = [Segment("  ", ink.text), *self.shading.colours.legend(ink, names)]
        if seen := _seen(self):
            texts = (f"  output {seen}", f"  {seen}", "")
            scale.append(Segment(fit(*texts, width=width - width_of(scale)), ink.dim))
        lines.append(scale)
        if (line := self.shading.boundary) is not None:
            words = "decision boundary, yes above" if self.answers else "the output changes sign"
            lines.append([Segment(CONTOUR, ink.text), Segment(f" {plain(line)}: {words}", ink.dim)])
        return with_sentences(lines, _sentences(self, ink), ink, width, height)

    def key_line(self, ink: Ink, width: int) -> Line:
        """Return what matters most in one row, for a pane too narrow for more."""
        line: Line = []
        pixels = [
            [Segment(f" {arrow}", ink.strong), Segment(f" {PIXEL_NAMES[pixel]}", ink.dim)]
            for arrow, pixel in zip("→↑", (self.plane.across, self.plane.up), strict=True)
        ]
        here = [Segment(" ", ink.text), *_here(self, ink)]
        for part in (here, *pixels, [Segment(" ", ink.text), *_dots_in_one(self, ink)[-1]]):
            if width_of(line) + width_of(part) <= width:
                line += part
        return line


def _pixels(legend: Legend, ink: Ink, width: int) -> list[Line]:
    """Name the four pixels with their darkness: which goes across, which up, which are held.

    Where the held ones fit into one row of so many columns, they share it.
    """
    lines: list[Line] = []
    for pixel, name in enumerate(PIXEL_NAMES):
        arrow = {legend.plane.across: "→", legend.plane.up: "↑"}.get(pixel, " ")
        value = plain(legend.reading.image[pixel])
        words = "" if arrow != " " else "  fixed"
        style = ink.dim if words else ink.text
        lines.append([Segment(arrow, ink.strong), Segment(f" {name:<13}{value:<5}{words}", style)])
    plane, image = legend.plane, legend.reading.image
    names = [PIXEL_NAMES[pixel] for pixel in plane.fixed]
    if names[0].split()[0] == names[1].split()[0]:  # bottom left 0.4, right 0.7
        names[1] = names[1].split()[1]
    fixed = [f"{name} {plain(image[at])}" for name, at in zip(names, plane.fixed, strict=True)]
    if len(text := f"  fixed: {', '.join(fixed)}") <= width:
        return [lines[plane.across], lines[plane.up], [Segment(text, ink.dim)]]
    return lines


def _seen(legend: Legend) -> str:
    """Return the lowest and the highest value on the map, if any is finite."""
    if legend.values is None or not (finite := legend.values[np.isfinite(legend.values)]).size:
        return ""
    return f"{value_text(float(finite.min()))} to {value_text(float(finite.max()))}"


def _here(legend: Legend, ink: Ink) -> Line:
    """Return what is said of the selected image."""
    said = value_text(legend.value)
    said += f" ({yes_or_no(legend.value)})" if legend.answers else ""
    return [Segment(HERE, ink.strong), Segment(f" here: output {said}", ink.text)]


def _broken(legend: Legend, ink: Ink) -> Line | None:
    """Return how many values are no finite numbers; nothing if all are."""
    if legend.values is None or not (n := int((~np.isfinite(legend.values)).sum())):
        return None
    cells = "1 cell is" if n == 1 else f"{count(n)} cells are"
    return [Segment(f"{BROKEN} {cells} not finite", ink.warning)]


def _dots_in_one(legend: Legend, ink: Ink) -> list[Line]:
    """Count the images near in one row, in more and in fewer words."""
    dots, (mark, test_mark) = legend.dots, _marks(legend, ink)
    tests = "" if dots.test is None else f", {test_mark} {count(dots.test)} test"
    number = count(dots.training)
    long, brief, shortest = _near(legend)
    texts = (
        f" {images(dots.training)} {long}{tests}",
        f" {images(dots.training)} {brief}{tests}",
        f" {images(dots.training)} {shortest}{tests}",
        f" {number} {shortest}{tests}",
        f" {number} {shortest}",
    )
    return [[Segment(mark, ink.text), Segment(text, ink.dim)] for text in texts]


def _dots(legend: Legend, ink: Ink, width: int, *, apart: bool) -> list[Line]:
    """Count the images near."""
    dots, (mark, test_mark) = legend.dots, _marks(legend, ink)
    lines = _dots_in_one(legend, ink)
    if not apart or dots.test is None:
        return [next((line for line in lines if width_of(line) <= width), lines[-1])]
    ways = (f"{images(dots.training)} {near}" for near in _near(legend))
    whole = fit(*ways, width=width - width_of([Segment(mark)]) - 1)
    return [
        [Segment(mark, ink.text), Segment(f" {whole}", ink.dim)],
        [
            Segment(test_mark, ink.text),
            Segment(f" {listed(dots.test, 'test image')} near", ink.dim),
        ],
    ]


def _near(legend: Legend) -> tuple[str, str, str]:
    """Say how near, in more words and in fewer.

    And which mark stands where images of a cell do not have one label.
    """
    labels, within = legend.dots.labels, f"within {plain(legend.distance)}"
    mixed = legend.shading.yes_no and bool(((labels > 0) & (labels < 1)).any())
    both = f", {BOTH} both" if mixed else ""
    return f"with fixed pixels {within}{both}", f"{within} of this map{both}", f"{within}{both}"


def _marks(legend: Legend, ink: Ink) -> tuple[str, str]:
    """Return the marks of training and of test images."""
    if legend.shading.yes_no:
        return "YN", "yn"
    return (TRAINING, TEST) if ink.colour else ("A–K", "a–k")


def _sentences(legend: Legend, ink: Ink) -> list[str]:
    """Return what a cell is, what the dots are, and what can be done."""
    shading, distance = legend.shading, plain(legend.distance)
    who = "the output" if legend.is_output else "this neuron’s output"
    said = [f"Each cell, and each number in a corner, is exactly {who}; two pixels are fixed."]
    values = legend.values
    if values is not None and not shading.colours.signed and ((values < 0) | (values > 1)).any():
        said.append("Values below 0 are white, above 1 black; the corners show the numbers.")
    near = f"images whose fixed pixels differ from the selected image by at most {distance}"
    if shading.yes_no:
        said.append(f"Y and N are {near}: target yes or no. {BOTH}: some of each.")
    elif ink.colour:
        said.append(f"Dots are {near}. The colour behind a dot is its target.")
    else:
        low = f"−{shading.label_colours.scale:g}" if shading.label_colours.signed else "0"
        top = f"{shading.label_colours.scale:g}"
        said.append(f"Letters are the targets of {near}: a is {low}, k is {top}.")
    said.append("Arrows or a click set the two pixels. + shows images farther away, − fewer.")
    if legend.has_hidden and legend.is_output:
        said.append("Press enter for the output of the selected weight’s neuron.")
    elif legend.has_hidden:
        said.append("The map follows the selected weight. Press enter for the network’s output.")
    return said
