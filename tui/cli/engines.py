"""Engines that take a while to load, for commands: compiled code is kept in the app's folder."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from core import TrainingConfig
from core.engines import load, loadable
from core.engines.compiled import compile_into, is_kept, keep_in
from core.errors import DeviceMemoryError
from tui import PROGRAM
from tui.cli.options import Parser
from tui.cli.output import NO_MEMORY, complain
from tui.files.folders import cache_folder, compiling_folder
from tui.words.engines import shortage_text


def load_or_end(parser: Parser, names: Iterable[str]) -> None:
    """Load engines that take a while: that is no training. Say so where one is compiled first.

    If one cannot be loaded, say why and end with 2.
    """
    for name in loadable() & set(names):
        try:
            if name == "compiled":
                _load_compiled()
            load(name)
        except ImportError as error:
            parser.error(f"--engine {name} cannot be loaded: {error}")


def _load_compiled() -> None:
    """Load what is compiled from where the program keeps it, or compile it into there."""
    folder = Path(cache_folder())
    if not is_kept(folder):
        complain("compiling the engine for this machine, for about 20 s\n")
        folder = Path(compiling_folder())
    keep_in(folder)
    with suppress(OSError):  # a full disk keeps nothing
        compile_into(folder)


def no_memory(error: DeviceMemoryError, config: TrainingConfig) -> int:
    """Print that the device of a run's engine has too little memory; return the exit status."""
    complain(f"{PROGRAM}: {shortage_text(config, error.device)}\n")
    return NO_MEMORY
