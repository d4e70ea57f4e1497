"""`napkin-net estimate`: what a network takes that is not run."""

import json
import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal

import pytest

from core import TrainingConfig
from core.engines import gpu
from core.prediction import predict
from core.rates import Kept, physical_memory, this_machine
from tests.core.rates.made import gpu_rates, rates
from tests.tui.made_rates import recorded_rates
from tui.cli.machine import estimate as module
from tui.cli.main import main

KEPT = Kept(this_machine(), "2026-01-31 09:30", 20.0, rates())


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Predict from rates that can be worked with by hand."""
    monkeypatch.setattr(module, "rates_here", lambda **_: (KEPT, ""))


def estimate(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run the command; give what was printed."""
    assert main(["estimate", *words]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


def test_a_network_is_told_with_the_equation(capsys: pytest.CaptureFixture[str]) -> None:
    out = estimate(capsys, "--hidden", "8", "--steps", "1000")
    lines = out.splitlines()
    assert lines[0] == "4→8→1 tanh, matrix engine, 1,000 images per step"
    # 4 × 8 + 8 weights, and 9 biases: 8 bytes each.
    assert lines[2] == "parameters     40 weights and 9 biases"
    # The outputs of 9 neurons; 4 pixels, a target, and two numbers for each neuron.
    assert "memory         257 kB: parameters 392 B, gradient 392 B," in lines[3]
    assert lines[4].strip().startswith("activations of 1,000 images 72.0 kB, their deltas and")
    # 40,000 forward; as many for the gradient, and 8,000 carried back; 49 for the update.
    assert lines[6] == "multiply-adds  88,049 per step"
    step = predict(TrainingConfig(hidden=(8,)), rates())
    assert lines[7].startswith("time           ")
    assert [line for line in lines if line.startswith("energy")]
    assert "1,000 steps: 88 M multiply-adds" in next(line for line in lines if "in all" in line)
    head = next(index for index, line in enumerate(lines) if line.startswith("times"))
    # The step itself takes 2,000 ns.
    assert " ".join(lines[head + 1].split()) == "1 Python around the calls 2 µs 2 µs"
    assert len(rows_of(out)) == len(step.calls) + 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "4 weights"),
        ("--hidden 1 --no-bias", "5 weights"),
        ("--bias", "4 weights and 1 bias"),
        ("--hidden 2", "10 weights and 3 biases"),
    ],
)
def test_parameters_are_told_by_what_they_are(
    capsys: pytest.CaptureFixture[str], words: str, told: str
) -> None:
    assert f"\nparameters     {told}\n" in estimate(capsys, *words.split())


def rows_of(out: str) -> list[tuple[str, str, str]]:
    """The rows of the table as they are printed: how often, the time in all, the equation."""
    table = out[re.search("^ *times", out, re.M).start() :].split("\n\n")[0]  # type: ignore[union-attr]
    rows: list[tuple[str, str, str]] = []
    for line in table.splitlines()[1:]:
        row = re.fullmatch(r" *([\d,]*)  \S.*? {2,}(≈?[\d,.]+ [mµnp]?s)(?:  (\S.*))?", line)
        if row is None:
            times, total, terms = rows.pop() if rows else ("", "", "")
            rows += [(times, total, f"{terms} {line.strip()}".strip())] if total else []
        else:
            rows.append((row[1], row[2], row[3] or ""))
    return rows


def seconds(text: str) -> Decimal:
    """A term as it is printed: a time, or counts times a time."""
    *counts, time = text.split(" × ")
    number, unit = time.split(" ")
    size = Decimal({"s": "1", "ms": "1e-3", "µs": "1e-6", "ns": "1e-9", "ps": "1e-12"}[unit])
    found = Decimal(number.replace(",", "")) * size
    for each in counts:
        found *= Decimal(each.split(" ")[0].replace(",", ""))
    return found


def rounded(number: Decimal) -> Decimal:
    """Three digits of a number, rounded as by hand."""
    return Context(prec=3, rounding=ROUND_HALF_UP).create_decimal(number)


NETWORKS = (
    "--steps 7",
    "--hidden 8,8 --batch-size 32 --optimizer adam",
    "--hidden 1000,1000 --l1 0.1 --l2 0.2",
    "--hidden 2048,2048 --images 32 --optimizer rmsprop",
    "--hidden 3 --gradient nudge --task xor",
    f"--hidden {','.join(map(str, range(1, 30)))} --activation relu",
    "--hidden 100000,100000 --optimizer momentum",
)


@pytest.mark.parametrize("engine", ["matrix", "loops"])
def test_every_line_adds_up_by_hand_or_is_marked(
    engine: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = replace(KEPT, rates=recorded_rates())
    monkeypatch.setattr(module, "rates_here", lambda **_: (kept, ""))
    for words in NETWORKS:
        out = estimate(capsys, "--engine", engine, *words.split())
        assert max(map(len, out.splitlines())) <= 80
        *calls, step = rows_of(out)
        added = Decimal(0)
        for times, total, equation in calls:
            time = seconds(total.lstrip("≈"))
            assert time >= 0
            added += time
            if times:
                assert len(calls) <= 25
                one = sum(map(seconds, equation.split(" + ")), Decimal(0))
                is_exact = rounded(one * int(times.replace(",", ""))) == time
                assert is_exact != total.startswith("≈"), (words, times, total, equation)
        is_exact = rounded(added) == seconds(step[1].lstrip("≈"))
        assert is_exact != step[1].startswith("≈"), words


@pytest.mark.parametrize("columns", [50, 120])
def test_lines_are_as_long_as_the_terminal(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = estimate(capsys, "--hidden", "8")
    monkeypatch.setattr(module, "columns_of_terminal", lambda: columns)
    out = estimate(capsys, "--hidden", "8")
    assert max(map(len, out.splitlines())) <= columns
    assert rows_of(out) == rows_of(narrow)
    # Only sentences have 80 columns in a wide terminal too.
    assert (max(map(len, out.splitlines())) > 80) == (columns > 80)


@pytest.mark.skipif(not gpu.is_installed(), reason="needs torch, the extra torch")
@pytest.mark.parametrize(
    ("name", "device"), [("A GPU\x1b", r"A GPU\x1b"), ("", "the CPU, as torch finds no GPU")]
)
def test_the_gpu_engine_is_predicted_on_its_device(
    name: str, device: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = replace(KEPT, rates=gpu_rates(name))
    monkeypatch.setattr(module, "rates_here", lambda **_: (kept, ""))
    monkeypatch.setattr(module, "physical_memory", lambda: 1)
    out = estimate(capsys, "--engine", "gpu", "--images", "20")
    assert out.startswith("4→1, gpu engine, 20 images per step\n")
    assert f"device         {device}" in out
    # The processor's memory and power are no GPU's.
    assert ("This machine has 1 B" in out) == (not name)
    assert ("energy" in out) == (not name)
    assert "1  call of the engine " in out
    found = json.loads(estimate(capsys, "--engine", "gpu", "--images", "20", "--json"))
    assert found["device"] == (name or "the CPU, as torch finds no GPU with float64")
    assert (found["joules"] is None) == bool(name)
    monkeypatch.setattr(module, "rates_here", lambda **_: (KEPT, ""))
    for is_loaded, reason in ((False, "torch cannot be"), (True, "its device has too little free")):
        monkeypatch.setattr(module, "is_loaded", lambda is_loaded=is_loaded: is_loaded)
        with pytest.raises(SystemExit):
            main(["estimate", "--engine", "gpu"])
        assert f"--engine gpu has no base rates here: {reason}" in capsys.readouterr().err


def test_json_has_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    out = estimate(capsys, "--json", "--engine", "loops", "--batch-size", "10", "--steps", "7")
    found = json.loads(out)
    config = TrainingConfig(engine="loops", batch_size=10)
    step = predict(config, rates())
    assert out.count("\n") == 1
    assert (found["engine"], found["images"], found["parameters"]) == ("loops", 10, 4)
    assert found["config"]["learning_rate"] == config.learning_rate
    # 4 · 10 forward, 4 · 10 gradient, and 4 for the update.
    assert found["multiply_adds"] == {"step": 84, "total": 588}
    assert found["seconds"]["step"] == step.seconds
    assert found["seconds"]["total"] == step.seconds * 7
    assert found["joules"] == step.seconds * 20.0
    assert [call["name"] for call in found["calls"]] == [call.name for call in step.calls]
    assert found["memory"]["total"] == sum(
        found["memory"][name]
        for name in ("parameters", "gradient", "optimizer", "activations", "deltas")
    )


def test_a_network_of_any_size_is_answered_and_nothing_of_it_is_made(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert physical_memory() != 0
    monkeypatch.setattr(module, "physical_memory", lambda: 2**35)
    out = estimate(capsys, "--hidden", "100000,100000", "--optimizer", "adam")
    # 4 · 10⁵ + 10¹⁰ + 10⁵ weights and 2 · 10⁵ + 1 biases.
    assert "parameters     10,000,500,000 weights and 200,001 biases\n" in out
    assert "This machine has 34.4 GB: too little for this network.\n" in out


def test_the_largest_network_is_answered_and_a_larger_one_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = estimate(capsys, "--hidden", "1000000000,1000000000,1000000000")
    rest = next(line for line in out.splitlines() if " other kinds of call " in line)
    assert "-" not in rest, "beside 10¹⁸ weights, it is more than what rounding takes off"
    with pytest.raises(SystemExit):
        main(["estimate", "--hidden", "4,1000000001"])
    said = capsys.readouterr().err
    assert said == "napkin-net: --hidden must be layers of at most 1,000,000,000 neurons here\n"


def test_many_layers_are_told_in_short(capsys: pytest.CaptureFixture[str]) -> None:
    out = estimate(capsys, "--hidden", ",".join(["3", "4"] * 20), "--images", "10")
    assert out.startswith("40 hidden layers of 140 neurons, matrix engine, 10 images per step\n")
    narrow = estimate(capsys, "--hidden", ",".join(map(str, range(1, 30))), "--images", "10")
    assert " other kinds of call " in narrow


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--hidden", "0"], "--hidden must be layers of at least 1 neuron (got 0)"),
        (["--steps", "none"], "--steps must be "),
        (["--until-loss", "0.1"], "unknown option or extra argument: --until-loss"),
        (["--data", "none.csv"], "--data none.csv: cannot be read: there is no such file"),
        (["--engine", "quantum"], "--engine must be "),
    ],
)
def test_bad_input_gets_one_line(
    capsys: pytest.CaptureFixture[str], words: list[str], named: str
) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["estimate", *words])
    assert ending.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"napkin-net: {named}")
    assert said.count("\n") == 1


def test_an_engine_without_a_prediction_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIMES", {"loops": None})
    with pytest.raises(SystemExit):
        main(["estimate"])
    assert capsys.readouterr().err == (
        "napkin-net: --engine must be loops to be predicted (got matrix)\n"
    )
