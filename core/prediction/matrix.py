"""The time of a step of the matrix engine: the sum of its calls, each by an equation.

A call takes as long as calling, plus computing, plus what memory takes in addition (Hockney's
latency and rate, "The Science of Computer Benchmarking", 1996; memory as in the roofline of
Williams, Waterman and Patterson, 2009, https://doi.org/10.1145/1498765.1498785):

    elementwise f on n numbers   call + max(n × e_f, bytes ÷ bandwidth)
    product m×k · k×n            call + m·k·n × r + m·k × a + k·n × b + m·n × (s + c)
    product with a vector        call + m·k·n × v + m·n × t
    product of two vectors       call + m·n × o + bytes × what they take longer than the nearest
    gradient of a first layer    call + m·k·n × g + m·n × u + the same
    gradient of few neurons      call + m·k·n × f + the same

Of a product r, a, b and s are those of its layout, or of large products, where s is 0; t depends on
whether the numbers of a sum lie in one piece. What c, v, t, o, and a and b of large products are
depends on the memory, and g on how large the gradient is and on where its rows begin.

For the memory of each array counts how much else was gone through since it was used last, which is
its reuse distance: an array that still lies in a cache is read at the rate of that cache.
"""

from collections.abc import Iterator, Mapping, Sequence

from core.network.activations import ACTIVATIONS, Activation
from core.prediction.outline import NUMBER, Call
from core.prediction.reuse import distances
from core.prediction.steps import parts_of, problem_of, step_calls
from core.prediction.times import (
    CallTime,
    Share,
    Terms,
    equation,
    moved_or_computed,
    written_shape,
)
from core.rates.products import (
    LAYOUTS,
    LINE,
    TERMS,
    is_by_columns,
    is_flat,
    is_narrow,
    is_of_vector,
    is_outer,
)
from core.rates.rates import Rate, Rates, Tiers, between
from core.rates.steps import MANY_SHUFFLED, SHUFFLED
from core.settings.config import TrainingConfig


def matrix_times(
    config: TrainingConfig,
    rates: Rates,
    images: int,
    frozen: int = 0,
    functions: Mapping[str, Activation] = ACTIVATIONS,
) -> Iterator[CallTime]:
    """Yield the calls of a step, with the time of each.

    Parameters
    ----------
    config : TrainingConfig
        The network, its loss, its optimizer and the images.
    rates : Rates
        Of the machine.
    images : int
        Of the batch.
    frozen : int
        Weights that steps do not move: the run takes each back after the update.
    functions : mapping of str to Activation
        The activations, by name, as the engine calls them.
    """
    yield _around("step", 1, rates.step_call.fastest)
    if config.is_scheduled:
        yield _around("schedule", 1, rates.calls["schedule"].fastest)
    parts = parts_of(problem_of(config), images)
    in_parts, is_mini_batch = parts.total() > 1, images < config.images_now
    if is_mini_batch:
        yield _laid_out("batch", 1, 0 if in_parts else images, config, rates)
    yield from epoch_times(config, rates, images)
    if in_parts:
        for size, times in parts.items():
            yield _laid_out("part", times, size, config, rates)
    if config.gradient == "nudge":
        nudge = rates.calls["nudge"].fastest
        yield _around("nudge", config.architecture.parameter_count, nudge)
    calls = step_calls(config, images, functions)
    reuse = distances([call for call, _ in calls])
    for (call, times), reused in zip(calls, reuse, strict=True):
        share, words = time_of(call, reused, rates)
        yield CallTime(call.name, call.written_shape, times, share * times, words, call.phase)
    if frozen:
        yield frozen_times(frozen, rates)


def epoch_times(
    config: TrainingConfig, rates: Rates, images: int, beginning: Rate | None = None
) -> Iterator[CallTime]:
    """Yield a step's share of what each epoch of mini-batches begins with: shuffling.

    Parameters
    ----------
    config : TrainingConfig
        The images.
    rates : Rates
        Of the machine.
    images : int
        Of the batch.
    beginning : Rate, optional
        Seconds of an epoch, but for shuffling; those of the engines that take step by step unless
        given.
    """
    if images < config.images_now:
        per_epoch = -(-config.images_now // images)
        begun = (beginning or rates.calls["epoch"]).fastest / per_epoch
        few, many = rates.elementwise["shuffle"], rates.elementwise["shuffle many"]
        shuffling = between(((SHUFFLED, few), (MANY_SHUFFLED, many)), config.images_now)
        yield _around("epoch", 1, begun, images, shuffling)


def frozen_times(frozen: int, rates: Rates) -> CallTime:
    """Return what the run does after an update for so many frozen weights: it takes each back."""
    return _around("frozen", frozen, rates.calls["frozen"].fastest)


def _around(name: str, times: int, call: float, numbers: int = 0, each: float = 0.0) -> CallTime:
    """Return what Python does around the calls of numpy."""
    share = Share(call=call, compute=numbers * each)
    shape = written_shape((numbers,)) if numbers else ""
    return CallTime(name, shape, times, share * times, equation((1, call), (numbers, each)))


def _laid_out(name: str, times: int, images: int, config: TrainingConfig, rates: Rates) -> CallTime:
    """Return what Python does for a batch or a part of one, and laying its images side by side."""
    call, each = rates.calls[name].fastest, rates.elementwise["transpose"].fastest
    per_image = config.architecture.inputs + 1
    numbers = images * per_image
    # All images there are were gone through since; to write memory, it is read first.
    farthest = between(rates.bandwidth, 2 * NUMBER * per_image * config.images_now)
    moved = 3 * NUMBER * numbers
    memory = max(moved * farthest - numbers * each, 0.0)
    share = Share(call, numbers * each, memory)
    shape = written_shape((numbers,)) if numbers else ""
    longer = moved_or_computed((numbers, each), moved, moved * farthest)
    words = equation((1, call), longer)
    return CallTime(name, shape, times, share * times, words)


def time_of(call: Call, reused: Sequence[int], rates: Rates) -> tuple[Share, Terms]:
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
    calling = rates.calls[call.name if call.shape else "single"].fastest
    operands = (*call.read, *call.written)
    # To write a part of memory, it is read first.
    sizes = [NUMBER * each.size * (2 if each in call.written else 1) for each in operands]
    moving = sum(
        size * between(rates.bandwidth, since) for size, since in zip(sizes, reused, strict=True)
    )
    if call.product is not None:
        return _product(call, call.product, reused, rates)
    size = call.size if operands else 0
    each = rates.elementwise[call.name].fastest if operands else 0.0
    memory = max(moving - size * each, 0.0)
    words = equation((1, calling), moved_or_computed((size, each), sum(sizes), moving))
    return Share(calling, size * each, memory), words


def _product(
    call: Call, shape: tuple[int, int, int], reused: Sequence[int], rates: Rates
) -> tuple[Share, Terms]:
    """Return the seconds of a product of two matrices, and its equation."""
    calling, (m, k, n) = rates.calls[call.name].fastest, shape
    read, written = reused[: len(call.read)], reused[len(call.read) :]
    if is_of_vector(shape) and not is_outer(shape):
        return _vector_product(call, shape, read, rates)
    sizes = [operand.size for operand in call.read]
    nearest = rates.bandwidth[0][1].fastest
    slower = [NUMBER * max(between(rates.bandwidth, since) - nearest, 0.0) for since in read]
    from_afar = [(own, each, "read") for own, each in zip(sizes, slower, strict=True)]
    farther = sum(own * each for own, each, _ in from_afar)
    if is_outer(shape):
        each, more = _nearest(rates.outer_products, max((NUMBER * m * n, *written)))
        words = equation((1, calling), (call.size, each + more), *from_afar)
        return Share(calling, call.size * each, farther + call.size * more), words
    if is_narrow(call.layout, shape) or is_flat(call.layout, shape):
        each, result = _gradient_rates(call.layout, shape, rates)
        words = equation((1, calling), (call.size, each), (m * n, result, "written"), *from_afar)
        return Share(calling, call.size * each + m * n * result, farther), words
    size = NUMBER * (m * k + k * n + m * n)
    writing, result = between(rates.writes, max((size, *written))), 0.0
    if call.size < rates.packed_from:
        layout = LAYOUTS[call.layout]
        each = rates.products[f"{layout} multiply-add"].fastest
        first, second, result = (rates.products[f"{layout} {term}"].fastest for term in TERMS[1:])
    else:
        each = rates.products[f"packed {LAYOUTS[call.layout]}"].fastest
        first = second = between(rates.reads, max((size, *read)))
        from_afar = []
    if len(from_afar) == 2:  # of two matrices, each as long as its number of reads
        first, second = (one + more for one, more in zip((first, second), slower, strict=True))
        from_afar = []
    numbers = [(m * k, first, "read"), (k * n, second, "read"), *from_afar]
    numbers.append((m * n, result + writing, "written"))
    summing = m * n * result
    moving = sum(count * seconds for count, seconds, _ in numbers) - summing
    words = equation((1, calling), (call.size, each), *numbers)
    return Share(calling, call.size * each + summing, moving), words


def _vector_product(
    call: Call, shape: tuple[int, int, int], read: Sequence[int], rates: Rates
) -> tuple[Share, Terms]:
    """Return the seconds of a product of a matrix with a vector, and its equation."""
    calling, results = rates.calls[call.name].fastest, shape[0] * shape[2]
    # Of the two, the matrix is what has more numbers; the vector matters little.
    sizes = [operand.size for operand in call.read]
    matrix = max(sizes, default=0)
    since = max((far for far, own in zip(read, sizes, strict=True) if own == matrix), default=0)
    each, more = _nearest(rates.vector_products, since)
    sums = rates.column_sums if is_by_columns(call.layout, shape) else rates.row_sums
    result, longer = _nearest(sums, since)
    terms = (call.size, each + more), (results, result + longer, "written")
    computing, waiting = call.size * each + results * result, call.size * more + results * longer
    return Share(calling, computing, waiting), equation((1, calling), *terms)


def _gradient_rates(layout: str, shape: tuple[int, int, int], rates: Rates) -> tuple[float, float]:
    """Return the seconds of a multiply-add, and of a result, of such a gradient."""
    m, k, n = shape
    if not is_narrow(layout, shape):
        return rates.flat_product.fastest, 0.0
    tiers = rates.shifted_products if k % LINE else rates.narrow_products
    return between(tiers, NUMBER * m * n), rates.narrow_result.fastest


def _nearest(tiers: Tiers, size: int) -> tuple[float, float]:
    """Return the rate nearest to the processor, and how much slower it is at so many bytes.

    Where it is no slower there, the rate there is all that is known of the nearest one.
    """
    there = between(tiers, size)
    nearest = min(tiers[0][1].fastest, there)
    return nearest, there - nearest
