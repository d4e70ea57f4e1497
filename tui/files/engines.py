"""Engines that take long to load: that is done beside the run, and compiled code is kept on disk.

Until an engine is loaded, matrix computes in its place; both give the same numbers.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual.dom import DOMNode
from textual.worker import Worker

from core.engines import Problem, load, loadable, loading
from core.engines.compiled import is_kept, keep_in
from core.engines.gpu import fall_back
from core.errors import DeviceMemoryError
from core.network import Network
from tui.files.folders import cache_folder, compiling_folder
from tui.worker import run_module

LOADING = "loading an engine"
"""Names the worker."""


class EngineLoader:
    """Loads engines beside the run, when they are wanted.

    Parameters
    ----------
    node : DOMNode
        Whose worker loads them.
    on_begin : callable
        Told which engine is compiled or loaded, if that takes long.
    on_end : callable
        Told which engine is loaded, whether `on_begin` was told of it, and what went wrong if it is
        not loaded.
    on_shortage : callable
        Told that the gpu engine has too little memory, and of what network.
    """

    def __init__(
        self,
        node: DOMNode,
        on_begin: Callable[[str], None],
        on_end: Callable[[str, bool, str], None],
        on_shortage: Callable[[DeviceMemoryError, Network], None],
    ) -> None:
        self._node = node
        self._on_begin = on_begin
        self._on_end = on_end
        self._begun: set[str] = set()
        loading.update(loadable())
        self._on_shortage = on_shortage
        fall_back(self._note_shortage)

    def begin(self) -> None:
        """Compile what is not kept yet, so that it is there when it is wanted."""
        keep_in(Path(cache_folder()))  # whoever wants it first: a sweep's processes too
        if "compiled" in loading and not is_kept(Path(cache_folder())):
            self.want("compiled")

    def want(self, name: str) -> None:
        """Load an engine, unless it is loaded, or has been begun with."""
        if name not in loading or name in self._begun:
            return
        self._begun.add(name)

        async def work() -> None:
            await self._load(name)

        self._worker: Worker[None] = self._node.run_worker(work, name=LOADING)

    def stop(self) -> None:
        """Stand in for nothing any more; the program ends."""
        loading.clear()
        fall_back(None)

    def _note_shortage(self, error: DeviceMemoryError, problem: Problem) -> None:
        """Tell of it on the event loop, wherever it was."""
        self._node.app.call_later(self._on_shortage, error, problem.network)

    async def _load(self, name: str) -> None:
        problem, is_long = "", name != "compiled" or not is_kept(Path(cache_folder()))
        if is_long:
            self._on_begin(name)
        try:
            if name == "compiled":
                await self._compile()
            await asyncio.to_thread(load, name)
        except (ImportError, OSError) as error:
            problem = str(error)
        else:
            loading.discard(name)
        self._on_end(name, is_long, problem)

    async def _compile(self) -> None:
        """Have the engine compiled by another process, unless it is kept.

        Where nothing can be kept, it is compiled for this start alone.
        """
        folder = cache_folder()
        if not is_kept(Path(folder)):
            folder = compiling_folder()
            await _compile_into(folder)
        keep_in(Path(folder))


async def _compile_into(folder: str) -> None:
    """Compile the engine in a process of its own, which ends with this one.

    Raises
    ------
    OSError
        If it cannot be compiled.
    """
    try:
        await run_module("core.engines.compiled", folder)
    except OSError as error:
        raise OSError("numba could not compile it") from error
