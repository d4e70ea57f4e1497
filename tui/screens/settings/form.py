"""The settings as rows of a form, and the words below it: drawing alone, no widget."""

from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style

from core.images import TASKS
from core.settings import SETTINGS, Group, Setting
from tui.screens.settings.draft import Draft
from tui.terminal.drawing import Ink, Line
from tui.terminal.glyphs import POINTER

TITLE = 17
"""Cells for a setting's name."""
VALUE = 17
"""Cells for what it is, where there is room for an explanation beside it."""
NARROW = 64
"""Columns below which there is none."""
PRESET = "preset"
"""The field above the settings."""
FIELDS: tuple[str, ...] = (PRESET, *SETTINGS)
"""Every field, from top to bottom."""


@dataclass(frozen=True)
class Row:
    """A row of the form."""

    name: str | None
    """The field in this row; None for a heading or an empty row."""
    line: Line


@dataclass(frozen=True)
class Sheet:
    """The form, and what is selected in it."""

    draft: Draft
    """The texts in the fields."""
    preset: str
    """The text in the field of presets."""
    selected: str
    """The selected field."""
    ink: Ink
    width: int
    """Cells of a row."""

    def rows(self) -> list[Row]:
        """Draw the form."""
        presets = self._row(
            PRESET, "preset", self.preset, "a prepared run that shows one effect", None
        )
        rows = [presets]
        for group in Group:
            rows += [Row(None, []), Row(None, [Segment(f" {group.value}", self.ink.strong)])]
            data = self.draft.config.data
            if group is Group.TASK and data is not None:
                words = "your own images, from a file"
                rows.append(self._row(None, "data", data.name, words, self.ink.dim))
            for setting in SETTINGS.values():
                if setting.group is group:
                    rows.append(self._field(setting))
        return rows

    def _field(self, setting: Setting) -> Row:
        """Draw one setting: its name, what it is, what it does."""
        ink, draft = self.ink, self.draft
        text, problem = draft.text(setting.name), draft.problem
        style = ink.text if text else ink.dim
        if problem is not None and problem.setting == setting.name:
            style = ink.warning
        elif setting.name in draft.differing:
            style = ink.strong
        elif not draft.matters(setting):
            style = ink.faint
        shown = text or self._unset(setting)
        return self._row(setting.name, setting.title, shown, setting.about, style)

    def _unset(self, setting: Setting) -> str:
        """Return what it is where nothing was chosen: of the biases, what has come of that."""
        if setting.name == "bias":
            return f"auto: {'yes' if self.draft.config.architecture.bias else 'no'}"
        return setting.unset or ""

    def _row(
        self, name: str | None, title: str, value: str, about: str, style: Style | None
    ) -> Row:
        ink, chosen = self.ink, name is not None and name == self.selected
        faint = name in SETTINGS and not self.draft.matters(SETTINGS[name])
        quiet = ink.faint if faint else ink.dim
        room = VALUE if self.width >= NARROW else max(4, self.width - TITLE - 3)
        shown = value if len(value) <= room else value[: room - 1] + "…"
        line: Line = [
            Segment(POINTER if chosen else " ", ink.focus),
            Segment(f"{title:<{TITLE}}", ink.text if chosen else quiet),
            Segment(f" {shown:<{room}} ", ink.selected if chosen else style or ink.text),
        ]
        if self.width >= NARROW:
            left = self.width - TITLE - room - 4
            line.append(Segment(f" {_cut(about, left)}", quiet))
        return Row(name, line)

    def words(self) -> tuple[Line, Line]:
        """Return the problem, or the selected field's help; and what applying would do."""
        ink, draft = self.ink, self.draft
        problem = draft.problem
        if problem is not None:
            title = SETTINGS[problem.setting].title if problem.setting in SETTINGS else ""
            words = f" {title} {problem.problem}"
            return [Segment(_cut(words, self.width), ink.warning)], []
        return [Segment(_cut(f" {self._about()}", self.width), ink.text)], [
            Segment(_cut(f" {consequence(draft)}", self.width), ink.good)
        ]

    def _about(self) -> str:
        if self.selected == PRESET:
            return "Press ← or → to choose a preset: a prepared run that shows one effect."
        setting = SETTINGS[self.selected]
        if not self.draft.matters(setting):
            config = self.draft.config
            decides = config.optimizer if setting.optimizers else f"{config.schedule} schedule"
            return f"{setting.about}: not used by {decides}"
        if setting.name == "task":
            return f"{setting.about}: {TASKS[self.draft.config.task].question}"
        takes = setting.takes.words
        unset = "" if setting.unset is None else f"left empty: {setting.unset}"
        ways = (f"{setting.about}: {takes}; {unset}", f"{setting.about}; {unset}", unset)
        if not unset:
            ways = f"{setting.about}: {takes}", setting.about, setting.about
        return next((words for words in ways if len(words) < self.width), ways[-1])


def consequence(draft: Draft) -> str:
    """Return what applying the draft would do."""
    if not draft.differing:
        return "Nothing is changed."
    if draft.opens_preset:
        return "Starts this preset; press b to return to this run."
    anew = draft.starting_anew
    titles = [SETTINGS[name].title if name in SETTINGS else name for name in anew]
    if titles:
        return f"Starts a new run ({_listed(titles)}); press b to return to this run."
    kept = [SETTINGS[name].title for name in draft.differing]
    return f"The run continues ({_listed(kept)}); press b to undo."


def _listed(titles: list[str]) -> str:
    """Name the first few."""
    return ", ".join(titles) if len(titles) <= 3 else f"{', '.join(titles[:2])} and more"


def _cut(text: str, width: int) -> str:
    """Return words cut to a width, with an ellipsis where they do not fit."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"
