"""`napkin-net estimate`: time and memory of a network that is not run."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from textwrap import fill

from core import TrainingConfig
from core.engines.gpu import is_loaded
from core.explain import rules_of, written_call
from core.files.exports import settings_of
from core.prediction import (
    TIMES,
    CallTime,
    Memory,
    Prediction,
    images_at_once,
    memory_of,
    predict,
    rounded,
    written_seconds,
)
from core.rates import Kept, as_plain_data, physical_memory
from core.settings import SETTINGS, Group
from core.structs import Struct
from tui import PROGRAM
from tui.cli.machine.bench import SHORTAGE, rates_here
from tui.cli.options import Help, Parser, add_run_options, config_or_end, reader
from tui.cli.output import print_text
from tui.cli.tables import columns_of_terminal, wrapped
from tui.words.machine import (
    HALF_UP,
    energy_text,
    measured_text,
    percent_text,
    rules_text,
    storage_text,
    thousands_text,
    time_text,
)
from tui.words.machine import TIMES as SECONDS
from tui.words.phrases import listed, network_name, printable

_ABOUT = """\
Predict what a network takes, without running it: parameters, memory, multiply-adds and time. The
time is predicted call by call, from the base rates that napkin-net bench measures.
"""
_MOST_CALLS = 24
"""Kinds of call that are listed; of more, those that take longest."""
_MOST_NEURONS = 10**9
"""Of a layer, as in `napkin-net scale`: far more than any machine trains."""
_LONGEST_NAME = 60
"""Of a network, in characters; a longer one is told by its number of layers."""
_COLUMNS = 80
"""Where standard output is not a terminal; sentences have no more in any case."""
_NAMES = 15
"""Columns of the names of what a network takes."""
_TOGETHER = "\N{NO-BREAK SPACE}"
_PLUS = " + "
_ABOUT_EQUAL = "≈"
"""Before what the numbers that are printed for it do not give to the last digit."""


def _parser() -> Parser:
    parser = Parser(
        prog=f"{PROGRAM} estimate",
        description=_ABOUT,
        epilog="Nothing of the network is made: it may have up to a billion neurons in each layer, "
        "such as --hidden 100000,100000.",
        allow_abbrev=False,
        formatter_class=Help,
    )
    parser.add_argument(
        "--json", action="store_true", help="print the estimate as one JSON object, in seconds"
    )
    steps = SETTINGS["steps"].takes
    parser.add_argument(
        "--steps", type=reader(steps), metavar="N", help="predict so many steps as well"
    )
    add_run_options(parser, without=Group.STOPPING)
    return parser


class Estimate(Struct):
    """What a network is predicted to take."""

    config: TrainingConfig
    kept: Kept
    step: Prediction
    memory: Memory

    @property
    def is_on_gpu(self) -> bool:
        """Whether it is computed on a GPU, not on the processor."""
        return self.step.engine == "gpu" and bool(self.kept.rates.gpu_name)

    @property
    def device(self) -> str:
        """What the gpu engine computes on; empty for other engines."""
        if self.step.engine != "gpu":
            return ""
        return self.kept.rates.gpu_name or "the CPU, as torch finds no GPU with float64"

    @property
    def joules(self) -> float | None:
        """Energy of a step, at the power that the processor had while the rates were measured."""
        if self.kept.watts is None or self.is_on_gpu:
            return None
        return self.kept.watts * self.step.seconds


def estimate(words: Sequence[str]) -> int:
    """Carry out `napkin-net estimate`; return the exit status."""
    parser = _parser()
    arguments = parser.read(words)
    config = config_or_end(parser, arguments, is_run=False)
    if max(config.hidden, default=0) > _MOST_NEURONS:
        parser.error(f"--hidden must be layers of at most {_MOST_NEURONS:,} neurons here")
    if config.engine not in TIMES:
        parser.error(f"--engine must be {' or '.join(TIMES)} to be predicted (got {config.engine})")
    kept, _ = rates_here(with_gpu=config.engine == "gpu")
    if config.engine == "compiled" and kept.rates.compiled is None:
        parser.error("--engine compiled has no base rates here: numba cannot be imported")
    if config.engine == "gpu" and kept.rates.gpu is None:
        reason = SHORTAGE if is_loaded() else "torch cannot be imported"
        parser.error(f"--engine gpu has no base rates here: {reason}")
    is_on_gpu = config.engine == "gpu" and bool(kept.rates.gpu_name)
    memory = memory_of(config, is_on_gpu=is_on_gpu)
    found = Estimate(config, kept, predict(config, kept.rates), memory)
    return print_text((_as_json if arguments.json else _as_text)(found), "estimate needs it")


def _as_text(found: Estimate) -> str:
    width = columns_of_terminal() or _COLUMNS
    return "".join(f"{line}\n" for line in _lines(found, width))


def _lines(found: Estimate, width: int) -> Iterator[str]:
    config, step = found.config, found.step
    images = listed(step.images, "image")
    yield wrapped(f"{_name(config)}, {step.engine} engine, {images} per step", width)
    yield ""
    for name, words in _facts(found):
        yield _entry(name, words, width)
    yield ""
    yield from _equation(step, width)
    yield ""
    yield wrapped(
        f"{rules_text(rules_of(step.calls))} The base rates were measured "
        f"{measured_text(found.kept)}; {PROGRAM} bench --again measures again.".lstrip(),
        width,
    )


def _entry(name: str, words: str, width: int) -> str:
    """Return a name with its words beside it, in as many lines as they need."""
    indent = f"{name:<{_NAMES}}"
    # An amount stays with its unit.
    lines = fill(
        re.sub(r"(?<=\d) (?=\w*B\b)", _TOGETHER, words),
        max(min(width, _COLUMNS), 2 * _NAMES),
        initial_indent=indent,
        subsequent_indent=" " * _NAMES,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return lines.replace(_TOGETHER, " ")


def _facts(found: Estimate) -> Iterator[tuple[str, str]]:
    """Yield what the network takes, each with its name."""
    config, step = found.config, found.step
    architecture = config.architecture
    biases = architecture.parameter_count - architecture.weight_count
    weights = architecture.weight_count
    parameters = f"{weights:,} weight{'' if weights == 1 else 's'}"
    if biases:
        parameters += f" and {biases:,} bias{'' if biases == 1 else 'es'}"
    yield "parameters", parameters
    yield "memory", _memory(found)
    if found.device:
        yield "device", printable(found.device)
    there = None if found.is_on_gpu else physical_memory()
    if there is not None and found.memory.total > there:
        yield "", f"This machine has {storage_text(there)}: too little for this network."
    yield "multiply-adds", f"{step.multiply_adds:,} per step"
    time = time_text(step.seconds)
    number, unit = time.split(" ")
    printed = float(number.replace(",", "")) * SECONDS[unit]
    rate = step.multiply_adds / step.seconds
    rate_text = _marked(rate, step.multiply_adds / printed, thousands_text)
    yield "time", f"{time} per step: {rate_text} multiply-adds per second"
    yield "", _shares(step)
    joules, watts = found.joules, found.kept.watts
    if joules is not None and watts is not None:
        energy = _marked(joules, printed * float(rounded(watts)), energy_text)
        yield "energy", f"{energy} per step, at {watts:.3g} W"
    if config.steps is not None:
        total = _marked(step.seconds * config.steps, printed * config.steps, time_text)
        work = thousands_text(step.multiply_adds * config.steps)
        yield "in all", f"{total} for {listed(config.steps, 'step')}: {work} multiply-adds"


def _marked(exact: float, printed: float, text: Callable[[float], str]) -> str:
    """Write an amount, with a sign if the numbers as they are printed give it otherwise."""
    words, by_hand = text(exact), text(printed * HALF_UP)
    return words if by_hand == words else f"{_ABOUT_EQUAL}{words}"


def _memory(found: Estimate) -> str:
    """Return the memory of a step, and what it holds."""
    memory = found.memory
    at_once = images_at_once(found.config, is_on_gpu=found.is_on_gpu)
    parts = (
        ("parameters", memory.parameters),
        ("gradient", memory.gradient),
        ("optimizer state", memory.optimizer),
        (f"activations of {listed(at_once, 'image')}", memory.activations),
        ("their deltas and pixels", memory.deltas),
    )
    words = ", ".join(f"{name} {storage_text(size)}" for name, size in parts)
    total = _marked(memory.total, _added(size for _, size in parts), storage_text)
    return f"{total}: {words}"


def _name(config: TrainingConfig) -> str:
    """Return the network's levels, or how many there are."""
    name = network_name(config)
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{listed(len(config.hidden), 'hidden layer')} of {listed(sum(config.hidden), 'neuron')}"


def _shares(step: Prediction) -> str:
    """Return what the time is spent on."""
    share = step.share
    parts = (("calling", share.call), ("computing", share.compute), ("memory", share.memory))
    return ", ".join(f"{percent_text(seconds / step.seconds)} {name}" for name, seconds in parts)


def _equation(step: Prediction, width: int) -> Iterator[str]:
    """Yield each kind of call of a step: its number, its time in all and its equation, and then
    their sum."""
    longest = sorted(step.calls, key=lambda call: -call.share.total)[:_MOST_CALLS]
    shown = [call for call in step.calls if call in longest]
    rows = [("times", "call", "time", "of that, one call"), *map(_cells, shown)]
    times = [call.share.total for call in shown]
    if rest := len(step.calls) - len(shown):
        times.append(sum(call.share.total for call in step.calls if call not in longest))
        rows.append(("", f"{listed(rest, 'other kind')} of call", written_seconds(times[-1]), ""))
    total = _marked(step.seconds, _added(times), written_seconds)
    rows.append(("", "a step: the sum", total, ""))
    yield from _columns(rows, width)


def _added(numbers: Iterable[float]) -> float:
    """Add up numbers as they are printed."""
    return float(sum(map(rounded, numbers)))


def _cells(call: CallTime) -> tuple[str, str, str, str]:
    total = written_seconds(call.share.total)
    sign = "" if call.adds_up else _ABOUT_EQUAL
    return f"{call.count:,}", written_call(call), f"{sign}{total}", call.equation


def _columns(rows: Sequence[tuple[str, str, str, str]], width: int) -> Iterator[str]:
    """Yield rows whose last column is an equation: beside the others; or below them, in lines that
    are broken between its terms, where it has no room."""
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for times, name, total, equation in rows:
        first = f"{times:>{widths[0]}}  {name:<{widths[1]}}  {total:>{widths[2]}}"
        if len(whole := f"{first}  {equation}".rstrip()) <= width:
            yield whole
        else:
            yield first
            indent = " " * (widths[0] + len("  "))
            yield from (f"{indent}{line}" for line in _broken(equation, width - len(indent)))


def _broken(equation: str, room: int) -> list[str]:
    """Break an equation between its terms."""
    first, *others = equation.split(_PLUS)
    lines = [first]
    for term in others:
        if len(lines[-1]) + len(_PLUS) + len(term) <= room:
            lines[-1] += f"{_PLUS}{term}"
        else:
            lines.append(f"{_PLUS.lstrip()}{term}")
    return lines


def _as_json(found: Estimate) -> str:
    config, step, memory = found.config, found.step, found.memory
    steps = 1 if config.steps is None else config.steps
    data = {
        "config": settings_of(config),
        "engine": step.engine,
        "device": found.device or None,
        "images": step.images,
        "parameters": config.architecture.parameter_count,
        "memory": {**asdict(memory), "total": memory.total},
        "multiply_adds": {"step": step.multiply_adds, "total": step.multiply_adds * steps},
        "seconds": {
            **asdict(step.share),
            "step": step.seconds,
            "total": step.seconds * steps,
        },
        "joules": found.joules,
        "calls": [
            {
                "name": call.name,
                "shape": call.shape,
                "count": call.count,
                "seconds": call.share.total,
                "equation": call.equation,
            }
            for call in step.calls
        ],
        "machine": as_plain_data(found.kept)["machine"],
        "measured": found.kept.measured,
    }
    return json.dumps(data) + "\n"
