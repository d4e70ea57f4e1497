"""The rows of a CSV file, or of anything: what is no text is refused before it fills memory."""

import csv
import os
import stat
from collections.abc import Iterator
from typing import TextIO

from core.errors import TableError

MAXIMUM_BYTES = 100 * 2**20
LONGEST_LINE = 10_000
"""Characters of a line; four pixels and a label, however they are written, take far fewer."""


def size_of(file: TextIO) -> int:
    """Count the bytes of a plain file that is not too large; 0 where that cannot be known."""
    status = os.fstat(file.fileno())
    if status.st_size > MAXIMUM_BYTES:
        raise TableError(f"is too large: more than {MAXIMUM_BYTES // 2**20} MiB")
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def rows_of(file: TextIO) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Give the rows, each with the line where it begins; of one that is no CSV, the error."""
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
    """Give the lines of a text file in UTF-8, and refuse what is none, before it fills memory."""
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
