"""A run as plain data: what JSON can say of it."""

import json
import math

from core.metrics.scores import Score
from core.run.trainer import Trainer
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.images import first_image


def result_of(trainer: Trainer, status: str, seconds: float | None = None) -> object:
    """Return what came of a run, out of dictionaries, lists, texts and numbers.

    Parameters
    ----------
    trainer : Trainer
        The run.
    status : str
        Why it stands where it stands; where that is ``"interrupted"``, nothing more is computed.
    seconds : float, optional
        How long it trained.

    Returns
    -------
    dict
        What is not finite is None in it.
    """
    snapshot = trainer.snapshot(first_image(trainer.run.config))
    loss, gradient = snapshot.loss, snapshot.gradient
    is_batch = status == "interrupted"
    if not is_batch:
        loss, gradient = trainer.run.overall()
    network, cost, reading = trainer.run.here.network, snapshot.cost, snapshot.reading
    return _finite(
        {
            "config": settings_of(snapshot.config),
            "steps": snapshot.step,
            "status": status,
            "loss": loss,
            "loss_images": snapshot.batch_size if is_batch else snapshot.schedule.images,
            "weights": [weights.tolist() for weights in network.weights],
            "biases": [biases.tolist() for biases in network.biases],
            "gradient": None if gradient is None else gradient.tolist(),
            **_scores(trainer, status),
            "probe": {
                "image": list(reading.image),
                "prediction": reading.prediction,
                "truth": reading.target,
            },
            "multiply_adds": {
                "forward": cost.forward.count,
                "gradient": cost.gradient.count,
                "update": cost.update.count,
                "step": cost.step,
                "stop_condition": snapshot.judging_cost,
                "total": snapshot.multiply_adds,
            },
            "seconds": seconds,
        }
    )


def json_text(trainer: Trainer, steps: int) -> str:
    """Write the same as JSON; `steps` has no part in it."""
    outcome = trainer.run.outcome
    status = "paused" if outcome is None else outcome.value
    return json.dumps(result_of(trainer, status), indent=1) + "\n"


def _scores(trainer: Trainer, status: str) -> dict[str, object]:
    """Return how it does on test images, and what a yes/no task's answers are."""
    if not trainer.run.scorer.scores_wanted or status == "interrupted":
        return {}
    trainer.run.scorer.score()
    scores = trainer.snapshot().scores
    if scores is None:
        return {}
    test = None if scores.test is None else _score(scores.test)
    found = {"step": scores.step, "train": _score(scores.train), "test": test}
    equal = {} if test is None else {"equal_test_images": trainer.run.scorer.equal_test_images}
    return {"scores": found | equal}


def _score(score: Score) -> dict[str, object]:
    """Return a score under the keys that readers of the JSON rely on."""
    found = score.confusion
    confusion = (
        None
        if found is None
        else {
            "true_yes": found.true_positives,
            "false_no": found.false_negatives,
            "false_yes": found.false_positives,
            "true_no": found.true_negatives,
        }
    )
    return {"loss": score.loss, "images": score.images, "confusion": confusion}


def settings_of(config: TrainingConfig) -> dict[str, object]:
    """Return the config with everything decided that an option may leave open."""
    settings = {name: getattr(config, name) for name in SETTINGS}
    data = config.data
    own = None if data is None else {"name": data.name, "images": len(data), "sha256": data.digest}
    decided = {"bias": config.architecture.bias, "batch_size": config.images_per_step}
    return settings | decided | {"data": own}


def _finite(value: object) -> object:
    """Replace what JSON has no word for."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
