"""200 steps of both engines against the same steps taken by torch.

The files are made by ``benchmarks/trajectories.py`` and say with which version.
"""

import json
import math
from dataclasses import dataclass, fields, replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from core.arrays import Array
from core.engines import ENGINES
from core.network.network import initial_parameters
from core.network.optimizers import OPTIMIZERS
from core.network.schedules import SCHEDULES
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

FOLDER = Path(__file__).parent / "trajectories"
FILES = sorted(FOLDER.glob("*.json"))

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@dataclass(frozen=True)
class Trajectory:
    """What one file holds."""

    library: str
    config: TrainingConfig
    initial: list[float]
    losses: list[float]
    parameters: dict[str, list[float]]

    def start(self, engine: str) -> Trainer:
        """Return a run that begins with the very same parameters."""
        trainer = Trainer(replace(self.config, engine=engine))
        trainer.run.here.network.parameters[:] = self.initial
        return trainer


def read(path: Path) -> Trajectory:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    told = loaded.pop("config")
    config = TrainingConfig(**told | {"hidden": tuple(told["hidden"])})
    assert set(told) <= {field.name for field in fields(config)}
    return Trajectory(config=config, **loaded)


def far_apart(ours: Array, theirs: list[float]) -> float:
    """Return the largest difference, relative to the number where that is above 1."""
    other = np.array(theirs)
    return float(np.max(np.abs(ours - other) / np.maximum(1.0, np.abs(other))))


def test_every_optimizer_is_compared_with_and_without_its_options() -> None:
    configs = [read(path).config for path in FILES]
    assert len(configs) == 23
    plain = TrainingConfig()
    for name, options in (
        ("sgd", ("l1", "l2")),
        ("momentum", ("momentum", "nesterov", "l1", "l2")),
        ("rmsprop", ("alpha", "centered", "epsilon", "l1", "l2")),
        ("adam", ("beta1", "beta2", "amsgrad", "epsilon", "l1", "l2")),
    ):
        compared = [vars(config) for config in configs if config.optimizer == name]
        for option in options:
            usual = {told[option] == getattr(plain, option) for told in compared}
            assert usual == {True, False}, (name, option)


def test_every_schedule_and_both_ways_to_clip_are_compared() -> None:
    configs = [read(path).config for path in FILES]
    schedules = {(config.schedule, config.warmup_steps > 0) for config in configs}
    assert schedules == set(product(SCHEDULES, (False, True)))
    assert any(config.clip_norm for config in configs)
    assert any(config.clip_value for config in configs)
    assert {config.optimizer for config in configs if config.is_clipped} == set(OPTIMIZERS)
    assert {config.optimizer for config in configs if config.is_scheduled} == set(OPTIMIZERS)


@every_file
@pytest.mark.parametrize("engine", ENGINES)
def test_two_hundred_steps_are_torchs(path: Path, engine: str) -> None:
    trajectory = read(path)
    assert trajectory.library.startswith("torch ")
    trainer = trajectory.start(engine)
    for mark, parameters in sorted(trajectory.parameters.items(), key=lambda item: int(item[0])):
        trainer.run.run_for(math.inf, max_steps=int(mark) - trainer.run.step_count)
        assert trainer.run.step_count == int(mark)
        assert far_apart(trainer.run.here.network.parameters, parameters) <= 1e-12
    curve = trainer.run.log.history.curve()
    assert len(trajectory.losses) == curve.length == 201
    assert far_apart(curve.last, trajectory.losses) <= 1e-12


@every_file
def test_they_start_at_the_weights_of_the_seed(path: Path) -> None:
    trajectory = read(path)
    trainer = trajectory.start("matrix")
    drawn = initial_parameters(trainer.run.config.architecture, trainer.run.config.seed)
    assert drawn.tolist() == trajectory.initial
