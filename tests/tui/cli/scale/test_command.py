"""`napkin-net scale`: what it prints, and how it answers bad input."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import core
from core.rates import Kept, this_machine
from core.scale import LADDER, Model, seconds_here
from tests.core.rates.made import gpu_rates, rates
from tests.tui.cli.test_data import run
from tests.tui.words.wording import avoided
from tui.cli.main import main
from tui.cli.scale import command, here
from tui.cli.scale.here import Here, times_here

ROOT = Path(core.__file__).parent.parent


@pytest.fixture(autouse=True)
def _times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine take 1 µs for a multiply-add in loops, 1 ns with the matrix engine."""

    def times(models: Sequence[Model]) -> Here:
        each = [model.multiply_adds_step for model in models]
        found = [{"loops": count * 1e-6, "matrix": count * 1e-9} for count in each]
        return Here(found, "2026-01-31 09:30", "2026-01-31 09:30 UTC", watts=20.0)

    monkeypatch.setattr(command, "times_here", times)


def test_it_prints_the_ladder(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "scale")
    assert (code, err) == (0, "")
    row = next(line.split() for line in out.split("\n") if line.startswith("6 GPT-2 124M"))
    # 124,337,664 parameters; 480 sequences of 1,024 tokens; 145.8 G each; 16 bytes per parameter.
    assert row[3:] == [
        *("124", "M", "492", "k", "tokens", "146", "G", "210", "T", "128", "E"),
        *("1.99", "GB", "710", "MB"),
    ]  # fmt: skip
    # 8,004 multiply-adds at 1 ns, 300 times.
    row = [line.split() for line in out.split("\n") if line.startswith("1 4→1")][1]
    assert row[2:] == ["8.00", "ms", "2.40", "s", "8.00", "µs", "2.40", "ms"]
    # Starting eight calls takes 16 µs together, 50 µs one by one; 300 times.
    row = [line.split() for line in out.split("\n") if line.startswith("1 4→1")][2]
    assert row[2:4] == ["4.8–15", "ms"]
    assert "A GPU would be faster from 4→999→999→1 on (1.00 M parameters)" in " ".join(out.split())
    assert "Base rates measured 2026-01-31 09:30 UTC" in " ".join(out.split())
    # LeNet-5 is none of this program's networks: 926 k multiply-adds at 1 µs are the least.
    row = [line.split() for line in out.split("\n") if line.startswith("3 LeNet-5")][1]
    assert row[2:4] == ["≥926", "ms"]
    # The same as the published time, of another batch: 37% of the peak.
    row = next(line.split() for line in out.split("\n") if "1 × A100" in line)
    assert row[2:5] == ["step", "100", "sequences"]
    assert row[-5:] == ["755", "ms", "280", "ms", "37%"]
    # 874.9 GFLOP × 292,968,750 sequences ÷ 312 TFLOP/s ÷ 0.3714 = 25.6 days.
    assert "25.6 days" in out
    # GPT-3 takes 88.3 years of one A100; 70 of them hold it.
    assert "1.26 years ×70" in out


def test_the_page_shows_its_first_table(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "scale")
    table = "\n".join(line for line in out.split("\n")[: 2 + len(LADDER)])
    assert table in (ROOT / "docs" / "figures.md").read_text("utf-8")


def test_its_picture_has_a_mark_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "scale")
    assert "l loops, here   m matrix, here   A A100   H H100" in out
    assert "1e12" in out


def test_a_network_of_your_own_is_among_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "scale", "--layers", "4,8,8,1", "--params", "7B")
    assert code == 0
    names = [line[3:18].strip() for line in out.split("\n")[2:13]]
    assert names[:3] == ["4→1", "4→4→1", "4→8→8→1"]
    assert names[8:10] == ["7 G weights", "GPT-3 175B"]


def test_one_network_is_shown_layer_by_layer(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "scale", "gpt-2-124m", "--cards", "8", "--utilisation", "0.3")
    assert code == 0
    assert "queries, keys, values         12 ×   21,233,664       17%   21,743,271,936" in out
    assert "in all                              124,337,664      100%  145,824,153,600" in out
    # nanoGPT: roughly 4 days on 8 cards.
    row = next(line for line in out.split("\n") if line.startswith("A100"))
    assert "3.96 days ×8" in row
    assert "8 cards share each step, or as many as hold the network." in " ".join(out.split())
    assert "at 30% of the peak" in " ".join(out.split())


def test_a_whole_share_is_the_peak(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "scale", "4-1", "--utilisation", "1")
    assert "at 100% of the peak" in " ".join(out.split())


def test_json_holds_everything(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "scale", "--json", "--cards", "8", "--utilisation", "0.3")
    assert (code, err, out.count("\n")) == (0, "", 1)
    data = json.loads(out)
    gpt_2 = next(each for each in data["models"] if each["name"] == "GPT-2 124M")
    assert gpt_2["parameters"] == 124_337_664
    assert gpt_2["multiply_adds"]["forward"] == 145_824_153_600
    assert gpt_2["bytes"]["optimizer"] == 8 * 124_337_664
    assert gpt_2["accelerators"]["A100"]["training"] == pytest.approx(3.96 * 86_400, rel=1e-3)
    assert sum(each["parameters"] * each["times"] for each in gpt_2["layers"]) == 124_337_664
    assert gpt_2["here"]["matrix"]["step"] == pytest.approx(1e-9 * gpt_2["multiply_adds"]["step"])
    assert gpt_2["is_least"]
    on_card = gpt_2["accelerators"]["A100"]
    assert (on_card["cards"], on_card["longest_step"]) == (8, on_card["step"])
    smallest = data["models"][0]["accelerators"]["A100"]
    assert smallest["longest_training"] == pytest.approx(300 * 50e-6)
    assert smallest["joules"] is None
    assert {each["name"] for each in data["accelerators"]} >= {"A100", "H100"}
    assert data["measured"][1]["utilisation"] == pytest.approx(0.3714, abs=1e-4)


def test_markdown_has_tables_only(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "scale", "--markdown")
    assert code == 0
    assert out.startswith("## Networks and their multiply-adds\n\n|  | parameters | batch |")
    assert out.count("## ") == 5
    assert "│" not in out


@pytest.mark.parametrize("words", [[], ["lenet"], ["--markdown"], ["--params", "1B"]])
def test_its_words_are_those_of_the_glossary(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    _, out, _ = run(capsys, "scale", *words)
    assert [hit for line in out.split("\n") for hit in avoided(line)] == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--layers"], "--layers needs a value: 784,300,10"),
        (["--layers", "784"], "--layers must be two sizes or more, each 1 to 1,000,000,000"),
        (["--layers", "3,0"], "--layers must be two sizes or more"),
        (["--layers", "3,,nan,1e10"], "--layers must be two sizes or more"),
        (["--transformer", "1,2,3"], "--transformer must be blocks and width"),
        (["--params", "1.5"], "--params must be a whole number, at least 1"),
        (["--params", "1e30"], "--params must be at most 1,000,000,000,000,000,000"),
        (["--tokens", "5"], "--tokens needs --params or --transformer"),
        (["--images", "5"], "--images needs --layers"),
        (["--context", "5", "--params", "5"], "--context needs --transformer"),
        (["--utilisation", "37"], "--utilisation must be a number from 0.0001 to 1 (got 37)"),
        (["--utilisation", "1e-300"], "--utilisation must be a number from 0.0001 to 1"),
        (
            ["--params", "9", "--batch-tokens", "181"],
            "--batch-tokens must be at most the 180 tokens of the training (got 181)",
        ),
        (["--cards", "0"], "--cards must be a whole number, 1 to 1,000,000,000"),
        (["--json", "--markdown"], "--json and --markdown are two forms of the same"),
        (["bert"], "NETWORK must be one of 4→1, 4→4→1, LeNet-5"),
        (["gpt"], "NETWORK 'gpt' fits 3 networks: type more of GPT-2 124M or GPT-2 1.6B or GPT-3"),
        (["gpt-2"], "NETWORK 'gpt-2' fits 2 networks: type more of GPT-2 124M or GPT-2 1.6B"),
        (["→"], "NETWORK must be one of 4→1"),
        (["--hidden", "8"], "unknown option or extra argument: --hidden"),
    ],
)
def test_bad_input_gets_one_line(
    capsys: pytest.CaptureFixture[str], words: list[str], named: str
) -> None:
    code, out, err = run(capsys, "scale", *words)
    assert (code, out) == (2, "")
    assert err.startswith(f"napkin-net: {named}")
    assert err.count("\n") == 1


def test_without_standard_output_nothing_is_measured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "times_here", None)
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["scale"]) == 1
    said = "napkin-net: there is no standard output; send it to a file with >\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("columns", [10, 30, 44, 80, 120])
def test_it_fits_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setattr(command, "columns_of_terminal", lambda: columns)
    code, out, _ = run(capsys, "scale")
    assert code == 0
    # A name and one number are not cut, however narrow it is.
    assert max(map(len, out.split("\n"))) <= max(columns, 30)
    assert ("│" in out) == (columns >= 44)
    for cell in ("124 M", "25.6 days", "246 kWh", "37%"):
        assert cell in out


def test_energy_here_is_power_times_time(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "scale", "4-1")
    # 300 steps of 8,004 multiply-adds at 1 µs: 2.4 s at 20 W.
    row = next(line for line in out.split("\n") if line.startswith("this machine, loops"))
    assert row.split()[-2:] == ["48.0", "J"]


@pytest.mark.parametrize(("is_on_gpu", "energy"), [(False, ["6.00", "J"]), (True, ["300", "ms"])])
def test_the_power_of_the_processor_is_not_that_of_a_gpu(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    is_on_gpu: bool,
    energy: list[str],
) -> None:
    found = Here([{"gpu": 1e-3}], "2026-01-31 09:30", "2026-01-31 09:30 UTC", 20.0, is_on_gpu)
    monkeypatch.setattr(command, "times_here", lambda _: found)
    _, out, _ = run(capsys, "scale", "4-1")
    # 300 steps of 1 ms, at 20 W on the processor; the energy of a GPU is not known.
    row = next(line for line in out.split("\n") if line.startswith("this machine, gpu"))
    assert row.split()[-2:] == energy


def test_times_here_come_from_the_rates_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(this_machine(), "2026-01-31 09:30", None, rates())
    monkeypatch.setattr(here, "rates_here", lambda: (kept, ""))
    found = times_here(LADDER)
    assert (found.measured, found.watts, found.is_on_gpu) == ("2026-01-31 09:30", None, False)
    assert found.times == [seconds_here(model, rates()) for model in LADDER]
    kept = replace(kept, rates=gpu_rates("A GPU"))
    assert times_here(LADDER).is_on_gpu
