"""How fast training goes."""

import math
from dataclasses import dataclass

SPEEDS = (1, 2, 5, 10, 30, 100, 1_000, math.inf)
"""Steps a second; the last one is as fast as it can."""
DEFAULT_SPEED = 10


@dataclass(frozen=True)
class Pace:
    """Whether and how fast training runs."""

    running: bool = False
    speed: float = DEFAULT_SPEED
    """Steps a second; infinity: as fast as it can."""

    @property
    def is_slow(self) -> bool:
        """Whether a person can follow single steps."""
        return self.speed <= DEFAULT_SPEED

    def changed(self, by: int) -> "Pace":
        """Give the pace so many gears faster."""
        gear = min(len(SPEEDS) - 1, max(0, SPEEDS.index(self.speed) + by))
        return Pace(self.running, SPEEDS[gear])
