"""The kinds of workers that a sweep can have, by name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import SweepError
from core.sweeps.cluster import cluster
from core.sweeps.executors import Workers, inline, processes, threads
from core.typed_numbers import shown

KINDS = ("inline", "threads", "processes", "dask:tcp://HOST:PORT")
"""What `workers_of` takes."""
_DASK = "dask:"
_INLINE = 2.0
"""Seconds that a sweep may take in this process, where starting others takes about as long."""


def kind_for(seconds: float) -> str:
    """Return the kind of workers of this machine for runs that take so many seconds in all."""
    return "inline" if seconds < _INLINE else "processes"


@contextmanager
def workers_of(kind: str, count: int | None = None) -> Iterator[Workers]:
    """Return the workers of a kind, for one sweep, and end them afterwards.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    count : int, optional
        How many runs are trained at the same time; the processors of this machine. A cluster has
        as many workers as it has.

    Raises
    ------
    SweepError
        If there is no such kind, or no cluster answers.
    """
    count = count or os.cpu_count() or 1
    if kind == "inline":
        yield inline()
    elif kind == "threads":
        yield threads(count)
    elif kind == "processes":
        yield processes(count)
    elif kind.startswith(_DASK):
        with cluster(kind.removeprefix(_DASK)) as workers:
            yield workers
    else:
        raise SweepError(f"must be {', '.join(KINDS[:-1])} or {KINDS[-1]} (got {shown(kind)})")
