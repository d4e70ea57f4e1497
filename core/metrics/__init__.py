"""Measurements of a run: its losses, its cost and its accuracy.

`LossHistory` keeps a curve of any length in a few thousand buckets, `Meter` exact totals of
multiply-adds, `Effort` what the steps took in any unit, `StepTimes` the time of a single one,
`RateCourse` the learning rate of every step, `Scores` accuracy and losses over all images,
`Quadratic` the shape of a loss that is known in closed form, and `Corner` the images at which the
two gradient methods differ.
"""

from core.metrics.corners import Corner
from core.metrics.curve import Curve, Stretch, TestCurve
from core.metrics.effort import IN_A_ROW, Course, Effort, StepTimes, Unit
from core.metrics.other_gradient import other_gradient, other_method
from core.metrics.previous_run import RunComparison
from core.metrics.ranking import seconds_of, worst_first
from core.metrics.rates import RateCourse
from core.metrics.scores import YES, Confusion

__all__ = [
    "IN_A_ROW",
    "YES",
    "Confusion",
    "Corner",
    "Course",
    "Curve",
    "Effort",
    "RateCourse",
    "RunComparison",
    "StepTimes",
    "Stretch",
    "TestCurve",
    "Unit",
    "other_gradient",
    "other_method",
    "seconds_of",
    "worst_first",
]
