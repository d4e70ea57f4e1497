"""The settings as rows of a form, and the words below it: drawing alone, no widget."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from rich.segment import Segment
from rich.style import Style

from core.images import TASKS
from core.settings import PRESETS, SETTINGS, Choice, Group, Preset, Setting
from core.structs import Struct
from tui.screens.settings.draft import Draft
from tui.terminal.drawing import Ink, Line, wrapped
from tui.terminal.glyphs import CLOSED, OPEN, POINTER

TITLE = max(len(setting.title) for setting in SETTINGS.values())
"""Cells for a setting's name."""
VALUE = 12
"""Cells for what it is, where there is room for an explanation beside it."""
NARROW = 64
"""Columns below which there is none."""
PRESET_TITLE = max(len(preset.title) for preset in PRESETS.values())
"""Cells for a preset's name."""
PRESET_FOLD = "presets"
"""The row that opens the list of presets."""


class Row(Struct):
    """A row of the form."""

    name: str | None
    """The field in this row; None for a heading or an empty row."""
    line: Line


class Sheet(Struct):
    """The form, and what is selected in it."""

    draft: Draft
    """The texts in the fields."""
    selected: str
    """The selected field: a setting, a preset, or a row that opens more rows."""
    opened: frozenset[str]
    """The rows that were opened."""
    ink: Ink
    width: int
    """Cells of a row."""

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Every field in sight, from top to bottom."""
        return tuple(row.name for row in self.rows if row.name is not None)

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """The first field of each group."""
        rows = [Row(None, []), *self.rows]
        return tuple(
            row.name
            for before, row in pairwise(rows)
            if row.name is not None and before.name is None
        )

    @cached_property
    def rows(self) -> list[Row]:
        """The form."""
        rows = [self._fold(PRESET_FOLD, f"{len(PRESETS)} presets: runs that show one effect each")]
        if PRESET_FOLD in self.opened:
            rows += [self._preset(name, preset) for name, preset in PRESETS.items()]
        for group in Group:
            rows += [Row(None, []), Row(None, [Segment(f" {group.value}", self.ink.strong)])]
            data = self.draft.config.data
            if group is Group.TASK and data is not None:
                words = "your own images, from a file"
                rows.append(self._row(None, "data", data.name, words, self.ink.dim))
            rows += self._group(group)
        return rows

    def _group(self, group: Group) -> Iterator[Row]:
        """Yield a group's settings, those without a part in the run below a row that opens them."""
        settings = [setting for setting in SETTINGS.values() if setting.group is group]
        hidden = [setting for setting in settings if self.is_hidden(setting)]
        yield from (self._field(each) for each in settings if each not in hidden)
        if hidden:
            is_of_optimizers = all(setting.optimizers for setting in hidden)
            others = "optimizers" if is_of_optimizers else "optimizers or schedules"
            yield self._fold(group.value, f"{len(hidden)} more for other {others}")
            if group.value in self.opened:
                yield from (self._field(each) for each in hidden)

    def is_hidden(self, setting: Setting) -> bool:
        """Whether a setting has no part in the run, and nothing was typed there."""
        draft, name = self.draft, setting.name
        return not draft.matters(setting) and name not in (*draft.texts, *draft.differing)

    def _fold(self, name: str, words: str) -> Row:
        """Draw a row that opens more rows."""
        ink, chosen = self.ink, name == self.selected
        mark = OPEN if name in self.opened else CLOSED
        return Row(
            name,
            [
                Segment(POINTER if chosen else " ", ink.key),
                Segment(f"{mark} {words} ", ink.selected if chosen else ink.dim),
            ],
        )

    def _preset(self, name: str, preset: Preset) -> Row:
        """Draw a preset: its name and its effect."""
        ink, field = self.ink, field_of(name)
        chosen, is_taken = field == self.selected, self.draft.config == preset.config
        style = ink.selected if chosen else ink.key if is_taken else ink.text
        line = [
            Segment(POINTER if chosen else " ", ink.key),
            Segment("  ", ink.text),
            Segment(f"{preset.title:<{PRESET_TITLE}}", style),
        ]
        if self.width >= NARROW:
            line.append(Segment(f"  {preset.about}", ink.dim))
        return Row(field, line)

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
            line.append(Segment(f" {_brief(about, left)}", quiet))
        return Row(name, line)

    def words(self) -> list[Line]:
        """Return the problem, or the selected field's help; and in the last row what enter does."""
        ink, draft = self.ink, self.draft
        problem = draft.problem
        if problem is not None and self.preset is None:
            title = SETTINGS[problem.setting].title if problem.setting in SETTINGS else ""
            return [*self._wrapped(f"{title} {problem.problem}", ink.warning), []]
        told = [Segment(_cut(f" {self._consequence()}", self.width), ink.good)]
        return [*self._wrapped(self._about(), ink.text), told]

    def _wrapped(self, text: str, style: Style) -> list[Line]:
        """Return a text in two rows."""
        first, *rest = wrapped(text, self.width - 2)
        return [[Segment(_cut(f" {row}", self.width), style)] for row in (first, " ".join(rest))]

    @property
    def preset(self) -> Preset | None:
        """The selected preset, if one is selected."""
        return PRESETS.get(self.selected.removeprefix(field_of("")))

    def _consequence(self) -> str:
        if self.preset is None:
            return consequence(self.draft)
        if self.preset.config == self.draft.base:
            return "This run is this preset; press esc, then r to restart it."
        return consequence(self.draft.beginning(self.preset.config))

    def _about(self) -> str:
        if self.preset is not None:
            return f"{self.preset.title}: {self.preset.about}."
        if self.selected == PRESET_FOLD:
            return "Press enter for the list of presets: prepared runs that show one effect."
        if self.selected not in SETTINGS:
            return "Press enter for the settings that have no part in this run."
        setting = SETTINGS[self.selected]
        if not self.draft.matters(setting):
            config = self.draft.config
            decides = config.optimizer if setting.optimizers else f"{config.schedule} schedule"
            return f"{setting.about}: not used by {decides}"
        if setting.name == "task":
            return f"{setting.about}: {TASKS[self.draft.config.task].question}"
        joint = ". Values: " if isinstance(setting.takes, Choice) else ": "
        about = f"{setting.about}{joint}{setting.takes.words}"
        return about if setting.unset is None else f"{about}; left empty: {setting.unset}"


def field_of(preset: str) -> str:
    """Return the field of a preset in the list of presets."""
    return f"preset {preset}"


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


def _brief(about: str, width: int) -> str:
    """Return a description, or as many of its parts as fit; nothing is cut within a part."""
    for ends in ("; ", "[:,] "):
        parts = [about, *(about[: end.start()] for end in re.finditer(ends, about))]
        if fitting := [part for part in parts if len(part) <= width]:
            return max(fitting, key=len)
    return ""
