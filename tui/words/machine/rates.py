"""Words for the base rates of a machine: a table to memorise, and the machine itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.rates import Kept, Rate, Rates, levels_of
from tui.words.machine.units import bytes_text, thousands_text, time_text
from tui.words.phrases import listed, printable

_HIDDEN = ("shuffle", "method dot", "vector dot", "copy", "fill", "positive")
"""Terms of the equation that nobody needs to memorise; --json has them."""

_COMPILED = (
    "call",
    "step",
    "forward multiply-add",
    "gradient multiply-add",
    "carried multiply-add",
    "value tanh",
)
"""What is worth memorising of the compiled engine; --json has the rest."""


UNTOLD = "?"
"""Stands for a time so short that noise hides it."""


@dataclass(frozen=True)
class Row:
    """A rate in the table."""

    what: str
    """What takes that long."""
    rate: Rate
    """Seconds of one."""
    counts_bytes: bool = False
    """Whether one is a byte."""

    @property
    def about(self) -> str:
        """The time of one with one digit, to memorise."""
        return _told(self.rate.fastest, 1)

    @property
    def about_per_second(self) -> str:
        """How many per second, with one digit."""
        if not self.rate.fastest:
            return ""
        number = 1.0 / self.rate.fastest
        return bytes_text(number, 1) if self.counts_bytes else thousands_text(number, 1)

    @property
    def fastest(self) -> str:
        """The time of one, at best."""
        return _told(self.rate.fastest)

    @property
    def median(self) -> str:
        """The time of one, usually."""
        return _told(self.rate.median)


def _told(seconds: float, digits: int = 3) -> str:
    """Return a time, or that it drowned in noise: nothing takes 0 s."""
    return time_text(seconds, digits) if seconds else UNTOLD


def rate_rows(rates: Rates) -> Iterator[Row]:
    """Yield the rows of the table, from Python over numpy to memory and the engines."""
    yield Row("Python: a pass of an empty loop", rates.python_loop)
    yield Row("Python: call a function", rates.python_call)
    yield Row("numpy: call multiply", rates.ufunc_call)
    yield Row("numpy: call dot", rates.dot_call)
    yield Row("a step, around its numpy calls", rates.step_call)
    yield Row("matrix × vector: multiply-add", rates.vector_product)
    yield Row("matrix × matrix: multiply-add", rates.product)
    yield Row("the same, large, all threads", rates.product_all_threads)
    yield Row("loops engine: multiply-add", rates.loops["multiply-add"])
    for name, rate in sorted(rates.elementwise.items()):
        if name not in _HIDDEN:
            yield Row(f"{name}: a number", rate)
    words = "a byte of memory"
    for level in levels_of(rates.known_bandwidth):
        if level.size is not None:
            words = f"a byte in the first {bytes_text(level.size, 2)}"
        yield Row(words, level.rate, counts_bytes=True)
        words = "a byte beyond that"
    for name, rate in (rates.compiled or {}).items():
        if name in _COMPILED and rate.fastest:
            yield Row(f"compiled engine: {name}", rate)
    for name, rate in (rates.gpu or {}).items():
        yield Row(f"gpu engine: {name}", rate)


def machine_lines(kept: Kept) -> list[str]:
    """Return what the rates were measured on, and when."""
    machine = kept.machine
    library = f" with {machine.blas}" if machine.blas else ""
    lines = [
        f"{machine.processor}, {listed(machine.cores, 'core')}",
        f"Python {machine.python}, numpy {machine.numpy}{library}",
    ]
    if machine.caches:
        lines.append(f"data caches: {', '.join(map(bytes_text, machine.caches))}")
    if machine.threads:
        lines.append(f"limit of threads: {machine.threads}")
    lines.append(f"measured {kept.measured} UTC")
    if kept.watts is not None:
        lines.append(f"{kept.watts:.3g} W meanwhile, the whole processor")
    return [printable(line) for line in lines]
