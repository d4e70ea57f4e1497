"""200 steps of both engines against the same steps taken by torch.

The files are made by ``benchmarks/trajectories.py`` and say with which version.
"""

import json
import math
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TypedDict

import numpy as np
import pytest

from core.config import TrainingConfig
from core.engines import ENGINES
from core.network import initial_parameters
from core.operations import Array
from core.trainer import Trainer

FILES = sorted((Path(__file__).parent / "trajectories").glob("*.json"))

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


class Settings(TypedDict):
    """A config as the files have it."""

    hidden: list[int]
    activation: str
    output: str
    bias: bool | None
    learning_rate: float
    batch_size: int | None
    optimizer: str
    loss: str
    task: str
    images: int
    seed: int
    data_seed: int
    engine: str
    gradient: str


@dataclass(frozen=True)
class Trajectory:
    """What one file holds."""

    library: str
    config: Settings
    initial: list[float]
    losses: list[float]
    parameters: dict[str, list[float]]

    def start(self, engine: str) -> Trainer:
        """Give a run that begins with the very same parameters."""
        settings = self.config
        config = TrainingConfig(
            hidden=tuple(settings["hidden"]),
            activation=settings["activation"],
            output=settings["output"],
            bias=settings["bias"],
            learning_rate=settings["learning_rate"],
            batch_size=settings["batch_size"],
            loss=settings["loss"],
            images=settings["images"],
            seed=settings["seed"],
            data_seed=settings["data_seed"],
        )
        trainer = Trainer(replace(config, engine=engine))
        trainer.network.parameters[:] = self.initial
        return trainer


def read(path: Path) -> Trajectory:
    return Trajectory(**json.loads(path.read_text(encoding="utf-8")))


def far_apart(ours: Array, theirs: list[float]) -> float:
    """Give the largest difference, relative to the number where that is above 1."""
    other = np.array(theirs)
    return float(np.max(np.abs(ours - other) / np.maximum(1.0, np.abs(other))))


def test_six_networks_are_compared() -> None:
    assert len(FILES) == 6
    assert {field.name for field in fields(TrainingConfig)} == set(Settings.__annotations__)


@every_file
@pytest.mark.parametrize("engine", ENGINES)
def test_two_hundred_steps_are_torchs(path: Path, engine: str) -> None:
    trajectory = read(path)
    assert trajectory.library.startswith("torch ")
    trainer = trajectory.start(engine)
    for mark, parameters in sorted(trajectory.parameters.items(), key=lambda item: int(item[0])):
        trainer.run_for(math.inf, max_steps=int(mark) - trainer.step_count)
        assert trainer.step_count == int(mark)
        assert far_apart(trainer.network.parameters, parameters) <= 1e-12
    curve = trainer.history.curve()
    assert len(trajectory.losses) == curve.length == 201
    assert far_apart(curve.last, trajectory.losses) <= 1e-12


@every_file
def test_they_start_where_the_seed_says(path: Path) -> None:
    trajectory = read(path)
    trainer = trajectory.start("matrix")
    drawn = initial_parameters(trainer.config.architecture, trainer.config.seed)
    assert drawn.tolist() == trajectory.initial
