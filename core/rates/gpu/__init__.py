"""Probes of the gpu engine, where torch is loaded: on a GPU, or on torch's CPU device.

Calls are launched as the engine launches them: with CUDA they are recorded as a graph, else one
after the other. A GPU computes while the host goes on, so each window waits for its end; that wait,
and launching, are what a window of a single call takes.

A matrix product takes as long as calling it, and so much for each multiply-add, each number that is
read, each one that is written, and each multiply-add that waits for the one before it: k of them in
a product of an m×k with a k×n matrix, however many units compute side by side. The rates are those
with the least squares of the relative errors over the products of layers that are drawn by a seed.
"""

from core.rates.gpu.products import TERMS, gpu_limits, terms, tiers
from core.rates.gpu.readings import measure

__all__ = ["TERMS", "gpu_limits", "measure", "terms", "tiers"]
