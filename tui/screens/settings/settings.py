"""The settings screen: everything that a run is made from, on one page."""

from collections.abc import Mapping

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from core import TrainingConfig
from core.settings import SETTINGS, Choice, Switch
from tui.screens.settings.draft import Draft
from tui.screens.settings.form import FIELDS, PRESET, Row, Sheet
from tui.terminal.drawing import Ink, Line

_WORDS = 3
"""Rows below the form: two of words, one of keys."""
_KEYS = "↑↓ choose   ←→ change   type a value   enter apply   esc cancel"
_AS_IT_IS = "none: this run"


class Form(Widget, can_focus=True):
    """The fields, scrolled so that the selected one is in sight.

    Parameters
    ----------
    config : TrainingConfig
        The run as it is.
    presets : mapping
        Configs of presets by title.
    ink : Ink
        How to write.
    """

    def __init__(
        self, config: TrainingConfig, presets: Mapping[str, TrainingConfig], ink: Ink
    ) -> None:
        super().__init__()
        self.draft = Draft(config, config, {})
        self._presets = {_AS_IT_IS: config, **presets}
        self._preset = _AS_IT_IS
        self._ink = ink
        self._selected = FIELDS[0]
        self._typing = False
        self._top = 0
        self._rows: list[Row] = []
        self._below: tuple[Line, Line] = ([], [])

    def on_mount(self) -> None:
        """Draw it for the first time."""
        self._draw()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._draw()

    @property
    def _height(self) -> int:
        """Rows for the fields."""
        return max(1, self.size.height - _WORDS)

    def _draw(self) -> None:
        sheet = Sheet(self.draft, self._preset, self._selected, self._ink, self.size.width)
        self._rows, self._below = sheet.rows(), sheet.words()
        place = next(y for y, row in enumerate(self._rows) if row.name == self._selected)
        # The heading of a group's first field comes into sight with it.
        self._top = min(self._top, max(0, place - 2))
        self._top = max(self._top, place - self._height + 1)
        self._top = max(0, min(self._top, len(self._rows) - self._height))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a row."""
        width, ink = self.size.width, self._ink
        below = y - self._height
        if below >= 0:
            keys: Line = [] if below < 2 else _keys(ink)
            return ink.strip(self._below[below] if below < 2 else keys, width)
        place = self._top + y
        return ink.strip(self._rows[place].line if place < len(self._rows) else [], width)

    def move(self, by: int) -> None:
        """Go to another field."""
        place = FIELDS.index(self._selected) + by
        self._select(FIELDS[min(len(FIELDS) - 1, max(0, place))])

    def move_group(self, by: int) -> None:
        """Go to the first field of the next group, or of the one before."""
        groups = [None if name == PRESET else SETTINGS[name].group for name in FIELDS]
        starts = [i for i, group in enumerate(groups) if i == 0 or groups[i - 1] != group]
        place = FIELDS.index(self._selected)
        if by > 0:
            following = next((start for start in starts if start > place), 0)
        else:
            following = next((start for start in reversed(starts) if start < place), starts[-1])
        self._select(FIELDS[following])

    def _select(self, name: str) -> None:
        self._selected, self._typing = name, False
        self._draw()

    def step(self, by: int) -> None:
        """Take the next value of the selected field, or the one before."""
        self._typing = False
        if self._selected == PRESET:
            titles = list(self._presets)
            self._preset = titles[(titles.index(self._preset) + by) % len(titles)]
            self.draft = self.draft.beginning(self._presets[self._preset])
        else:
            self.draft = self.draft.stepped(self._selected, by)
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """Type into the selected field."""
        if self._selected == PRESET:
            return
        text = self.draft.text(self._selected)
        if event.key == "backspace":
            text = text[:-1]
        elif event.key in ("ctrl+u", "delete"):
            text = ""
        elif event.key == "space" and isinstance(SETTINGS[self._selected].takes, Choice | Switch):
            event.stop()
            self.step(1)
            return
        elif event.character is not None and event.is_printable:
            text = (text if self._typing else "") + event.character
        else:
            return
        event.stop()
        event.prevent_default()
        self._typing = True
        self.draft = self.draft.typed(self._selected, text[:60])
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Select the field under the mouse; where it is selected already, change it."""
        place = self._top + event.y
        if event.y >= self._height or place >= len(self._rows):
            return
        name = self._rows[place].name
        if name is None:
            return
        if name == self._selected:
            self.step(1)
        else:
            self._select(name)

    def on_mouse_scroll_down(self) -> None:
        """Go down."""
        self.move(1)

    def on_mouse_scroll_up(self) -> None:
        """Go up."""
        self.move(-1)


def _keys(ink: Ink) -> Line:
    """Write the keys."""
    return [Segment(f" {_KEYS}", ink.dim)]


class SettingsScreen(ModalScreen[Draft | None]):
    """Every setting; gives the draft that was accepted, or None.

    Parameters
    ----------
    config : TrainingConfig
        The run as it is.
    presets : mapping
        Configs of presets by title.
    ink : Ink
        How to write.
    """

    BINDINGS = [
        Binding("escape", "leave", "leave", tooltip="Close the settings; change nothing."),
        Binding("enter", "accept", "accept", tooltip="Apply all changes."),
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("left", "step(-1)", "before", show=False),
        Binding("right", "step(1)", "next", show=False),
        Binding("pageup", "move(-10)", "up", show=False),
        Binding("pagedown", "move(10)", "down", show=False),
        Binding("home", "move(-1000)", "top", show=False),
        Binding("end", "move(1000)", "end", show=False),
        Binding("tab", "group(1)", "next group", show=False),
        Binding("shift+tab", "group(-1)", "group before", show=False),
    ]
    DEFAULT_CSS = """
    SettingsScreen { align: center middle; }
    SettingsScreen Vertical {
        width: 100%; max-width: 104; height: 100%; max-height: 52;
        background: $surface; border: round $accent;
    }
    SettingsScreen Form { width: 100%; height: 1fr; }
    """

    def __init__(
        self, config: TrainingConfig, presets: Mapping[str, TrainingConfig], ink: Ink
    ) -> None:
        super().__init__()
        self._form = Form(config, presets, ink)

    def compose(self) -> ComposeResult:
        """Return the form in a frame."""
        frame = Vertical()
        frame.border_title = "settings"
        with frame:
            yield self._form

    def on_mount(self) -> None:
        """Focus the form."""
        self._form.focus()

    def action_leave(self) -> None:
        """Change nothing."""
        if self.is_current:
            self.dismiss(None)

    def action_accept(self) -> None:
        """Dismiss with the draft, if nothing is wrong with it."""
        draft = self._form.draft
        if draft.problem is not None:
            self.app.bell()
        elif self.is_current:
            self.dismiss(draft if draft.differing else None)

    def action_move(self, by: int) -> None:
        """Go up or down."""
        self._form.move(by)

    def action_group(self, by: int) -> None:
        """Go to another group."""
        self._form.move_group(by)

    def action_step(self, by: int) -> None:
        """Change the selected field."""
        self._form.step(by)
