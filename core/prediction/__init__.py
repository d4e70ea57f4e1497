"""Prediction: the time and the memory of a training step, from the machine's base rates."""

from core.prediction.memory import Memory, memory_of
from core.prediction.prediction import Prediction, predict
from core.prediction.times import CallTime, Share

__all__ = ["CallTime", "Memory", "Prediction", "Share", "memory_of", "predict"]
