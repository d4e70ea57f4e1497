"""Work in a process of its own: another interpreter runs a module of core."""

import asyncio
import os
import sys
from pathlib import Path

import core


async def run_module(module: str, *arguments: str) -> bytes:
    """Run a module in a process of its own, which ends with this one; return what it prints.

    Parameters
    ----------
    module : str
        Its name, such as ``core.rates``.
    *arguments : str
        Of its command line.

    Raises
    ------
    OSError
        If the process cannot be started, or if it fails.
    """
    root = str(Path(core.__file__).parent.parent)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", module, *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": root},
    )
    try:
        printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise OSError(f"{module} ended with {process.returncode}")
    return printed
