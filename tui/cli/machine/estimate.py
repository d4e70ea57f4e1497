"""`napkin-net estimate`: time and memory of a network that is not run."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from core import TrainingConfig
from core.engines.gpu import is_loaded
from core.explain import written_call
from core.files.exports import settings_of
from core.prediction import TIMES, CallTime, Memory, Prediction, memory_of, predict
from core.rates import Kept, as_plain_data, physical_memory
from core.settings import SETTINGS, Group
from core.structs import Struct
from tui import PROGRAM
from tui.cli.machine.bench import SHORTAGE, rates_here
from tui.cli.options import Help, Parser, add_run_options, config_or_end, reader
from tui.cli.output import print_text
from tui.words.machine import bytes_text, thousands_text, time_text
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
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: Estimate) -> Iterator[str]:
    config, step, memory = found.config, found.step, found.memory
    yield f"{_name(config)}, {step.engine} engine, {listed(step.images, 'image')} per step"
    yield ""
    yield f"parameters     {config.architecture.parameter_count:,} weights and biases"
    yield (
        f"memory         {bytes_text(memory.total)}: parameters {bytes_text(memory.parameters)}, "
        f"gradient {bytes_text(memory.gradient)},"
    )
    yield (
        f"               optimizer state {bytes_text(memory.optimizer)}, "
        f"activations {bytes_text(memory.activations)}"
    )
    if found.device:
        yield f"device         {printable(found.device)}"
    there = None if found.is_on_gpu else physical_memory()
    if there is not None and memory.total > there:
        yield f"               This machine has {bytes_text(there)}: too little for this network."
    yield f"multiply-adds  {step.multiply_adds:,} per step"
    rate = f"{thousands_text(step.multiply_adds / step.seconds)} multiply-adds per second"
    yield f"time           {time_text(step.seconds)} per step: {rate}"
    yield f"               {_shares(step)}"
    if found.joules is not None:
        yield f"energy         {found.joules:.3g} J per step, at {found.kept.watts:.3g} W"
    if config.steps is not None:
        total = time_text(step.seconds * config.steps)
        work = thousands_text(step.multiply_adds * config.steps)
        yield f"in all         {total} for {listed(config.steps, 'step')}: {work} multiply-adds"
    yield ""
    yield from _equation(step)
    yield ""
    yield (
        f"The base rates were measured {found.kept.measured} UTC; "
        f"{PROGRAM} bench --again measures again."
    )


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
    return ", ".join(f"{seconds / step.seconds:.0%} {name}" for name, seconds in parts)


def _equation(step: Prediction) -> Iterator[str]:
    """Yield each kind of call of a step: its number, its equation, and its time in all."""
    longest = sorted(step.calls, key=lambda call: -call.share.total)[:_MOST_CALLS]
    shown = [call for call in step.calls if call in longest]
    rows = [("times", "call", "time", "of that, one call"), *map(_cells, shown)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for times, name, total, equation in rows:
        yield f"{times:>{widths[0]}}  {name:<{widths[1]}}  {total:>{widths[2]}}  {equation}"
    if rest := len(step.calls) - len(shown):
        seconds = sum(call.share.total for call in step.calls if call not in longest)
        yield f"and {listed(rest, 'other kind')} of call: {time_text(seconds)}"


def _cells(call: CallTime) -> tuple[str, str, str, str]:
    return f"{call.count:,}", written_call(call), time_text(call.share.total), call.equation


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
