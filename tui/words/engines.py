"""Words for engines: what is being loaded, what is ready, and where it computes."""

from core import TrainingConfig
from core.engines.gpu import is_loaded, place
from tui.words.machine.amounts import storage_text
from tui.words.phrases import Lines, fit, printable


def activity_words(engine: str) -> str:
    """Return what is done beside the run until an engine can compute."""
    return "compiling an engine, once" if engine == "compiled" else "loading an engine"


def engine_words(engine: str, *, is_wanted: bool, problem: str) -> Lines:
    """Return that an engine is ready, or why it is not."""
    if problem:
        return (
            f"Engine {engine} cannot be loaded: {printable(problem)}.",
            "The matrix engine computes in its place: the same numbers.",
        )
    if is_wanted:
        so_far = "So far the matrix engine did in its place: the same numbers."
        first = f"Engine {engine} is ready, and computes from now on."
        return first, place_words(engine) or so_far
    return (
        f"Engine {engine} is ready. Press E to compute with it.",
        "The next start has it at once.",
    )


def shortage_words(config: TrainingConfig, device: str, engine: str) -> Lines:
    """Return that the device of the gpu engine has too little memory, and how the run goes on.

    Parameters
    ----------
    config : TrainingConfig
        Of the run.
    device : str
        The GPU's name; empty for the CPU.
    engine : str
        What computes from now on.
    """
    need = f"a step needs about {needed_text(config, device)}"
    where = printable(device) or "the CPU"
    first = fit(
        f"Engine {config.engine}: not enough free memory on {where}; {need}.",
        f"Engine {config.engine}: not enough free memory; {need}.",
    )
    return first, fit(
        f"Nothing is lost: {engine} goes on. Fewer images per batch need less memory.",
        f"Nothing is lost: {engine} goes on. Fewer images per batch need less.",
    )


def shortage_text(config: TrainingConfig, device: str) -> str:
    """Return the same for a command, which ends."""
    need, where = needed_text(config, device), printable(device) or "the CPU"
    return (
        f"--engine {config.engine} needs about {need} of memory per step, more than is free on "
        f"{where}: use a smaller --batch-size or another --engine"
    )


def needed_text(config: TrainingConfig, device: str) -> str:
    """Return how much memory a step of the gpu engine needs; images and activations of a batch are
    most of it."""
    from core.prediction import memory_of  # no start waits for it

    return storage_text(memory_of(config, is_on_gpu=bool(device)).total)


def place_words(engine: str) -> str:
    """Return where the gpu engine computes, once that is known; nothing for others."""
    if engine != "gpu" or not is_loaded():
        return ""
    name, reason = place()
    if name:
        return fit(f"It computes in float64 on {printable(name)}.", "It computes in float64.")
    return fit(f"{printable(reason)}: it computes on the CPU.", "It computes on the CPU.")
