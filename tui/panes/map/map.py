"""The map pane: what the network, or one neuron, says over two pixels of the image."""

import numpy as np
from textual import events
from textual.binding import Binding
from textual.reactive import var

from core import TASKS, Snapshot
from core.images import Batch, Image
from core.landscape import Plane, Response, output_neuron
from core.network import Architecture
from core.quantities import NeuronQuantity
from tui.panes.image import SHADE_STEP
from tui.panes.map.colours import colours_of_answer, colours_of_neuron
from tui.panes.map.dots import Dots, cells_of, dots_of
from tui.panes.map.drawing import GUTTER, Shading, draw_map, size_for
from tui.panes.map.request import response_order
from tui.panes.map.words import Legend
from tui.panes.picture.picture import PicturePane
from tui.terminal.drawing import Line
from tui.view.view import SetPixels, ShadePixel
from tui.words.phrases import PIXEL_NAMES, Lines, level, plain

DISTANCES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""What may count as near; at 1 every image is."""
_PLANES = tuple(Plane(a, b) for a in range(4) for b in range(a + 1, 4))
_WIDEST = 6
"""Columns of the picture for each of its rows, at most."""


class MapPane(PicturePane[Response]):
    """A network's response to two pixels; the arrow keys paint them."""

    BINDINGS = [
        Binding(
            "enter",
            "turn",
            "neuron",
            tooltip="Show the network’s output, or the selected weight’s neuron.",
        ),
        Binding("w", "choose", "pixels", tooltip="Choose another pair of pixels."),
        Binding("x", "swap", "swap", tooltip="Swap the two axes."),
        Binding(
            "t", "level", "colours", tooltip="Show few colours: yes and no, or ten; again: all."
        ),
        Binding(
            "plus,equals_sign",
            "reach(1)",
            "images",
            key_display="+ −",
            tooltip="Show also training images that are farther away.",
        ),
        Binding(
            "minus", "reach(-1)", "nearer", show=False, tooltip="Show only nearer training images."
        ),
        Binding(
            "left,h",
            "move(0, -1)",
            "lighter",
            show=False,
            tooltip="Make the pixel of the horizontal axis lighter.",
        ),
        Binding(
            "right,l",
            "move(0, 1)",
            "darker",
            show=False,
            tooltip="Make the pixel of the horizontal axis darker.",
        ),
        Binding(
            "up,k",
            "move(1, 1)",
            "darker",
            show=False,
            tooltip="Make the pixel of the vertical axis darker.",
        ),
        Binding(
            "down,j",
            "move(1, -1)",
            "lighter",
            show=False,
            tooltip="Make the pixel of the vertical axis lighter.",
        ),
    ]

    NAME, KEY, GUTTER, LEAST = "map", "m", GUTTER, (5, 3)

    test_images: var[Batch | None] = var[Batch | None](None, init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._plane = _PLANES[0]
        self._of_neuron = False
        self._few = False
        self._distance = 0.1
        self._gathered: tuple[tuple[object, ...], Image, Dots] | None = None

    watch_test_images = PicturePane.draw_again

    # -- keys -------------------------------------------------------------------------------------

    def action_move(self, axis: int, by: int) -> None:
        """Paint one of the two pixels darker or lighter."""
        pixel = (self._plane.across, self._plane.up)[axis]
        self.request(ShadePixel(by * SHADE_STEP, pixel))

    def action_choose(self) -> None:
        """Take the next two pixels."""
        plane = Plane(*sorted((self._plane.across, self._plane.up)))
        self._plane = _PLANES[(_PLANES.index(plane) + 1) % len(_PLANES)]
        self.draw_again()
        self.introduce()

    def action_swap(self) -> None:
        """Swap the two axes."""
        self._plane = Plane(self._plane.up, self._plane.across)
        self.draw_again()
        self.introduce()

    def action_turn(self) -> None:
        """Look at the selected weight's neuron, or at the output again."""
        if self.snapshot is None or not self.snapshot.architecture.hidden:
            self.refuse("this network has no hidden neurons")
            return
        self._of_neuron = not self._of_neuron
        self.draw_again()
        self.introduce()

    def action_level(self) -> None:
        """Show few levels, or all."""
        self._few = not self._few
        self.draw_again()
        if self._few:
            self.note("The map has few colours now: each is a range of values.")
        else:
            self.note("The map has all its colours again: one per value.")

    def action_reach(self, by: int) -> None:
        """Show images from farther away, or only nearer ones."""
        place = DISTANCES.index(self._distance) + by
        self._distance = DISTANCES[max(0, min(len(DISTANCES) - 1, place))]
        self.draw_again()
        self.note(
            "Training images are marked on the map if their other two pixels",
            f"differ from the fixed ones by at most {plain(self._distance)}.",
        )

    def on_click(self, event: events.Click) -> None:
        """Paint the two pixels as they are in the cell under the mouse."""
        if (place := self.place_of(event)) is None:
            return
        (wide, high), x, y = self._cells, place[0] - GUTTER, place[1]
        if 0 <= x < wide and 0 <= y < high:
            across, up = round(x / (wide - 1), 2), round((high - 1 - y) / (high - 1), 2)
            self.request(SetPixels(((self._plane.across, across), (self._plane.up, up))))

    # -- what is seen -----------------------------------------------------------------------------

    def shown(self, snapshot: Snapshot) -> object:
        """Return what the rows depend on."""
        return snapshot, self.view.parameter

    def title(self, snapshot: Snapshot) -> str:
        """Name whose output it is and over which pixels; say so where it is a moment old."""
        who, across, up = self._names(snapshot, "output")
        return self.dated(f"map · {who} over {across} and {up}", f"map · {who}", "map")

    def subtitle(self, snapshot: Snapshot) -> str:
        """Return what the keys do here, or how they come here."""
        if not self.has_focus:
            return "press tab to enter: the arrows set the two pixels · esc: close"
        turn = f" · enter: {'output' if self._of_neuron else 'neuron'}"
        other = f"w: pixels{turn if snapshot.architecture.hidden else ''}"
        return f"arrows: set them · {other} · + −: images · esc: close"

    def about(self, snapshot: Snapshot) -> str:
        """Name whose output it is, and the two pixels."""
        who, across, up = self._names(snapshot, "the prediction")
        return f"Map of {who} over {across} (across) and {up} (up)."

    def _names(self, snapshot: Snapshot, output: str) -> tuple[str, str, str]:
        """Name whose output it is, the output neuron's as given, and the two pixels."""
        neuron, who = self._neuron(snapshot), output
        if neuron != output_neuron(snapshot.architecture):
            who = f"layer {neuron.layer + 1} neuron {neuron.neuron + 1}"
        return who, PIXEL_NAMES[self._plane.across], PIXEL_NAMES[self._plane.up]

    def words(self, snapshot: Snapshot) -> Lines:
        """Return the value here, and what the keys do."""
        neuron = self._neuron(snapshot)
        value = float(snapshot.reading.activations[neuron.layer + 1][neuron.neuron])
        keys = "Arrows set the two pixels, w picks others, m closes it."
        return f"Output here: {level(value)}. ", keys

    def size_for(self, width: int, height: int) -> tuple[int, int]:
        """Choose columns and rows that have the middle and the ends in cells of their own."""
        return size_for(min(width, height * _WIDEST + GUTTER), height)

    def picture(
        self, snapshot: Snapshot, size: tuple[int, int]
    ) -> tuple[list[Line] | None, Legend]:
        """Draw the response with the images near and the one that is looked at."""
        response = self._response(snapshot)
        dots = self._dots(snapshot.reading.image)
        legend = self._legend(snapshot, response, dots)
        if response is None:
            return None, legend
        here = self._here(snapshot.reading.image)
        return draw_map(response, dots, here, legend.shading, self.ink), legend

    def _neuron(self, snapshot: Snapshot) -> NeuronQuantity:
        """Choose whose output is shown."""
        architecture = snapshot.architecture
        if not self._of_neuron:
            return output_neuron(architecture)
        index = min(self.view.parameter, architecture.parameter_count - 1)
        return neuron_of(architecture, index)

    def _response(self, snapshot: Snapshot) -> Response | None:
        """Return the response, as far as it is known."""
        return self.newest(
            response_order(
                snapshot.architecture,
                snapshot.parameters,
                self._neuron(snapshot),
                snapshot.reading.image,
                self._plane,
                self._cells,
                snapshot.step,
            )
        )

    def _dots(self, image: Image) -> Dots:
        """Gather the images near, unless they are the same as before."""
        assert self.images is not None
        key = (self.images, self.test_images, self._plane, self._distance, self._cells)
        known = self._gathered
        if known is None or known[0] != key or not self._plane.has_same_fixed(known[1], image):
            dots = dots_of(
                self.images, self.test_images, image, self._plane, self._distance, self._cells
            )
            self._gathered = known = (key, image, dots)
        return known[2]

    def _here(self, image: Image) -> tuple[int, int]:
        """Return row and column of the selected image."""
        wide, high = self._cells
        pixels = np.array([image[self._plane.across]]), np.array([image[self._plane.up]])
        return high - 1 - int(cells_of(pixels[1], high)[0]), int(cells_of(pixels[0], wide)[0])

    def _legend(self, snapshot: Snapshot, response: Response | None, dots: Dots) -> Legend:
        """Gather what the words say, and choose the colours."""
        architecture, neuron = snapshot.architecture, self._neuron(snapshot)
        task, is_output = TASKS[snapshot.config.task], neuron == output_neuron(architecture)
        reading = snapshot.reading
        values = np.zeros(1) if response is None else response.values
        if is_output:
            colours = colours_of_answer(task, values, few=self._few)
        else:
            activation = architecture.layers[neuron.layer].activation.name
            colours = colours_of_neuron(activation, values, few=self._few)
        line = 0.5 if is_output and task.yes_no else 0.0 if colours.signed else None
        finite = values[np.isfinite(values)]
        if line is not None and not (finite.size and finite.min() < line <= finite.max()):
            line = None
        labels = colours_of_answer(task, dots.labels, few=False)
        return Legend(
            reading,
            float(reading.activations[neuron.layer + 1][neuron.neuron]),
            self._plane,
            Shading(colours, labels, task.yes_no, line),
            dots,
            self._distance,
            None if response is None else response.values,
            is_output,
            bool(architecture.hidden),
        )


def neuron_of(architecture: Architecture, index: int) -> NeuronQuantity:
    """Return the hidden neuron of a parameter: a weight of the output comes from one."""
    place = architecture.place(index)
    if place.layer == len(architecture.hidden) and place.layer and place.source is not None:
        return NeuronQuantity(place.layer - 1, place.source)
    return NeuronQuantity(place.layer, place.neuron)
