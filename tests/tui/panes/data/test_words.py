"""What is said of the image that is chosen among the data."""

import re

import pytest

from core import Image, TrainingConfig
from tests.tui.moments import snapshot_of
from tui.panes.data.words import words_of


@pytest.mark.parametrize(
    ("image", "pixels"),
    [
        ((0.2, 0.5, 0.4, 0.7), "0.2 0.5 0.4 0.7"),
        ((0.25, 1.0, 0.0, 0.05), "0.25 1.0 0.0 0.05"),
        ((0.125, 0.3333, 0.1, 0.6), "0.125 0.333 0.1 0.6"),
    ],
)
def test_pixels_have_no_more_decimals_than_they_need(image: Image, pixels: str) -> None:
    moment = snapshot_of(TrainingConfig(images=5)).with_image(image)
    assert f"pixels {pixels} · label" in words_of(moment, 0, 200)


def test_words_become_fewer_where_there_is_less_room() -> None:
    moment = snapshot_of(TrainingConfig(images=5))
    whole = words_of(moment, 1233, 200)
    assert re.fullmatch(
        r"image 1,234 · pixels 0\.2 0\.5 0\.4 0\.7 · label 0\.450 · predicts 0\.684 · "
        r"error \+0\.234, too dark",
        whole,
    )
    assert words_of(moment, 1233, len(whole)) == whole
    shorter = whole.replace("pixels ", "")
    assert words_of(moment, 1233, len(whole) - 1) == shorter
    shortest = "1,234 · label 0.450 · predicts 0.684 · error +0.234"
    assert words_of(moment, 1233, len(shortest)) == shortest
    assert words_of(moment, 1233, 10) == shortest
