"""Bytes from a terminal become keys and reports, however late they come."""

import os
from collections.abc import Iterator
from threading import Event
from unittest.mock import patch

import pytest
from textual import events
from textual.geometry import Size
from textual.message import Message

from tui.terminal.reading import PatientParser, read_events

LATE = patch("textual._parser.get_time", lambda: float("inf"))
"""A busy machine: the time that a sequence may take has passed whenever somebody looks."""


@pytest.fixture(name="pipe")
def opened_pipe() -> Iterator[tuple[int, int]]:
    """What can be read from, and what can be written to."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def keys_of(messages: list[Message]) -> list[str]:
    assert all(isinstance(message, events.Key) for message in messages)
    return [message.key for message in messages if isinstance(message, events.Key)]


def test_a_report_of_the_size_read_in_two_parts_is_one_report(pipe: tuple[int, int]) -> None:
    parser = PatientParser(pipe[0])
    assert list(parser.feed("\x1b[48;30;9")) == []
    os.write(pipe[1], b"0;480;720t")  # waiting, but the thread that reads it is late
    with LATE:
        assert list(parser.tick()) == []
    [report] = list(parser.feed(os.read(pipe[0], 20).decode()))
    assert isinstance(report, events.Resize)
    assert report.size == Size(90, 30)


def test_an_escape_with_nothing_behind_it_is_the_key(pipe: tuple[int, int]) -> None:
    parser = PatientParser(pipe[0])
    assert list(parser.feed("\x1b")) == []
    with LATE:
        assert keys_of(list(parser.tick())) == ["escape"]


def test_what_is_no_input_is_left_out_and_reading_goes_on(pipe: tuple[int, int]) -> None:
    no_key = b"\x1b[99999999999u"
    at_once = len(no_key)
    parts = b"\xffq".ljust(at_once, b"x"), no_key, "é".encode().rjust(at_once + 1, b"y"), b"\x1b[A"
    os.write(pipe[1], b"".join(parts))
    ended, found = Event(), []
    with patch("tui.terminal.reading._MOST", at_once):  # in the middle of é, too
        for event in read_events(pipe[0], ended):
            found.append(event)
            if keys_of([event]) == ["up"]:
                ended.set()
    letters = [
        "q",
        *["x"] * (at_once - 2),
        *["y"] * (at_once - 1),
        "é",
    ]
    assert keys_of(found) == [*letters, "up"]
