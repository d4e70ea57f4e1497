"""Rates of no machine: round numbers, so that predictions can be worked out by hand."""

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np

from core.network.activations import ACTIVATIONS
from core.rates import Rate, Rates
from core.rates.functions import operations, windows
from core.rates.gpu import TERMS as DEVICE_TERMS
from core.rates.loops import EXTRAS, UPDATES
from core.rates.products import LAYOUTS, TERMS

NANOSECOND = 1e-9


def rate(nanoseconds: float) -> Rate:
    """Return a rate whose median is twice its fastest."""
    return Rate(nanoseconds * NANOSECOND, 2.0 * nanoseconds * NANOSECOND)


def steady(known: Rates) -> Rates:
    """Return rates of which every median is as low as the fastest."""
    held = {each.name: _steady(getattr(known, each.name)) for each in fields(Rates)}
    return Rates(**held)  # type: ignore[arg-type]  # each is as it was, but for its medians


def _steady(held: object) -> object:
    match held:
        case Rate(fastest):
            return Rate(fastest, fastest)
        case Mapping():
            return {name: _steady(each) for name, each in held.items()}
        case tuple():
            return tuple((size, _steady(each)) for size, each in held)
    return held


def rates() -> Rates:
    """Return a call of 100 ns, a number of 1 ns, and a multiply-add of 0.1 ns; memory is free up
    to 1 KiB, and from 1 MiB on a byte takes 1 ns."""
    functions = list(windows(1))
    names = "part", "nudge", "batch", "epoch", "schedule", "frozen"
    around = dict.fromkeys(names, rate(1000.0))
    products = {
        f"{layout} {term}": rate(0.1 if term == "multiply-add" else 0.0)
        for layout in LAYOUTS.values()
        for term in TERMS
    }
    packed = {f"packed {layout}": rate(0.05) for layout in LAYOUTS.values()}
    loops = (
        *("step", "image mse linear", "image mse sigmoid", "image bce sigmoid", "list", "vector"),
        *("batch", "taken image"),
        *("layer", "neuron", "multiply-add", "bias", "back layer", "row"),
        *("gradient multiply-add", "gradient bias", "carried multiply-add"),
        *(f"value {name}" for name in ACTIVATIONS),
        *(f"carried {name}" for name in ACTIVATIONS),
        *(f"update {name}" for name in UPDATES),
        *EXTRAS,
    )
    return Rates(
        python_call=rate(50.0),
        python_loop=rate(10.0),
        step_call=rate(2000.0),
        calls=dict.fromkeys((*functions, "dot", "matmul", "single"), rate(100.0)) | around,
        elementwise=dict.fromkeys((*functions, "shuffle", "shuffle many", "transpose"), rate(1.0)),
        bandwidth=((2**10, rate(0.0)), (2**20, rate(1.0))),
        product=rate(0.1),
        product_all_threads=rate(0.05),
        vector_products=((2**10, rate(0.2)),),
        row_sums=((2**10, rate(1.0)),),
        column_sums=((2**10, rate(0.3)),),
        outer_products=((2**10, rate(2.0)),),
        narrow_products=((8, rate(0.1)),),
        shifted_products=((8, rate(0.15)),),
        narrow_result=rate(1.5),
        flat_product=rate(0.12),
        products=products | packed,
        reads=((2**20, rate(1.0)),),
        writes=((2**20, rate(2.0)),),
        packed_from=1_000_000,
        loops=dict.fromkeys(loops, rate(10.0)),
    )


def gpu_rates(name: str = "", byte: float = 0.0) -> Rates:
    """Return rates at which a call takes 1,000 ns, a number 1 ns, a multiply-add 0.1 ns, a step
    2,000 ns, a call of the engine 5,000 ns, and a byte of memory so many; transfers are free."""
    array = np.ones(1)
    names = [*operations(array, array, array), "add_up", "vector dot", "copy", "index_select"]
    known = dict.fromkeys((f"call {each}" for each in (*names, "dot", "put")), rate(1000.0))
    known |= dict.fromkeys((f"number {each}" for each in names), rate(1.0))
    for kind in ("matrix", "vector"):
        known |= {
            f"{kind} {term}": rate(0.1 if term == "multiply-add" else 0.0) for term in DEVICE_TERMS
        }
    known |= {"step": rate(2000.0), "steps": rate(5000.0), "step alone": rate(6000.0)}
    known |= dict.fromkeys(("byte to", "byte from", "image number"), rate(0.0))
    known |= {"product": rate(0.1), "byte of 1024": rate(byte)}
    return replace(rates(), gpu=known | {"launch": rate(3000.0)}, gpu_name=name)
