"""The time of a step of the matrix engine: the sum of its calls, each by an equation.

A call takes as long as calling, plus computing, plus what memory takes in addition (Hockney's
latency and rate, "The Science of Computer Benchmarking", 1996; memory as in the roofline of
Williams, Waterman and Patterson, 2009, https://doi.org/10.1145/1498765.1498785):

    elementwise f on n numbers   call + max(n × e_f, bytes ÷ bandwidth)
    product m×k · k×n, small     call + m·k·n × r + (m·k + k·n) × a + m·n × b
    product, large               the same, with other r, and a and b that depend on the memory
    product with a vector        call + max(m·k·n × v, bytes ÷ bandwidth)

For the memory of each array counts how much else was gone through since it was used last, which is
its reuse distance: an array that still lies in a cache is read at the rate of that cache.
"""

from collections.abc import Iterator, Sequence

from core.prediction.outline import NUMBER, Call
from core.prediction.reuse import distances
from core.prediction.steps import parts_of, problem_of, step_calls
from core.prediction.times import CallTime, Share, equation, written_shape
from core.rates.products import LAYOUTS, vector_kind
from core.rates.rates import Rates, between
from core.settings.config import TrainingConfig


def matrix_times(config: TrainingConfig, rates: Rates, images: int) -> Iterator[CallTime]:
    """Yield the calls of a step, with the time of each."""
    yield _around("step", 1, rates.step_call.fastest)
    if config.is_scheduled:
        yield _around("schedule", 1, rates.calls["schedule"].fastest)
    architecture = config.architecture
    per_image = len(architecture.sizes[:1]) and architecture.sizes[0] + 1
    copying = rates.elementwise["copy"].fastest
    parts = parts_of(problem_of(config), images)
    if images < config.images_now:
        per_epoch = -(-config.images_now // images)
        shuffled = rates.elementwise["shuffle"].fastest
        yield _around("batch", 1, rates.calls["batch"].fastest, images * per_image, copying)
        begun = rates.calls["epoch"].fastest / per_epoch
        yield _around("epoch", 1, begun, images, shuffled)
    if parts.total() > 1:
        for size, times in parts.items():
            part = rates.calls["part"].fastest
            yield _around("part", times, part, size * per_image, copying)
    if config.gradient == "nudge":
        nudge = rates.calls["nudge"].fastest
        yield _around("nudge", architecture.parameter_count, nudge)
    calls = step_calls(config, images)
    reuse = distances([call for call, _ in calls])
    for (call, times), reused in zip(calls, reuse, strict=True):
        share, words = time_of(call, reused, rates)
        yield CallTime(call.name, call.written_shape, times, share * times, words)


def _around(name: str, times: int, call: float, numbers: int = 0, each: float = 0.0) -> CallTime:
    """Return what Python does around the calls of numpy."""
    share = Share(call=call, compute=numbers * each)
    shape = written_shape((numbers,)) if numbers else ""
    return CallTime(name, shape, times, share * times, equation((1, call), (numbers, each)))


def time_of(call: Call, reused: Sequence[int], rates: Rates) -> tuple[Share, str]:
    """Return the seconds of a call, and its equation.

    Parameters
    ----------
    call : Call
        What is called.
    reused : sequence of int
        For each array, those that are read first, the bytes since its last use.
    rates : Rates
        Of the machine.
    """
    calling = rates.calls[call.name].fastest
    operands = (*call.read, *call.written)
    moved = sum(
        NUMBER * operand.size * between(rates.bandwidth, since)
        for operand, since in zip(operands, reused, strict=True)
    )
    kind = vector_kind(call.product) if call.product else None
    if call.product is None or kind is not None:
        each = rates.products[kind] if kind is not None else rates.elementwise[call.name]
        computing = call.size * each.fastest if operands else 0.0
        memory = max(moved - computing, 0.0)
        words = equation((1, calling), (call.size if operands else 0, each.fastest), (1, memory))
        return Share(calling, computing, memory), words
    return _product(call, call.product, reused, rates)


def _product(
    call: Call, shape: tuple[int, int, int], reused: Sequence[int], rates: Rates
) -> tuple[Share, str]:
    """Return the seconds of a product of two matrices, and its equation."""
    calling, layout = rates.calls[call.name].fastest, LAYOUTS[call.layout]
    m, k, n = shape
    read, written = m * k + k * n, m * n
    if call.size < rates.packed_from:
        names = [f"{layout} {term}" for term in ("multiply-add", "read", "write")]
        each, reading, writing = (rates.products[name].fastest for name in names)
        nearest = rates.bandwidth[0][1].fastest
        farther = sum(
            NUMBER * operand.size * max(between(rates.bandwidth, since) - nearest, 0.0)
            for operand, since in zip((*call.read, *call.written), reused, strict=True)
        )
    else:
        each, farther = rates.products[f"packed {layout}"].fastest, 0.0
        size = NUMBER * (read + written)
        reading = between(rates.reads, max(size, *reused[:-1]))
        writing = between(rates.writes, max(size, reused[-1]))
    share = Share(calling, call.size * each, read * reading + written * writing + farther)
    words = equation(
        (1, calling), (call.size, each), (read, reading), (written, writing), (1, farther)
    )
    return share, words
