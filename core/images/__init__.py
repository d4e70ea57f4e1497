"""Images, the tasks that label them, and a person's own images.

An image is four darknesses in [0, 1]. `Batch` holds images with their labels, `TASKS` the rules
that label them, `OwnData` what a person brought as CSV, and `Batches` the order in which a run's
steps go through them.
"""

from core.images.batches import Batches
from core.images.csv_files import read_table, write_table
from core.images.images import Batch, Example, Image, equal_rows, example_at, found_again
from core.images.own_data import SCALES, OwnData
from core.images.tasks import TASKS, Answer, Task, generate

__all__ = [
    "SCALES",
    "TASKS",
    "Answer",
    "Batch",
    "Batches",
    "Example",
    "Image",
    "OwnData",
    "Task",
    "equal_rows",
    "example_at",
    "found_again",
    "generate",
    "read_table",
    "write_table",
]
