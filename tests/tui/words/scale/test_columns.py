"""The columns of tables of networks."""

from core.scale import LADDER, Rung, rung_of
from tui.words.scale import (
    BATCH,
    EXAMPLE,
    PARAMETERS,
    Column,
    energies,
    notes,
    times_here,
    times_on,
)

RUNGS = {model.name: rung_of(model, {"matrix": 2e-3}) for model in LADDER}


def row(name: str, *columns: Column) -> list[str]:
    return [column.cell(RUNGS[name]) for column in columns]


def test_a_time_on_an_accelerator_is_a_range_if_it_waits_for_its_calls() -> None:
    step, training = (times_on(["A100"], is_training=each)[0] for each in (False, True))
    assert row("4→1", step, training) == ["16–50 µs", "4.8–15 ms"]
    # The calls of LeNet-5 are not known, only how many it needs at the least.
    assert row("LeNet-5", step, training) == ["≥25–85 µs", "≥30 s–1.7 min"]
    assert row("GPT-2 124M", step, training) == ["3.62 s", "25.6 days"]


def test_a_network_that_one_card_does_not_hold_names_how_many_do() -> None:
    (step,) = times_on(["A100"])
    # 8.25 h of one card.
    assert row("GPT-3 175B", step) == ["7.07 min ×70"]
    text = notes([step], [*RUNGS.values()], 0.37)
    assert "×70: on 70 cards; the memory of fewer does not hold the parameters" in text


def test_notes_explain_what_is_shown_and_nothing_else() -> None:
    large = RUNGS["GPT-2 124M"]
    alone = times_on(["A100"])
    assert notes(alone, [large], 0.37) == (
        "A100: estimates from data sheets, in bfloat16, at 37% of the peak. None of them was "
        "measured here."
    )
    both = [*times_on(["GTX 580", "H100"]), *times_on(["H100"], is_training=True)]
    text = notes([PARAMETERS, BATCH, *both, BATCH], [large, RUNGS["4→1"]], 1.0)
    assert text.startswith(f"{BATCH.about} GTX 580 and H100: estimates from data sheets, ")
    assert "in float32 (GTX 580) or bfloat16 (H100), at 100% of the peak" in text
    assert "8 calls take 16 µs or 50 µs" in text
    known = [times_here("matrix", ""), *energies(["A100"])]
    assert "≥" not in notes(known, [RUNGS["4→1"]], 1.0)
    assert "–: not known" in notes(known, [RUNGS["4→1"]], 1.0)
    assert "≥: at least" in notes(known, [large], 1.0)
    assert "–: not known" not in notes(known, [large], 1.0)
    assert (text.count(BATCH.about), text.count("estimates")) == (1, 1), "each once"


def test_what_is_not_known_is_a_dash() -> None:
    (energy,) = energies(["A100"])
    assert row("4→1", energy, times_here("compiled", "")) == ["–", "–"]
    assert row("GPT-2 124M", energy, times_here("matrix", "")) == ["246 kWh", "≥2.00 ms"]
    assert row("4→1", times_here("matrix", "", is_training=True)) == ["600 ms"]
    nothing = Rung(LADDER[0], {}, RUNGS["4→1"].cards)
    assert EXAMPLE.cell(nothing) == "8 B"
