"""The form in which a person chooses what a sweep varies."""

from collections.abc import Mapping

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from core import TrainingConfig
from core.settings import SETTINGS
from tui.screens.typed_text import after_key, after_paste
from tui.sweep.draft import FIELDS, FIRST, GOAL, Draft, Plan, field_title
from tui.terminal.drawing import Ink, Line, in_rows
from tui.terminal.glyphs import CLOSED, DOWN, OPEN, POINTER, RULE, UP
from tui.worker.background import Background, Order

_BELOW = 6
"""Rows below the fields: a rule, three of words, what would be trained, and keys."""
_LONGEST = 400
"""Characters of a field at most."""
_FOLD = "more"
"""The row that opens the rest of the settings."""
_TITLE = max(len(field_title(name)) for name in FIELDS)
_HEAD = (
    "Every combination of these values is trained; everything else is as in the run on the screen."
)
_KEYS = "↑↓ choose", "type values", "enter train all", "f1 help", "esc back"


class Form(Widget, can_focus=True):
    """The fields, scrolled so that the selected one is in sight.

    Parameters
    ----------
    config : TrainingConfig
        The run as it is.
    texts : dict
        What was typed before, by field; nothing: what is offered.
    ink : Ink
        How to write.
    """

    class Begun(Message):
        """The sweep is to be trained."""

        def __init__(self, plan: Plan) -> None:
            super().__init__()
            self.plan = plan
            """What it is."""

    BINDINGS = [
        Binding("enter", "begin", "train all", tooltip="Train every combination."),
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("pageup", "move(-10)", "up", show=False),
        Binding("pagedown", "move(10)", "down", show=False),
        Binding("home", "move(-1000)", "top", show=False),
        Binding("end", "move(1000)", "end", show=False),
        Binding("tab", "move(1)", "down", show=False),
        Binding("shift+tab", "move(-1)", "up", show=False),
    ]

    def __init__(self, config: TrainingConfig, texts: dict[str, str], ink: Ink) -> None:
        super().__init__()
        draft = Draft.of(config)
        self.draft = Draft(config, texts) if texts else draft
        self._ink = ink
        varied = next((name for name in FIELDS if self.draft.varies(name)), FIELDS[0])
        self._is_open = varied not in FIRST
        self._selected = varied
        self._is_typing = False
        self._is_waiting = False
        self._note = ""
        self._checks = Background[Plan | tuple[str, str]](self, self._take_check)

    def on_mount(self) -> None:
        """Check what is offered."""
        self._draw()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.refresh()

    @property
    def _fields(self) -> tuple[str, ...]:
        return (*FIRST, _FOLD, *(FIELDS[len(FIRST) :] if self._is_open else ()))

    @property
    def _height(self) -> int:
        """Rows for the fields."""
        return max(1, self.size.height - _BELOW - 2)

    def fill(self, texts: Mapping[str, str]) -> None:
        """Take what was typed for another sweep."""
        self.draft = Draft(self.draft.base, texts)
        self._draw()

    def note(self, words: str) -> None:
        """Show words in place of what would be trained, until something is typed."""
        self._note = words
        self.refresh()

    # -- what would be trained --------------------------------------------------------------------

    @property
    def _checked(self) -> "Plan | tuple[str, str] | None":
        """What the draft comes to; None while that is computed."""
        if self.draft.problem is not None:
            return self.draft.problem
        return self._checks.known(self._order)

    @property
    def _order(self) -> "Order[Plan | tuple[str, str]]":
        texts = tuple(sorted(self.draft.texts.items()))
        return Order(None, (texts,), 0, False, self.draft.plan)

    def _draw(self) -> None:
        if self.draft.problem is None:
            self._checks.ask(self._order)
        self.refresh()

    def _take_check(self) -> None:
        """Show what a thread has found out; begin, if that was waited for."""
        self._draw()
        if self._is_waiting and self._checked is not None:
            self.action_begin()

    def action_begin(self) -> None:
        """Open more rows; or train all, if nothing is wrong."""
        if self._selected == _FOLD:
            self._is_open = not self._is_open
            self._draw()
            return
        checked = self._checked
        self._is_waiting = checked is None
        if isinstance(checked, Plan):
            self.post_message(self.Begun(checked))
        elif checked is not None:
            self.app.bell()
        self._draw()

    # -- drawing ----------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Return a row."""
        width = self.size.width
        if self.size.height <= _BELOW + 2 and y >= 0:  # nothing but the field, and what is wrong
            rows = [self._field(self._selected, width), self._words(width)[-1]]
            return self._ink.strip(rows[y] if y < len(rows) else [], width)
        if y < 2:
            words = _HEAD if len(_HEAD) < width else "Every combination is trained."
            return self._ink.strip([Segment(f" {words}", self._ink.dim)] if not y else [], width)
        place, below = self._top + y - 2, y - 2 - self._height
        if below >= 0:
            rule: Line = [Segment(RULE * width, self._ink.faint)]
            return self._ink.strip([rule, *self._words(width), self._keys(width)][below], width)
        fields = self._fields
        line = self._field(fields[place], width) if place < len(fields) else []
        return self._ink.strip(line, width)

    @property
    def _top(self) -> int:
        """The first field in sight."""
        fields = self._fields
        place = fields.index(self._selected)
        return max(0, min(place - self._height // 2, len(fields) - self._height))

    def _field(self, name: str, width: int) -> Line:
        """Draw a field: its name and its values."""
        ink, is_chosen = self._ink, name == self._selected
        pointer = Segment(POINTER if is_chosen else " ", ink.focus)
        if name == _FOLD:
            words = f"{OPEN if self._is_open else CLOSED} {len(FIELDS) - len(FIRST)} more settings"
            return [pointer, Segment(words, ink.selected if is_chosen else ink.dim)]
        problem, text = self.draft.problem or self._checked, self.draft.text(name)
        style = ink.strong if self.draft.varies(name) else ink.text
        if isinstance(problem, tuple) and problem[0] == name:
            style = ink.warning
        elif name not in self.draft.texts:
            style = ink.dim
        room = max(4, width - _TITLE - 4)
        shown = (
            text
            if len(text) <= room
            else f"…{text[1 - room :]}"
            if is_chosen
            else (f"{text[: room - 1]}…")
        )
        title = Segment(f"{field_title(name):<{_TITLE}}", ink.text if is_chosen else ink.dim)
        return [pointer, title, Segment(f" {shown} ", ink.selected if is_chosen else style)]

    def _words(self, width: int) -> list[Line]:
        """Return three rows about the field or what is wrong, and one of what would be trained."""
        ink, checked = self._ink, self._checked
        if isinstance(checked, tuple):
            name, problem = checked
            title = "" if name not in (*SETTINGS, GOAL) else f"{field_title(name)} "
            return [*self._wrapped(f"{title}{problem}", width, 4, ink.warning)]
        told = "Checking every combination …" if checked is None else checked.words(width - 2)
        name = self._selected
        about = f"enter {self._folding}: those that are varied less often."
        about = about if name == _FOLD else self._about(name)
        if self._note:
            return self._wrapped(self._note, width, 4, ink.warning)
        rows = self._wrapped(about, width, 3, ink.text)
        return [*rows, [Segment(f" {told}", ink.good if checked else ink.dim)]]

    @property
    def _folding(self) -> str:
        """What enter does on the row of the other settings."""
        return f"{'hides' if self._is_open else 'shows'} {len(FIELDS) - len(FIRST)} more settings"

    def _about(self, name: str) -> str:
        """Return what a field is and takes."""
        takes = self.draft.about(name)
        return takes if name == GOAL else f"{SETTINGS[name].about}: {takes}"

    @staticmethod
    def _wrapped(text: str, width: int, rows: int, style: Style) -> list[Line]:
        """Return a text in so many rows."""
        return [[Segment(f" {line}", style)] for line in in_rows(text, width - 2, rows)]

    def _keys(self, width: int) -> Line:
        """Write the keys, and at the right end whether there are more fields."""
        keys = list(_KEYS)
        if self._selected == _FOLD:
            keys[1:3] = [f"enter {self._folding}"]
        while len(keys) > 1 and len("   ".join(keys)) + 5 > width:
            del keys[0]
        text = f" {'   '.join(keys)}"
        is_below = self._top + self._height < len(self._fields)
        more = f"{UP if self._top else ' '}{DOWN if is_below else ' '} "
        gap = max(0, width - len(text) - len(more))
        return [Segment(text + " " * gap, self._ink.dim), Segment(more, self._ink.key)]

    # -- typing -----------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Go to another field."""
        fields = self._fields
        place = fields.index(self._selected) + by
        self._select(fields[min(len(fields) - 1, max(0, place))])

    def _select(self, name: str) -> None:
        self._selected, self._is_typing, self._is_waiting = name, False, False
        self._note = ""
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Type into the selected field."""
        if self._selected == _FOLD:
            return
        text = after_key(event, self.draft.text(self._selected), goes_on=self._is_typing)
        if text is None:
            return
        event.stop()
        event.prevent_default()
        self._type(text)

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted as if it were typed: its first line."""
        event.stop()
        if self._selected == _FOLD:
            return
        text = after_paste(event, self.draft.text(self._selected), goes_on=self._is_typing)
        if text is not None:
            self._type(text)

    def _type(self, text: str) -> None:
        self._is_typing, self._is_waiting, self._note = bool(text), False, ""
        self.draft = self.draft.typed(self._selected, text[:_LONGEST])
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Select the field under the mouse."""
        place = self._top + event.y - 2
        if 2 <= event.y < 2 + self._height and place < len(self._fields):
            self._select(self._fields[place])
            if self._selected == _FOLD:
                self.action_begin()

    def on_mouse_scroll_down(self) -> None:
        """Go down."""
        self.action_move(1)

    def on_mouse_scroll_up(self) -> None:
        """Go up."""
        self.action_move(-1)
