"""The way that training came, as far as the valley shows it."""

from core import Snapshot
from core.arrays import Array
from core.settings.settings import SETTINGS

MOST = 200
"""Moments that are kept; then every second one goes."""
LARGEST = 10_000
"""Parameters of a network whose way is kept."""
_BEGINS = tuple(name for name, setting in SETTINGS.items() if not setting.keeps_run)
"""Settings that begin another run."""


class Trail:
    """The parameters of the moments that were shown since the run began."""

    def __init__(self) -> None:
        self._moments: list[tuple[int, Array]] = []
        self._run: object = None

    def with_moment(self, now: Snapshot) -> tuple[Array, ...]:
        """Add a moment, and give the way up to it."""
        config = now.config
        run = (*(getattr(config, name) for name in _BEGINS), config.data)
        if run != self._run:
            self._run, self._moments = run, []
        if len(now.parameters) > LARGEST:
            return ()
        # Whoever went back comes another way.
        self._moments = [moment for moment in self._moments if moment[0] < now.step]
        self._moments.append((now.step, now.parameters))
        if len(self._moments) > MOST:
            self._moments = self._moments[::2]
        return tuple(parameters for _, parameters in self._moments)
