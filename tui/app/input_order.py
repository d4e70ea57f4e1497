"""The order of keys and clicks is the order of their effects, whichever way each takes.

A key goes to the focused pane and from there up to the app, where its action is looked up; a click
goes to whatever lies under it. So in a burst, as a paste or a busy moment makes it, a later one
could be carried out first, or go to a pane where a box has just been opened. Therefore one waits
until the one before it has gone its way: a message that takes the same way behind it comes back.

A question whether all that came before is done and drawn waits in the same line (`drawn`).
"""

from __future__ import annotations

import asyncio
from collections import deque

from textual import events, on
from textual.app import App
from textual.dom import DOMNode
from textual.errors import NoWidget
from textual.message import Message
from textual.message_pump import MessagePump

from tui.terminal.drawn import READY, until_drawn

ANSWERING = "answering"
"""The name of the worker that waits for all to be drawn."""
_ROUNDS = 2
"""Times that a way is gone: what a pane asks of itself comes behind the first."""
_PATIENCE = 25
"""Checks until an input no longer waits for the one before it: what that went to may be gone.
They are counted, and not the time: a busy machine must not change the order."""
_CHECK_EVERY = 0.02
"""Seconds between two of them."""
_ORDERED = (events.InputEvent, events.Paste, events.CursorPosition)

_PRESSED = (events.Key, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)
"""Those that a person means something by; a button that is released belongs to its press."""


class _Passed(Message):
    """Takes the way of an input behind it, up to the app."""

    def __init__(self, number: int, rounds: int, target: MessagePump, front: DOMNode) -> None:
        super().__init__()
        self.number = number
        """Which input it is about."""
        self.rounds = rounds
        """How often it has still to go."""
        self.target = target
        """Where it begins."""
        self.front = front
        """The screen that was in front when it began."""


class _Late(Message):
    """Says that an input takes too long."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        """Which one it is."""


class OrderedApp(App[None]):
    """An app that does what keys and clicks ask for in their order."""

    _number = 0
    """The number of the last input that was passed on."""
    _is_passing = False
    """Whether that one is still on its way."""
    _late_timer: asyncio.TimerHandle | None = None

    def on_load(self) -> None:
        """Start with no waiting input."""
        self._inputs: deque[events.Event] = deque()

    @property
    def has_inputs(self) -> bool:
        """Whether a key or a click has still to arrive."""
        return self._is_passing or bool(self._inputs)

    def take_turn(self) -> None:
        """Be told of a key or a click as its turn comes, before it goes its way."""

    @property
    def is_busy(self) -> bool:
        """Whether something that was asked for is still being computed."""
        return False

    async def on_event(self, event: events.Event) -> None:
        """Pass an input on once the one before it has gone its way."""
        if not isinstance(event, _ORDERED) or event.is_forwarded:
            await super().on_event(event)
        elif self._is_passing:
            self._inputs.append(event)
            self._be_patient()
        else:
            await self._pass_on(event)

    def _be_patient(self) -> None:
        """Limit how long an input waits."""
        if self._late_timer is None:
            self._check_again(_PATIENCE, _Late(self._number))

    def _check_again(self, checks: int, late: _Late) -> None:
        """Announce that an input is late, after so many checks."""
        if checks:
            loop = asyncio.get_running_loop()
            self._late_timer = loop.call_later(_CHECK_EVERY, self._check_again, checks - 1, late)
        else:
            self.post_message(late)

    async def _pass_on(self, event: events.Event) -> None:
        """Pass an input on, followed by a message."""
        if not self.screen_stack:  # it is ending
            return
        if isinstance(event, events.MouseMove) and not event.button:
            await super().on_event(event)  # nothing depends on it
            return
        if isinstance(event, events.CursorPosition):
            self.run_worker(self._answer(), name=ANSWERING)
            return
        target = self._target_of(event)
        self._number += 1
        self._is_passing = True
        if isinstance(event, _PRESSED):
            self.take_turn()
        await super().on_event(event)
        self._have_followed(_ROUNDS, target)

    async def _answer(self) -> None:
        """Say that all is drawn, as soon as it is."""
        await until_drawn(self, lambda: self.is_busy)
        if self._driver is not None:
            self._driver.write(READY)
            self._driver.flush()

    def _target_of(self, event: events.Event) -> MessagePump:
        """Return what an input goes to first."""
        if not isinstance(event, events.MouseEvent):
            return self.focused or self.screen
        if self.mouse_captured is not None:
            return self.mouse_captured
        try:
            return self.get_widget_at(event.x, event.y)[0]
        except NoWidget:
            return self.screen

    def _have_followed(self, rounds: int, target: MessagePump) -> None:
        """Send a message where an input went."""
        if self.screen_stack:  # else it is ending
            passed = _Passed(self._number, rounds - 1, target, self.screen)
            if not target.post_message(passed):
                self.post_message(passed)

    @on(_Passed)
    async def _take_next(self, passed: _Passed) -> None:
        """Send it once more, or pass the next input on."""
        if passed.number != self._number or not self._is_passing or not self.screen_stack:
            return
        if self.screen is not passed.front:
            # A box was opened or closed: what comes is for what is in front now.
            self._have_followed(_ROUNDS, self.screen)
        elif passed.rounds:
            self._have_followed(passed.rounds, passed.target)
        else:
            await self._pass_all()

    @on(_Late)
    async def _wait_no_longer(self, late: _Late) -> None:
        """Pass the next input on, if the one before it is not there yet."""
        self._late_timer = None
        if late.number == self._number and self.screen_stack:
            await self._pass_all()

    async def _pass_all(self) -> None:
        """Pass on what waits, up to the first that has something to do."""
        self._is_passing = False
        if self._late_timer is not None:
            self._late_timer.cancel()
            self._late_timer = None
        while self._inputs and not self._is_passing:
            await self._pass_on(self._inputs.popleft())
        if self._inputs:
            self._be_patient()
