"""Records what the pictures of the lab show: the rates of this machine, and steps of its networks.

Run by hand, on a machine that does nothing else::

    python -m tests.tui.record_lab
"""

import json
import statistics
import time
from dataclasses import fields
from itertools import product

from core import TrainingConfig
from core.prediction import Experiment, as_timed, changed
from core.rates import Rates
from core.rates.kept import _plain
from core.rates.measuring import all_probes, rates_from
from core.rates.probes import Readings, read
from tests.tui.made_rates import RECORDED
from tui.worker.timing import Setup, Timed

SECONDS = 60.0
_TURN = 4.0
_WINDOWS = 12


def main() -> None:
    """Measure rates and steps in turns, and write what they are at the machine's best."""
    engines = [as_timed(TrainingConfig(hidden=(8, 8), engine=e), 1000) for e in ("matrix", "loops")]
    configs = [*engines, *(changed(*each) for each in product(engines, Experiment))]
    timed = {config: Timed(Setup(config)) for config in configs}
    steps: dict[TrainingConfig, list[float]] = {config: [] for config in configs}
    seconds: dict[str, list[float]] = {}
    probes, end = all_probes(), time.monotonic() + SECONDS
    while time.monotonic() < end:
        for name, found in read(probes, _TURN).seconds.items():
            seconds.setdefault(name, []).extend(found)
        for config, network in timed.items():
            steps[config] += [network.window() for _ in range(_WINDOWS)]
    rates = rates_from(Readings(seconds))
    written = {
        "rates": {each.name: _plain(getattr(rates, each.name)) for each in fields(Rates)},
        "steps": [
            {
                "engine": config.engine,
                "hidden": config.hidden,
                "images": config.images,
                "fastest": min(found),
                "median": statistics.median(found),
            }
            for config, found in steps.items()
        ],
    }
    RECORDED.write_text(json.dumps(written, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
