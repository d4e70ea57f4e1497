"""Probes of matrix products, in the three layouts that a training step has.

A layer of i inputs and o neurons computes three products for B images: forward o×i · i×B, gradient
i×B · B×o, and backward i×o · o×B. A library computes a small product directly; for a large one it
packs the matrices into blocks first, and uses all its threads. Either way a product of an m×k with
a k×n matrix takes

    seconds = call + m·k·n × multiply-add + m·k × first + k·n × second + m·n × (result + write)

and the rates are those with the least squares of the relative errors of all probes, where no
multiply-add is faster than this machine was seen to compute. Of a small product all but writing
depend on its layout. Of a large one reading depends on how much memory the matrices take, and a
result takes nothing of its own. Writing depends on that memory too, of any product. At how many
multiply-adds a product is large is found in the same way: it is where the errors are least.

Three kinds of products, which nearly every network has, have rates of their own. One with a vector
reads each number of its matrix once, which depends on where the matrix lies; and each number of its
result takes longer if it is the sum of a row that lies in one piece than if it lies beside the
next one in each of them. One of two vectors writes each number of its result once: it depends on
where the result lies. The gradient of a first layer has few rows: it depends on how large the
gradient is, on whether each row of its matrices begins with a cache line, and each number of its
result takes so long. The gradient of a layer of few neurons has few columns, and a rate of its own.
"""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import TypeAlias

import numpy as np

from core.arrays import Array, Operation, run
from core.rates.probes import Probe, Readings
from core.rates.rates import Rate, Tiers, between
from core.structs import Struct

Shape: TypeAlias = tuple[int, int, int]
"""(m, k, n) of a product of an m×k with a k×n matrix."""

LAYOUTS = {"TN": "forward", "NT": "gradient", "NN": "backward"}
"""The products of a layer, by which of the two matrices is transposed."""
TERMS = "multiply-add", "first", "second", "result"
"""What a small product of each layout has its own rates for; the latter three per number of its
first matrix, of its second one, and of its result."""
VECTORS = tuple(("NN", (m, k, 1)) for m, k in ((16, 188), (60, 500), (250, 2000), (400, 9000)))
"""Products of a matrix with a vector, in ever more memory: they find few numbers …"""
ROWS = tuple(("NN", (m, 4, 1)) for m in (751, 7_501, 50_001))
"""… others that find many: each is the sum of a row, which lies in one piece …"""
COLUMNS = tuple(("TN", (1, 4, n)) for n in (751, 7_501, 50_001))
"""… or each is the sum of a column, as the output of a network without hidden layers is."""
SEED = 7
DRAWN = 24
"""Probes of each layout, drawn by a seed: the one of a dozen whose equation came nearest to 262
other products."""
LONG = (
    ("TN", (1200, 1000, 8)),
    ("TN", (1900, 1800, 8)),
    ("NN", (1000, 1200, 8)),
    ("NN", (1800, 1900, 8)),
    ("NT", (1900, 8, 1800)),
)
"""Products that mainly read, and mainly write, more memory than the drawn ones: those of layers
with many weights, as a batch of many images is done in parts."""
SQUARES = ("TN", (200, 200, 200)), ("NT", (200, 200, 200)), ("NN", (200, 200, 200))
"""Products that mainly compute."""
OUTER = tuple(
    ("NN", (m, 1, n))
    for m, n in ((20, 60), (60, 140), (130, 130), (250, 250), (400, 400), (500, 700), (1000, 1000))
)
"""Products of two vectors, which do nothing but write, into ever more memory."""
_LAYERS = ((6000, 8), (2000, 30), (400, 120), (200, 300), (200, 500), (88, 900), (24, 1800))
NARROW = tuple(("NT", (5, images, neurons)) for images, neurons in _LAYERS)
"""Gradients of a first layer, of four inputs and the bias and ever more neurons …"""
NARROW_SHIFTED = tuple(("NT", (5, images + 1, neurons)) for images, neurons in _LAYERS)
"""… others whose rows do not begin with a cache line …"""
NARROW_FEW = tuple(
    ("NT", (5, images, neurons)) for images, neurons in ((3, 200), (13, 130), (28, 80))
)
"""… and of few images: these mainly find their results."""
FLAT = tuple(
    ("NT", (m, k, n)) for m, k, n in ((120, 201, 3), (350, 300, 5), (240, 387, 7), (60, 99, 10))
)
"""Gradients of layers of few neurons."""
MOST_NARROW = 8
"""Rows of a narrow product at most: a vector register."""
MOST_FLAT = 12
"""Columns of a flat one at most."""
LINE = 8
"""Numbers of a cache line."""
READ_KNOTS = tuple(2**power for power in (20, 22, 25))
WRITE_KNOTS = 2**14, 3 * 2**15, 2**20, 3 * 2**20, 2**25
"""Bytes of the matrices for which reading, and writing, have their own rates."""
SIDE = 64
"""Rows and columns of the matrices whose product a single thread computes."""
LARGE_SIDE = 256
"""The same of matrices whose product all threads compute."""
WINDOW = 60_000
"""Multiply-adds of a window at least."""


class Fit(Struct):
    """The rates of both regimes, by a name or a number of bytes; and how well they fit."""

    rates: dict[str, float]
    reads: tuple[float, ...]
    writes: tuple[float, ...]
    error: float


def is_of_vector(shape: Shape) -> bool:
    """Whether it is the product of a matrix with a vector."""
    m, _, n = shape
    return m == 1 or n == 1


def is_by_columns(layout: str, shape: Shape) -> bool:
    """Whether the numbers that a product of a matrix with a vector adds up for one of its results
    lie apart, beside those of the next one."""
    return layout == "TN" or (layout == "NN" and shape[0] == 1)


def is_outer(shape: Shape) -> bool:
    """Whether it is the product of two vectors."""
    return shape[1] == 1


def is_narrow(layout: str, shape: Shape) -> bool:
    """Whether it is a gradient of few rows, as every first layer's is."""
    return layout == "NT" and shape[0] <= MOST_NARROW


def is_flat(layout: str, shape: Shape) -> bool:
    """Whether it is a gradient of few columns, and not of few rows."""
    return layout == "NT" and shape[2] <= MOST_FLAT and not is_narrow(layout, shape)


@cache
def drawn_shapes() -> tuple[tuple[str, Shape], ...]:
    """Draw the products that are timed: of layers of 2 to 1,448 numbers, small and large ones, and
    every third one with the numbers of four inputs and a bias."""
    random = np.random.default_rng(SEED)
    shapes: list[tuple[str, Shape]] = [*LONG, *SQUARES]
    for layout in LAYOUTS:
        for number in range(DRAWN):
            most = 10.0 ** (3.0 + 3.8 * (number + 1) / DRAWN)  # multiply-adds, small to large
            while True:
                inputs, outputs = 2.0 ** random.uniform(1.0, 10.5, 2)
                images = 10.0 ** random.uniform(0.5, 4.0)
                i, o, b = round(inputs), round(outputs), round(images)
                if number % 3 == 0 and layout != "NT":
                    i, o = (i, 5) if layout == "NN" else (5, o)
                shape = {"TN": (o, i, b), "NT": (i, b, o), "NN": (i, o, b)}[layout]
                is_special = is_narrow(layout, shape) or is_flat(layout, shape)
                if most / 3.0 < i * o * b <= most and not is_special:
                    break
            shapes.append((layout, shape))
    return tuple(shapes)


def operation(layout: str, shape: Shape, memory: Array) -> Operation:
    """Return the call of a product of matrices that lie in some memory."""
    m, k, n = shape
    sizes = {"TN": ((k, m), (k, n)), "NT": ((m, k), (n, k)), "NN": ((m, k), (k, n))}[layout]
    matrices, start = [], 0
    for rows, columns in (*sizes, (m, n)):
        matrices.append(memory[start : start + rows * columns].reshape(rows, columns))
        start += -(-rows * columns // 8) * 8  # each begins with a cache line
    first = matrices[0].T if layout[0] == "T" else matrices[0]
    second = matrices[1].T if layout[1] == "T" else matrices[1]
    return np.dot, (first, second, matrices[2])


def named(layout: str, shape: Shape) -> str:
    """Return the name of a probe."""
    return f"{layout} {shape}"


def probes(memory: Array) -> Iterator[Probe]:
    """Yield the probes of all products, of matrices that lie in some memory."""
    side, large = (SIDE,) * 3, (LARGE_SIDE,) * 3
    few_rows = *NARROW, *NARROW_SHIFTED, *NARROW_FEW
    several = *VECTORS, *ROWS, *COLUMNS, *OUTER, *few_rows, *FLAT
    for layout, shape in [*drawn_shapes(), *several, ("NN", side), ("NN", large)]:
        times = max(WINDOW // (shape[0] * shape[1] * shape[2]), 1)
        call = operation(layout, shape, memory)
        yield Probe(named(layout, shape), partial(run, [call] * min(times, 16)), min(times, 16))


def fitted(seconds: Array, call: float, at_best: float = 0.0) -> tuple[Fit, int]:
    """Fit the equation to the seconds of the drawn products; also return where large ones begin.

    Parameters
    ----------
    seconds : ndarray
        Of the drawn products.
    call : float
        Seconds of a call.
    at_best : float
        Seconds that a multiply-add takes at least.
    """
    shapes = drawn_shapes()
    sizes = sorted({m * k * n for _, (m, k, n) in shapes})
    fits = [
        (_fit(shapes, seconds - call, switch, call, at_best), switch) for switch in sizes[6:-6:4]
    ]
    return min(fits, key=lambda fit: fit[0].error)


def _fit(
    shapes: Sequence[tuple[str, Shape]], seconds: Array, switch: int, call: float, at_best: float
) -> Fit:
    """Fit the equation where products of so many multiply-adds and more are large."""
    names = [
        *(f"{layout} {term}" for layout in LAYOUTS.values() for term in TERMS),
        *(f"packed {layout}" for layout in LAYOUTS.values()),
        *(f"read {knot}" for knot in READ_KNOTS),
        *(f"write {knot}" for knot in WRITE_KNOTS),
    ]
    table = np.array([_terms(layout, shape, switch, names) for layout, shape in shapes])
    computes = [name.startswith("packed") or name.endswith("multiply-add") for name in names]
    solution = least_squares(table, seconds, call, at_best * np.array(computes))
    predicted = table @ solution + call
    error = float(np.mean(np.abs(np.log(predicted / (seconds + call)))))
    rates = dict(zip(names, solution.tolist(), strict=True))
    reads = tuple(rates.pop(f"read {knot}") for knot in READ_KNOTS)
    writes = tuple(rates.pop(f"write {knot}") for knot in WRITE_KNOTS)
    return Fit(rates, reads, writes, error)


def _terms(layout: str, shape: Shape, switch: int, names: Sequence[str]) -> list[float]:
    """Return what each rate is multiplied by in the equation of a product."""
    m, k, n = shape
    amounts = dict.fromkeys(names, 0.0)
    read, written = m * k + k * n, m * n
    size, name = 8 * (m * k + k * n + m * n), LAYOUTS[layout]
    if m * k * n < switch:
        for term, amount in zip(TERMS, (m * k * n, m * k, k * n, m * n), strict=True):
            amounts[f"{name} {term}"] = float(amount)
    else:
        amounts[f"packed {name}"] = float(m * k * n)
        for knot, share in zip(READ_KNOTS, shares(size, READ_KNOTS), strict=True):
            amounts[f"read {knot}"] = share * read
    for knot, share in zip(WRITE_KNOTS, shares(size, WRITE_KNOTS), strict=True):
        amounts[f"write {knot}"] = share * written
    return list(amounts.values())


def shares(size: int, knots: Sequence[int]) -> Array:
    """Return how much the rate of each knot counts at so many bytes."""
    places = np.log(np.array(knots))
    return np.array([np.interp(np.log(size), places, each) for each in np.eye(len(knots))])


def least_squares(table: Array, seconds: Array, call: float, least: Array | float = 0.0) -> Array:
    """Return the rates, none below the least that it can be, with the least squares of relative
    errors.

    Errors far off count less: each is weighted by one over its size, so that the sum is one of
    sizes rather than of squares.
    """
    scale = np.maximum(table.max(axis=0), 1.0)
    bounds = least * np.ones(table.shape[1])
    whole, above = seconds + call, seconds - table @ bounds
    weights = 1.0 / whole
    solution = np.zeros(table.shape[1])
    for _ in range(4):
        weighted = table / scale * weights[:, None]
        used = np.ones(len(solution), dtype=bool)
        while True:
            solution = np.zeros(len(solution))
            solution[used] = np.linalg.lstsq(weighted[:, used], above * weights, rcond=None)[0]
            if (solution >= 0.0).all():
                break
            used &= solution > 0.0
        off = np.abs((table / scale) @ solution - above) / whole
        weights = 1.0 / whole / np.sqrt(np.maximum(off, 0.03))
    fitted: Array = bounds + solution / scale
    return fitted


class Equation(Struct):
    """The rates of the equation."""

    products: dict[str, Rate]
    """By layout and term."""
    vectors: Tiers
    rows: Tiers
    columns: Tiers
    outer: Tiers
    narrow: Tiers
    narrow_shifted: Tiers
    narrow_result: Rate
    flat: Rate
    reads: Tiers
    writes: Tiers
    packed_from: int


def equation(readings: Readings, call: Rate) -> Equation:
    """Return the rates that fit the readings of all products best."""
    shapes, at_best = drawn_shapes(), fastest_multiply_add(readings)
    names = [named(layout, shape) for layout, shape in shapes]
    best, switch = fitted(readings.fastest(names), call.fastest, at_best)
    usual = _fit(shapes, readings.medians(names) - call.median, switch, call.median, at_best)
    rates = {name: _rate(value, usual.rates[name]) for name, value in best.rates.items()}
    vectors, outer, narrow, shifted = (
        _multiply_adds(probed, readings, at_best)
        for probed in (VECTORS, OUTER, NARROW, NARROW_SHIFTED)
    )
    flat = [rate for _, rate in _multiply_adds(FLAT, readings, at_best)]
    few = [rate for _, rate in _results(NARROW_FEW, readings, shifted)]
    return Equation(
        products=rates,
        vectors=vectors,
        rows=_results(ROWS, readings, vectors),
        columns=_results(COLUMNS, readings, vectors),
        outer=outer,
        narrow=narrow,
        narrow_shifted=shifted,
        narrow_result=_middle(few),
        flat=_middle(flat),
        reads=_tiers(READ_KNOTS, best.reads, usual.reads),
        writes=_tiers(WRITE_KNOTS, best.writes, usual.writes),
        packed_from=switch,
    )


def bytes_of(layout: str, shape: Shape) -> int:
    """Return the bytes that the rate of a special product depends on: those of its result, or of
    the matrix that a vector is multiplied with."""
    m, k, n = shape
    is_written = is_outer(shape) or is_narrow(layout, shape) or is_flat(layout, shape)
    return 8 * (m * n if is_written else max(m * k, k * n))


# A window repeats one call, so a call among its like is taken off: a call among others takes
# longer, and could take more off than there is.


def _multiply_adds(
    probed: Sequence[tuple[str, Shape]], readings: Readings, at_best: float
) -> Tiers:
    """Return the seconds of a multiply-add, none below the best, by `bytes_of` the product."""
    found = []
    for layout, (m, k, n) in probed:
        alone = readings.rate(named(layout, (m, k, n)), m * k * n, above="dot 1")
        rate = _rate(max(alone.fastest, at_best), alone.median)
        found.append((bytes_of(layout, (m, k, n)), rate))
    return tuple(found)


def _results(
    probed: Sequence[tuple[str, Shape]], readings: Readings, multiply_adds: Tiers
) -> Tiers:
    """Return the seconds that a number of the result takes beside its multiply-adds, by `bytes_of`
    the product."""
    found = []
    for layout, (m, k, n) in probed:
        size = bytes_of(layout, (m, k, n))
        alone = readings.rate(named(layout, (m, k, n)), m * n, above="dot 1")
        computing = k * between(multiply_adds, size)
        found.append((size, _rate(max(alone.fastest - computing, 0.0), alone.median)))
    return tuple(found)


def _middle(rates: Sequence[Rate]) -> Rate:
    """Return the median of some rates."""
    return _rate(
        float(np.median([rate.fastest for rate in rates])),
        float(np.median([rate.median for rate in rates])),
    )


def single(readings: Readings, side: int) -> Rate:
    """Return the seconds per multiply-add of a product of square matrices, call and all."""
    return readings.rate(named("NN", (side,) * 3), side**3)


def fastest_multiply_add(readings: Readings) -> float:
    """Return the seconds of a multiply-add at the peak, the best that this machine was seen to do:
    no call computes faster."""
    return min(single(readings, side).fastest for side in (SIDE, LARGE_SIDE))


def _tiers(knots: Sequence[int], fastest: Sequence[float], medians: Sequence[float]) -> Tiers:
    return tuple((knot, _rate(*pair)) for knot, *pair in zip(knots, fastest, medians, strict=True))


def _rate(fastest: float, median: float) -> Rate:
    return Rate(fastest, max(fastest, median))
