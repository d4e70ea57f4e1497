"""The network pane: every weight with what it does, drawn in the way that suits the network."""

from collections.abc import Iterator

from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message

from core import Snapshot
from core.network import Architecture
from core.quantities import SubstepKind
from core.run import SetFrozen, SetParameter
from core.settings import Reshape
from tui.panes.network.columns import Sheet, Spot
from tui.panes.network.drawn import Scene, scene_of
from tui.panes.network.flow import in_brief
from tui.panes.network.gradient_check import edge_of, summaries
from tui.panes.network.heatmaps import draw_heatmaps
from tui.panes.network.layers import draw_layers, shows_numbers
from tui.panes.network.neurons import HEAD_ROWS, draw_neurons, rows_of
from tui.panes.network.weights import draw_weights
from tui.panes.pane import Pane
from tui.panes.room import Room
from tui.terminal.drawing import Line
from tui.view.selection import ASPECTS
from tui.view.stage import is_known
from tui.view.view import ChooseSecond, MoveParameter, SelectParameter, TurnAspect
from tui.words.numerals import count, significant, written
from tui.words.phrases import Lines, name_of

MOST_NEURONS = 16
"""Neurons of a layer that still get a row each."""
MOST_ROWS = 200
"""Neurons of all layers together that do."""
NUDGE = 0.05
"""By how much a key moves a weight."""
_HIGHEST = 100
"""Rows that no terminal exceeds by much, to see how many the network can use."""
_LEAST = 12, 12
"""Rows of the pane: such as the default network's table and two sentences take."""
_EDGE = 3
"""Cells that the frame's edge keeps for itself beside its words."""


RESHAPING = tuple(
    Binding(
        keys,
        f"reshape('{shape.value}')",
        word or shape.value,
        show=bool(word),
        key_display=shown,
        tooltip=sentence,
    )
    for keys, shape, word, shown, sentence in (
        ("u", Reshape.MORE_NEURONS, "neurons", "u U",
         "Add a neuron to the weight’s layer; a layer of 16 or more grows by an eighth."),
        ("U,shift+u", Reshape.FEWER_NEURONS, "", "U",
         "Remove a neuron from the weight’s layer; the last one removes the layer."),
        ("i", Reshape.ADD_LAYER, "layers", "i I",
         "Insert a hidden layer after the weight’s layer."),
        ("I,shift+i", Reshape.REMOVE_LAYER, "", "I",
         "Remove the weight’s hidden layer."),
        ("A,shift+a", Reshape.ACTIVATION, "activation", "A",
         "Change the layer’s activation function; linear, relu, tanh or sigmoid."),
        ("O,shift+o", Reshape.BIAS, "", "O",
         "Switch the biases on or off."),
        ("W,shift+w", Reshape.INITIALISATION, "", "W",
         "Change the initialisation; auto, glorot, he, uniform, normal or zero."),
    )
)  # fmt: skip
"""Keys that change the network itself. Each starts another run; b brings the one before back."""


class NetworkPane(Pane):
    """The network's parameters; the arrows stand on one of them."""

    SCROLLS = True

    BINDINGS = [
        Binding("up,k", "move(0, -1)", "move", show=False, tooltip="To the weight above."),
        Binding("down,j", "move(0, 1)", "move", show=False, tooltip="To the weight below."),
        Binding("left,h", "move(-1, 0)", "move", show=False, tooltip="To the weight on the left."),
        Binding("right,l", "move(1, 0)", "move", show=False, tooltip="To the weight on the right."),
        Binding(
            "plus,equals_sign",
            "nudge(1)",
            "weight",
            key_display="+ −",
            tooltip="Make the weight larger by 0.05; press b to undo.",
        ),
        Binding(
            "minus", "nudge(-1)", "less", show=False, tooltip="Make the weight smaller by 0.05."
        ),
        Binding("enter", "exact('')", "exact", tooltip="Type an exact value for the weight."),
        *(Binding(f"{digit}", f"exact('{digit}')", show=False) for digit in range(10)),
        Binding(
            "x",
            "freeze",
            "freeze",
            tooltip="Freeze the weight: no step changes it; again: unfreeze it.",
        ),
        Binding(
            "t",
            "turn",
            "turn",
            show=False,
            tooltip="Switch explain to the weight's gradient, update or neuron.",
        ),
        Binding(
            "w",
            "choose",
            "for landscape",
            show=False,
            tooltip="Use this weight as the second one of the landscape.",
        ),
        *RESHAPING,
        Binding("pageup", "scroll(-1)", "scroll", show=False, tooltip="Scroll up."),
        Binding("pagedown", "scroll(1)", "scroll", show=False, tooltip="Scroll down."),
    ]

    _sheet: Sheet | None = None
    _gradients: str = ""
    _followed: tuple[Architecture, int] | None = None
    _room: tuple[tuple[Architecture, int], Room] | None = None

    class ExactWanted(Message):
        """A person wants to type the selected parameter's value."""

        def __init__(self, index: int, name: str, value: float, typed: str) -> None:
            super().__init__()
            self.index = index
            self.name = name
            self.value = value
            self.typed = typed

    def action_nudge(self, by: int) -> None:
        """Make the selected parameter larger or smaller."""
        if self.snapshot is not None:
            index = self._selected(self.snapshot)
            value = round(float(self.snapshot.parameters[index]) + by * NUDGE, 12)
            self.request(SetParameter(index, value))

    def action_exact(self, typed: str) -> None:
        """Ask for a number."""
        if self.snapshot is not None:
            index = self._selected(self.snapshot)
            value = float(self.snapshot.parameters[index])
            name = name_of(self.snapshot.architecture, index)
            self.post_message(self.ExactWanted(index, name, value, typed))

    def action_freeze(self) -> None:
        """Freeze the selected parameter, or let it go again."""
        if self.snapshot is not None:
            index = self._selected(self.snapshot)
            self.request(SetFrozen(index, index not in self.snapshot.frozen))

    def action_reshape(self, reshape: str) -> None:
        """Change the network itself, at the selected parameter."""
        self.request(Reshape(reshape))

    def action_turn(self) -> None:
        """Turn explain from the weight to its gradient, its update and its neuron."""
        self.request(TurnAspect(1, ASPECTS, goes_round=True))

    def action_choose(self) -> None:
        """Make the selected parameter the landscape's second one."""
        if self.snapshot is not None:
            self.request(ChooseSecond(self._selected(self.snapshot)))

    def action_move(self, right: int, down: int) -> None:
        """Go to the next parameter in a direction; at the edge, stay."""
        if self.snapshot is None or self._sheet is None:
            return
        spots, selected = self._sheet.spots(), self._selected(self.snapshot)
        current = next((spot for spot in spots if spot.parameter == selected), None)
        if current is None:
            there = spots[0] if spots else None
        else:
            there = neighbour(spots, current, right, down)
        stays = there is None or there.parameter == selected
        if right and stays and not self.snapshot.architecture.hidden:
            self.request(TurnAspect(right, ASPECTS - 1))
        elif there is not None:
            by = there.parameter - selected
            self.request(MoveParameter(by, self.snapshot.architecture.parameter_count))

    def on_click(self, event: events.Click) -> None:
        """Select the parameter under the mouse, or the one nearest to it in its row."""
        if (place := self.place_of(event)) is None or self._sheet is None:
            return
        spots = [spot for spot in self._sheet.spots() if spot.row == place[1]]
        if spots:
            nearest = min(spots, key=lambda spot: _gap(spot, place[0]))
            self.request(SelectParameter(nearest.parameter))

    def on_resize(self) -> None:
        """Draw for the new size; keep the selection in sight."""
        super().on_resize()
        self._followed = None
        self._follow()

    def watch_snapshot(self) -> None:
        """Draw the new moment; in another network, follow the selection."""
        super().watch_snapshot()
        self._follow()

    def watch_view(self) -> None:
        """Draw what is looked at now; follow the selection."""
        super().watch_view()
        self._follow()

    def _follow(self) -> None:
        """Scroll to the selected parameter, if it or the network is another one than before."""
        if self.snapshot is None or self._sheet is None:
            return
        here = self.snapshot.architecture, self._selected(self.snapshot)
        if here != self._followed:
            self._followed = here
            for spot in self._sheet.spots():
                if spot.parameter == here[1]:
                    self.show_row(spot.row)

    @property
    def eye(self) -> Region:
        """Where the selected parameter is on the screen, as far as it is visible."""
        if self.snapshot is None or self._sheet is None:
            return self.region
        spots, selected = self._sheet.spots(), self._selected(self.snapshot)
        shown = range(self._top, self._top + self.inner_size[1])
        for spot in spots:
            if spot.parameter == selected and spot.row in shown:
                place = self.region.x + 1 + spot.left, self.region.y + 1 + spot.row - self._top
                return Region(*place, spot.right - spot.left, 1)
        return self.region

    def room(self, width: int) -> Room:
        """Return the rows that the network has a use for, worked out once for each network."""
        if self.snapshot is None:
            return Room(*_LEAST)
        key = self.snapshot.architecture, width
        if self._room is None or self._room[0] != key:
            scene = scene_of(self.snapshot, self.ink, stepped=False, selected=None)
            self._room = key, room_of(scene, width)
        return self._room[1]

    def title(self, snapshot: Snapshot) -> str:
        """Name the pane, and count what is learned."""
        architecture = snapshot.architecture
        what = "weights and biases" if architecture.bias else "weights"
        return f"network · {count(architecture.parameter_count)} {what}"

    def subtitle(self, snapshot: Snapshot) -> str:
        """Return the selected parameter in full; where there is room, how it is about to change.

        While keys go elsewhere: the layers' gradients, where their rows are out of sight.
        """
        selected = self._selected(snapshot)
        name = name_of(snapshot.architecture, selected)
        if selected in snapshot.frozen:
            name = f"frozen {name}"
        room = self.inner_size[0] - _EDGE
        if self.view.compares:
            if not self._is_gradient_known(snapshot):
                return ""
            whose = selected if self.has_focus else None
            running = self.pace.running and snapshot.outcome is None
            return edge_of(snapshot, whose, name, room, running=running)
        if not self.has_focus:
            in_sight = len(self._content) <= self._top + self.inner_size[1]
            return "" if in_sight else self._gradients
        value = float(snapshot.parameters[selected])
        gradient, change = snapshot.gradient, snapshot.change
        if gradient is None or change is None:
            return f"{name} {significant(value)}"
        if not is_known(snapshot, self.view.substep, SubstepKind.UPDATE):
            return f"{name} {significant(value)}"
        slope, step = float(gradient[selected]), float(change[selected])
        ways = list(in_numbers(name, value, slope, step))
        return next((text for text in ways if len(text) <= room), ways[-1])

    def introduction(self, snapshot: Snapshot) -> Lines:
        """Return what is compared, and how far the two gradients are apart."""
        what = "the gradients by backprop and by finite differences"
        if self._is_gradient_known(snapshot) and (most := summaries(snapshot)):
            what = most[0]
        back = "The difference is finite differences − backprop. Press G for the update again."
        return f"Compared: {what}.", back

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Draw the network in the way that suits it."""
        selected = self._selected(snapshot) if self.has_focus else None
        scene = scene_of(
            snapshot,
            self.ink,
            stepped=self.view.stepped,
            selected=selected,
            substep=self.view.substep,
            compares=self.view.compares,
        )
        has_layers = bool(snapshot.architecture.hidden)
        self._gradients = in_brief(scene, width - _EDGE) if has_layers else ""
        self._sheet = sheet_of(scene, width, height)
        return self._sheet.lines

    def _is_gradient_known(self, snapshot: Snapshot) -> bool:
        """Whether the gradient is known at the substep that is shown."""
        kinds = SubstepKind.GRADIENT, SubstepKind.NUDGE
        return is_known(snapshot, self.view.substep, *kinds)

    def _selected(self, snapshot: Snapshot) -> int:
        return min(self.view.parameter, snapshot.architecture.parameter_count - 1)


def sheet_of(scene: Scene, width: int, height: int) -> Sheet:
    """Draw a network as a table, as weight images, layer by layer or as heat maps."""
    hidden = scene.snapshot.architecture.hidden
    if not hidden:
        return draw_weights(scene, width, height)
    if max(hidden) > MOST_NEURONS or sum(hidden) > MOST_ROWS:
        return draw_heatmaps(scene, width, height)
    # Weight images say most; where they would have to be scrolled, a row for each neuron may still
    # fit.
    stencils = rows_of(scene) - HEAD_ROWS <= height or not shows_numbers(scene.snapshot, width)
    if len(hidden) == 1 and stencils:
        return draw_neurons(scene, width, height)
    return draw_layers(scene, width, height)


def room_of(scene: Scene, width: int) -> Room:
    """Return how many rows a pane of so many columns has a use for, its frame included."""

    def rows(height: int) -> int:
        return len(sheet_of(scene, width - 2, height).lines)

    need = rows(1)
    while rows(need) > need:  # with more room, a network may be drawn in a way that takes more
        need = rows(need)
    least, usual = _LEAST
    return Room(least, max(usual, need + 2), max(usual, rows(_HIGHEST) + 2))


def neighbour(spots: list[Spot], current: Spot, right: int, down: int) -> Spot | None:
    """Find the spot next to one: in its row, or in the nearest row that has any."""
    if right:
        row = [spot for spot in spots if spot.row == current.row]
        ahead = [spot for spot in row if (spot.left - current.left) * right > 0]
        return min(ahead, key=lambda spot: abs(spot.left - current.left), default=None)
    beyond = [spot for spot in spots if (spot.row - current.row) * down > 0]
    return min(
        beyond,
        key=lambda spot: (abs(spot.row - current.row), _gap(spot, current.left)),
        default=None,
    )


def in_numbers(name: str, value: float, gradient: float, update: float) -> Iterator[str]:
    """Write a parameter, its gradient and its update, in fewer and fewer words and digits.

    Explain shows all digits; here gradient and update are never pushed out by them.
    """

    def more(places: int) -> str:
        return f"gradient {written(gradient, places, 0)} · update {written(update, places, 0)}"

    starts = [f"{name} {significant(value)}"]
    starts += [f"{name} ≈ {written(value, places, 0)}" for places in (6, 4)]
    yield from (f"{start} · {more(places)}" for start in starts for places in (6, 5, 4))
    yield f"{starts[0]} · {more(3)}"
    brief = name.split(" · ")[-1]
    if name.startswith("frozen ") and brief != name:
        brief = f"frozen {brief}"
    for shorter in (name, brief):
        yield f"{shorter} ≈ {written(value, 3, 0)} · {more(3)}"
        yield f"{shorter} {written(value, 3, 0)} · {more(3)}"
    alone = "frozen, " if name.startswith("frozen ") else ""
    yield from (
        f"{alone}≈ {written(value, places, 7).strip()} · {more(places)}" for places in (4, 3)
    )
    yield from (more(4), more(3))


def _gap(spot: Spot, column: int) -> int:
    """Return the columns between a spot and a column; 0 if the column is on it."""
    return max(spot.left - column, column - spot.right + 1, 0)
