"""Energy, where the system tells it: RAPL, the counters of the processor itself.

Linux shows them as files, one folder for each processor: its energy in microjoules since some
moment, and the number at which that begins at 0 again. Source: the kernel's
Documentation/power/powercap/powercap.rst. On many systems only root may read them; without them
nothing is known, and nothing is said.
"""

from contextlib import suppress
from pathlib import Path

from core.structs import Struct

POWERCAP = Path("/sys/class/powercap")
_WHOLE_PROCESSORS = "intel-rapl:?"
"""Their folders; those of parts of a processor have a second number. AMD's have the same name."""


class Counter(Struct):
    """The energy of one processor up to now."""

    microjoules: int
    limit: int
    """The count begins at 0 again after it."""


def counters(folder: Path = POWERCAP) -> dict[str, Counter]:
    """Read the counter of each processor that has one, by its folder's name."""
    found = {}
    for path in folder.glob(_WHOLE_PROCESSORS):
        with suppress(OSError, ValueError):
            energy = int((path / "energy_uj").read_text())
            found[path.name] = Counter(energy, int((path / "max_energy_range_uj").read_text()))
    return found


def joules_between(before: dict[str, Counter], after: dict[str, Counter]) -> float | None:
    """Return the joules that all processors took, whatever ran on them; None where nothing tells.

    The time between must be short enough for a counter to begin again once at most: a minute at
    full power is.
    """
    if not before or before.keys() != after.keys():
        return None
    taken = 0
    for name, then in before.items():
        now = after[name]
        again = now.limit + 1 if now.microjoules < then.microjoules else 0
        taken += now.microjoules - then.microjoules + again
    return taken / 1e6
