"""The data pane: every image that is learned from, or tested with, as a tiny picture."""

from dataclasses import replace

import numpy as np
from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.reactive import var

from core import TASKS, Snapshot
from core.arrays import Array
from core.images import Batch, Example, equal_rows, example_at, found_again
from core.quantities import SubstepKind
from tui.panes.data.marking import Marking
from tui.panes.data.tiles import ACROSS, Tiles, Window, draw_tiles, rows_of_tile, scale_for
from tui.panes.data.words import draw_legend, words_of
from tui.panes.pane import Pane, RemovalWanted
from tui.terminal.drawing import Line
from tui.view.stage import is_known
from tui.view.view import SelectImage
from tui.words.numerals import count
from tui.words.phrases import Lines, equal_words

_EACH = "and below each its error: prediction − target"


class DataPane(Pane):
    """All images in a grid, each with its error; the one that is chosen is looked at."""

    BINDINGS = [
        Binding(
            "left,h", "move(-1)", "select", key_display="← ↑", tooltip="Select the previous image."
        ),
        Binding("right,l", "move(1)", "select", show=False, tooltip="Select the next image."),
        Binding("up,k", "move(0, -1)", "select", show=False, tooltip="Select the image above."),
        Binding("down,j", "move(0, 1)", "select", show=False, tooltip="Select the image below."),
        Binding("pageup", "page(-1)", "page up", show=False, tooltip="A page up."),
        Binding("pagedown", "page(1)", "page down", show=False, tooltip="A page down."),
        Binding("home", "end(0)", "first", show=False, tooltip="The first image."),
        Binding("end", "end(-1)", "last", show=False, tooltip="The last image."),
        Binding(
            "enter",
            "look",
            "select",
            show=False,
            tooltip="Select the marked image again, after another image was selected.",
        ),
        Binding(
            "w", "rank", "worst first", tooltip="Show the largest error first; again: by number."
        ),
        Binding(
            "t",
            "switch",
            "test images",
            tooltip="Show the test images; again: the training images.",
        ),
        Binding(
            "delete,backspace",
            "take_out",
            "remove",
            key_display="del",
            tooltip="Remove the image from the training images; press b to undo.",
        ),
    ]

    images: var[Batch | None] = var[Batch | None](None, init=False)
    test_images: var[Batch | None] = var[Batch | None](None, init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._marking = Marking(self, self.draw_again)
        self._is_test = False
        self._is_ranked = False
        self._cursor: int | None = None
        self._asked: Example | None = None
        self._window = Window(1, 1, 1)
        self._scale: float | None = None
        self._equal: tuple[Batch, Batch, int] | None = None
        self._rows: dict[int, tuple[object, list[Line]]] = {}

    # -- what the app sets ------------------------------------------------------------------------

    def watch_images(self) -> None:
        """Follow what images there are, also where there is no room to draw them."""
        if (batch := self._batch) is not None:
            self._marking.fit(len(batch))
            if self._cursor is not None:
                self._cursor = min(self._cursor, len(batch) - 1)
        self.draw_again()

    watch_test_images = watch_images

    def watch_view(self) -> None:
        """Mark the selected image, if it is one of these."""
        example = self.view.example
        if example is not None and self._asked in (None, example):
            self._asked = None
            moved = (example.index, example.is_test) != (self._cursor, self._is_test)
            self._cursor, self._is_test = example.index, example.is_test
            if moved:
                self._show_cursor()
        super().watch_view()

    # -- keys and mouse ---------------------------------------------------------------------------

    def action_move(self, right: int, down: int = 0) -> None:
        """Choose a neighbour in the order that is shown."""
        self._go_by(right + down * self._window.columns, stays=down < 0)

    def action_page(self, by: int) -> None:
        """Move by a page."""
        self._go_by(by * self._window.columns * self._window.rows, stays=False)

    def action_end(self, place: int) -> None:
        """Go to the first image, or to the last."""
        if (batch := self._batch) is not None:
            self._choose(place % len(batch))

    def _go_by(self, places: int, *, stays: bool) -> None:
        """Go on by so many places; beyond the first stay where it is, or go there."""
        if (batch := self._batch) is None:
            return
        if (here := self._place) is None:
            self._choose(min(self._window.first, len(batch) - 1))
        elif here + places >= 0 or not stays:
            self._choose(max(0, min(here + places, len(batch) - 1)))

    def _choose(self, place: int) -> None:
        """Look at the image at a place of the order that is shown."""
        if (batch := self._batch) is None:
            return
        self._cursor = self._marking.index_at(place)
        self._window = self._window.showing(place)
        image, example = example_at(batch, self._cursor, is_test=self._is_test)
        if example != self.view.example:
            # Keys may come faster than the view: what was asked for already counts.
            self._asked = example
            self.request(
                SelectImage(image, example)
            )  # and with what comes back, this is drawn again
        else:
            self.draw_again()

    def action_look(self) -> None:
        """Look at the marked image."""
        self._go_by(0, stays=True)

    def action_rank(self) -> None:
        """Show the largest errors first, or all in their own order again."""
        self._is_ranked = not self._is_ranked
        self._window = self._window.scrolled(0)
        if not self._is_ranked:
            self._marking.order = None
            self._show_cursor()
        self.draw_again()
        self.introduce()

    def action_switch(self) -> None:
        """Show the test images, or those for training again."""
        if self.test_images is None and not self._is_test:
            words = "there are no test images. Press c and set a test share"
            if self.snapshot is not None and self.snapshot.config.rounds_to_no_test_image:
                words = "the test share rounds to no image. Press c and set a larger one"
            self.refuse(words)
            return
        self._is_test = not self._is_test
        self._cursor = self._marking.order = None
        self._window = self._window.scrolled(0)
        self.draw_again()
        self.introduce()

    def action_take_out(self) -> None:
        """Ask for the selected image to be taken out."""
        batch, place = self._batch, self._place
        following = None
        if batch is not None and place is not None and len(batch) > 1:
            then = place + 1 if place + 1 < len(batch) else place - 1
            following = example_at(batch, self._marking.index_at(then), is_test=self._is_test)
        self.post_message(RemovalWanted(following))

    def on_click(self, event: events.Click) -> None:
        """Choose the image under the mouse."""
        if (spot := self.place_of(event)) is None or (batch := self._batch) is None:
            return
        column, row = spot[0] // ACROSS, spot[1] // rows_of_tile(self.ink)
        place = self._window.first + row * self._window.columns + column
        if column < self._window.columns and row < self._window.rows and place < len(batch):
            self._choose(place)

    def turn_wheel(self, event: events.MouseEvent, by: int) -> None:
        """Scroll by a row of images."""
        event.stop()
        event.prevent_default()
        self._window = self._window.scrolled(self._window.top + by)
        self.draw_again()

    # -- what is seen -----------------------------------------------------------------------------

    @property
    def _batch(self) -> Batch | None:
        """The images that are shown."""
        return self.test_images if self._is_test else self.images

    @property
    def _place(self) -> int | None:
        """The place of the marked image in the order that is shown."""
        return None if self._cursor is None else self._marking.place_of(self._cursor)

    def _show_cursor(self) -> None:
        """Scroll so that the marked image is visible."""
        if (place := self._place) is not None and (batch := self._batch) is not None:
            here = self._window
            window = Window(len(batch), here.columns, here.rows, here.top)
            self._window = window.showing(min(place, len(batch) - 1))
        self._drawn = None

    def shown(self, snapshot: Snapshot) -> object:
        """Return what the rows depend on."""
        return snapshot, self.view.example, self._is_known(snapshot)

    def title(self, snapshot: Snapshot) -> str:
        """Return which images are visible, in which order."""
        window, kind = self._window, "test" if self._is_test else "training"
        order = "worst first" if self._is_ranked else "by number"
        part = f"{window.first + 1:,}–{window.stop:,} of {window.count:,}"
        return f"data · {kind} images {part} · {order}{self._marking.age}"

    def subtitle(self, snapshot: Snapshot) -> str:
        """Return the words for the selected image, if it is one of these."""
        example = snapshot.reading.example
        if self._cursor is None:
            return self._equal_words() or "arrows or a click: select an image"
        if example is None or (example.index, example.is_test) != (self._cursor, self._is_test):
            return f"enter: select image {self._cursor + 1:,} again"
        equal = None
        if self._is_test and self.images is not None:
            equal = found_again(
                replace(example, is_test=False), snapshot.reading.image, self.images
            )
        known = self._is_known(snapshot)
        return words_of(snapshot, example.index, self.inner_size[0] - 3, equal, known=known)

    def _is_known(self, snapshot: Snapshot) -> bool:
        """Whether predictions and errors are known at the substep that is shown."""
        return is_known(snapshot, self.view.substep, SubstepKind.FORWARD)

    def _equal_words(self) -> str:
        """Count the test images that are training images too."""
        if not self._is_test or self.images is None or self.test_images is None:
            return ""
        pair = self.images, self.test_images
        if self._equal is None or self._equal[0] is not pair[0] or self._equal[1] is not pair[1]:
            self._equal = (*pair, int(equal_rows(self.test_images, self.images).sum()))
        equal = self._equal[2]
        return equal_words(equal, count(len(self.test_images))) if equal else ""

    def introduction(self, snapshot: Snapshot) -> Lines:
        """Return which images it shows in which order, and what to press."""
        batch, kind = self._batch, "test" if self._is_test else "training"
        number = "" if batch is None else f"{count(len(batch))} "
        each = "the largest error first" if self._is_ranked else _EACH
        first = f"{number}{kind} images, {each}."
        if not self.has_focus:
            return first, "Press tab to get to them, d to close."
        order = "w sorts by number" if self._is_ranked else "w sorts by error"
        other = ", t shows test images" if self.test_images is not None else ""
        if self._is_test:
            other = ", t shows training images"
        return first, f"Arrows select an image, {order}{other}, d closes."

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Draw the images that are visible, and the legend."""
        marking = self._marking
        marking.age = ""
        if self._is_test and self.test_images is None:
            self._is_test, self._cursor, self._marking.order = False, None, None
        if (batch := self._batch) is None:
            return [[Segment(" …", self.ink.dim)]]
        tall = rows_of_tile(self.ink)
        rows, columns = (height - 1) // tall, width // ACROSS
        if rows < 1 or columns < 1:
            return [
                [
                    Segment(
                        " The images need more room. Press z to show this pane alone.", self.ink.dim
                    )
                ]
            ]
        if self._cursor is not None:
            self._cursor = min(self._cursor, len(batch) - 1)
        before, place = self._window, self._place
        window = Window(len(batch), columns, rows, before.top)
        if (before.columns, before.rows) != (columns, rows):  # another size
            was_seen = place is not None and before.first <= place < before.stop
            keeps = place if place is not None and was_seen else before.first
            window = window.showing(min(keeps, len(batch) - 1))
        self._window = window = window.scrolled(window.top)
        if self._is_ranked:
            marking.rank(batch, snapshot, running=self.pace.running)
        places = np.arange(window.first, window.stop)
        if marking.order is not None:
            places = marking.order[window.first : window.stop]
        errors = None
        if self._is_known(snapshot):
            errors = marking.errors(batch, places, snapshot)
        if errors is not None:
            self._scale = scale_for(errors, self._scale)
        scale = 1.0 if self._scale is None else self._scale
        lines = self._tiles(batch.images[places], errors, scale)
        lines += [[] for _ in range(height - 1 - len(lines))]
        return [*lines, draw_legend(TASKS[snapshot.config.task], scale, self.ink, width)]

    def _tiles(self, images: Array, errors: Array | None, scale: float) -> list[Line]:
        """Draw the grid row by row."""
        window, place, lines = self._window, self._place, list[Line]()
        chosen = None if place is None else place - window.first
        for start in range(0, len(images), window.columns):
            stop = min(start + window.columns, len(images))
            here = chosen is not None and start <= chosen < stop
            part = Tiles(
                images[start:stop],
                None if errors is None else errors[start:stop],
                scale,
                chosen - start if chosen is not None and here else None,
            )
            lines += self._row(start // window.columns, part)
        return lines

    def _row(self, row: int, tiles: Tiles) -> list[Line]:
        """Draw a row of images, unless it is what it was: an arrow changes one or two of them."""
        if row not in self._rows or self._rows[row][0] != (tiles.content, self.ink):
            self._rows[row] = (tiles.content, self.ink), draw_tiles(tiles, self.ink)
        return self._rows[row][1]
