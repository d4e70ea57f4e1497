"""Measurements of a run: its losses, its cost and its accuracy.

`LossHistory` keeps a curve of any length in a few thousand buckets, `Meter` exact totals of
multiply-adds, `RateCourse` the learning rate of every step, `Scores` accuracy and losses over all
images, `Quadratic` the shape of a loss that is known in closed form, and `Corner` the images at
which the two gradient methods differ.
"""

from core.metrics.corners import Corner
from core.metrics.curve import Curve, Stretch, TestCurve
from core.metrics.other_gradient import other_gradient, other_method
from core.metrics.previous_run import RunComparison
from core.metrics.ranking import seconds_of, worst_first
from core.metrics.rates import RateCourse
from core.metrics.scores import YES, Confusion

__all__ = [
    "YES",
    "Confusion",
    "Corner",
    "Curve",
    "RateCourse",
    "RunComparison",
    "Stretch",
    "TestCurve",
    "other_gradient",
    "other_method",
    "seconds_of",
    "worst_first",
]
