"""A file of rates that somebody changed, or that was damaged: it is as good as none, or all that is
made of rates can be made of it."""

import copy
import json
import math
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from core import TrainingConfig
from core.prediction import as_timed, is_known, predict
from core.rates import Kept, this_machine, write
from core.rates.compiled import DRAWN, drawn_terms
from core.rates.functions import windows
from core.rates.kept import NAME, NAMES, as_plain_data, read
from tests.core.prediction.test_compiled import compiled_rates
from tests.core.rates.made import gpu_rates, rates
from tests.tui.made_rates import recorded_rates
from tests.tui.moments import PLAIN
from tui.panes.lab.roofline import roofline_rows
from tui.panes.lab.scale import rungs, scale_rows
from tui.panes.lab.survey import path
from tui.words.machine import machine_lines, rate_rows

Place: TypeAlias = tuple[str | int, ...]

ON_GPU = gpu_rates("A GPU", byte=0.1)
EVERY = replace(compiled_rates(), gpu=ON_GPU.gpu, gpu_name=ON_GPU.gpu_name)
KEPT = Kept(this_machine(), "2026-01-31 09:30", None, EVERY)
PLAIN_DATA = json.loads(json.dumps(as_plain_data(KEPT)))
ENGINES = ("matrix", "loops", "compiled", "gpu")
CONFIGS = [
    TrainingConfig(images=10),
    TrainingConfig(hidden=(6, 40), images=300, batch_size=10, optimizer="adam", activation="relu"),
    TrainingConfig(hidden=(3,), gradient="nudge", output="sigmoid", loss="bce", l2=0.1),
]
GONE = object()
DAMAGES = {
    "gone": GONE, "null": None, "zero": 0, "negative": -1e-9, "text": "many", "nan": math.nan,
    "infinite": math.inf, "large": 1e300, "very large": 10**400, "true": True, "list": [],
    "object": {}, "tiny": 5e-324,
}  # fmt: skip
TRIED = 8
"""Places that each damage is tried at, beside those that everything depends on."""


def places(data: object, here: Place = ()) -> Iterator[Place]:
    """Yield the place of everything within, and of all of it."""
    yield here
    if isinstance(data, dict | list):
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for key, each in items:
            yield from places(each, (*here, key))


ALWAYS: list[Place] = [
    ("rates", "product", "fastest"), ("rates", "step_call", "fastest"), ("rates", "packed_from"),
    ("rates", "calls", "dot"), ("rates", "loops", "multiply-add"), ("rates", "bandwidth"),
    ("rates", "bandwidth", 0, "bytes"), ("rates", "compiled"), ("watts",), ("measured",),
    ("rates", "product_all_threads", "fastest"), ("rates", "bandwidth", 0, "fastest"),
]  # fmt: skip


def damaged(place: Place, damage: object) -> object:
    """Return what is kept with something else at a place."""
    data = copy.deepcopy(PLAIN_DATA)
    if not place:
        return None if damage is GONE else damage
    inner = data
    for key in place[:-1]:
        inner = inner[key]
    if damage is GONE:
        del inner[place[-1]]
    else:
        inner[place[-1]] = damage
    return data


def use(kept: Kept) -> None:
    """Make all that is made of rates."""
    found = kept.rates
    assert machine_lines(kept)
    assert list(rate_rows(found))
    engines = [name for name in ENGINES if is_known(name, found)]
    for config in CONFIGS:
        timed = as_timed(config, config.images_now)
        for engine in engines:
            assert 0.0 < predict(timed, found, engine=engine).seconds < math.inf
    spots = path(as_timed(CONFIGS[0], 100_000), found, engines)
    assert roofline_rows(found, spots, {}, 78, 20, PLAIN)
    ladder = rungs(as_timed(CONFIGS[1], 300), None, found)
    assert all(seconds > 0.0 for rung in ladder for seconds in rung.here.values())
    assert scale_rows(ladder, 118, 30, PLAIN)


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_read_can_be_used(name: str, tmp_path: Path) -> None:
    every = list(places(PLAIN_DATA))
    chosen = random.Random(name).sample(every, TRIED)
    for place in [*ALWAYS, *chosen, ()]:
        (tmp_path / NAME).write_text(json.dumps(damaged(place, DAMAGES[name])))
        known = read(str(tmp_path))
        if known is not None and known != KEPT:
            use(known)


def test_every_rate_that_is_needed_is_asked_for(tmp_path: Path) -> None:
    for known in (rates(), recorded_rates(), EVERY):
        for field, names in NAMES.items():
            if (held := getattr(known, field)) is not None:
                assert {name for name in held if "byte of" not in name} == set(names)
    assert set(windows(1)) < set(NAMES["calls"])
    kernel = {name for number in range(DRAWN) for name in drawn_terms(number)}
    assert kernel < set(NAMES["compiled"])
    for field, names in NAMES.items():
        for name in list(names)[::8]:
            (tmp_path / NAME).write_text(json.dumps(damaged(("rates", field, name), GONE)))
            assert read(str(tmp_path)) is None
    write(str(tmp_path), KEPT)
    assert read(str(tmp_path)) == KEPT
    use(KEPT)
