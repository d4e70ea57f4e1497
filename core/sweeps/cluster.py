"""A cluster of dask.distributed as the workers of a sweep: an optional package, the extra cluster.

Its scheduler gives the tasks of a worker that is gone to another one, so here nothing is lost.
"""

import logging
import re
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.engines.compiled import compile_into, kept_in
from core.errors import SweepError
from core.sweeps.executors import Batch, Futures, Workers, run_all
from core.sweeps.task import Result
from core.typed_numbers import shown

if TYPE_CHECKING:
    from distributed import Client

_SECONDS = 5
"""How long a scheduler may take to answer."""
_LOGGERS = ("distributed", "distributed.client", "tornado.application", "asyncio")
"""Those of dask, and of what it stands on."""
_ADDRESS = re.compile(r"(tcp|tls|wss?|ucx)://\S+:\d+")
"""What dask makes of another kind of address is told only after ten seconds, with a traceback."""
_BATCH_SECONDS = 0.2
"""Handing out a task costs several milliseconds: short runs go in batches that take so long."""


@contextmanager
def cluster(address: str) -> Iterator[Workers]:
    """Return the workers of a cluster, as many as it has at this moment.

    Parameters
    ----------
    address : str
        Of its scheduler, such as ``"tcp://127.0.0.1:8786"``.

    Raises
    ------
    SweepError
        If dask is not installed, the scheduler does not answer, or its workers cannot train.
    """
    if not _ADDRESS.fullmatch(address):
        raise SweepError(
            f"a scheduler's address must be such as tcp://127.0.0.1:8786 (got {shown(address)})"
        )
    try:
        from distributed import Client
    except ImportError:
        raise SweepError("dask is not installed: pip install 'napkin-net[cluster]'") from None
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        try:
            client = Client(address, timeout=_SECONDS, set_as_default=False)
        except (OSError, ValueError):
            raise SweepError(f"no scheduler answers at {address}") from None
        stack.enter_context(client)
        count = sum(client.nthreads().values())
        if not count:
            raise SweepError(f"no workers at {address}: start some with dask worker {address}")
        _check(client)

        def start() -> Executor:
            executor: Executor = client.get_executor(pure=False)
            return executor

        yield Workers(
            count,
            start,
            partial(_run_on_worker, folder=kept_in()),
            close=_leave_cluster,
            problem=lambda error: _problem(error, address),
            batch_seconds=_BATCH_SECONDS,
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what is logged of lost connections from the middle of a progress bar."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _check(client: "Client") -> None:
    """Refuse workers that cannot import what trains a run."""
    try:
        client.run(_can_train)
    except Exception as error:  # whatever an interpreter elsewhere lacks
        raise SweepError(f"the workers need the same napkin-net as here: {error}") from None


def _can_train() -> None:
    """Do nothing: to call this, a worker has imported everything."""


def _run_on_worker(batch: Batch, folder: Path | None) -> tuple[Result, ...]:
    """Train the runs of a batch on a worker, as long as somebody waits for them.

    Parameters
    ----------
    batch : tuple of Task
        The runs.
    folder : Path, optional
        Where the machine that hands out keeps compiled code: here too, if it can be written.
    """
    from distributed import get_worker

    if folder is not None and any(task.config.engine == "compiled" for task in batch):
        with suppress(OSError):
            compile_into(folder)
    worker = get_worker()
    key = worker.get_current_task()

    def is_stopped() -> bool:
        task = worker.state.tasks.get(key)
        return task is None or task.state == "cancelled"

    return run_all(batch, is_stopped)


def _leave_cluster(executor: Executor, _: Futures) -> None:
    """Take back what was handed out; workers notice that nobody waits for it any more."""
    executor.shutdown(wait=False)


def _problem(error: BaseException, address: str) -> str:
    """Return what is wrong with the cluster, if an error is not that of a run."""
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return "several workers ended, each with the same run: is there enough memory?"
    if isinstance(error, CancelledError | OSError):
        return f"the scheduler at {address} is gone"
    return ""
