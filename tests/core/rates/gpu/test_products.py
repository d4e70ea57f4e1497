"""The equation of a matrix product on a device, and the limits of a GPU."""

import math
from dataclasses import replace

import pytest

from core.rates.gpu import gpu_limits, terms, tiers
from core.rates.gpu.products import DRAWN, LARGEST, TIMES, drawn_products, times_of
from tests.core.rates.made import rate, rates


def test_the_terms_of_a_product_by_hand() -> None:
    # 3×4 · 4×5: 60 multiply-adds, 12 + 20 numbers read, 15 written, 4 one after the other.
    assert terms((3, 4, 5)) == {
        "matrix multiply-add": 60.0,
        "matrix read": 32.0,
        "matrix written": 15.0,
        "matrix depth": 4.0,
    }
    assert set(terms((1, 4, 5))) == {f"vector {name.split()[1]}" for name in terms((3, 4, 5))}


@pytest.mark.parametrize("is_gpu", [False, True])
def test_products_of_layers_are_drawn_some_of_them_with_one_neuron(is_gpu: bool) -> None:
    drawn = drawn_products(is_gpu=is_gpu)
    assert drawn == drawn_products(is_gpu=is_gpu)
    assert len(drawn) == 3 * DRAWN
    assert max(math.prod(shape) for _, shape in drawn) <= 10.0 ** LARGEST[is_gpu]
    kinds = {name.split()[0] for _, shape in drawn for name in terms(shape)}
    assert kinds == {"matrix", "vector"}
    assert all(2 <= times_of(shape, is_gpu=is_gpu) <= TIMES for _, shape in drawn)


def test_the_limits_of_a_gpu_are_those_of_its_products_and_its_farthest_memory() -> None:
    known = {"product": rate(0.001), "byte of 4096": rate(0.0), "byte of 2048": rate(0.5)}
    assert tiers(known) == ((2048, rate(0.5)), (4096, rate(0.0)))
    on_gpu = replace(rates(), gpu=known, gpu_name="A GPU")
    # A multiply-add in a picosecond; a byte in half a nanosecond.
    assert gpu_limits(on_gpu) == pytest.approx((1e12, 2e9))
    assert gpu_limits(replace(on_gpu, gpu_name="")) == (0.0, 0.0)
    assert gpu_limits(rates()) == (0.0, 0.0)
