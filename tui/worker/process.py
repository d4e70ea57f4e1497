"""Work in a process of its own: another interpreter runs a module of core."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import core

_BEGINNING = """
import os, runpy, sys, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""
"""What the other interpreter runs: a module, until that is done or its standard input is closed.
The system closes it when this process ends, however it does."""


async def run_module(
    module: str, *arguments: str, on_line: Callable[[bytes], None] | None = None
) -> bytes:
    """Run a module in a process of its own; return what it prints.

    It ends with this process, even if that is killed. The module does not read its standard input.

    Parameters
    ----------
    module : str
        Its name, such as ``core.rates``.
    *arguments : str
        Of its command line.
    on_line : callable, optional
        Told each line that it writes to its standard error stream; what it raises ends the process,
        and is raised.

    Raises
    ------
    OSError
        If the process cannot be started, or if it fails.
    """
    # What this process has found by PYTHONPATH, be it numpy, the other one has to find there, too.
    paths = (str(Path(core.__file__).parent.parent), os.environ.get("PYTHONPATH", ""))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", _BEGINNING, module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL if on_line is None else asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    assert process.stdout is not None
    printed = asyncio.create_task(process.stdout.read())
    try:
        await _read_lines(process.stderr, on_line)
        await printed
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
        printed.cancel()
        await asyncio.wait([printed])  # a pipe has one reader at a time
        await process.communicate()  # its pipes are closed before the loop is
    if process.returncode:
        raise OSError(f"{module} ended with {process.returncode}")
    return printed.result()


async def _read_lines(
    stream: asyncio.StreamReader | None, on_line: Callable[[bytes], None] | None
) -> None:
    """Tell of each line, until there are no more."""
    if stream is not None and on_line is not None:
        async for line in stream:
            on_line(line)
