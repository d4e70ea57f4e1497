"""Probes: short windows of one kind of work, timed in turn again and again.

On a machine that does other things as well, and whose speed changes within milliseconds, a single
reading says little. So every probe's window is shorter than what an operating system gives a
process at once, all probes take turns, and the fastest window of each counts: the lower envelope.
"""

import time
from collections.abc import Callable, Sequence

import numpy as np

from core.arrays import Array
from core.rates.rates import Rate
from core.structs import Struct

SHORT = 5e-3
"""Seconds: so short a window is run once before it is timed, to find its data in the caches."""
UNDISTURBED = 1e-4
"""Seconds: of a longer window the processor time of the thread is taken, as other programs may
interrupt it."""
LEAST_WINDOWS = 3
"""Windows of each probe at least."""
MANY_WINDOWS, MANY_SECONDS = 60, 5e-4
"""A probe with short windows has so many of them, or as many as fit into so many seconds: the
machine's best moments are rare where other programs run, and three windows miss them."""


class Probe(Struct):
    """Work of one kind, done several times in a window."""

    name: str
    """What the readings are asked for by."""
    window: Callable[[], object]
    """Does it all."""
    times: int
    """How often a window does it."""
    is_elsewhere: bool = False
    """Whether others than the thread compute, as a GPU does: its processor time shows nothing."""


class Readings(Struct):
    """What probes have shown: seconds of each window, divided by how often it does its work."""

    seconds: dict[str, list[float]]

    def __add__(self, others: "Readings") -> "Readings":
        """Return these and others of the same probes."""
        return Readings(
            {name: found + others.seconds[name] for name, found in self.seconds.items()}
        )

    def rate(self, name: str, per: float = 1.0, *, above: str = "") -> Rate:
        """Return a probe's seconds per unit, or what it takes longer than another.

        Parameters
        ----------
        name : str
            The probe.
        per : float
            Units in its work.
        above : str
            A probe whose seconds are taken off first.
        """
        return self.combined({name: 1.0} | ({above: -1.0} if above else {}), per)

    def combined(self, parts: dict[str, float], per: float = 1.0) -> Rate:
        """Return a sum of probes' seconds, each times a factor, per unit; never below 0."""
        fastest = sum(factor * min(self.seconds[name]) for name, factor in parts.items()) / per
        median = sum(factor * self.median(name) for name, factor in parts.items()) / per
        return Rate(max(fastest, 0.0), max(median, fastest, 0.0))

    def median(self, name: str) -> float:
        """Return a probe's median seconds."""
        return float(np.median(self.seconds[name]))

    def fastest(self, names: Sequence[str]) -> Array:
        """Return the fastest seconds of some probes."""
        return np.array([min(self.seconds[name]) for name in names])

    def medians(self, names: Sequence[str]) -> Array:
        """Return the median seconds of some probes."""
        return np.array([self.median(name) for name in names])


def read(
    probes: Sequence[Probe], seconds: float, progress: Callable[[float], None] | None = None
) -> Readings:
    """Time the windows of all probes in turn.

    Parameters
    ----------
    probes : sequence of Probe
        What to time; a probe with long windows gets fewer of them. The many short ones are taken
        in `LEAST_WINDOWS` turns, so that some time passes between them.
    seconds : float
        How long to go on, roughly; each probe gets the least windows in any case.
    progress : callable, optional
        Told the share that is done, in [0, 1].
    """
    wall = time.perf_counter
    found: dict[str, list[float]] = {probe.name: [] for probe in probes}
    spent = dict.fromkeys(found, 0.0)
    started, turn = wall(), 0
    while turn < LEAST_WINDOWS or wall() - started < seconds:
        fair = 2.0 * sum(spent.values()) / len(probes)
        due = [each for each in probes if turn < LEAST_WINDOWS or spent[each.name] <= fair]
        turn += 1
        while due:
            for probe in due:
                before = wall()
                last = found[probe.name][-1] * probe.times if found[probe.name] else 0.0
                if last < SHORT:
                    probe.window()
                is_short = last < UNDISTURBED
                clock = wall if is_short or probe.is_elsewhere else time.thread_time
                begun = clock()
                probe.window()
                ended = clock()
                found[probe.name].append((ended - begun) / probe.times)
                spent[probe.name] += wall() - before
            done = min(turn / LEAST_WINDOWS, 1.0)
            due = [
                each
                for each in due
                if len(found[each.name]) < done * _many(min(found[each.name]) * each.times)
            ]
        if progress is not None:
            passed = wall() - started
            progress(min(passed / max(passed, seconds), turn / LEAST_WINDOWS))
    return Readings(found)


def _many(window: float) -> float:
    """Count the windows that a probe has at least, by the seconds of one."""
    return min(MANY_WINDOWS, MANY_SECONDS / window) if window > 0.0 else MANY_WINDOWS
