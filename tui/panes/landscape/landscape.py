"""The landscape pane: the loss over two weights, and the way down through it."""

import math

import numpy as np
from textual.binding import Binding
from textual.reactive import var
from textual.timer import Timer

from core import Snapshot
from core.arrays import Array
from core.landscape import (
    FARTHEST,
    Direction,
    Frame,
    Landscape,
    LossSurface,
    Point,
    along,
    both_sides,
    extremes,
    frame_for,
    places_of,
)
from core.quantities import SubstepKind
from core.run import SetParameter, SetParameters
from tui.panes.landscape.drawing import GUTTER, DrawnLandscape, Marks, draw_landscape
from tui.panes.landscape.request import landscape_order
from tui.panes.landscape.words import Legend
from tui.panes.picture.picture import PicturePane
from tui.terminal.drawing import Line
from tui.view.stage import is_known
from tui.words.numerals import short
from tui.words.phrases import Lines, fit, name_of, plain

HOLD = 0.6
"""Seconds after an arrow key during which the scale keeps still."""
_REACH, _HIDDEN_REACH = 0.25, 1.0
"""At least so much is seen on each side; more where nobody knows how far the lowest point is."""
_WIDEST = 7
"""Columns of the picture for each of its rows, at most."""


class LandscapePane(PicturePane[Landscape]):
    """The loss as a landscape over two weights; the arrow keys walk through it."""

    BINDINGS = [
        Binding(
            "left,h",
            "move(0, -1)",
            "move",
            key_display="← ↑",
            tooltip="Move the weights one cell left.",
        ),
        Binding(
            "right,l", "move(0, 1)", "move", show=False, tooltip="Move the weights one cell right."
        ),
        Binding("up,k", "move(1, 1)", "move", show=False, tooltip="Move the weights one cell up."),
        Binding(
            "down,j", "move(1, -1)", "move", show=False, tooltip="Move the weights one cell down."
        ),
        Binding(
            "enter",
            "switch",
            "other axes",
            tooltip="Show two weights, or the directions of lowest and highest curvature.",
        ),
        Binding(
            "plus,equals_sign",
            "closer(1)",
            "closer",
            key_display="+",
            tooltip="Show a smaller range of weights.",
        ),
        Binding(
            "minus",
            "closer(-1)",
            "farther",
            key_display="−",
            tooltip="Show a larger range of weights.",
        ),
    ]

    NAME, KEY, GUTTER, LEAST = "landscape", "v", GUTTER, (12, 3)

    first: var[int] = var(0, init=False)
    second: var[int] = var(1, init=False)
    mode: var[str] = var("weights", init=False)
    # Arrays cannot be asked whether they are equal, so each new path counts as another one.
    path: var[tuple[Array, ...]] = var[tuple[Array, ...]]((), init=False, always_update=True)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._surface: LossSurface | None = None
        self._frame: Frame | None = None
        self._framed: object = None
        self._closer = 0
        self._held: Timer | None = None
        self._asked: tuple[Snapshot, Array] | None = None

    # -- what the app sets ------------------------------------------------------------------------

    watch_first = watch_second = watch_mode = PicturePane.draw_again

    def watch_path(self) -> None:
        """Draw the way, once: a new snapshot mostly comes with it."""
        self._drawn = None
        self.call_later(self.redraw)

    # -- keys -------------------------------------------------------------------------------------

    def action_move(self, axis: int, by: int) -> None:
        """Move by a cell: one of the two weights, or all of them along a curvature."""
        snapshot, frame = self.snapshot, self._frame
        if snapshot is None or frame is None or (found := self._directions(snapshot)) is None:
            return
        # Keys may come faster than snapshots: what was asked for already counts.
        if self._asked is None or self._asked[0] is not snapshot:
            self._asked = snapshot, snapshot.parameters.copy()
        asked = self._asked[1]
        values = found[axis].moved(asked, by * frame.step[axis])
        if not all(math.isfinite(value) for _, value in values):
            self.refuse("the weights would be too large for a number")
            return
        for index, value in values:
            asked[index] = value
        if self._held is not None:
            self._held.stop()
        self._held = self.set_timer(HOLD, self._let_go)
        self.request(SetParameter(*values[0]) if len(values) == 1 else SetParameters(values))

    def _let_go(self) -> None:
        self._held = None
        self.draw_again()

    def action_switch(self) -> None:
        """Look along the curvatures, or along the weights again."""
        if self.mode == "weights" and (self._surface is None or self._surface.principal is None):
            self.refuse("curvatures need squared error and no hidden layer or sigmoid output")
        else:
            self.mode = "curvature" if self.mode == "weights" else "weights"
            self.introduce()

    def action_closer(self, by: int) -> None:
        """Look from nearer, or from farther away."""
        self._closer = max(-6, min(9, self._closer + by))
        self.draw_again()
        self.introduce()

    # -- what is seen -----------------------------------------------------------------------------

    def shown(self, snapshot: Snapshot) -> object:
        """Return what the rows depend on."""
        return snapshot, self.view.substep

    def title(self, snapshot: Snapshot) -> str:
        """Name the two weights, or the two ways; say so where the picture is a moment old."""
        found = self._directions(snapshot)
        if found is None:
            return "landscape"
        indices = [direction.parameter for direction in found]
        names = [
            name_of(snapshot.architecture, index) if index is not None else way
            for index, way in zip(indices, ("lowest", "highest curvature"), strict=True)
        ]
        plainly = f"landscape · {names[0]} and {names[1]}"
        return self.dated(plainly, "landscape · two weights", "landscape")

    def subtitle(self, snapshot: Snapshot) -> str:
        """Return what the keys do here, or how they come here."""
        if not self.has_focus:
            return "press tab to enter: the arrows move the two weights · esc: close"
        other = "curvature" if self.mode == "weights" else "two weights"
        return f"arrows: move · enter: {other} · + −: closer, farther · esc: close"

    def about(self, snapshot: Snapshot) -> str:
        """Name the two weights, or the two ways, and how far a cell goes."""
        found, frame = self._directions(snapshot), self._frame
        if found is None:
            return "A loss landscape needs two weights."
        if found[0].parameter is None or found[1].parameter is None:
            return "Loss landscape along the lowest (across) and the highest curvature (up)."
        names = [name_of(snapshot.architecture, each.parameter or 0) for each in found]
        plainly = (
            f"Loss landscape over {names[0]} (across) and {names[1]} (up).",
            f"Landscape over {names[0]} (across) and {names[1]} (up).",
            f"Landscape over {names[0]} and {names[1]}.",
            "Landscape over two weights.",
        )
        if frame is None:
            return fit(*plainly)
        cells = [plain(step) for step in frame.step]
        return fit(
            f"Loss landscape over {names[0]} (across, {cells[0]} per cell) "
            f"and {names[1]} (up, {cells[1]}).",
            *plainly,
        )

    def words(self, snapshot: Snapshot) -> Lines:
        """Return the loss here, and what the arrows and enter do."""
        here = ""
        if snapshot.loss is not None and snapshot.is_full_batch:
            here = f"Loss here: {short(snapshot.loss)}. "
        if self.mode == "curvature":
            return here, "Arrows move all weights, enter shows two, v closes it."
        if self._surface is None or self._surface.principal is None:
            return here, "Arrows move the weights, + and − zoom, v closes it."
        return here, "Arrows move the weights, enter: curvatures, v closes it."

    def size_for(self, width: int, height: int) -> tuple[int, int]:
        """Choose columns and rows; below the rows stands an axis."""
        high = height - 1
        return min(width - GUTTER, max(1, high) * _WIDEST), high

    def picture(
        self, snapshot: Snapshot, size: tuple[int, int]
    ) -> tuple[list[Line] | None, Legend]:
        """Draw the landscape with the way through it."""
        found = self._directions(snapshot)
        assert found is not None, "else it is refused"
        here = _place(snapshot.parameters, found)
        drawn = self._draw_landscape(snapshot, found, here, size)
        legend = self._legend(snapshot, found, here, drawn)
        return None if drawn is None else drawn.lines, legend

    def refusal(self, snapshot: Snapshot, size: tuple[int, int]) -> str:
        """Return why there is no picture; nothing if there is one."""
        if self.images is not None and self._directions(snapshot) is None:
            return "A loss landscape needs two weights."
        refused = super().refusal(snapshot, size)
        if not refused and np.abs(snapshot.parameters).max() > FARTHEST:
            return "The weights are too large for a picture."
        return refused

    def _directions(self, snapshot: Snapshot) -> tuple[Direction, Direction] | None:
        """Choose what goes across and what goes up."""
        architecture, config = snapshot.architecture, snapshot.config
        known = self._surface
        if self.images is not None and (
            known is None
            or known.batch is not self.images
            or (known.architecture, known.loss) != (architecture, config.loss)
        ):
            self._surface = known = LossSurface(architecture, config.loss, self.images)
        if self.mode == "curvature" and known is not None and known.principal is not None:
            return known.principal
        parameters = architecture.parameter_count
        first = min(self.first, parameters - 1)
        second = min(self.second, parameters - 1)
        if second == first:
            second = (first + 1) % parameters
        return (along(first), along(second)) if first != second else None

    def _draw_landscape(
        self,
        snapshot: Snapshot,
        found: tuple[Direction, Direction],
        here: Point,
        size: tuple[int, int],
    ) -> DrawnLandscape | None:
        """Draw the landscape, as far as it is known."""
        surface = self._surface
        assert surface is not None
        way = places_of(self.path, *found)
        name = (snapshot.architecture, surface.loss, self.mode, *(d.parameter for d in found))
        bottom = surface.bottom(snapshot.parameters, *found)
        others = [*extremes(way), here]
        if bottom is not None:
            others += both_sides(bottom, others)
        reach = _HIDDEN_REACH if bottom is None else _REACH
        frame = self._choose_frame(here, others, size, reach, (name, size, self._closer))
        order = landscape_order(surface, found, frame, snapshot.parameters, snapshot.step, name)
        if (landscape := self.newest(order)) is None:
            return None
        following, change = None, self._change(snapshot, found)
        if change is not None:
            there = here[0] + change[0], here[1] + change[1]
            following = there if max(map(abs, there)) <= FARTHEST else None
        return draw_landscape(landscape, frame, Marks(here, way, following), self.ink)

    def _downhill(self, snapshot: Snapshot, found: tuple[Direction, Direction]) -> Point | None:
        """Return the direction in which the loss falls fastest; None while it is not known."""
        kinds = SubstepKind.GRADIENT, SubstepKind.NUDGE
        if snapshot.gradient is None or not is_known(snapshot, self.view.substep, *kinds):
            return None
        slope = _place(snapshot.gradient, found)
        return (-slope[0], -slope[1]) if _is_finite(slope) else None

    def _change(self, snapshot: Snapshot, found: tuple[Direction, Direction]) -> Point | None:
        """Return what the next update adds; None while that is not known."""
        known = is_known(snapshot, self.view.substep, SubstepKind.UPDATE)
        if snapshot.change is None or not known:
            return None
        change = _place(snapshot.change, found)
        return change if _is_finite(change) else None

    def _choose_frame(
        self, here: Point, others: list[Point], size: tuple[int, int], reach: float, key: object
    ) -> Frame:
        """Keep the frame, or move it as little as can be."""
        self._frame = frame_for(
            here,
            others,
            *size,
            reach=reach,
            previous=self._frame if self._framed == key else None,
            closer=self._closer,
            keep_scale=self._held is not None,
        )
        self._framed = key
        return self._frame

    def _legend(
        self,
        snapshot: Snapshot,
        found: tuple[Direction, Direction],
        here: Point,
        drawn: DrawnLandscape | None,
    ) -> Legend:
        """Gather what the words say."""
        images = 0 if self.images is None else len(self.images)
        same = snapshot.batch_size == images
        return Legend(
            snapshot.architecture,
            found,
            here,
            snapshot.loss if same else None,
            self._downhill(snapshot, found),
            self._change(snapshot, found),
            snapshot.config.is_plain_descent,
            bool(self.path),
            images,
            images == snapshot.schedule.images,
            None if same else snapshot.batch_size,
            drawn,
        )


def _is_finite(point: Point) -> bool:
    return math.isfinite(point[0]) and math.isfinite(point[1])


def _place(parameters: Array, found: tuple[Direction, Direction]) -> Point:
    return found[0].place(parameters), found[1].place(parameters)
