"""The image pane: four pixels to edit, and what the network makes of them."""

import math

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message

from core import TASKS, Reading, Snapshot
from core.images import Answer, Task
from core.quantities import SubstepKind
from tui.panes.pane import Pane
from tui.panes.room import Room
from tui.terminal.drawing import Line, width_of
from tui.terminal.glyphs import POINTER
from tui.view.stage import is_known
from tui.view.view import MovePixel, SelectAnswer, SelectPixel, SetPixel, ShadePixel
from tui.words.numerals import MINUS, fixed
from tui.words.phrases import yes_or_no

SHADE_STEP = 0.05
_READING = 3
"""Rows that say what the network makes of the image."""
_TALLEST = 9
"""Rows of a pixel, at most."""
_WIDE = 34
"""Columns from which on numbers have more digits, and words are whole."""
_NAME = 9
"""Cells for the words before the numbers."""


class ImagePane(Pane):
    """The selected image; whatever is painted here, the training images stay."""

    BINDINGS = [
        Binding("left,h", "move(-1, 0)", "move", show=False, tooltip="To the pixel on the left."),
        Binding("right,l", "move(1, 0)", "move", show=False, tooltip="To the pixel on the right."),
        Binding("up,k", "move(0, -1)", "move", show=False, tooltip="To the pixel above."),
        Binding("down,j", "move(0, 1)", "move", show=False, tooltip="To the pixel below."),
        Binding(
            "0",
            "paint(0.0)",
            "pixel",
            key_display="0–9",
            tooltip="Make the pixel 0.0 (white) to 0.9.",
        ),
        *(Binding(f"{digit}", f"paint(0.{digit})", show=False) for digit in range(1, 10)),
        Binding("f", "paint(1.0)", "black", tooltip="Make the pixel 1.0, full black."),
        Binding(
            "plus,equals_sign",
            "shade(1)",
            "darker",
            key_display="+ =",
            tooltip="Make the pixel darker by 0.05.",
        ),
        Binding(
            "minus",
            "shade(-1)",
            "lighter",
            key_display="−",
            tooltip="Make the pixel lighter by 0.05.",
        ),
        Binding("enter", "exact", "exact", tooltip="Type an exact darkness for the pixel."),
    ]

    class ExactWanted(Message):
        """A person wants to type the selected pixel's darkness."""

        def __init__(self, pixel: int, darkness: float) -> None:
            super().__init__()
            self.pixel = pixel
            self.darkness = darkness

    def action_move(self, right: int, down: int) -> None:
        """Go to a neighbouring pixel."""
        self.request(MovePixel(right, down))

    def action_paint(self, darkness: float) -> None:
        """Make the selected pixel so dark."""
        self.request(SetPixel(darkness))

    def action_shade(self, by: int) -> None:
        """Make the selected pixel darker or lighter."""
        self.request(ShadePixel(by * SHADE_STEP))

    def action_exact(self) -> None:
        """Ask for a number."""
        self.post_message(self.ExactWanted(self.view.pixel, self.view.image[self.view.pixel]))

    def on_click(self, event: events.Click) -> None:
        """Select the pixel under the mouse."""
        if (pixel := self._pixel_at(event)) is not None:
            self.request(SelectPixel(pixel))
        elif (place := self.place_of(event)) is not None:
            answer = place[1] - len(self._content) + _READING
            if 0 <= answer < _READING:
                self.request(SelectAnswer(answer))

    def turn_wheel(self, event: events.MouseEvent, by: int) -> None:
        """Make the pixel under the mouse darker when the wheel turns up, else lighter."""
        pixel = self._pixel_at(event)
        if pixel is not None:
            event.stop()
            event.prevent_default()
            self.request(ShadePixel(-by * SHADE_STEP, pixel))

    def _pixel_at(self, event: events.MouseEvent) -> int | None:
        """Find the pixel at a place of the pane."""
        if (place := self.place_of(event)) is None:
            return None
        left, cell, tall = _layout(*self.inner_size)
        column, row = (place[0] - left) // cell, place[1] // tall
        return 2 * row + column if column in (0, 1) and row in (0, 1) else None

    def room(self, width: int) -> Room:
        """Return the rows that the image has a use for: at most its largest pixels."""
        return Room(12, 12, 2 * _TALLEST + _READING + 5)

    @property
    def eye(self) -> Region:
        """Where the selected pixel is on the screen; or the selected answer."""
        left, cell, tall = _layout(*self.inner_size)
        row, column = divmod(self.view.pixel, 2)
        x, y = self.region.x + 1, self.region.y + 1
        if (answer := self.view.answer) is not None:
            return Region(x, y + len(self._content) - _READING + answer, self.inner_size[0], 1)
        return Region(x + left + column * cell, y + row * tall, cell, tall)

    def shown(self, snapshot: Snapshot) -> object:
        """Return the image and what the network makes of it."""
        reading, view, rule = snapshot.reading, self.view, snapshot.rule
        what = reading.image, reading.target, rule, snapshot.config.task
        return what, reading.prediction, view.pixel, view.answer, self._is_known(snapshot)

    def title(self, snapshot: Snapshot) -> str:
        """Name the pane."""
        return "selected image"

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Return pixels, legend and reading."""
        left, cell, tall = _layout(width, height)
        rows = [self._pixels(y, left, cell, tall) for y in range(2 * tall)]
        spare = height - len(rows) - _READING - 1
        if spare > 1:
            rows.append([])
        rows.append(self._legend(left))
        if spare > 0:
            rows.append([])
        return rows + self._reading(snapshot, width)

    def _pixels(self, y: int, left: int, cell: int, tall: int) -> Line:
        """Return one row of the two pixels it crosses."""
        edges = [self.ink.edge] if left else []
        line = [Segment(" " * (left - len(edges)), self.ink.text), *edges]
        for column in range(2):
            pixel = 2 * (y // tall) + column
            darkness = self.view.image[pixel]
            style = self.ink.grey(darkness)
            shade = self.ink.fill(darkness)
            if y % tall != tall // 2 or cell < 6:
                line.append(Segment(shade * cell, style))
                continue
            is_selected = pixel == self.view.pixel and self.view.answer is None
            mark = POINTER if is_selected else " "
            label = f"{mark}{_darkness(darkness)} "
            side = (cell - len(label)) // 2
            if is_selected:
                style = style + Style(bold=True, underline=self.has_focus)
            line.append(Segment(shade * side, style))
            line.append(Segment(label, style))
            line.append(Segment(shade * (cell - side - len(label)), style))
        return [*line, *edges]

    def _legend(self, left: int) -> Line:
        ink = self.ink
        greys = [ink.swatch(step / 4, 1) for step in range(5)]
        words = Segment(" white 0", ink.dim), Segment("1 black", ink.dim)
        return [words[0], ink.edge, *greys, ink.edge, words[1]]

    def _reading(self, snapshot: Snapshot, width: int) -> list[Line]:
        """Return the prediction, the target, and the error."""
        ink, reading, task = self.ink, snapshot.reading, snapshot.config.task
        places = 3 if width < 28 else 5
        column = places + 4
        swatch = max(0, min(width - _NAME - column - 3, 20 if width >= _WIDE else 12))
        words, error = TASKS[task], reading.error
        which = _which(reading, words, 0.5 * 10**-places)
        longer = f"too {which}"
        if which and not words.yes_no and _NAME + column + 1 + len(longer) < width:
            which = longer
        form = places, column
        rows = [
            self._answer(0, reading.prediction, form, words, swatch),
            self._answer(1, reading.target, form, words, swatch),
        ]
        if snapshot.rule is not None:
            rows[1] = self._label(reading.target, snapshot.rule, form, words, width)
        if not self._is_known(snapshot):
            unknown = Segment("…".rjust(column), ink.faint)
            rows[0] = [self._word(0, _NAME), unknown]
            return [*rows, [self._word(2, _NAME), unknown]]
        if math.isnan(reading.target):
            return [*rows, [self._word(2, _NAME), Segment("unknown", ink.dim)]]
        text = _number(error, form, signed=True)
        said = [Segment(text, ink.signed(error)), Segment(f" {which}", ink.text)]
        return [*rows, [self._word(2, width - width_of(said)), *said]]

    def _is_known(self, snapshot: Snapshot) -> bool:
        """Whether the prediction is known, also at the substep that is shown."""
        return is_known(snapshot, self.view.substep, SubstepKind.FORWARD)

    def _answer(
        self, answer: int, value: float, form: tuple[int, int], task: Task, swatch: int
    ) -> Line:
        """Return a number, and what it means where a number alone does not show it."""
        ink = self.ink
        if math.isnan(value) and answer:
            return [self._word(answer, _NAME), Segment("unknown", ink.dim)]
        line = [self._word(answer, _NAME), Segment(_number(value, form), ink.strong)]
        match task.answer:
            case Answer.YES_NO:
                return [*line, Segment(f" {yes_or_no(value)}", ink.strong)]
            case Answer.DARKNESS:
                return [*line, ink.edge, ink.swatch(value, swatch), ink.edge]
            case Answer.DIFFERENCE if ink.colour:
                return [*line, ink.edge, ink.signed_cell(value, 1.0, " " * swatch), ink.edge]
        return line

    def _label(
        self, label: float, rule: float, form: tuple[int, int], task: Task, width: int
    ) -> Line:
        """Return the image's own label, and the clean label."""
        places, column = form
        text, room = _number(label, form), width - _NAME - column
        clean = f" clean {rule:.{places}f}".rstrip("0").replace("-", MINUS)
        other = clean if len(clean) <= room else f" ≠{fixed(rule, places)}"
        if task.yes_no:
            text, other = f"{text} {yes_or_no(label)}", f"≠{yes_or_no(rule)}"
        word = self._word(1, width - len(text + other), said="label")
        return [word, Segment(text, self.ink.strong), Segment(other, self.ink.dim)]

    def _word(self, answer: int, room: int, *, said: str = "") -> Segment:
        """Return the word before a number, shorter than others where there is less room."""
        chosen = self.view.answer == answer
        word = said or ("predicts", "target", "error")[answer]
        lead = POINTER if chosen else " "
        return Segment(
            f"{lead}{word}".ljust(min(_NAME, room)), self.ink.focus if chosen else self.ink.dim
        )


def _number(value: float, form: tuple[int, int], *, signed: bool = False) -> str:
    """Write a number with so many decimals into so many cells, of which the first is a margin."""
    places, column = form
    return fixed(value, places, width=column - 1, signed=signed).rjust(column)


def _which(reading: Reading, task: Task, least: float) -> str:
    """Return in a word how the prediction is wrong; nothing where the error shows as 0."""
    if math.isnan(reading.target) or not math.isfinite(reading.error):
        return ""
    if task.yes_no:
        same = yes_or_no(reading.prediction) == yes_or_no(reading.target)
        return "right" if same else "wrong"
    if abs(reading.error) < least:
        return ""
    return task.high if reading.error > 0 else task.low


def _layout(width: int, height: int) -> tuple[int, int, int]:
    """Choose where the pixels begin, and how wide and tall each is."""
    tall = max(1, min(_TALLEST, (height - _READING - 1) // 2))
    cell = max(1, min((width - 2) // 2, round(2.9 * tall)))
    return max(0, (width - 2 * cell) // 2), cell, tall


def _darkness(value: float) -> str:
    """Write a pixel: two decimals, more only where they are needed."""
    return f"{value:.2f}" if round(value, 2) == value else f"{value:.4g}"[:6]
