"""Prediction: the time and the memory of a training step, from the machine's base rates."""

from core.prediction.experiments import Experiment, as_timed, changed
from core.prediction.memory import Memory, images_at_once, memory_of
from core.prediction.prediction import TIMES, Prediction, is_known, predict
from core.prediction.times import CallTime, Share, TimeTerm, rounded, written_seconds
from core.prediction.traffic import traffic_of

__all__ = [
    "TIMES",
    "CallTime",
    "Experiment",
    "Memory",
    "Prediction",
    "Share",
    "TimeTerm",
    "as_timed",
    "changed",
    "images_at_once",
    "is_known",
    "memory_of",
    "predict",
    "rounded",
    "traffic_of",
    "written_seconds",
]
