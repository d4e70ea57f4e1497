"""The settings screen: everything that a run is made from, on one page."""

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
from tui.screens.settings.form import PRESET_FOLD, Sheet
from tui.screens.typed_text import after_key, after_paste
from tui.terminal.drawing import Ink, Line, width_of
from tui.terminal.glyphs import DOWN, RULE, UP

_BELOW = 5
"""Rows below the form: a rule, three of words, and keys."""
_LONGEST = 60
"""Characters of a field at most."""
_KEYS = ("↑↓ choose", "←→ change", "type a value", "enter apply", "esc cancel")
_KEYS_OF_FOLD = ("↑↓ choose", "enter open or close", "esc cancel")
_KEYS_OF_PRESET = ("↑↓ choose", "→ take its values", "enter start it", "esc cancel")
_GAP = "   "


class Form(Widget, can_focus=True):
    """The fields, scrolled so that the selected one is in sight.

    Parameters
    ----------
    config : TrainingConfig
        The run as it is.
    ink : Ink
        How to write.
    selected : str, optional
        The setting to begin on.
    """

    def __init__(self, config: TrainingConfig, ink: Ink, selected: str | None) -> None:
        super().__init__()
        self.draft = Draft(config, config, {})
        self._ink = ink
        self._selected = PRESET_FOLD if selected is None else selected
        self._opened: frozenset[str] = frozenset()
        self._typing = False
        self._top = 0
        if selected is not None and self.sheet.is_hidden(SETTINGS[selected]):
            self._opened = frozenset({SETTINGS[selected].group})
        self._shown = self.sheet

    def on_mount(self) -> None:
        """Draw it for the first time."""
        self._draw()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._draw()

    @property
    def sheet(self) -> Sheet:
        """The form as it is now."""
        return Sheet(self.draft, self._selected, self._opened, self._ink, self.size.width)

    @property
    def _height(self) -> int:
        """Rows for the fields."""
        return max(1, self.size.height - _BELOW)

    def _draw(self) -> None:
        self._shown = sheet = self.sheet
        place = next(y for y, row in enumerate(sheet.rows) if row.name == self._selected)
        # The heading of a group's first field comes into sight with it.
        self._top = min(self._top, max(0, place - 2))
        self._top = max(self._top, place - self._height + 1)
        self._top = max(0, min(self._top, len(sheet.rows) - self._height))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a row."""
        width, below = self.size.width, y - self._height
        if below >= 0:
            rule: Line = [Segment(RULE * width, self._ink.faint)]
            lines = [rule, *self._shown.words(), self._keys(width)]
            return self._ink.strip(lines[below], width)
        rows, place = self._shown.rows, self._top + y
        return self._ink.strip(rows[place].line if place < len(rows) else [], width)

    def _keys(self, width: int) -> Line:
        """Write as many keys as fit, and at the right end whether there are more rows."""
        is_setting, is_preset = self._selected in SETTINGS, self._shown.preset is not None
        keys = [*(_KEYS if is_setting else _KEYS_OF_PRESET if is_preset else _KEYS_OF_FOLD)]
        while len(keys) > 2 and len(_GAP.join(keys)) + len(_GAP) > width:
            del keys[(len(keys) - 1) // 2]
        line: Line = [Segment(f" {_GAP.join(keys)}", self._ink.dim)]
        is_above = self._top > 0
        is_below = self._top + self._height < len(self._shown.rows)
        more = f"{UP if is_above else ' '}{DOWN if is_below else ' '} "
        gap = width - width_of(line) - len(more)
        return [*line, Segment(" " * gap + more, self._ink.key)] if gap > 0 else line

    def move(self, by: int) -> None:
        """Go to another field."""
        fields = self._shown.fields
        place = fields.index(self._selected) + by
        self._select(fields[min(len(fields) - 1, max(0, place))])

    def move_group(self, by: int) -> None:
        """Go to the first field of the next group, or of the one before."""
        fields, starts = self._shown.fields, self._shown.starts
        places = [fields.index(start) for start in starts]
        place = fields.index(self._selected)
        if by > 0:
            following = next((start for start in places if start > place), 0)
        else:
            following = next((start for start in reversed(places) if start < place), places[-1])
        self._select(fields[following])

    def _select(self, name: str) -> None:
        self._selected, self._typing = name, False
        self._draw()

    def enter(self) -> bool:
        """Open or close more rows, if the selected row does that; return whether it does."""
        if self._selected in SETTINGS or self._shown.preset is not None:
            return False
        self._opened ^= {self._selected}
        self._draw()
        return True

    @property
    def accepted(self) -> Draft:
        """What enter applies: the selected preset, or all that was changed."""
        preset = self._shown.preset
        return self.draft if preset is None else self.draft.beginning(preset.config)

    def step(self, by: int) -> None:
        """Take the next value of the selected field, or the one before."""
        self._typing = False
        if self._shown.preset is not None:
            # Its values, to change some of them; and back to those of this run.
            start = self._shown.preset.config if by > 0 else self.draft.base
            self.draft = self.draft.beginning(start)
        elif self._selected in SETTINGS:
            self.draft = self.draft.stepped(self._selected, by)
        elif (by > 0) != (self._selected in self._opened):
            self._opened ^= {self._selected}
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """Type into the selected field."""
        if self._selected not in SETTINGS:
            return
        if event.key == "space" and isinstance(SETTINGS[self._selected].takes, Choice | Switch):
            event.stop()
            self.step(1)
            return
        text = after_key(event, self.draft.text(self._selected), goes_on=self._typing)
        if text is None:
            return
        event.stop()
        event.prevent_default()
        self._type(text)

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted as if it were typed: its first line."""
        event.stop()
        if self._selected not in SETTINGS:
            return
        text = after_paste(event, self.draft.text(self._selected), goes_on=self._typing)
        if text is not None:
            self._type(text)

    def _type(self, text: str) -> None:
        self._typing = True
        self.draft = self.draft.typed(self._selected, text[:_LONGEST])
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Select the field under the mouse; where it is selected already, change it."""
        rows, place = self._shown.rows, self._top + event.y
        if event.y >= self._height or place >= len(rows):
            return
        name = rows[place].name
        if name is None:
            return
        is_selected = name == self._selected
        self._select(name)
        if not self.enter() and is_selected:
            self.step(1)

    def on_mouse_scroll_down(self) -> None:
        """Go down."""
        self.move(1)

    def on_mouse_scroll_up(self) -> None:
        """Go up."""
        self.move(-1)


class SettingsScreen(ModalScreen[Draft | None]):
    """Every setting; gives the draft that was accepted, or None.

    Parameters
    ----------
    config : TrainingConfig
        The run as it is.
    ink : Ink
        How to write.
    selected : str, optional
        The setting to begin on.
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
        background: $background; border: round $accent;
    }
    SettingsScreen Form { width: 100%; height: 1fr; }
    """

    def __init__(self, config: TrainingConfig, ink: Ink, selected: str | None = None) -> None:
        super().__init__()
        self._form = Form(config, ink, selected)

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
        """Open more rows; or dismiss with the draft, if nothing is wrong with it."""
        if self._form.enter():
            return
        draft = self._form.accepted
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
