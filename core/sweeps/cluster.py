"""A cluster of dask.distributed as the workers of a sweep."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import SweepError
from core.sweeps.executors import Workers


@contextmanager
def cluster(address: str) -> Iterator[Workers]:
    """Return the workers of a scheduler; raises `SweepError` if it does not answer."""
    raise SweepError(f"dask is not there yet: {address}")
    yield
