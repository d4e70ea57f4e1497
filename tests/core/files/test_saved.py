"""Session files that an earlier napkin-net has saved: they open as they are, to the last bit.

`saved/expected.json` has what that napkin-net said of each run once it had opened it. The numbers
of a file are compared exactly; what is trained from them, on another machine perhaps, to 1e-12.
"""

import json
import math
from pathlib import Path
from typing import TypedDict

import numpy as np
import pytest

from core.files.reading import read_session
from core.files.session import written
from core.run.trainer import Trainer

SAVED = Path(__file__).parent / "saved"


class Place(TypedDict):
    """Where a run stands; numbers as the hexadecimal text of a float."""

    step: int
    parameters: list[str]


class Other(Place):
    """The run beside it."""

    last_step: int


class Expected(Other):
    """What a run was found to be."""

    loss: str
    multiply_adds: int
    curve: tuple[str, int]
    other: Other | None
    manual_changes: int
    prediction: str
    scores: str | None
    ten_steps_on: list[str]
    a_third: Place


EXPECTED: dict[str, Expected] = json.loads((SAVED / "expected.json").read_text(encoding="ascii"))


def saved(name: str) -> bytes:
    """Return the bytes of a file."""
    return (SAVED / f"{name}.napkin").read_bytes()


def opened(name: str) -> Trainer:
    """Open a file."""
    trainer = read_session(saved(name)).trainer()
    trainer.run.ensure_evaluated()
    return trainer


def exact(numbers: list[str]) -> list[float]:
    """Read numbers to the last bit."""
    return [float.fromhex(number) for number in numbers]


every_file = pytest.mark.parametrize("name", sorted(EXPECTED))


@every_file
def test_it_opens_where_it_was_saved_to_the_bit(name: str) -> None:
    trainer, expected = opened(name), EXPECTED[name]
    assert trainer.run.step_count == expected["step"]
    assert trainer.run.last_step == expected["last_step"]
    assert trainer.run.here.network.parameters.tolist() == exact(expected["parameters"])
    latest, length = expected["curve"]
    assert (trainer.run.log.history.latest.hex(), len(trainer.run.log.history)) == (latest, length)
    assert trainer.run.multiply_adds == expected["multiply_adds"]
    manual_edits = trainer.manual_edits
    assert (0 if manual_edits is None else manual_edits.forward_passes) == expected[
        "manual_changes"
    ]


@every_file
def test_the_run_beside_it_is_there_to_the_bit(name: str) -> None:
    other, expected = opened(name).other, EXPECTED[name]["other"]
    if expected is None:
        assert other is None
        return
    assert other is not None
    assert (other.run.step_count, other.run.last_step) == (expected["step"], expected["last_step"])
    assert other.run.here.network.parameters.tolist() == exact(expected["parameters"])


@every_file
def test_it_is_written_again_as_it_was(name: str) -> None:
    data = saved(name)
    assert b"".join(written(read_session(data))) == data


@every_file
def test_it_predicts_and_goes_on_as_it_did(name: str) -> None:
    trainer, expected = opened(name), EXPECTED[name]
    image = read_session(saved(name)).image
    reading = trainer.snapshot(image).reading
    assert reading.prediction == pytest.approx(float.fromhex(expected["prediction"]), abs=1e-12)
    assert trainer.run.loss == pytest.approx(float.fromhex(expected["loss"]), abs=1e-12)
    trainer.run.run_for(math.inf, max_steps=10)
    assert np.allclose(
        trainer.run.here.network.parameters, exact(expected["ten_steps_on"]), rtol=0, atol=1e-12
    )
    back = expected["a_third"]
    trainer.run.go_to(trainer.run.moment_at(back["step"]))
    assert trainer.run.step_count == back["step"]
    parameters = trainer.run.here.network.parameters
    assert np.allclose(parameters, exact(back["parameters"]), rtol=0, atol=1e-12)
