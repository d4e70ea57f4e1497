"""Whether everything that was asked has been done and drawn.

A program that reads the screen through a pseudo-terminal needs to know this: that nothing was
printed for a moment proves nothing on a busy machine. It sends a cursor position report that nobody
asked for (`CSI 1 ; 1 R`). The answer is a device status report, "ready" (`CSI 0 n`). It comes once
every key, click and paste before it is done, what follows from them is computed, and the frame that
shows it has been sent. Terminals send such a report to no full-screen program, and show nothing for
the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TypeVar

from textual.app import App
from textual.message_pump import MessagePump

_Result = TypeVar("_Result")

READY = "\x1b[0n"
"""The answer."""
_ROUNDS = 2
"""Rounds without anything to do, after which nothing follows any more."""
_MOST = 20
"""Rounds after which what follows from an input has followed: each one takes every message that
was there when it began, and none of ours leads to so many others."""
_PAUSE = 0.002
"""Seconds between two looks at whether a round is over."""


async def until_drawn(app: App[_Result], is_busy: Callable[[], bool]) -> None:
    """Wait until every message has arrived, with what follows from it, and the screen is drawn.

    Parameters
    ----------
    app : App
        Whose messages.
    is_busy : callable
        Whether something else is still to be done.
    """
    rounds = idle = 0
    while idle < _ROUNDS and app.is_running and app.screen_stack:
        await _round(app)
        rounds += 1
        # While training runs on a busy machine, there may always be messages: those of its frames.
        has_messages = any(pump.message_queue_size for pump in _pumps(app)) and rounds < _MOST
        idle = 0 if has_messages or is_busy() else idle + 1
        if not idle:
            await asyncio.sleep(_PAUSE)


async def _round(app: App[_Result]) -> None:
    """Wait until everything has handled its messages, and the screen has been painted."""
    calls = [(pump, asyncio.Event()) for pump in _pumps(app)]
    calls = [(pump, called) for pump, called in calls if pump.call_later(called.set)]
    # Once the program ends, perhaps by an error, nothing is handled or painted any more.
    while app.is_running and any(pump.is_running and not called.is_set() for pump, called in calls):
        await asyncio.sleep(_PAUSE)
    if app.screen_stack:
        screen, painted = app.screen, asyncio.Event()
        screen.call_after_refresh(painted.set)
        while app.is_running and app.screen_stack and screen is app.screen and not painted.is_set():
            await asyncio.sleep(_PAUSE)


def _pumps(app: App[_Result]) -> Iterator[MessagePump]:
    """Yield everything in front that messages go to."""
    yield app
    if app.screen_stack:
        yield from app.screen.walk_children(with_self=True)
