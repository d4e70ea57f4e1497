"""The loss curve as CSV: one row per step, or where steps were merged a row a stretch."""

import csv
import io

from core.run.trainer import Trainer


def curve_table(trainer: Trainer, steps: int) -> str:
    """Write the table; `steps` has no part in it.

    While every step is known by itself the columns are those of ``train --csv``. A curve of more
    than 4,096 steps keeps of each stretch its lowest, highest, mean and last loss.
    """
    curve = trainer.run.log.history.curve()
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    if curve.width == 1:
        rows.writerow(["step", "loss", "multiply_adds"])
        for step, loss in enumerate(curve.last.tolist()):
            rows.writerow([step, loss, trainer.run.log.meter.total(step)])
        return text.getvalue()
    rows.writerow(
        ["first_step", "last_step", "minimum", "maximum", "mean", "last", "multiply_adds"]
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
                trainer.run.log.meter.total(known.last_step),
            ]
        )
    return text.getvalue()
