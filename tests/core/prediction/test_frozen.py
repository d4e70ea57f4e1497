"""Predictions with frozen weights: the engine calls the same, and the run takes them back."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from core.arrays import Array, IsCancelled, Operation, run
from core.engines import matrix
from core.images import Batch
from core.prediction import predict
from core.rates.compiled import DRAWN, drawn_terms
from core.run import Deadline, Stepper
from core.run.changes import SetFrozen
from core.settings import TrainingConfig
from tests.core.rates.made import NANOSECOND, rate, rates


class Noted(np.ndarray[tuple[int, ...], np.dtype[np.float64]]):
    """An array that notes which of its numbers are read one by one."""

    read: Counter[int] = Counter()

    def __getitem__(self, place: object) -> object:  # type: ignore[override]
        """Note a single number."""
        if isinstance(place, int):
            Noted.read[place] += 1
        return super().__getitem__(place)  # type: ignore[call-overload]


def steps_of(config: TrainingConfig, frozen: tuple[int, ...]) -> tuple[Counter[str], int]:
    """Take three steps; return the engine's calls of numpy, and the weights that are taken back."""
    pixels = np.random.default_rng(0).uniform(0.0, 1.0, (config.images, 4))
    stepper = Stepper.first(config, Batch(pixels, pixels.mean(axis=1)))
    for index in frozen:
        stepper.change(SetFrozen(index, True))
    stepper.judge(stepper.compute())
    before = stepper.network.parameters.copy()
    stepper.previous = stepper.previous.view(Noted)
    Noted.read.clear()
    made: Counter[str] = Counter()

    def noting(operations: list[Operation], cancelled: IsCancelled | None = None) -> None:
        made.update(function.__name__ for function, _ in operations)
        run(operations, cancelled)

    losses: list[Array] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrix, "run", noting)
        stepper.take(Deadline(), 3, None, losses)
    moved = np.flatnonzero(stepper.network.parameters != before)
    assert not set(moved.tolist()) & set(frozen)
    return made, Noted.read.total()


@pytest.mark.parametrize("engine", ["matrix", "loops"])
def test_frozen_weights_change_no_call_of_an_engine(engine: str) -> None:
    config = TrainingConfig(hidden=(3,), images=10, engine=engine, learning_rate=1e-3)
    frozen = (0, 2, 7)
    plain, none = steps_of(config, ())
    held, restored = steps_of(config, frozen)
    assert (plain, none) == (held, 0)
    prediction = predict(config, rates(), frozen=len(frozen))
    calls = {call.name: call for call in prediction.calls}
    assert restored == 3 * calls["frozen"].count == 3 * len(frozen)
    # 1 µs for each.
    assert prediction.seconds - predict(config, rates()).seconds == pytest.approx(3000 * NANOSECOND)


def test_the_kernel_leaves_frozen_weights_out_itself() -> None:
    names = {name for number in range(DRAWN) for name in drawn_terms(number)}
    config = TrainingConfig(images=10)
    known = replace(rates(), compiled=dict.fromkeys([*names, "epoch"], rate(10.0)))
    held = predict(config, known, engine="compiled", frozen=2)
    plain = predict(config, known, engine="compiled")
    assert (held.calls, held.share) == (plain.calls, plain.share)
    assert held.multiply_adds == plain.multiply_adds - 2, "each update has one less"
