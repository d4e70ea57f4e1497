"""Both gradients and their difference, as the network pane draws and words them."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from core import Snapshot, TrainingConfig
from core.quantities.substeps import SubstepKind, substeps_of
from tests.tui.moments import (
    COLOURED,
    CONFIGS,
    PLAIN,
    broken,
    compared_of,
    sheet,
    snapshot_of,
    text,
)
from tests.tui.plain import text_of
from tui.panes.network.drawn import scene_of
from tui.panes.network.gradient_check import edge_of, summaries
from tui.panes.network.network import sheet_of
from tui.terminal.drawing import width_of
from tui.words.numerals import power
from tui.words.phrases import name_of
from tui.worker.comparing import PATIENCE

WEIGHT_IMAGES = TrainingConfig(hidden=(4,), seed=4)
LAYERS = TrainingConfig(hidden=(3, 2), seed=4, batch_size=10)
ROOMS = (51, 79, 91)
"""For words in the bottom border, at 80, 120 and 132 columns."""


def edge(snapshot: Snapshot, selected: int | None, room: int, *, running: bool = False) -> str:
    name = "" if selected is None else name_of(snapshot.architecture, selected)
    return edge_of(snapshot, selected, name, room, running=running)


def test_the_default_table_has_the_difference_where_the_step_was() -> None:
    assert text(compared_of(TrainingConfig(), 12), 54, 10, compares=True) == (
        """
 pixel  weight    0     1   product gradient     diff
 0.20 × +0.6146   │███▊   = +0.1229 │+0.0991 +1.2e−07
 0.50 × +0.1478   │▉      = +0.0739 │+0.0125 −1.4e−07
 0.40 × +0.5102   │███    = +0.2041 │+0.0804 +1.5e−07
 0.70 × −0.2220 ▐█│       = −0.1554 │−0.0644 −1.7e−07
                          ───────── │
 prediction = their sum     +0.2455 │

 diff = finite differences − backprop
 finite differences are approximate; plus rounding
"""
    )


def test_a_batch_is_named_and_there_is_no_weight_after_a_step_that_is_not_shown() -> None:
    moment = compared_of(TrainingConfig(bias=True, batch_size=10), 12)
    rows = text(moment, 54, 10, compares=True).split("\n")
    assert rows[-3:] == [
        " diff = nudge − backprop of this batch (10 images)",
        " finite differences are approximate; plus rounding",
        "",
    ]
    wide = text(moment, 170, 16).split("\n")[1]
    assert wide.split()[-2:] == ["new", "weight"]
    rows = text(moment, 170, 16, compares=True).split("\n")
    assert rows[1].split()[-2:] == ["gradient", "diff"]
    assert not any("→" in row or "▼" in row or "▲" in row for row in rows)
    why = " why: finite differences measure the slope over 0.000001, not at a point; plus rounding"
    assert why in rows


def test_weight_images_have_the_difference_with_its_word_or_in_a_column() -> None:
    moment = compared_of(WEIGHT_IMAGES, 300)
    assert text(moment, 54, 10, compares=True) == (
        """
   weight image        sum     tanh  weight  product
 1 +▓+▒ +0.74 +0.51 +0.774 → +0.649 × +0.21 = +0.136
   +·+▒ +0.06 +0.51  bias −0.011    +4.32e−07 diff
 2 −░−▒ −0.31 −0.53 +0.247 → +0.242 × +0.23 ≈ +0.054
   +▒+▒ +0.51 +0.57  bias −0.031    −4.47e−07 diff
 3 −▒+░ −0.48 +0.13 −0.703 → −0.606 × −0.33 = +0.200
   −▓−▒ −0.79 −0.43  bias −0.060    +4.63e−07 diff
 4 −▒−▒ −0.41 −0.58 −0.275 → −0.268 × −0.54 ≈ +0.146
   +·+· +0.08 +0.05  bias +0.032    −4.78e−07 diff
 prediction ≈ these four − bias 0.072       ≈ +0.465
"""
    )
    rows = text(moment, 94, 17, compares=True).split("\n")
    assert rows[1].split()[-2:] == ["gradient", "diff"]
    assert rows[2].endswith(" │weight −0.000062 +4.319e−07")
    assert rows[3].endswith(" │bias   +0.000481 +3.702e−07")
    assert rows[16:18] == [
        " diff = finite differences − backprop",
        " why: finite differences measure the slope over 0.000001, not at a point; plus rounding",
    ]


def test_layers_have_each_neurons_largest_difference() -> None:
    moment = compared_of(LAYERS, 30)
    assert text(moment, 94, 18, compares=True) == (
        """
 layer 1 · 3 neurons · tanh ─────────────────────────────────────────────────────────────
in  0.20      0.50      0.40      0.70           bias       sum        tanh      max diff
 1 +0.808345 −0.741652 +0.350870 +0.345822  −0.015913 +0.157353 → +0.156067    +3.085e−07
 2 −0.102427 +0.433456 −0.079170 −0.718971  +0.024359 −0.314345 → −0.304385    −3.240e−07
 3 −0.766774 −0.836162 −0.076581 +0.131029  −0.103652 −0.613999 → −0.546936    +3.394e−07

 layer 2 · 2 neurons · tanh ───────────────────────────────────────────────────
in +0.156067 −0.304385 −0.546936       bias       sum        tanh      max diff
 1 +0.396701 −0.327360 +0.314271  −0.116198 −0.126529 → −0.125858    −4.474e−07
 2 +0.372525 +0.332090 +0.575036  −0.183670 −0.541123 → −0.493837    +4.628e−07

 layer 3 · prediction · linear ──────────────────────────────────────
in −0.125858 −0.493837       bias       sum      linear      max diff
 1 −0.366782 −0.678055  +0.128907 +0.509919 → +0.509919    −5.091e−07

 diff = finite differences − backprop of this batch (10 images)
 max diff: the largest of the neuron’s weights and bias
 why: finite differences measure the slope over 0.000001, not at a point; plus rounding
"""
    )
    assert moment.gradient_difference is not None
    hidden = moment.architecture.layers[0]
    own = moment.gradient_difference[hidden.start : hidden.stop].reshape(5, 3)
    shown = [row.split()[-1] for row in text(moment, 94, 18, compares=True).split("\n")[3:6]]
    for neuron, written in enumerate(shown):
        most = float(own[np.argmax(np.abs(own[:, neuron])), neuron])
        assert written == power(most, 10).strip()


def test_it_has_a_column_in_layers_where_the_step_has_no_room() -> None:
    moment = compared_of(TrainingConfig(hidden=(8, 8)))
    plain, both = (text(moment, 53, 10, compares=on).split("\n")[2:] for on in (False, True))
    assert plain[0].endswith("tanh")
    assert both[0].endswith("  max diff")
    for row, with_it in zip(plain[1:8], both[1:8], strict=True):
        assert with_it.startswith(row)
        assert len(with_it) == len(both[0])


def test_heat_maps_show_all_parameters_while_the_bottom_border_shows_one() -> None:
    moment = compared_of(TrainingConfig(hidden=(32,), images=20, batch_size=5))
    assert moment.gradient_difference is not None
    most = power(float(np.max(np.abs(moment.gradient_difference))), 8).strip(" +")
    said = f" backprop and finite differences differ by at most {most} of this batch (5 images)"
    drawn = sheet(moment, 94, 16, selected=0, compares=True)
    assert said in text_of(drawn.lines).split("\n")
    assert sheet(moment, 94, 16, compares=True).lines == sheet(moment, 94, 16).lines


@pytest.mark.parametrize("name", CONFIGS)
def test_every_row_fits_and_nothing_jumps_whatever_the_numbers(name: str) -> None:
    config = replace(CONFIGS[name], images=20, batch_size=None)
    moment = snapshot_of(config, 2)
    count = len(moment.parameters)
    calm = replace(moment, other_gradient=np.full(count, 3e-7) + moment.gradient)
    odd = np.resize(np.array([math.nan, math.inf, -1e300, 0.0, 1e-300, -12.3]), count)
    wild = replace(broken(moment), other_gradient=odd)
    for width in (20, 27, 34, 44, 53, 54, 61, 79, 82, 94, 130, 170):
        for height in (3, 16) if width % 2 else (10, 40):
            drawn = [
                sheet(seen, width, height, compares=True)
                for seen in (calm, wild, replace(calm, other_gradient=None))
            ]
            assert max(width_of(line) for each in drawn for line in each.lines) <= width
            assert len({len(each.lines) for each in drawn}) == 1
            places = [[(s.row, s.left, s.right) for s in each.spots()] for each in drawn]
            assert places[0] == places[1] == places[2]


@pytest.mark.parametrize(
    ("name", "width", "steps"),
    [
        *(("essay", 54, 4), ("essay", 170, 4), ("sigmoid", 54, 5), ("stencils", 54, 4)),
        *(("stencils", 94, 8), ("many stencils", 94, 16), ("layers", 130, 25)),
    ],
)
def test_nothing_else_is_drawn_and_each_step_has_its_difference(
    name: str, width: int, steps: int
) -> None:
    moment = compared_of(CONFIGS[name])
    plain, both = (text(moment, width, 80, compares=on).split("\n") for on in (False, True))
    found = 0
    for row, with_it in zip(plain, both, strict=False):
        if (step := re.search(r"[▼▲] *[+−]\S+( update| → .*)?$", row)) is not None:
            found += 1
            assert with_it[: step.start()] == row[: step.start()]
            assert re.fullmatch(r" *[+−]\d(\.\d+)?e−\d\d( diff)?", with_it[step.start() :])
    assert found == steps


def test_while_it_is_computed_there_are_dots() -> None:
    moment = snapshot_of(TrainingConfig())
    row = text(moment, 54, 10, compares=True).split("\n")[2]
    assert row == " 0.20 × +0.9800   │█████▉ = +0.1960 │+0.7213        …"


def test_nothing_at_all_is_a_plain_nought() -> None:
    moment = snapshot_of(TrainingConfig())
    assert moment.gradient is not None
    same = replace(moment, other_gradient=moment.gradient.copy())
    row = text(same, 54, 10, compares=True).split("\n")[2]
    assert row == " 0.20 × +0.9800   │█████▉ = +0.1960 │+0.7213        0"


def test_a_frozen_weights_difference_stays_and_is_dim() -> None:
    moment = replace(compared_of(TrainingConfig()), frozen=frozenset({1}))
    drawn = sheet(moment, 54, 10, compares=True, coloured=True)
    styles = [style for line in drawn.lines for text, style, _ in line if "e−07" in text]
    assert [style == COLOURED.dim for style in styles] == [False, True, False, False]
    assert edge_of(moment, 1, "frozen weight 2", 79, running=False).startswith("frozen weight 2 · ")
    long = "frozen layer 1 · weight 3→1"
    assert edge_of(moment, 1, long, 62, running=False).startswith("frozen · backprop +0.6243")


def test_single_stepping_shows_it_once_there_is_a_gradient_and_lights_what_is_updated() -> None:
    moment = compared_of(TrainingConfig())

    def drawn(substep: int) -> list[tuple[str, object]]:
        scene = scene_of(
            moment, PLAIN, stepped=False, selected=None, substep=substep, compares=True
        )
        return [(text.strip(), style) for line in sheet_of(scene, 54, 10).lines
                for text, style, _ in line]  # fmt: skip

    kinds = [substep.kind for substep in substeps_of(moment)]
    for substep, kind in enumerate(kinds):
        gradient_difference = [style for text, style in drawn(substep) if "e−07" in text]
        is_ahead = substep < kinds.index(SubstepKind.GRADIENT)
        assert len(gradient_difference) == (0 if is_ahead else 4)
        assert PLAIN.faint not in gradient_difference
        lit = [text for text, style in drawn(substep) if style == PLAIN.key and text[1:2].isdigit()]
        if kind is SubstepKind.UPDATE:
            assert lit == ["+0.9800", "+0.4000", "+0.8600", "−0.0800"]


# -- the bottom border -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (51, "backprop +0.72125 · nudge +0.72125 · diff +1.2e−07"),
        (49, "backprop +0.7213 · nudge +0.7213 · diff +1.2e−07"),
        (79, "weight 1 = +0.980000 · backprop +0.72125300 · nudge +0.72125312 · diff +1.2e−07"),
        (
            91,
            "weight 1 = +0.980000 · backprop +0.721253000 · nudge +0.721253123 · diff +1.2e−07",
        ),
        (47, "finite differences − backprop ≈ +1.2e−07"),
        (20, "diff +1.2e−07"),
        (10, ""),
    ],
)
def test_the_bottom_border_has_both_and_their_difference(room: int, words: str) -> None:
    assert edge(compared_of(TrainingConfig()), 0, room) == words


@pytest.mark.parametrize(
    ("places", "numbers"),
    [
        (8, "backprop +0.72125300 · nudge +0.72125312"),
        (7, "backprop +0.7212530 · nudge +0.7212531"),
        (6, "backprop +0.721253 · nudge +0.721253"),
        (5, "backprop +0.72125 · nudge +0.72125"),
        (4, "backprop +0.7213 · nudge +0.7213"),
    ],
)
def test_the_border_shows_that_a_weight_is_frozen_before_it_has_more_digits(
    places: int, numbers: str
) -> None:
    moment = replace(compared_of(TrainingConfig()), frozen=frozenset({0}))
    words = f"frozen · {numbers} · diff +1.2e−07"
    name = "weight 1 and a name that leaves no room for more"
    assert edge_of(moment, 0, name, len(words), running=False) == words
    shorter = edge_of(moment, 0, name, len(words) - 1, running=False)
    assert shorter.startswith("frozen · ") is (places > 4)


@pytest.mark.parametrize("method", ["backprop", "nudge"])
def test_the_names_stay_with_their_gradients_whichever_the_run_uses(method: str) -> None:
    moment = compared_of(TrainingConfig(gradient=method))
    assert edge(moment, 0, 79) == (
        "weight 1 = +0.980000 · backprop +0.72125300 · nudge +0.72125312 · diff +1.2e−07"
    )
    column = [row.split()[-1] for row in text(moment, 54, 10, compares=True).split("\n")[2:6]]
    assert column == ["+1.2e−07", "−1.4e−07", "+1.5e−07", "−1.7e−07"]


@pytest.mark.parametrize("config", [TrainingConfig(), WEIGHT_IMAGES, LAYERS])
@pytest.mark.parametrize("room", ROOMS)
def test_the_edges_numbers_stand_still(config: TrainingConfig, room: int) -> None:
    moment = compared_of(config, 3)
    places = {0: set[str](), 1: set[str]()}
    for scale in (1.0, 1e-5, -0.3, 7.0):
        both = moment.both_gradients
        assert both is not None
        seen = replace(moment, gradient=both[0] * scale, other_gradient=both[1] * scale)
        for selected in (0, 1):
            words = edge(seen, selected, room)
            assert 0 < len(words) <= room
            for index in "0123456789+−e":
                words = words.replace(index, "#")
            other = "nudg" if "nudg" in words else "finit"
            places[selected].add(f"{len(words)}: {words.index(other)} {words.rindex('diff')}")
    assert all(len(found) == 1 for found in places.values())


def test_unfocused_the_border_sums_up_all_of_them() -> None:
    moment = compared_of(TrainingConfig())
    assert edge(moment, None, 51) == "the two gradients differ by at most 1.7e−07"
    assert edge(moment, None, 20) == ""
    gone = replace(moment, other_gradient=np.array([math.nan, 1.0, 1.0, 1.0]))
    assert summaries(gone) == ("the two gradients are no longer finite numbers",)
    assert summaries(replace(moment, other_gradient=None)) == ()


@pytest.mark.parametrize(
    ("seconds", "running", "room", "words"),
    [
        (
            0.0124,
            True,
            79,
            "the gradient by finite differences takes about 12 ms: shown while paused",
        ),
        (1.44, True, 51, "finite differences: about 1.4 s, shown while paused"),
        (1.44, False, 79, "the gradient by finite differences takes about 1.4 s …"),
        (1.44, False, 51, "finite differences: about 1.4 s …"),
        (1.44, False, 30, "about 1.4 s …"),
        (
            PATIENCE + 1,
            True,
            79,
            "the gradient by finite differences takes about 11 s: too long to show",
        ),
        (PATIENCE + 1, False, 51, "finite differences: about 11 s, too long to show"),
        (2000.0, False, 51, "finite differences: about 33 min, too long to show"),
        (40_000.0, False, 51, "finite differences: about 11 h, too long to show"),
        (4e6, False, 51, "finite differences: about 46 days, too long to show"),
        (4e10, False, 51, "about 1,300 years: too long to show"),
        (4e10, False, 20, "too long to show"),
        (None, False, 51, "…"),
        (0.005, True, 51, "…"),
    ],
)
def test_it_shows_what_there_is_to_wait_for(
    seconds: float | None, running: bool, room: int, words: str
) -> None:
    moment = replace(snapshot_of(TrainingConfig()), other_seconds=seconds)
    for selected in (0, None):
        assert edge(moment, selected, room, running=running) == words


def test_a_run_by_nudging_waits_for_backprop() -> None:
    moment = replace(snapshot_of(TrainingConfig(gradient="nudge")), other_seconds=1.0)
    assert edge(moment, 0, 51) == "the gradient by backprop takes about 1.0 s …"


def test_the_corner_of_relu_is_named_with_its_images_and_both_slopes() -> None:
    # One of the 16 images is all white, and biases start at 0.
    config = TrainingConfig(task="xor", pixels="black-white", hidden=(4,), activation="relu")
    moment = compared_of(config)
    bias, weight = 17, 21  # of the second hidden neuron, and from it to the output
    at = "corner of relu: 1 of 16 images"
    assert [edge(moment, bias, room) for room in ROOMS] == [
        f"diff −3.9e−07 · {at}",
        f"finite differences − backprop ≈ −3.9e−07 · {at}",
        f"backprop +0.056109263 · nudge +0.056108877 · diff −3.9e−07 · {at}",
    ]
    assert edge(moment, bias, 40) == "corner of relu · diff −3.9e−07"
    assert edge(moment, None, 51) == f"differ by 4.9e−07 · {at}"
    assert "corner" not in edge(moment, weight, 91)

    def why(selected: int | None, width: int) -> str:
        rows = text_of(sheet(moment, width, 24, selected=selected, compares=True).lines)
        return next((row for row in rows.split("\n") if "corner" in row or "why" in row), "")

    slope = " why: corner of relu, 1 of 16 images: backprop uses slope 0, finite differences 1"
    assert why(bias, 120) == slope
    assert why(bias, 54) == " corner of relu, 1 of 16 images: backprop 0, nudge 1"
    assert why(weight, 120).startswith(" why: finite differences measure the slope over 0.000001")
    assert why(None, 120).endswith("backprop uses slope 0 there, finite differences 0 or 1")
    assert why(None, 54) == " corner of relu, 1 of 16 images: slope 0 or 1"
