"""A burst of steps in a thread, which ends as soon as anyone asks for the run."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from core.arrays import Integers, IsCancelled

HANDOVER = 0.005
"""Seconds that the thread is waited for at most until it has begun."""


class Burst:
    """Steps that a thread takes beside the event loop, one burst after another.

    All but the steps happens on the event loop. The thread is one of its own: whoever stops a burst
    blocks the loop until it has stopped, and must not wait behind other work.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(1, "burst")
        self._taken: Future[int] | None = None
        self._halt: Integers | None = None

    @property
    def is_going(self) -> bool:
        """Whether a burst has begun whose end nobody has taken note of."""
        return self._taken is not None

    @property
    def is_over(self) -> bool:
        """Whether all its steps are taken."""
        return self._taken is not None and self._taken.done()

    def begin(self, halt: Integers, steps: Callable[[IsCancelled], int]) -> None:
        """Begin a burst.

        Parameters
        ----------
        halt : ndarray of int64, shape (1,)
            Ends a call of the engine; see `core.run.halt_of`.
        steps : callable
            Takes steps until its argument says True; returns how many.
        """
        has_begun = threading.Event()

        def take() -> int:
            has_begun.set()
            return steps(lambda: bool(halt[0]))

        self._halt = halt
        self._taken = self._threads.submit(take)
        # Who goes on computing here keeps the interpreter's lock for milliseconds, and the thread
        # needs it for a moment before it computes.
        has_begun.wait(HANDOVER)

    def stop(self) -> None:
        """Have the burst end after the present step."""
        if self._halt is not None:
            self._halt[0] = 1

    def end(self) -> int:
        """End the burst, as soon as its present step is taken; return how many it took.

        Raises
        ------
        Exception
            What a step has raised.
        """
        taken, halt = self._taken, self._halt
        self._taken = self._halt = None
        if taken is None or halt is None:
            return 0
        halt[0] = 1
        try:
            return 0 if taken.cancel() else taken.result()
        finally:
            halt[0] = 0

    async def until_over(self) -> None:
        """Wait until the present burst is over, by itself or because it was stopped."""
        if self._taken is not None:
            # Not the future itself: who waits may be called off, and the burst goes on to its end.
            await asyncio.wait([asyncio.wrap_future(self._taken)])
