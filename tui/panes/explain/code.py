"""The engine's code as rows: the line that has just run is lit, its variables' values beside it."""

import re

from rich.segment import Segment

from core.explain.code import Moment, Trace, Variable
from tui.panes.explain.arithmetic import wrapped
from tui.panes.explain.rounding import number_text
from tui.terminal.drawing import Ink, Line
from tui.terminal.glyphs import POINTER
from tui.words.numerals import count

WIDE = 76
"""From here on the values stand in a column beside the code, else in rows below it."""
_VALUES = 26
_NAME = 11


def code_rows(
    trace: Trace, moment: int, width: int, height: int, ink: Ink, *, step: int
) -> list[Line]:
    """Show a traced call at one moment, in exactly so many rows.

    Parameters
    ----------
    trace : Trace
        The call.
    moment : int
        Which of its moments.
    width, height : int
        The room; at least one row.
    ink : Ink
        The styles.
    step : int
        The step at which it was traced.
    """
    source = trace.source
    lit = trace.moments[moment] if trace.moments else None
    done = "" if lit is None else f" · moment {moment + 1} of {len(trace.moments)}"
    whose = "" if lit is None else f" · this image, step {count(step)}"
    head = f" {source.function}{done}{whose} · {source.file}:{source.first_line}"
    rows: list[Line] = [[Segment(head if len(head) <= width else f"{head[: width - 1]}…", ink.dim)]]
    room = height - 1
    variables = [] if lit is None else _in_order(lit, source.lines[lit.line])
    if width >= WIDE:
        code = _code(trace, lit, width - _VALUES, room, ink)
        values = [_value_row(each, ink) for each in variables]
        for number, line in enumerate(code):
            rows.append(line + (values[number] if number < len(values) else []))
        return rows
    below = _values_below(variables, width, ink)[:2] if room >= 4 else []
    code = _code(trace, lit, width, room - len(below), ink)
    return rows + code + below


def lit_row(trace: Trace, moment: int, height: int) -> int:
    """Return in which of `code_rows`' rows the lit line stands."""
    if not trace.moments:
        return 0
    line = trace.moments[moment].line
    return 1 + line - _top(line, len(trace.source.lines), height - 1)


def _top(line: int, lines: int, room: int) -> int:
    """Choose the first line shown, so that the lit one is among those shown."""
    return max(0, min(line - room // 2, lines - room))


def _code(trace: Trace, lit: Moment | None, width: int, room: int, ink: Ink) -> list[Line]:
    """Return the lines around the lit one, or the first ones."""
    lines = trace.source.lines
    top = 0 if lit is None else _top(lit.line, len(lines), room)
    rows: list[Line] = []
    for number in range(top, min(top + room, len(lines))):
        is_lit = lit is not None and number == lit.line
        text = lines[number]
        text = text if len(text) <= width - 4 else f"{text[: width - 5]}…"
        mark = Segment(f" {POINTER} " if is_lit else "   ", ink.focus)
        inside = len(text) - len(text.lstrip())
        style = ink.selected if is_lit else ink.dim
        words = [Segment(" " * inside, ink.text), Segment(text[inside:], style)]
        rows.append([mark, *words, Segment(" " * (width - 3 - len(text)), ink.text)])
    rows += [[Segment(" " * width, ink.text)] for _ in range(room - len(rows))]
    return rows


def _in_order(moment: Moment, line: str) -> list[Variable]:
    """Put first what the line has set, then what it reads, then the others."""
    words = set(re.findall(r"\w+", line))
    return sorted(moment.variables, key=lambda each: (not each.changed, each.name not in words))


def _text(variable: Variable) -> str:
    """Write a variable's value; of a list the first few numbers."""
    value = variable.value
    if not isinstance(value, tuple):
        return _number(value)
    inside = " ".join(_number(each) for each in value)
    return f"[{inside}{' …' if variable.length > len(value) else ''}]"


def _number(value: float) -> str:
    return count(value) if isinstance(value, int) else number_text(value)


def _value_row(variable: Variable, ink: Ink) -> Line:
    """Write a variable in the column beside the code."""
    style = ink.strong if variable.changed else ink.text
    text = _text(variable)
    room = _VALUES - 1 - max(_NAME, len(variable.name) + 1)
    text = text if len(text) <= room else f"{text[: room - 1]}…"
    return [Segment(variable.name.ljust(_NAME) + " ", ink.dim), Segment(text, style)]


def _values_below(variables: list[Variable], width: int, ink: Ink) -> list[Line]:
    """Write the variables in rows below the code."""
    chunks = []
    for variable in variables:
        style = ink.strong if variable.changed else ink.text
        text = _text(variable)
        text = text if len(text) <= width - 20 else f"{text[: width - 21]}…"
        chunks.append([Segment(f"  {variable.name} ", ink.dim), Segment(text, style)])
    rows = wrapped(chunks, width, ink)
    return rows + [[] for _ in range(2 - len(rows))]
