"""Long work beside the event loop, in a thread that can be called off."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from core.engines import IsCancelled

NOTICEABLE = 0.7
"""Seconds; what takes longer is worth a word."""

_Result = TypeVar("_Result")


async def in_thread(
    work: Callable[[IsCancelled], _Result],
    cancel: threading.Event,
    on_wait: Callable[[], None] | None = None,
) -> _Result:
    """Let a thread work, and wait for it.

    Parameters
    ----------
    work : callable
        Gets a callable that it asks, every few milliseconds, whether it is called off.
    cancel : threading.Event
        Set, it calls the work off.
    on_wait : callable, optional
        Told when the work turns out to be noticeably long.

    Raises
    ------
    Cancelled
        If the work says so because it was called off.
    """
    task = asyncio.create_task(asyncio.to_thread(work, cancel.is_set))
    # When the program ends meanwhile, nobody else asks how the thread ended.
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        done, _ = await asyncio.wait({task}, timeout=NOTICEABLE)
        if not done and on_wait is not None:
            on_wait()
        return await task
    finally:
        # Also when this task itself is cancelled, because the program ends: the thread would hold
        # that up.
        cancel.set()
