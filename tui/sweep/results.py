"""What a sweep has found: a table that fills, curves, and loss against multiply-adds."""

import time
from collections.abc import Sequence

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from core import TrainingConfig
from tui.files.words import since_text
from tui.sweep.charts import LEAST, curves_chart, scatter_chart
from tui.sweep.columns import lost_text
from tui.sweep.draft import time_text
from tui.sweep.table import Drawing, Entry, Table
from tui.sweep.work import Look, Progress, SweepWork
from tui.terminal.drawing import Ink, Line, in_rows, width_of, wrapped
from tui.terminal.glyphs import CLOSED, DOWN, EIGHTHS, OPEN, UP
from tui.words.numerals import duration
from tui.words.phrases import fit, listed, printable

_EVERY = 0.2
"""Seconds from one look at what is found to the next …"""
_REST = 20.0
"""… or so many times what the look took, if that is longer."""
_BAR = 20
_AROUND = 5
"""Rows around the table: how far it is, two of headings, words, and keys."""
_MOST_GOAL = 4
"""Rows of the sentence about the goal at most …"""
_LEAST = 3
"""… where the table has so many left."""
_LEAST_KEYS = "n new", "m medians", "w write", "s sort"
"""Keys that are left out first where there is no room for all."""
_ROWS = 12
"""Rows above which there is room for pictures."""
_SHARE = 0.42
"""Of the rows are for pictures."""
_MOST = 18
"""Rows of the pictures at most."""


class Results(Widget, can_focus=True):
    """The table and the pictures.

    Parameters
    ----------
    ink : Ink
        How to write.
    """

    class Opened(Message):
        """A run is to be opened."""

        def __init__(self, config: TrainingConfig) -> None:
            super().__init__()
            self.config = config
            """What it is made from."""

    BINDINGS = [
        Binding("enter", "open", "open", tooltip="Open the run of this row in full."),
        Binding("right", "fold(True)", "runs", tooltip="Show the runs of this row, by seed."),
        Binding("left", "fold(False)", "fold", tooltip="Hide the runs of this row."),
        Binding("s", "sort", "sort", tooltip="Sort by the next column."),
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("pageup", "move(-10)", "up", show=False),
        Binding("pagedown", "move(10)", "down", show=False),
        Binding("home", "move(-100000)", "top", show=False),
        Binding("end", "move(100000)", "end", show=False),
    ]

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self._work: SweepWork | None = None
        self._table: Table | None = None
        self._drawing = Drawing(ink)
        self._look = Look()
        self._now: Progress | None = None
        """How far it was at the last look."""
        self._lines: list[Line] = []
        self._timer: Timer | None = None
        self._told: list[str] = []
        """Which combination reaches the goal most cheaply, in rows; none without a goal."""
        self._hidden: list[str] = []
        """The titles of the columns that there is no room for."""
        self._note = ""
        """What was written, until the next key."""

    def note(self, words: str) -> None:
        """Show words in the last but one row, until another row is selected."""
        self._note = words
        self._draw()

    def show(self, work: SweepWork, look: Look) -> None:
        """Show a sweep, and what it finds from now on, as it was looked at before."""
        if work is not self._work:
            self._work, self._table, self._look = work, None, look
            self._drawing = Drawing(self._ink)
        self.look()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._draw()

    def look(self) -> None:
        """Take in what is new, and look again soon if more is coming."""
        if self._work is None:
            return
        started, now = time.perf_counter(), self._work.progress
        self._now = now
        is_made = self._remake(self._work)
        took = time.perf_counter() - started
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if now.is_running or not is_made:
            self._timer = self.set_timer(max(_EVERY, _REST * took), self.look)

    def _remake(self, work: SweepWork) -> bool:
        """Put the table together as it is now; return whether no export was in the way."""
        look = self._look
        with work.results(waits=False) as groups:
            if groups is not None:
                self._table = Table.of(work, groups, look.sorted_by, look.opened)
        self._draw()
        return groups is not None

    # -- drawing ----------------------------------------------------------------------------------

    @property
    def _pictures(self) -> int:
        """Rows of the pictures; 0 if there is no room."""
        width, height = self.size
        rows = min(_MOST, int((height - len(self._told)) * _SHARE))
        is_fitting = height >= _ROWS and rows >= LEAST[1] and width >= LEAST[0]
        return rows if is_fitting else 0

    @property
    def _height(self) -> int:
        """Rows of the table."""
        return max(1, self.size.height - self._pictures - len(self._told) - _AROUND)

    @property
    def _top_rows(self) -> int:
        """Rows above those of the table."""
        return 3 + len(self._told)

    @property
    def _place(self) -> int:
        """The place of the selected row."""
        selected = self._look.selected
        if self._table is None or selected is None:
            return 0
        return self._table.places.get(selected, 0)

    @property
    def _entry(self) -> Entry | None:
        """The selected row."""
        if self._table is None or not self._table.entries:
            return None
        return self._table.entries[self._place]

    def _draw(self) -> None:
        width = self.size.width
        if self._now is None or not width:
            return
        now, table, place = self._now, self._table, self._place
        self._told = self._winner(width)
        lines = [self._head(now, width)]
        hidden: list[str] = []
        if table is not None and table.entries:
            top = max(min(self._look.top, place), place - self._height + 1)
            top = self._look.top = max(0, min(top, len(table.entries) - self._height))
            drawn = self._drawing.lines(table, top, self._height, place, width)
            told: list[Line] = [[Segment(f" {row}", self._ink.good)] for row in self._told]
            lines += [*told, *drawn.headings, *drawn.rows]
            hidden = drawn.hidden
        self._hidden = hidden
        lines[0] = self._with_hidden(lines[0], hidden, width)
        lines += [[] for _ in range(self._top_rows + self._height - len(lines))]
        if self._pictures and table is not None and table.entries:
            lines += self._drawn_pictures(table, table.entries[place], width)
        lines += [[] for _ in range(self.size.height - 2 - len(lines))]
        self._lines = [*lines, self._words(now, width), self._keys(now, width)]
        self.refresh()

    def _head(self, now: Progress, width: int) -> Line:
        """Write how far it is."""
        ink, lost = self._ink, self._lost
        if now.runs == now.total:
            took = f" in {duration(now.seconds)}" if now.seconds else ""
            return [Segment(f" {listed(now.total, 'run')}{took}{self._when}", ink.strong), *lost]
        filled = round(8 * _BAR * now.runs / now.total)
        bar = EIGHTHS[-1] * (filled // 8) + EIGHTHS[filled % 8].strip()
        told = f" {now.runs:,} of {now.total:,} runs"
        if not now.is_running:
            told = f"{told}, stopped"
            told = f"{told} after {duration(now.seconds)}" if now.seconds else told
            told = f"{told}{self._when}"
        elif now.left is not None:
            told = f"{told}, about {time_text(now.left)} left"
        else:
            told = f"{told}, starting"
        if width < len(told) + _BAR + 2 + width_of(lost):
            return [Segment(told, ink.strong), *lost]
        return [Segment(f" {bar:·<{_BAR}}", ink.good), Segment(told, ink.strong), *lost]

    @property
    def _when(self) -> str:
        """When a sweep of an earlier start ended."""
        ended = None if self._work is None else self._work.keeping.ended
        return "" if ended is None else f", {since_text(ended)}"

    @property
    def _lost(self) -> Line:
        """That the next start will not have these results, and why."""
        why = "" if self._work is None else self._work.keeping.problem
        words = f", not kept for the next start: {printable(why)}"
        return [Segment(words, self._ink.warning)] if why else []

    def _with_hidden(self, head: Line, hidden: Sequence[str], width: int) -> Line:
        """Write at the right end of a row for which columns there is no room."""
        if not hidden:
            return head
        room = width - width_of(head) - 4
        words = f"not shown: {listed(len(hidden), 'column')}", ""
        text = fit(f"not shown: {', '.join(hidden)}", *words, width=room)
        gap = width - width_of(head) - len(text) - 1
        return [*head, Segment(" " * gap + text, self._ink.dim)]

    def _winner(self, width: int) -> list[str]:
        """Return which combination reaches the goal for the fewest multiply-adds, in rows."""
        sentence = "" if self._table is None else self._table.sentence
        if not sentence:
            return []
        most = max(0, min(_MOST_GOAL, self.size.height - _AROUND - _LEAST))
        rows = min(most, len(wrapped(sentence, width - 2)))
        return in_rows(sentence, width - 2, rows)

    def _drawn_pictures(self, table: Table, entry: Entry, width: int) -> list[Line]:
        """Draw the curves, and where there is room loss against multiply-adds beside them."""
        rows, ink = self._pictures, self._ink
        is_pair = width >= 2 * LEAST[0] + 2
        half = (width - 3) // 2 if is_pair else width - 1
        curves = curves_chart(
            table.some_curves, table.curves_of(entry), table.towards, half, rows, ink
        )
        if not is_pair:
            return curves
        scatter = scatter_chart(
            table.costs,
            table.losses,
            table.frontier,
            table.combination_of(entry),
            half,
            rows,
            ink,
        )
        return [
            [*left, Segment(" " * (half + 2 - width_of(left)), ink.text), *right]
            for left, right in zip(curves, scatter, strict=True)
        ]

    def _words(self, now: Progress, width: int) -> Line:
        """Write what went wrong, or what enter does."""
        ink, entry, table = self._ink, self._entry, self._table
        if now.problem:
            return [Segment(f" {printable(now.problem)}", ink.warning)]
        if self._note:
            return [Segment(f" {self._note}", ink.good)]
        if entry is None or table is None:
            return [Segment(" Rows appear as runs end.", ink.dim)]
        unseen = table.told_apart(entry, self._hidden)
        if entry.is_run or entry.summary.runs == 1:
            ways = [
                "enter opens this run and trains it again; the present run is kept.",
                "enter opens this run; the present one is kept.",
            ]
            return [Segment(f" {_beside(unseen, ways, width - 1)}", ink.dim)]
        runs, seed = f"{entry.summary.runs:,} runs", table.seeds_text(table.run_of(entry))
        lost = lost_text(entry.summary)
        short, long = f"enter opens {seed}", f"enter opens the one in the middle, {seed}"
        ways = [f"Medians of {runs}{lost}; {long}.", f"Medians{lost}; {short}.", f"{short}."]
        column = next(each for each in table.columns if each.title == table.sorted_by)
        if "(" in (text := column.text(entry.summary, True)):
            text = f"none{text[1:]}" if text.startswith("–") else text
            told = f"{column.title}, median of {runs}: {text}{lost}"
            ways = [f"{told}; {long}.", f"{told}; {short}.", f"{told}.", *ways]
        return [Segment(f" {_beside(unseen, ways, width - 1)}", ink.dim)]

    def _keys(self, now: Progress, width: int) -> Line:
        """Write as many keys as fit, and at the right end whether there are more rows."""
        keys = ["enter open", *self._folding(), "s sort", "w write", "m medians", "n new"]
        if now.runs < now.total:
            keys.append("space stop" if now.is_running else "space go on")
        keys.append("esc stop, close" if now.is_running else "esc close")
        gap = "   " if len("   ".join(keys)) + 5 <= width else "  "
        for least in (*_LEAST_KEYS, *keys[-2:0:-1]):
            if len(gap.join(keys)) + 5 > width and least in keys:
                keys.remove(least)
        text = f" {gap.join(keys)}"
        last = 0 if self._table is None else len(self._table.entries) - self._height
        top = self._look.top
        more = f"{UP if top > 0 else ' '}{DOWN if top < last else ' '} "
        room = max(0, width - len(text) - len(more))
        return [Segment(text + " " * room, self._ink.dim), Segment(more, self._ink.key)]

    def _folding(self) -> list[str]:
        """Return the key that shows or hides the runs of the selected row, with that row's mark."""
        entry, table = self._entry, self._table
        if entry is None or table is None:
            return []
        if entry.is_run or entry.values in table.opened:
            return [f"{OPEN} ← hide"]
        return [f"{CLOSED} → runs"] if entry.summary.runs > 1 else []

    def render_line(self, y: int) -> Strip:
        """Return a row."""
        line = self._lines[y] if y < len(self._lines) else []
        return self._ink.strip(line, self.size.width)

    # -- keys -------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Go to another row."""
        self._go_to(self._place + by)

    def _go_to(self, place: int) -> None:
        self._note = ""
        if self._table is not None and self._table.entries:
            entry = self._table.entries[min(len(self._table.entries) - 1, max(0, place))]
            self._look.selected = entry.values, entry.is_run
            self._draw()

    def action_fold(self, is_open: bool) -> None:
        """Show the runs of a combination, or hide them."""
        if self._table is None or (entry := self._entry) is None:
            return
        group = entry.values[: len(self._table.work.groups.names)]
        if is_open and entry.summary.runs > 1:
            self._look.opened |= {group}
        elif not is_open:
            self._look.selected, self._look.opened = (group, False), self._look.opened - {group}
        self.look()

    def action_sort(self) -> None:
        """Sort by the next column."""
        if self._table is None:
            return
        titles = [column.title for column in self._table.columns]
        self._look.sorted_by = titles[(titles.index(self._table.sorted_by) + 1) % len(titles)]
        self._look.selected = None
        self.look()

    def action_open(self) -> None:
        """Open the run of the selected row."""
        if self._table is None or (entry := self._entry) is None:
            self.app.bell()
            return
        self._look.selected = entry.values, entry.is_run
        self.post_message(self.Opened(self._table.work.config_of(self._table.run_of(entry))))

    def on_click(self, event: events.Click) -> None:
        """Select the row under the mouse; where it is selected already, show its runs."""
        above = self._top_rows
        place = self._look.top + event.y - above
        if not above <= event.y < above + self._height or self._table is None:
            return
        if place >= len(self._table.entries):
            return
        if place == self._place:
            entry = self._table.entries[place]
            self.action_fold(entry.values not in self._table.opened)
        else:
            self._go_to(place)

    def on_mouse_scroll_down(self) -> None:
        """Go down."""
        self.action_move(1)

    def on_mouse_scroll_up(self) -> None:
        """Go up."""
        self.action_move(-1)


def _beside(unseen: str, ways: Sequence[str], width: int) -> str:
    """Return the longest text that fits, behind the settings that no column shows, if any."""
    if not unseen:
        return fit(*ways, width=width)
    row = f"This row: {unseen}."
    cut = row if len(row) <= width else f"{row[: max(0, width - 1)]}…"
    return fit(*(f"{row} {way}" for way in ways), cut, width=width)
