"""Measuring the base rates, within a second."""

from collections.abc import Callable

from core.rates.rates import Rates


def measure(progress: Callable[[float], None] | None = None) -> Rates:
    """Measure every rate of this machine, in this process.

    Parameters
    ----------
    progress : callable, optional
        Told the share that is done, in [0, 1].

    Returns
    -------
    Rates
        Those of the machine as this process finds it, with the threads that numpy uses here.
    """
    raise NotImplementedError
