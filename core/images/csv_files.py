"""CSV files of images: the columns p0,p1,p2,p3 and perhaps label, read whole or refused in words.

p0 … p3 are the pixels, row by row; a header may be missing, and a label may be yes or no. What is
no text is refused before it fills memory, and rows that cannot be taken are named by their lines.
"""

import csv
import math
import os
import stat
from array import array
from collections.abc import Callable, Iterator
from typing import TextIO, TypeAlias

import numpy as np

from core.atomic import words_of
from core.errors import TableError, WrongRow
from core.images.images import MAXIMUM_IMAGES, PIXELS, Batch
from core.images.own_data import OwnData, plain_name
from core.images.tasks import Task
from core.typed_numbers import real, shown

MAXIMUM_BYTES = 100 * 2**20
LONGEST_LINE = 10_000
"""Characters of a line; four pixels and a label, however they are written, take far fewer."""


def size_of(file: TextIO) -> int:
    """Count the bytes of a regular file that is not too large; 0 where that cannot be known."""
    status = os.fstat(file.fileno())
    if status.st_size > MAXIMUM_BYTES:
        raise TableError(f"is too large: more than {MAXIMUM_BYTES // 2**20} MiB")
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def rows_of(file: TextIO) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Yield the rows, each with the line where it begins; of one that is no CSV, the error."""
    # Strict, or text behind a closing quote would be taken for part of a number.
    reader = csv.reader(_lines(file), strict=True, skipinitialspace=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except csv.Error as error:
            yield line, error
            continue
        except StopIteration:
            return
        if any(cell.strip() for cell in row):
            yield line, row


def _lines(file: TextIO) -> Iterator[str]:
    """Yield the lines of a text file in UTF-8, and refuse what is none, before it fills memory."""
    number = length = 0
    while True:
        number += 1
        try:
            line = file.readline(LONGEST_LINE)
        except UnicodeDecodeError as error:
            number += error.object[: error.start].count(b"\n")
            raise TableError(f"is not UTF-8 text, at line {number:,}") from None
        if not line:
            return
        length += len(line)
        if "\0" in line:
            raise TableError(f"is not text: line {number:,} holds a NUL byte")
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise TableError(f"holds no rows of numbers: line {number:,} is too long")
        if length > MAXIMUM_BYTES:
            raise TableError(f"is too large: more than {MAXIMUM_BYTES // 2**20} MiB")
        yield line


COLUMNS: tuple[str, ...] = ("p0", "p1", "p2", "p3", "label")
ANSWERS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
"""Words that a label may be."""
ROUNDING = 1e-9
"""A pixel outside of white and black by so much of black is that, but for rounding."""
TOLD = 10
"""Wrong rows that are listed one by one."""
_BLOCK = 4096
"""Rows between two calls of `progress`, and written at once."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the bytes read so far, and the bytes in all."""


def read_table(
    path: str, task: Task | None = None, *, scale: float = 1.0, progress: Progress | None = None
) -> OwnData:
    """Read images and their labels.

    Parameters
    ----------
    path : str
        The file.
    task : Task, optional
        What the images are for; it labels them if the file does not, and tells what labels may be.
    scale : float
        What black is in the file: 1 or 255.
    progress : callable, optional
        Called from time to time with the progress.

    Raises
    ------
    TableError
        If anything in the file is not as it should be, or there is no such file.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            size = size_of(file)
            reading = _Reading(task, scale)
            for number, row in enumerate(rows_of(file)):
                reading.take(*row)
                if progress is not None and size and number % _BLOCK == 0:
                    progress(os.lseek(file.fileno(), 0, os.SEEK_CUR), size)
    except OSError as error:
        raise TableError(f"cannot be read: {words_of(error)}") from None
    except ValueError as error:
        if isinstance(error, TableError):
            raise
        raise TableError(f"cannot be read: {words_of(error)}") from None
    return reading.result(path)


class _Reading:
    """Rows taken so far, and what was wrong with others.

    Parameters
    ----------
    task : Task or None
        What the images are for.
    scale : float
        What black is.
    """

    def __init__(self, task: Task | None, scale: float) -> None:
        self._task = task
        self._scale = scale
        self._names: tuple[str, ...] = ()
        self._numbers = array("d")
        self._rows = 0
        self._wrong: list[WrongRow] = []
        self._wrong_count = self._too_dark = 0

    def take(self, line: int, row: list[str] | csv.Error) -> None:
        """Take a row, or note why it cannot be taken."""
        if isinstance(row, csv.Error):
            self._note(line, f"is not valid CSV: {row}")
            return
        if not self._names and self._take_names(line, row):
            return
        self._rows += 1
        if self._rows > MAXIMUM_IMAGES:
            raise TableError(f"has too many rows: more than {MAXIMUM_IMAGES:,}")
        if not self._take_quickly(row):
            self._note(line, self._problem(row))

    def _take_names(self, line: int, row: list[str]) -> bool:
        """Find out which column is what; return whether the row is a header."""
        names = tuple(cell.strip().lower() for cell in row)
        if any(_number(cell) is not None for cell in row):
            if len(row) not in (PIXELS, PIXELS + 1):
                raise TableError(
                    "must have columns p0,p1,p2,p3 and optionally label; "
                    f"line {line:,} has {len(row):,}"
                )
            self._names = COLUMNS[: len(row)]
            return False
        unknown = next((name for name in names if name not in COLUMNS), None)
        twice = next((name for name in names if names.count(name) > 1), None)
        missing = next((name for name in COLUMNS[:PIXELS] if name not in names), None)
        if unknown is not None:
            raise TableError(
                f"must have columns p0,p1,p2,p3 and optionally label, with commas between; "
                f"line {line:,} names {shown(unknown)}"
            )
        if twice is not None or missing is not None:
            what = f"no {missing}" if twice is None else f"two of {twice}"
            raise TableError(f"must name each column once; line {line:,} names {what}")
        self._names = names
        return True

    @property
    def _is_labelled(self) -> bool:
        return "label" in self._names

    def _take_quickly(self, row: list[str]) -> bool:
        """Take a row that is as it should be; return whether it is."""
        if len(row) != len(self._names):
            return False
        try:
            numbers = _plain_numbers(row)
        except ValueError:
            try:
                numbers = [_value(name, cell) for name, cell in zip(self._names, row, strict=True)]
            except ValueError:
                return False
        for name, number in zip(self._names, numbers, strict=True):
            if not self._fits(name, number):
                return False
        self._numbers.extend(numbers)
        return True

    def _fits(self, name: str, number: float) -> bool:
        """Whether a number may stand in that column."""
        if name != "label":
            return -ROUNDING * self._scale <= number <= (1.0 + ROUNDING) * self._scale
        if self._task is not None and self._task.yes_no:
            return number in (0.0, 1.0)
        return math.isfinite(number)

    def _problem(self, row: list[str]) -> str:
        """Return what is wrong with a row; the first thing will do."""
        if len(row) != len(self._names):
            return f"must have {len(self._names)} values (got {len(row):,})"
        for name, cell in zip(self._names, row, strict=True):
            if not cell.strip():
                return f"{name} is missing"
            try:
                number = _value(name, cell)
            except ValueError as error:
                return f"{name} {error}"
            if not math.isfinite(number):
                return f"{name} must be finite (got {shown(cell)})"
            if not self._fits(name, number):
                self._too_dark += name != "label" and 1 < number <= 255
                wanted = "0 or 1" if name == "label" else f"from 0 to {self._scale:g}"
                return f"{name} must be {wanted} (got {shown(cell)})"
        return "cannot be read"

    def _note(self, line: int, problem: str) -> None:
        self._wrong_count += 1
        if len(self._wrong) < TOLD:
            self._wrong.append(WrongRow(line, problem))

    def result(self, path: str) -> OwnData:
        """Return all of it, if nothing was wrong."""
        if self._wrong_count:
            rows = "row is" if self._wrong_count == 1 else "rows are"
            hint = ""
            if self._too_dark == self._wrong_count:
                hint = "; if black is 255 in this file, add --scale 255"
            raise TableError(
                f"{self._wrong_count:,} {rows} not valid, so no row was read{hint}",
                tuple(self._wrong),
                self._wrong_count,
            )
        if not self._rows:
            raise TableError("has no rows")
        if not self._is_labelled and (self._task is None or self._task.is_own):
            raise TableError(
                "has no label column; choose a task that labels the images, such as --task xor"
            )
        columns = np.frombuffer(self._numbers).reshape(self._rows, -1).T
        places = [self._names.index(column) for column in COLUMNS[:PIXELS]]
        pixels = columns[places].T
        if self._scale != 1.0 and 0.0 < pixels.max() <= 1.0 + ROUNDING:
            raise TableError(
                f"has no pixel above 1, so black is 1 in this file: remove --scale {self._scale:g}"
            )
        # Adding 0 takes the sign off a −0.
        images = np.clip(np.ascontiguousarray(pixels) / self._scale, 0.0, 1.0) + 0.0
        if self._is_labelled:
            targets = columns[self._names.index("label")] + 0.0
        else:
            assert self._task is not None
            targets = self._task.label(images)
        name, batch = plain_name(os.path.basename(path)), Batch(images, targets)
        return OwnData(name, batch, self._is_labelled, self._scale, path)


def _plain_numbers(row: list[str]) -> list[float]:
    """Read a row of numbers as Python writes them, quickly; of all others raise `ValueError`."""
    text = "".join(row)
    if not text.isascii() or "_" in text:
        raise ValueError("is to be read cell by cell")
    return [float(cell) for cell in row]


def _value(name: str, cell: str) -> float:
    """Read a cell of a column; a label may also be yes or no, true or false."""
    if name == "label" and (answer := ANSWERS.get(cell.strip().lower())) is not None:
        return answer
    return real(cell)


def _number(cell: str) -> float | None:
    """Read a number as people write it; None for what is none."""
    try:
        return real(cell)
    except ValueError:
        return None


def write_table(batch: Batch, stream: TextIO) -> None:
    """Write images and labels; `read_table` gives the same bits again.

    Parameters
    ----------
    batch : Batch
        What is written.
    stream : TextIO
        Where to; opened with ``newline=""``.
    """
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(COLUMNS)
    for start in range(0, len(batch), _BLOCK):
        part = slice(start, start + _BLOCK)
        rows.writerows(np.column_stack([batch.images[part], batch.targets[part]]).tolist())
