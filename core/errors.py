"""The errors that core raises for requests that are not valid."""

from typing import NamedTuple

_LONGEST = 200


class ConfigError(ValueError):
    """A setting is outside what it takes.

    Parameters
    ----------
    setting : str
        The field of `TrainingConfig` that is wrong, e.g. ``"learning_rate"``.
    problem : str
        What it takes and what it got, in words a user can act on.
    """

    def __init__(self, setting: str, problem: str) -> None:
        super().__init__(f"{setting}: {problem}")
        self.setting = setting
        self.problem = problem


class WrongRow(NamedTuple):
    """A row that cannot be taken."""

    line: int
    """Where it begins, from 1."""
    problem: str
    """What is wrong with it."""


class TableError(ValueError):
    """A file that no images can be taken from; nothing of it is.

    Parameters
    ----------
    problem : str
        What is wrong, in words that go on after the file's name.
    rows : tuple of WrongRow
        The first wrong rows, as many as are told.
    wrong : int
        How many there are in all.
    """

    def __init__(self, problem: str, rows: tuple[WrongRow, ...] = (), wrong: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.rows = rows
        self.wrong = wrong


class ExportError(ValueError):
    """A run cannot be written down in the form that was asked for; its words say why."""


class SweepError(ValueError):
    """A sweep cannot begin or go on; its words say why."""


class DeviceMemoryError(MemoryError):
    """The device that an engine computes on has less free memory than it needs.

    Parameters
    ----------
    engine : str
        Name of the engine.
    device : str
        The device's name; empty for the processor.
    """

    def __init__(self, engine: str, device: str) -> None:
        super().__init__(f"{engine}: not enough memory on {device or 'the CPU'}")
        self.engine = engine
        self.device = device


class SessionError(ValueError):
    """A session file is not what it should be.

    Parameters
    ----------
    where : str
        The place in the file, e.g. ``"run.journal[3].change"``; empty for the file as a whole.
    problem : str
        What is wrong there.
    """

    def __init__(self, where: str, problem: str) -> None:
        # What a file holds may be quoted, however long, and whatever it could do to a terminal.
        problem = problem if len(problem) <= _LONGEST else f"{problem[:_LONGEST]}…"
        problem = "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in problem)
        super().__init__(f"{where}: {problem}" if where else problem)
        self.where = where
        self.problem = problem
