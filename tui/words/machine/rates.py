"""Words for the base rates of a machine: a table to memorise, and the machine itself."""

from collections.abc import Iterator

from core.rates import Kept, Rate, Rates, levels_of
from core.structs import Struct
from tui import PROGRAM
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


_GPU = {
    "launch": "launch a call",
    "call multiply": "call multiply",
    "call dot": "call dot",
    "step": "a step, around its calls",
    "steps": "several steps, around them",
    "product": "multiply-add, large",
    "number multiply": "multiply: a number",
    "number tanh": "tanh: a number",
    "transfer": "a transfer",
    "byte to": "transfer a byte there",
    "byte from": "transfer a byte back",
}
"""What is worth memorising of the gpu engine; --json has the rest."""
_BYTES = "byte of "
"""Begins the name of a rate of memory."""

UNTOLD = "?"
"""Stands for a time so short that noise hides it."""


class Row(Struct):
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
        text = thousands_text(number, 1)
        return f"{text}{'' if text[-1].isalpha() else ' '}B" if self.counts_bytes else text

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
    known = rates.gpu or {}
    for name, words in _GPU.items():
        if name in known and known[name].fastest:
            yield Row(f"gpu engine: {words}", known[name], name.startswith("byte"))
    for name, rate in known.items():
        if name.startswith(_BYTES):
            footprint = bytes_text(int(name.removeprefix(_BYTES)))
            yield Row(f"gpu engine: a byte of {footprint}", rate, counts_bytes=True)


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
    if torch := next((each for each in machine.packages if each.startswith("torch")), ""):
        lines.append(_gpu_line(kept.rates, torch))
    lines.append(f"measured {measured_text(kept)}")
    if kept.watts is not None:
        lines.append(f"{kept.watts:.3g} W meanwhile, the whole processor")
    return [printable(line) for line in lines]


def measured_text(kept: Kept) -> str:
    """Return when rates were measured, and that it was on a busy machine if it was."""
    if not kept.was_disturbed:
        return f"{kept.measured} UTC"
    load = "" if kept.load is None else f" (load {kept.load:.1f})"
    return f"{kept.measured} UTC, on a busy machine{load}: they may be too high"


def _gpu_line(rates: Rates, torch: str) -> str:
    """Return what the gpu engine computes on."""
    if rates.gpu is None:
        return f"gpu engine: {torch}, not measured; {PROGRAM} bench --gpu measures it"
    return f"gpu engine: {torch}, float64 on {rates.gpu_name or 'the CPU, as it finds no GPU'}"
