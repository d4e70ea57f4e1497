"""The loops engine's own code at work: the lines that compute a number, and what they compute.

A function of the engine is called with the selected image while every line of it is
noted, with the values that its variables have once the line has run. The lines are read from the
source that runs.
"""

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import TypeAlias

from core.structs import Struct

MOST_MOMENTS = 200
"""Moments of a call that are kept."""
MOST_LINES = 8_000
"""Lines of a call that are run before it is broken off."""
LONGEST_LIST = 6
"""Numbers of a list that are kept."""

Value: TypeAlias = float | tuple[float, ...]
"""A number, or the first few of a list."""
Wanted: TypeAlias = Callable[[Mapping[str, object]], bool]
"""Whether a line that is about to run is of interest, from the function's variables."""


class Variable(Struct):
    """A variable at one moment; only numbers and lists of numbers are kept."""

    name: str
    value: Value
    length: int
    """Of a list, all of it; of a number 0."""
    changed: bool
    """Whether the line has just set it."""


class Moment(Struct):
    """A line has run."""

    line: int
    """Which, counted from 0 at the function's first line."""
    variables: tuple[Variable, ...]
    """What its variables are now, in the order in which they came up."""


class Source(Struct):
    """A function as it is written."""

    function: str
    """Its name."""
    file: str
    """Where it stands, e.g. ``core/engines/loops.py``."""
    first_line: int
    """The number of its first line in the file, from 1."""
    lines: tuple[str, ...]
    """Its lines, as they are in the file."""


class Trace(Struct):
    """A call of a function, line by line."""

    source: Source
    moments: tuple[Moment, ...]
    """In order; those of interest, as many as are kept."""
    start: int
    """The moment at which the number comes about; 0 if there is none."""


class _Enough(Exception):
    """All that is of interest has been seen."""


def _code_of(function: Callable[..., object]) -> CodeType:
    if not isinstance(function, FunctionType):
        raise TypeError(f"{function!r} is not written in Python")
    return function.__code__


@lru_cache(64)
def source_of(function: Callable[..., object]) -> Source:
    """Read a function's source.

    Raises
    ------
    TypeError
        If it is none that is written in Python.
    OSError
        If its file cannot be read.
    """
    code = _code_of(function)
    lines, first = inspect.getsourcelines(code)
    path = Path(code.co_filename)
    package = function.__module__.count(".") + 1
    file = "/".join(path.parts[-package:])
    return Source(code.co_name, file, first, tuple(line.rstrip("\n") for line in lines))


class _Recorder:
    """Notes the lines of one function, as a trace function does."""

    def __init__(self, code: CodeType, wanted: Wanted | None) -> None:
        self._code = code
        self._wanted = wanted
        self._lines = 0
        self._pending: int | None = None
        self._before: dict[str, tuple[Value, int]] = {}
        self.moments: list[Moment] = []

    def enter(self, frame: FrameType, event: str, argument: object) -> "_Tracer | None":
        """Look into a call, if it is one of the function."""
        if frame.f_code is not self._code:
            return None
        self._before = {}
        self._pending = None
        return self.line

    def line(self, frame: FrameType, event: str, argument: object) -> "_Tracer | None":
        """Note what the line before did; see whether the one that comes is of interest."""
        if event not in ("line", "return"):
            return self.line
        variables = frame.f_locals
        follows = self._pending is not None
        if self._pending is not None:
            self._note(self._pending, variables)
            self._pending = None
        self._lines += 1
        if len(self.moments) >= MOST_MOMENTS or self._lines >= MOST_LINES:
            raise _Enough
        if event == "line" and (self._wanted is None or self._wanted(variables)):
            if not follows:  # what lines of no interest have set is not this line's doing
                self._before = _plain(variables)
            self._pending = frame.f_lineno - self._code.co_firstlineno
        return self.line

    def _note(self, line: int, variables: Mapping[str, object]) -> None:
        now = _plain(variables)
        kept = tuple(
            Variable(name, value, length, self._before.get(name) != (value, length))
            for name, (value, length) in now.items()
        )
        self.moments.append(Moment(line, kept))
        self._before = now


_Tracer: TypeAlias = Callable[[FrameType, str, object], "_Tracer | None"]


def trace(
    function: Callable[..., object],
    call: Callable[[], object],
    *,
    wanted: Wanted | None = None,
    begins: Wanted | None = None,
) -> Trace:
    """Run a call and note a function's lines in it.

    Whatever traced the program before, a debugger for one, does so again afterwards.

    Parameters
    ----------
    function : function
        Whose lines are noted; it may be called more than once.
    call : callable
        Calls it. Nothing may come of a call that is broken off.
    wanted : callable, optional
        Which lines are of interest; without, all.
    begins : callable, optional
        Tells from a moment's variables and from `line`, the line's text, whether it is the one at
        which the number comes about; the last one that it says so of counts.
    """
    recorder = _Recorder(_code_of(function), wanted)
    before = sys.gettrace()
    sys.settrace(recorder.enter)
    try:
        call()
    except _Enough:
        pass
    finally:
        sys.settrace(before)
    source = source_of(function)
    start = 0
    for number, moment in enumerate(recorder.moments):
        known: dict[str, object] = {each.name: each.value for each in moment.variables}
        known["line"] = source.lines[moment.line].strip()
        if begins is not None and begins(known):
            start = number
    return Trace(source, tuple(recorder.moments), start)


def _plain(variables: Mapping[str, object]) -> dict[str, tuple[Value, int]]:
    """Pick the numbers and the lists of numbers; a list is cut, with its whole length beside."""
    plain: dict[str, tuple[Value, int]] = {}
    for name, value in variables.items():
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            plain[name] = (value, 0)
        elif isinstance(value, list):
            first = tuple(each for each in value[:LONGEST_LIST] if isinstance(each, int | float))
            if len(first) == min(len(value), LONGEST_LIST):
                plain[name] = (first, len(value))
    return plain
