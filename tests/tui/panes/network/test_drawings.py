"""What the network pane draws, as text."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from rich.segment import Segment
from rich.style import Style

from core import TrainingConfig
from tests.tui.moments import COLOURED, CONFIGS, broken, sheet, snapshot_of, text
from tests.tui.plain import text_of
from tui.panes.network.columns import Sheet
from tui.panes.network.drawn import ladder
from tui.terminal.drawing import width_of
from tui.words.numerals import fixed, written


def bold_texts(sheet: Sheet) -> list[str]:
    pieces: list[Segment] = [piece for line in sheet.lines for piece in line]
    return [piece.text for piece in pieces if piece.style is not None and piece.style.bold]


def test_the_default_network_at_its_start() -> None:
    assert text(snapshot_of(TrainingConfig()), 54, 10) == (
        """
 pixel  weight    0     1   product gradient   update
 0.20 × +0.9800   │█████▉ = +0.1960 │+0.7213 ▼−0.0721
 0.50 × +0.4000   │██▍    = +0.2000 │+0.6243 ▼−0.0624
 0.40 × +0.8600   │█████▏ = +0.3440 │+0.7234 ▼−0.0723
 0.70 × −0.0800  ▐│       = −0.0560 │+0.5145 ▼−0.0515
                          ───────── │
 prediction = their sum     +0.6840 │

 gradient: how fast the loss rises if the weight grows
 update = −0.1 × gradient, downhill, all four at once
"""
    )


def test_the_default_network_after_twelve_steps_in_a_wide_pane() -> None:
    assert text(snapshot_of(TrainingConfig(), 12), 94, 16) == (
        """
              pixel    weight        0                    1     product   gradient     update
                                                                        │
 top left     0.20 × +0.614602       │████████████▉         = +0.122920 │+0.099101 ▼−0.009910
                                                                        │
 top right    0.50 × +0.147801       │███▏                  = +0.073900 │+0.012497 ▼−0.001250
                                                                        │
 bottom left  0.40 × +0.510157       │██████████▊           = +0.204063 │+0.080416 ▼−0.008042
                                                                        │
 bottom right 0.70 × −0.221962  ▐████│                      = −0.155373 │−0.064422 ▲+0.006442
                                                            ─────────── │
 prediction = sum of products                                 +0.245510 │

 gradient: how fast the loss rises if the weight grows
 update = −0.1 × gradient, downhill, all four at once
 product = pixel × weight: one term of the sum
 ▲ the update makes the weight larger, ▼ smaller
"""
    )


def test_a_bias_and_a_sigmoid_have_rows_and_a_batch_is_named() -> None:
    assert text(snapshot_of(TrainingConfig(bias=True, batch_size=10), 12), 54, 10) == (
        """
 pixel  weight      0   1   product gradient   update
 0.20 × +0.5913     │██▍  = +0.1183 │+0.1242 ▼−0.0124
 0.50 × +0.0178     │▏    = +0.0089 │+0.0346 ▼−0.0035
 0.40 × +0.4076     │█▋   = +0.1630 │+0.1399 ▼−0.0140
 0.70 × +0.6732     │██▊  = +0.4712 │+0.1914 ▼−0.0191
 1×bias −0.3671   ▐█│     = −0.3671 │+0.1450 ▼−0.0145
                          ───────── │
 prediction = their sum     +0.3943 │
 gradient: uphill, of this batch (10 images)
 update = −0.1 × gradient, downhill, all five at once
"""
    )
    assert text(snapshot_of(TrainingConfig(bias=True, output="sigmoid", seed=3), 12), 54, 10) == (
        """
 pixel  weight      0   1   product gradient   update
 0.20 × −0.4886   ██│     = −0.0977 │−0.0403 ▲+0.0040
 0.50 × −0.1527    ▐│     = −0.0764 │−0.0388 ▲+0.0039
 0.40 × −0.2949    █│     = −0.1180 │−0.0405 ▲+0.0040
 0.70 × −0.1103    ▐│     = −0.0772 │−0.0372 ▲+0.0037
 1×bias +0.0673     │▎    = +0.0673 │−0.0489 ▲+0.0049
                          ───────── │
 weighted sum               −0.3020 │
 prediction = sigmoid       +0.4251 │
 gradient: how fast the loss rises if the weight grows
"""
    )


def test_hidden_neurons_are_weight_images() -> None:
    moment = snapshot_of(TrainingConfig(hidden=(4,), seed=4), 300)
    assert text(moment, 54, 10) == (
        """
   weight image        sum     tanh  weight  product
 1 +▓+▒ +0.74 +0.51 +0.774 → +0.649 × +0.21 = +0.136
   +·+▒ +0.06 +0.51  bias −0.011    ▲+0.00001 update
 2 −░−▒ −0.31 −0.53 +0.247 → +0.242 × +0.23 ≈ +0.054
   +▒+▒ +0.51 +0.57  bias −0.031    ▲+0.00013 update
 3 −▒+░ −0.48 +0.13 −0.703 → −0.606 × −0.33 = +0.200
   −▓−▒ −0.79 −0.43  bias −0.060    ▲  +3e−06 update
 4 −▒−▒ −0.41 −0.58 −0.275 → −0.268 × −0.54 ≈ +0.146
   +·+· +0.08 +0.05  bias +0.032    ▼−0.00024 update
 prediction ≈ these four − bias 0.072       ≈ +0.465
 output   0.4500 → 0.4413 → +0.465  mean size
 gradient          0.0019 ← 0.0013  root mean square
"""
    )
    assert text(moment, 94, 17) == (
        """
   weight image             sum      tanh    weight   product          gradient     update
 1 +▓+▒ +0.7428 +0.5095 +0.7737 → +0.6491 × +0.2093 = +0.1359 │weight −0.000062 ▲+0.000006
   +·+▒ +0.0586 +0.5107  bias −0.0106                         │bias   +0.000481 ▼−0.000048
                                                              │
 2 −░−▒ −0.3077 −0.5330 +0.2467 → +0.2418 × +0.2251 = +0.0544 │weight −0.001278 ▲+0.000128
   +▒+▒ +0.5098 +0.5734  bias −0.0306                         │bias   +0.000548 ▼−0.000055
                                                              │
 3 −▒+░ −0.4773 +0.1322 −0.7031 → −0.6063 × −0.3298 ≈ +0.1999 │weight −0.000031 ▲+0.000003
   −▓−▒ −0.7891 −0.4262  bias −0.0598                         │bias   −0.000712 ▲+0.000071
                                                              │
 4 −▒−▒ −0.4066 −0.5841 −0.2749 → −0.2682 × −0.5447 = +0.1461 │weight +0.002405 ▼−0.000240
   +·+· +0.0849 +0.0458  bias +0.0324                         │bias   −0.002049 ▲+0.000205
                                                              │
 prediction = sum of these four − bias 0.0715       = +0.4648 │
 sum = weight image × pixels, added up + bias; product = tanh of the sum × weight
 output   0.4500 → 0.4413 → +0.465  mean size
 gradient          0.0019 ← 0.0013  root mean square
"""
    )


def test_the_columns_are_named_where_the_sum_and_the_prediction_are_two() -> None:
    moment = snapshot_of(TrainingConfig(task="xor", hidden=(4,), seed=4), 30)
    roomy, tight = (text(moment, 54, height).split("\n")[1:] for height in (11, 10))
    assert roomy[:9] == tight[:9]
    assert roomy[0].split() == ["weight", "image", "sum", "tanh", "weight", "product"]
    assert roomy[9].split()[-2:] == ["=", "−0.121"]
    assert roomy[10].split()[-2:] == ["→", "+0.470"]
    assert tight[9] == " these four − bias 0.208 = −0.121, sigmoid  → +0.470"


def test_deeper_networks_are_drawn_layer_by_layer() -> None:
    assert text(snapshot_of(TrainingConfig(hidden=(3, 2), seed=4, batch_size=10), 30), 94, 18) == (
        """
 layer 1 · 3 neurons · tanh · gradient 0.0165 ───────────────────────────────────────────
in  0.20      0.50      0.40      0.70           bias       sum        tanh    max update
 1 +0.808345 −0.741652 +0.350870 +0.345822  −0.015913 +0.157353 → +0.156067  ▼−0.00294093
 2 −0.102427 +0.433456 −0.079170 −0.718971  +0.024359 −0.314345 → −0.304385  ▼−0.00057471
 3 −0.766774 −0.836162 −0.076581 +0.131029  −0.103652 −0.613999 → −0.546936  ▼−0.00213630

 layer 2 · 2 neurons · tanh · gradient 0.0473 ─────────────────────────────────
in +0.156067 −0.304385 −0.546936       bias       sum        tanh    max update
 1 +0.396701 −0.327360 +0.314271  −0.116198 −0.126529 → −0.125858  ▼−0.00522810
 2 +0.372525 +0.332090 +0.575036  −0.183670 −0.541123 → −0.493837  ▼−0.00721091

 layer 3 · prediction · linear · gradient 0.0895 ────────────────────
in −0.125858 −0.493837       bias       sum      linear    max update
 1 −0.366782 −0.678055  +0.128907 +0.509919 → +0.509919  ▲+0.01396023
 sum: each input × the weight below it, added up, and the bias
 max update: the largest of the neuron’s weights and bias
 output   0.4500 → 0.3358 → 0.3098 → +0.510  mean size
 gradient          0.0165 ← 0.0473 ← 0.0895  root mean square
"""
    )


def test_each_layer_is_drawn_with_its_own_activation() -> None:
    config = TrainingConfig(hidden=(3, 2), activation="relu,tanh", seed=4)
    rows = text(snapshot_of(config), 94, 16).split("\n")
    assert rows[1].startswith(" layer 1 · 3 neurons · relu ")
    assert rows[2].split()[-4:] == ["sum", "relu", "max", "update"]
    assert rows[7].startswith(" layer 2 · 2 neurons · tanh ")
    assert rows[8].split()[-4:] == ["sum", "tanh", "max", "update"]
    large = TrainingConfig(hidden=(20, 30), activation="sigmoid,relu", images=10)
    drawn = text(snapshot_of(large), 110, 30)
    assert re.search(r"layer 1 · .* · sigmoid", drawn)
    assert re.search(r"layer 2 · .* · relu", drawn)
    assert "sigmoid, relu: outputs for this image" in drawn


def test_columns_go_one_by_one_as_it_gets_narrower() -> None:
    moment = snapshot_of(TrainingConfig(), 12)
    heads = [text(moment, width, 5).split("\n")[1].split() for width in (54, 45, 40, 30, 20)]
    assert heads == [
        ["pixel", "weight", "0", "1", "product", "gradient", "update"],
        ["pixel", "weight", "product", "gradient", "update"],
        ["pixel", "weight", "product", "gradient"],
        ["pixel", "weight", "product"],
        ["pixel", "weight", "product"],
    ]


@pytest.mark.parametrize("name", CONFIGS)
def test_every_row_fits(name: str) -> None:
    moment = snapshot_of(CONFIGS[name], 2)
    for shown in (moment, broken(moment), replace(moment, gradient=None)):
        for width in (20, 21, 26, 27, 34, 44, 53, 54, 61, 79, 82, 88, 94, 106, 130, 170, 200):
            for height, coloured in (
                ((3, True), (60, False)) if width % 2 else ((10, False), (16, True))
            ):
                drawn = sheet(shown, width, height, stepped=True, coloured=coloured)
                assert max(width_of(line) for line in drawn.lines) <= width


@pytest.mark.parametrize("name", CONFIGS)
def test_columns_stand_still_whatever_the_numbers(name: str) -> None:
    moment = snapshot_of(CONFIGS[name], 2)
    for width in (20, 54, 94):
        calm, wild = sheet(moment, width, 16), sheet(broken(moment), width, 16)
        assert len(calm.lines) == len(wild.lines)
        places = [[(s.row, s.left, s.right) for s in drawn.spots()] for drawn in (calm, wild)]
        assert places[0] == places[1]


@pytest.mark.parametrize("name", ["essay", "batch", "sigmoid", "stencils", "many stencils"])
@pytest.mark.parametrize(("width", "height"), [(54, 10), (94, 16), (170, 30)])
def test_what_is_drawn_on_a_spot_is_that_parameter(name: str, width: int, height: int) -> None:
    moment = snapshot_of(CONFIGS[name], 5)
    drawn = sheet(moment, width, height)
    rows = text_of(drawn.lines).split("\n")
    seen = set()
    for spot in drawn.spots():
        shown = rows[spot.row][spot.left : spot.right].strip()
        digits = re.sub(r" bias ", "", shown)
        value = float(moment.parameters[spot.parameter])
        if "e" in digits or "≈" in digits:
            assert abs(value) < 1e-3
        else:
            places = len(digits.partition(".")[2])
            assert digits == fixed(value, places, signed=True)
        seen.add(spot.parameter)
    assert seen == set(range(len(moment.parameters)))


def test_sums_activations_and_products_are_the_readings() -> None:
    moment = snapshot_of(TrainingConfig(hidden=(4,), seed=4), 300)
    hidden, output = moment.architecture.layers
    levels, parameters = moment.reading.activations, moment.parameters
    weights = parameters[hidden.weights].reshape(4, 4)
    sums = levels[0] @ weights + parameters[hidden.biases]
    rows = text(moment, 94, 17).split("\n")
    for neuron in range(4):
        row = next(row for row in rows if row.startswith(f" {neuron + 1} "))
        outgoing = parameters[output.weights][neuron]
        numbers = (sums[neuron], levels[1][neuron], outgoing, levels[1][neuron] * outgoing)
        words = [fixed(float(number), 4, signed=True) for number in numbers]
        assert re.search(rf"\{words[0]} → \{words[1]} × \{words[2]} [=≈] \{words[3]}", row)
    assert re.search(rf"[=≈] \{fixed(moment.reading.prediction, 4, signed=True)}", rows[14])


def test_what_a_step_changed_is_bold() -> None:
    moment = snapshot_of(TrainingConfig(), 12)
    # The third weight changes in a decimal that is not printed, the last one does not change.
    previous = moment.parameters + np.array([0.1, -0.1, 1e-9, 0.0])
    moment = replace(moment, previous=previous)
    bold = bold_texts(sheet(moment, 54, 10, stepped=True))
    assert bold == ["+0.6146", "+0.1229", "+0.1478", "+0.0739", "+0.2455"]
    assert bold_texts(sheet(moment, 54, 10)) == []


def test_every_drawing_can_be_bold_and_selected() -> None:
    for config in CONFIGS.values():
        moment = snapshot_of(config, 2)
        drawn = sheet(moment, 94, 16, stepped=True, selected=1, coloured=True)
        pieces = [piece for line in drawn.lines for piece in line]
        chosen = [p for p in pieces if p.style and p.style.bgcolor == COLOURED.selected.bgcolor]
        assert len(chosen) == 1


def test_a_gradient_that_is_still_computed_has_no_words() -> None:
    rows = text(replace(snapshot_of(TrainingConfig()), gradient=None), 54, 10).split("\n")
    assert rows[2] == " 0.20 × +0.9800   │█████▉ = +0.1960 │      …        …"


def test_the_ladder_has_three_rungs_to_a_power_of_ten() -> None:
    sizes = (0.0, 0.9, 1.0, 1.01, 2.0, 4.9, 5.1, 0.03, 1.7e308, math.inf, math.nan)
    assert [ladder(size) for size in sizes] == [
        1.0, 1.0, 1.0, 2.0, 2.0, 5.0, 10.0, 0.05, 1.7e308, 1.0, 1.0,
    ]  # fmt: skip


def test_numbers_are_written_as_everywhere() -> None:
    for value in (0.0, -0.0, 0.25, -0.99995, 12.5, -3e-5, 1e9, -1e12, math.inf, math.nan):
        assert written(value, 4, 7) == fixed(value, 4, width=7, signed=True)
    assert [written(value, 2, 5) for value in (1e150, -1e150)] == ["+huge", "−huge"]


def test_a_style_of_the_ink_is_on_everything() -> None:
    for config in CONFIGS.values():
        for line in sheet(snapshot_of(config), 94, 16, coloured=True).lines:
            assert all(isinstance(piece.style, Style) for piece in line)
