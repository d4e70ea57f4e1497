"""The rates of this machine: those that are kept, or those that another process measures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.dom import DOMNode
from textual.worker import Worker

from core.engines import ENGINES, loadable
from core.engines.compiled import kept_in
from tui.worker import run_module

if TYPE_CHECKING:
    from core.rates import Kept

_TOLD = 10
"""Percent of the measuring, after which the screen is drawn again."""
_OWN = ("compiled", "gpu")
"""Engines whose rates are measured once they are loaded."""


class MachineRates:
    """The rates of this machine, read or measured when they are asked for first.

    They are measured in a process of its own: neither does the run slow down for that, nor do the
    threads of this process disturb what is measured.

    Parameters
    ----------
    node : DOMNode
        Whose worker waits for them.
    on_news : callable
        Called when they are known.
    folder : callable
        Returns the folder that they are kept in.
    is_quiet : callable
        Whether nothing is trained beside the measuring; else they are not kept.
    """

    def __init__(
        self,
        node: DOMNode,
        on_news: Callable[[], None],
        folder: Callable[[], str],
        is_quiet: Callable[[], bool],
    ) -> None:
        self._node = node
        self._on_news = on_news
        self._folder = folder
        self._is_quiet = is_quiet
        self._asked: list[str] | None = None
        self._is_again = False
        self._worker: Worker[None] | None = None
        self._kept: Kept | None = None
        self.percent = 0
        """How much of the measuring is done."""
        self.problem = ""
        """Why they are not known."""

    @property
    def is_measuring(self) -> bool:
        """Whether rates are still to come, of all engines or of one that was loaded since."""
        return self._worker is not None

    def ask(self) -> Kept | None:
        """Return the newest rates that are known; None while there are none.

        Once an engine is loaded that has rates of its own, those are wanted too.
        """
        engines = [name for name in _OWN if name in ENGINES and name not in loadable()]
        if engines != self._asked:
            self._begin(engines, again=self._is_again)
        return self._kept

    def measure_again(self) -> None:
        """Have them measured, whatever is known; until then, what is known stays."""
        if not self.is_measuring:
            self._begin(self._asked or [], again=True)

    def _begin(self, engines: list[str], *, again: bool) -> None:
        self._asked, self.percent, self.problem = engines, 0, ""
        self._is_again = again  # until that is done, also if another engine is loaded meanwhile
        if self._worker is not None:
            self._worker.cancel()

        async def work() -> None:
            await self._work(engines, again=again)

        self._worker = self._node.run_worker(work, name="rates")

    async def _work(self, engines: list[str], *, again: bool) -> None:
        try:
            self._kept = await known_rates(
                self._folder, engines, self._is_quiet, again=again, on_percent=self._note_percent
            )
        except (OSError, ValueError) as error:
            self.problem = str(error)
        self._worker, self._is_again = None, False
        self._on_news()

    def _note_percent(self, percent: int) -> None:
        before, self.percent = self.percent, percent
        if percent // _TOLD != before // _TOLD:
            self._on_news()


async def known_rates(
    folder: Callable[[], str],
    engines: Sequence[str],
    is_quiet: Callable[[], bool],
    *,
    again: bool = False,
    on_percent: Callable[[int], None] | None = None,
) -> Kept:
    """Return the rates that are kept, or have them measured; keep them, unless the machine was too
    busy.

    Parameters
    ----------
    folder : callable
        Returns the folder that they are kept in.
    engines : sequence of str
        Those whose rates are wanted beside matrix and loops.
    is_quiet : callable
        Whether nothing is trained now.
    again : bool
        Whether to measure them whatever is kept.
    on_percent : callable, optional
        Told how much of the measuring is done.

    Raises
    ------
    OSError, ValueError
        If they cannot be measured.
    """
    known = None if again else await asyncio.to_thread(_read, folder)
    if known is not None and all(getattr(known.rates, name) is not None for name in engines):
        return known
    before = is_quiet()
    compiled = kept_in()
    place = "" if compiled is None else str(compiled)

    def tell(line: bytes) -> None:
        if on_percent is not None and line.strip().isdigit():  # torch may write there as well
            on_percent(int(line))

    printed = await run_module("core.rates", place, *engines, on_line=tell)
    is_quiet_still = before and is_quiet()
    return await asyncio.to_thread(_measured, printed, folder if is_quiet_still else None)


def _read(folder: Callable[[], str]) -> Kept | None:
    from core.rates import read  # in a thread, where nothing waits for it

    return read(folder())


def _measured(printed: bytes, folder: Callable[[], str] | None) -> Kept:
    """Return what another process has measured, and keep it in a folder, if there is one and the
    machine was quiet."""
    from core.rates import from_text, write

    kept = from_text(printed)
    if folder is not None and not kept.was_disturbed:
        with suppress(OSError, ValueError):  # then they are measured again at the next start
            write(folder(), kept)
    return kept
