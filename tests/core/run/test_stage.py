"""What follows from a journal: the edits that a run begins with are held to what they leave."""

import pytest

from core.errors import ConfigError
from core.run.changes import AddImage, RemoveImage
from core.run.stage import stages_of
from core.run.timeline import Entry
from core.settings.config import TrainingConfig

FIVE = TrainingConfig(images=5, batch_size=5)
LESS, MORE = Entry(0, RemoveImage(0)), Entry(0, AddImage((0.0,) * 4, 0.0))


def images(*journal: Entry, carried: int) -> list[int]:
    """Return how many images there are before the first change, and after each."""
    return [stage.schedule.images for stage in stages_of(FIVE, journal, carried)]


def test_on_the_way_there_may_be_fewer_images_than_the_batch_size() -> None:
    assert images(LESS, MORE, carried=2) == [5, 4, 5]
    with pytest.raises(ConfigError, match=r"^image: cannot be removed: the batch size is 5$"):
        images(LESS, MORE, carried=0)


def test_what_a_run_begins_with_must_be_enough_for_a_step() -> None:
    for journal in ([LESS], [LESS, LESS, MORE]):
        with pytest.raises(ConfigError, match="batch_size") as error:
            images(*journal, MORE, carried=len(journal))
        assert error.value.problem == "must be 1 to 4, the number of training images (got 5)"
        assert error.value.setting == "batch_size"
