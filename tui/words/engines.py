"""Words for engines: what is being loaded, what is ready, and where it computes."""

from core.engines.gpu import is_loaded, place
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


def place_words(engine: str) -> str:
    """Return where the gpu engine computes, once that is known; nothing for others."""
    if engine != "gpu" or not is_loaded():
        return ""
    name, reason = place()
    if name:
        return fit(f"It computes in float64 on {printable(name)}.", "It computes in float64.")
    return fit(f"{printable(reason)}: it computes on the CPU.", "It computes on the CPU.")
