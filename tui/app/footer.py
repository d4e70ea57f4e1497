"""The bottom row: the keys worth knowing now, each to be clicked, and the settings they change."""

from rich.segment import Segment
from textual import events
from textual.binding import Binding

from core import Snapshot
from core.quantities import substeps_of
from core.structs import Struct
from tui.app.keys import COMMANDS
from tui.panes.pane import Pane, Rows
from tui.terminal.drawing import Line
from tui.view.view import Pace
from tui.words.phrases import coming_rate

_GAP = 2
"""Cells between two entries."""


class Hint(Struct):
    """One entry of the footer."""

    keys: tuple[tuple[str, str], ...]
    """What is written for each key, and the action that a click on it carries out."""
    words: str
    """What it does, or the setting it changes with its value."""
    worth: int
    """Where there is no room for all, those worth least go first."""


def hints(pace: Pace, snapshot: Snapshot, own: list[Binding], place: str = "") -> list[Hint]:
    """Choose what to show: everyone's keys, and those of the focused pane.

    Parameters
    ----------
    pace : Pace
        Gives the speed.
    snapshot : Snapshot
        Gives the learning rate.
    own : list of Binding
        The focused pane's bindings that want to be shown.
    place : str
        While single-stepping, which part of the step is shown.
    """
    speed = "max" if pace.speed > 1e6 else f"{pace.speed:,g}/s"
    learning_rate = coming_rate(snapshot)
    run = "pause" if pace.running and snapshot.outcome is None else "run"
    mine = [
        Hint(((binding.key_display or binding.key, binding.action),), binding.description, 50 - n)
        for n, binding in enumerate(own)
    ]
    return [
        _hint(100, "run", words=run),
        _hint(99, "step"),
        _hint(90, "reset"),
        _hint(60, "new"),
        _hint(80, "slower", "faster", words=f"speed {speed}"),
        _hint(85, "smaller", "larger", words=f"rate {learning_rate}"),
        *([_hint(97, "part_before", "part", words=place)] if place else []),
        *mine,
        _hint(96, "palette"),
        _hint(98, "help"),
    ]


def _hint(worth: int, *names: str, words: str = "") -> Hint:
    """Return the entry of one command, or of several that change the same."""
    commands = [COMMANDS[name] for name in names]
    keys = tuple((command.key, f"app.{command.action}") for command in commands)
    return Hint(keys, words or commands[0].word, worth)


class Footer(Rows):
    """One row of keys."""

    _spots: list[tuple[int, int, str]] = []

    def shown(self, snapshot: Snapshot) -> object:
        """Return the settings it names, and whose keys it shows."""
        place = _place(snapshot, self.view.substep)
        keys = tuple(each.key for each in self._own)
        return coming_rate(snapshot), snapshot.outcome, self.screen.focused, keys, place

    @property
    def _own(self) -> list[Binding]:
        """The keys of the focused pane."""
        focused = self.screen.focused
        return focused.hinted() if isinstance(focused, Pane) else []

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Return the row: as many entries as fit."""
        shown = hints(self.pace, snapshot, self._own, _place(snapshot, self.view.substep))
        while len(shown) > 1 and sum(_width(hint) for hint in shown) - _GAP + 1 > width:
            shown.remove(min(shown, key=lambda hint: hint.worth))
        line, spots, x = [Segment(" ", self.ink.text)], [], 1
        for hint in shown:
            for n, (key, action) in enumerate(hint.keys):
                last = n == len(hint.keys) - 1
                line.append(Segment(key, self.ink.key))
                line.append(Segment(" ", self.ink.text))
                stop = x + len(key) + 1 + (len(hint.words) if last else 0)
                spots.append((x, stop, action))
                x += len(key) + 1
            line.append(Segment(f"{hint.words}  ", self.ink.dim))
            x += len(hint.words) + _GAP
        self._spots = spots
        return [line]

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        for start, stop, action in self._spots:
            if start <= event.x < stop:
                focused = self.screen.focused
                await self.app.run_action(action, focused if focused is not None else self.app)


def _width(hint: Hint) -> int:
    return sum(len(key) + 1 for key, _ in hint.keys) + len(hint.words) + _GAP


def _place(snapshot: Snapshot, substep: int | None) -> str:
    """Return while single-stepping which part of the coming step is shown, and of how many."""
    if substep is None:
        return ""
    substeps = len(substeps_of(snapshot))
    return f"substep {min(substep + 1, substeps)} of {substeps}"
