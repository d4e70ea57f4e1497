"""The file of a sweep: a line per run, written as it ends, so that nothing is trained twice.

The first line holds the settings of the first run, and for `begun_with` a person's own images: a
command has these from `--data`. Each further line is a result, with the settings
in which its run differs from the first one. A program that is killed leaves at most an incomplete
last line, which is cut off when the sweep goes on.
"""

import fcntl
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from typing import BinaryIO

from core.atomic import words_of
from core.errors import SessionError, SweepError
from core.files.coding import decode_fields, encode_fields
from core.files.json_text import MOST_BYTES, Json, keyed, parse, said
from core.files.reading import read_own
from core.files.session import own_json, pieces
from core.files.settings_reading import read_settings
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.kinds import written
from core.sweeps.task import Result
from core.sweeps.values import title_of

_NAME = "napkin_net_sweep"
_VERSION = 1
_BEGINS = f'{{"{_NAME}": '.encode()
_READS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
"""Of a pipe that nobody writes to, that comes to its end at once."""
_MOST_LINE = 2**20
"""Bytes of a line; a result has a few thousand."""


class SweepFile:
    """The results of a sweep on disk; `sweep_file` opens it.

    Parameters
    ----------
    stream : binary file
        Open for reading and writing, and locked.
    path : str
        What to call it.
    first : TrainingConfig
        The first run of the sweep.
    goal : float, optional
        Its goal.
    typed : mapping of str to str, optional
        The values of its settings as a person typed them, for `begun_with`.

    Raises
    ------
    SweepError
        If it holds something else.
    OSError
        If it cannot be read or written.
    """

    def __init__(
        self,
        stream: BinaryIO,
        path: str,
        first: TrainingConfig,
        goal: float | None,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        self._stream = stream
        self.path = path
        """Where it is."""
        self._places: dict[bytes, int] = {}
        """Where the line of each run that is done begins, by the run's settings."""
        self._base: dict[str, Json] = _settings(first)
        self._own = _own(first)
        if not self._read_header(goal):
            self._begin(first, goal, typed)
        self._read_lines()

    def __len__(self) -> int:
        """Count the runs that are done."""
        return len(self._places)

    def holds(self, config: TrainingConfig) -> bool:
        """Whether a run is done."""
        return self._key(_settings(config)) in self._places

    def result(self, config: TrainingConfig) -> Result:
        """Return the result of a run that is done; raises `SweepError` if it is not valid."""
        self._stream.seek(self._places[self._key(_settings(config))])
        line = self._stream.readline(_MOST_LINE)
        try:
            value = parse(line)
            rest = value if not isinstance(value, dict) else dict(value)
            if isinstance(rest, dict):
                rest.pop("settings", None)
                rest.setdefault("goal_seconds", None)  # lines that were written before have none
            found = decode_fields(Result, rest, "", {"config": config})
            points = len(found.curve_steps)
            if not points == len(found.curve_losses) == len(found.curve_multiply_adds):
                raise SessionError("", "its curve has points that lack a number")
            return found
        except SessionError as error:
            raise SweepError(f"{self.path}: {error}: remove that line") from None

    def add(self, result: Result) -> None:
        """Write a result; raises `OSError` if the disk takes none."""
        settings = _settings(result.config)
        differing = {name: value for name, value in settings.items() if value != self._base[name]}
        fields = encode_fields(result, without=("config",))
        assert isinstance(fields, dict)
        self._places[self._key(settings)] = self._write(_line({"settings": differing, **fields}))

    def refuse_if_other(self, found: int, first: TrainingConfig) -> None:
        """Refuse a file with results of which none is of this sweep.

        Parameters
        ----------
        found : int
            How many runs of this sweep are done.
        first : TrainingConfig
            The first run of this sweep.
        """
        if found or not self._places:
            return
        here = _settings(first)
        differing = [
            f"{title_of(name)} {_said(self._base[name])} there, {_said(here[name])} here"
            for name in SETTINGS
            if self._base[name] != here[name]
        ]
        how = f" ({'; '.join(differing[:3])})" if differing else ""
        raise SweepError(f"{self.path} holds another sweep{how}: choose another file")

    def _begin(
        self, first: TrainingConfig, goal: float | None, typed: Mapping[str, str] | None
    ) -> None:
        """Write the first line."""
        self._stream.seek(0)
        self._stream.truncate()
        header: dict[str, Json] = {"goal": goal, "data": self._own, "settings": self._base}
        texts: dict[str, Json] = {} if typed is None else {"typed": dict(typed)}
        line = _line({_NAME: _VERSION} | header | texts)
        if typed is not None and first.data is not None:
            own = "".join(pieces(own_json(first.data), ""))
            line = line.removesuffix("}") + f', "own": {own}}}'
        self._write(line)
        self._stream.seek(0, os.SEEK_END)

    def _write(self, line: str) -> int:
        """Write a line at the end, at once and whole or not at all; return where it begins."""
        left = line.encode() + b"\n"
        place = end = self._stream.seek(0, os.SEEK_END)  # what was read ahead is forgotten, too
        # Not through the stream: it would keep what a full disk does not take, and try again.
        handle = self._stream.fileno()
        try:
            while left:
                taken = os.pwrite(handle, left, end)
                left, end = left[taken:], end + taken
        except OSError:
            # What the disk took of the line would make the next one unreadable.
            os.ftruncate(handle, place)
            raise
        return place

    def _read_header(self, goal: float | None) -> bool:
        """Read the first line; return whether there is one."""
        self._stream.seek(0)
        line = _first_line(self._stream)
        if not line or (not line.endswith(b"\n") and _is_cut(line)):
            return False
        try:
            header = _header(line)
            settings = header["settings"]
            if not isinstance(settings, dict):
                raise SessionError("settings", "is missing")
        except SessionError as error:
            why = f" ({error})" if error.where == "version" else ""
            raise SweepError(
                f"{self.path} is not the file of a sweep{why}: choose another file"
            ) from None
        if header["data"] != self._own:
            raise SweepError(
                f"{self.path} holds a sweep on other images (--data): choose another file"
            )
        if header["goal"] != goal:
            there = "no goal" if header["goal"] is None else f"the goal {_said(header['goal'])}"
            raise SweepError(
                f"{self.path} holds a sweep with {there}: repeat it, or choose another file"
            )
        # Settings that came later were at their defaults in all earlier runs.
        usual = _settings(TrainingConfig())
        self._base = usual | settings
        return True

    def _read_lines(self) -> None:
        """Find the line of each run that is done; cut off a last one that is incomplete."""
        number = 1
        while True:
            place = self._stream.tell()
            line = self._stream.readline(_MOST_LINE)
            if not line:
                return
            number += 1
            if not line.endswith(b"\n") and not self._stream.read(1):
                self._stream.truncate(place)
                self._stream.seek(place)
                return
            try:
                value = parse(line)
                settings = value.get("settings") if isinstance(value, dict) else None
                if not isinstance(settings, dict):
                    raise SessionError("", "has no settings")
            except SessionError as error:
                raise SweepError(
                    f"{self.path}: line {number:,} is not a result ({error.problem}): remove it"
                ) from None
            self._places[self._key(self._base | settings)] = place

    @staticmethod
    def _key(settings: Mapping[str, Json]) -> bytes:
        """Return what tells a run apart from all others, in few bytes."""
        # What cannot be read is a setting of no run, and so its line is of none.
        text = json.dumps(settings, sort_keys=True, default=repr)
        return blake2b(text.encode(), digest_size=16).digest()


def begun_with(path: str) -> tuple[TrainingConfig, dict[str, str]]:
    """Return the first run of a sweep by its file, and the values that were typed for it.

    Raises
    ------
    SweepError
        If the file has no such values, or lacks a person's own images.
    """
    try:
        with open(os.open(path, _READS), "rb") as stream:
            header = _header(_first_line(stream))
        typed = header.get("typed")
        if not isinstance(typed, dict):
            raise SessionError("typed", "is missing")
        own = None if header["data"] is None else read_own(header.get("own"))
        if own is not None and own.digest != header["data"]:
            raise SessionError("own", "are other images than those of the runs")
        first = read_settings(header["settings"], own, "settings")
    except (OSError, SessionError) as error:
        raise SweepError(f"{path}: {error}") from None
    return first, {name: text for name, text in typed.items() if isinstance(text, str)}


def _header(line: bytes) -> dict[str, Json]:
    """Read the first line of a file; raises `SessionError` if it is none of a sweep."""
    value = parse(line)
    if isinstance(value, dict) and (version := value.get(_NAME)) not in (None, _VERSION):
        words = f"must be {_VERSION}, the version that this napkin-net reads (got {said(version)})"
        raise SessionError("version", words)
    names = (_NAME, "goal", "data", "settings", "typed", "own")
    return keyed(value, "", names, may_lack=("typed", "own"))


def _first_line(stream: BinaryIO) -> bytes:
    """Read the first line, which may hold images if it begins as that of a sweep does."""
    line = stream.readline(_MOST_LINE)
    is_long = not line.endswith(b"\n") and line.startswith(_BEGINS)
    return line + stream.readline(MOST_BYTES) if is_long else line


def _line(values: Mapping[str, Json]) -> str:
    """Write a line, its end excluded."""
    return json.dumps(values, separators=(", ", ": "))


@contextmanager
def sweep_file(
    path: str, first: TrainingConfig, goal: float | None, typed: Mapping[str, str] | None = None
) -> Iterator[SweepFile]:
    """Open the file of a sweep, which may not be there yet, and keep others from writing to it.

    Raises
    ------
    SweepError
        If it cannot be opened, read or begun, or holds something else; it is left as it is then.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o666)
    except (OSError, ValueError) as error:
        raise SweepError(f"{path}: {words_of(error)}") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise SweepError(f"{path}: it is not a regular file")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SweepError(f"{path}: another sweep writes to it now") from None
        except OSError:
            pass  # a disk that knows no locks
        with open(handle, "r+b", closefd=False) as stream:
            try:
                file = SweepFile(stream, path, first, goal, typed)
            except OSError as error:
                raise SweepError(f"{path}: {words_of(error)}") from None
            yield file
    finally:
        os.close(handle)


def _is_cut(line: bytes) -> bool:
    """Whether a line is the beginning of a first line that was being written."""
    return _BEGINS.startswith(line[: len(_BEGINS)])


def _settings(config: TrainingConfig) -> dict[str, Json]:
    """Return all settings of a run as JSON has them."""
    values = {name: getattr(config, name) for name in SETTINGS}
    return {name: list(each) if isinstance(each, tuple) else each for name, each in values.items()}


def _own(config: TrainingConfig) -> str | None:
    """Return what tells a person's own images apart from others."""
    return None if config.data is None else config.data.digest


def _said(value: Json) -> str:
    """Write a setting's value as a person would type it."""
    if isinstance(value, list):
        return "+".join(map(str, value)) or "none"
    if value is None or isinstance(value, str | int | float):
        return written(value) or "none"
    return "something else"
