"""The course of the learning rate: what each step of a run takes, by the settings it had then."""

from bisect import bisect_right

from core.network.optimizers import Options
from core.network.schedules import rate_at


class RateCourse:
    """The learning rates of all steps of a run, without a number for each.

    Parameters
    ----------
    options : Options
        What the run begins with.
    """

    def __init__(self, options: Options) -> None:
        self._starts = [0]
        self._options = [options]

    def change(self, options: Options, step: int) -> None:
        """Set what the steps after so many updates are set to; forget what came later."""
        while self._starts and self._starts[-1] >= step:
            self._starts.pop()
            self._options.pop()
        if not self._options or self._options[-1] != options:
            self._starts.append(step)
            self._options.append(options)

    def copy(self) -> "RateCourse":
        """Return a course that goes on by itself."""
        copied = RateCourse(self._options[0])
        copied._starts, copied._options = list(self._starts), list(self._options)
        return copied

    def at(self, step: int) -> float:
        """Return the learning rate of the step after so many updates."""
        return rate_at(self._options[bisect_right(self._starts, step) - 1], step)

    def highest(self, last: int) -> float:
        """Return the highest learning rate up to a step: between turns it only rises or falls."""
        return max(map(self.at, self.turns(last)))

    def turns(self, last: int) -> list[int]:
        """Return the steps up to one at which the rate may jump or turn, and those before them."""
        turns = {0, last}
        for start, options in zip(self._starts, self._options, strict=True):
            turns |= {start - 1, start, options.warmup_steps}
        return sorted(step for step in turns if 0 <= step <= last)
