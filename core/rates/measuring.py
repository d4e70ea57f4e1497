"""Measuring the base rates, within two seconds."""

from collections.abc import Callable

from core.engines.compiled import is_loaded
from core.rates import compiled, functions, loops, products, steps
from core.rates.probes import Probe, Readings, read
from core.rates.rates import Rates

SECONDS = 0.7
"""How long the probes take turns."""


def measure(progress: Callable[[float], None] | None = None) -> Rates:
    """Measure every rate of this machine, in this process, in about two seconds.

    Parameters
    ----------
    progress : callable, optional
        Told the share that is done, in [0, 1].

    Returns
    -------
    Rates
        Those of the machine as this process finds it, with the threads that numpy uses here.
    """
    return rates_from(read(all_probes(), SECONDS, progress))


def all_probes() -> list[Probe]:
    """Return the probes of every rate."""
    memory = functions.room()
    return [
        *steps.probes(),
        *functions.probes(memory),
        *products.probes(memory),
        *loops.probes(),
        *(compiled.probes() if is_loaded() else ()),
    ]


def rates_from(readings: Readings) -> Rates:
    """Return the rates that the readings of all probes show."""
    called = functions.calls(readings)
    around = steps.calls(readings, called)
    calls = called | {
        name: around[name] for name in ("part", "nudge", "batch", "epoch", "schedule", "frozen")
    }
    elementwise = functions.elementwise(readings) | steps.elementwise(readings)
    fit = products.equation(readings, calls["dot"])
    return Rates(
        python_call=around["python"],
        python_loop=around["python loop"],
        step_call=around["step"],
        calls=calls,
        elementwise=elementwise,
        bandwidth=functions.bandwidth(readings),
        product=products.single(readings, products.SIDE),
        product_all_threads=products.single(readings, products.LARGE_SIDE),
        vector_products=fit.vectors,
        row_sums=fit.rows,
        column_sums=fit.columns,
        outer_products=fit.outer,
        narrow_products=fit.narrow,
        shifted_products=fit.narrow_shifted,
        narrow_result=fit.narrow_result,
        flat_product=fit.flat,
        products=fit.products,
        reads=fit.reads,
        writes=fit.writes,
        packed_from=fit.packed_from,
        loops=loops.rates(readings),
        compiled=compiled.rates(readings),
    )
