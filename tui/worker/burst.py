"""A burst of steps in a thread, which ends as soon as anyone asks for the run."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for

from core.arrays import Integers, IsCancelled


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
        self._halt = halt
        self._taken = self._threads.submit(steps, lambda: bool(halt[0]))

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
        has_begun = not taken.cancel()
        if has_begun:
            wait_for([taken])
        halt[0] = 0
        return taken.result() if has_begun else 0

    async def until_over(self) -> None:
        """Wait until the present burst is over, by itself or because it was stopped."""
        if self._taken is not None:
            # Not the future itself: who waits may be called off, and the burst goes on to its end.
            await asyncio.wait([asyncio.wrap_future(self._taken)])
