"""The loss curve as CSV: one row per step, or where steps were merged a row a stretch."""

import csv
import io

from core.run.trainer import Trainer


def curve_table(trainer: Trainer, steps: int) -> str:
    """Write the table; `steps` has no part in it.

    While every step is known by itself the columns are those of ``train --csv``. A curve of more
    than 4,096 steps keeps of each stretch its lowest, highest, mean and last loss. With
    mini-batches one column more says of how many images a loss is the mean: that of the last step.
    """
    curve, meter = trainer.run.log.history.curve(), trainer.run.log.meter
    names = ["images"] if meter.has_batches else []

    def images(step: int) -> list[int]:
        return [meter.images_at(step)] if names else []

    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    if curve.width == 1:
        rows.writerow(["step", "loss", "multiply_adds", *names])
        for step, loss in enumerate(curve.last.tolist()):
            rows.writerow([step, loss, meter.total(step), *images(step)])
        return text.getvalue()
    rows.writerow(
        ["first_step", "last_step", "minimum", "maximum", "mean", "last", "multiply_adds", *names]
    )
    for first in range(0, curve.length, curve.width):
        known = curve.at(first)
        rows.writerow(
            [
                known.first_step,
                known.last_step,
                known.minimum,
                known.maximum,
                known.mean,
                known.last,
                meter.total(known.last_step),
                *images(known.last_step),
            ]
        )
    return text.getvalue()
