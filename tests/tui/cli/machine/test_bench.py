"""`napkin-net bench`: the rates are measured once, kept, and printed in three forms."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.rates import Kept, MachineState, Rate, as_plain_data, this_machine
from tests.core.rates.made import gpu_rates, rates
from tui.cli.machine import bench as module
from tui.cli.main import main

KEPT = Kept(this_machine(), "2026-01-31 09:30", None, rates())


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Kept]:
    """Measure nothing: note each measurement, and keep the rates in a folder of this test."""
    found: list[Kept] = []

    def measured_now(_: object, *, with_gpu: bool) -> Kept:
        found.append(replace(KEPT, measured=f"2026-01-31 09:3{len(found)}"))
        return found[-1]

    monkeypatch.setattr(module, "measured_now", measured_now)
    monkeypatch.setattr(module, "machine_state", lambda: MachineState(2, load=9.0))
    monkeypatch.setattr(module, "is_installed", lambda: False)
    monkeypatch.setattr(module, "may_be_gpu", lambda: False)
    monkeypatch.setattr(module, "cache_folder", lambda: str(tmp_path / "cache"))
    return found


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command; give exit status, output and errors."""
    code = main(["bench", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_rates_are_measured_once_and_again_when_asked(
    capsys: pytest.CaptureFixture[str], measured: list[Kept]
) -> None:
    code, first, said = run(capsys)
    # All medians of these rates are twice the fastest.
    cause = "Likely cause: other programs, a load of 9.00 on 2 cores."
    assert (code, said) == (0, f"napkin-net: the median is 2 times the fastest. {cause}\n")
    assert run(capsys) == (0, first, "")
    assert len(measured) == 1
    _, again, _ = run(capsys, "--again")
    assert len(measured) == 2
    assert again == first.replace("09:30 UTC", "09:31 UTC")


def test_the_compiled_engine_is_loaded_before_its_rates_are_measured(
    capsys: pytest.CaptureFixture[str],
    measured: list[Kept],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    run(capsys)
    loaded: list[Path] = []

    def load(folder: Path) -> None:
        loaded.append(folder)
        raise ImportError("this numpy is too new")

    monkeypatch.setattr(module, "is_installed", lambda: True)
    monkeypatch.setattr(module, "compile_into", load)
    # What is kept has no rates of that engine.
    code, out, _ = run(capsys)
    assert (code, loaded, len(measured)) == (0, [tmp_path / "cache"], 2)
    assert "compiled" not in out
    kept = replace(measured[-1].rates, compiled={"step": measured[-1].rates.step_call})
    monkeypatch.setattr(module, "read", lambda _: replace(KEPT, rates=kept))
    assert "compiled engine: step" in run(capsys)[1]
    assert len(measured) == 2


def test_the_gpu_engine_is_measured_where_there_may_be_a_gpu_or_if_asked(
    capsys: pytest.CaptureFixture[str], measured: list[Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[bool] = []
    on_gpu = gpu_rates("A GPU", byte=0.1)

    def measured_now(_: object, *, with_gpu: bool) -> Kept:
        wanted.append(with_gpu)
        return replace(KEPT, rates=on_gpu) if with_gpu else KEPT

    monkeypatch.setattr(module, "measured_now", measured_now)
    monkeypatch.setattr(module, "load", lambda name: None)
    monkeypatch.setattr(module, "is_loaded", lambda: True)
    monkeypatch.setattr(module, "missing", lambda name: "")
    run(capsys)
    _, out, _ = run(capsys, "--gpu")
    # What is kept has no rates of that engine; then it has.
    assert wanted == [False, True]
    assert "gpu engine: launch a call" in out
    monkeypatch.setattr(module, "may_be_gpu", lambda: True)
    run(capsys)
    assert wanted == [False, True]
    run(capsys, "--again")
    assert wanted == [False, True, True]
    assert max(map(len, out.split("\n\n")[1].splitlines())) <= 80
    # Its device has too little memory: the other engines are measured all the same, and it is said.
    monkeypatch.setattr(module, "measured_now", lambda *_, **__: KEPT)
    _, out, problem = run(capsys, "--again")
    assert "numpy: call multiply" in out
    assert "the gpu engine is not measured: its device has too little free memory" in problem
    monkeypatch.setattr(module, "measured_now", measured_now)
    # torch cannot be imported: the other engines are measured all the same.
    monkeypatch.setattr(module, "is_loaded", lambda: False)
    run(capsys, "--again")
    assert wanted[3:] == [False]
    assert not measured


def test_where_torch_is_missing_the_gpu_engine_is_refused(
    capsys: pytest.CaptureFixture[str], measured: list[Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "missing", lambda name: f"install {name}")
    with pytest.raises(SystemExit) as ending:
        main(["bench", "--gpu"])
    assert ending.value.code == 2
    assert capsys.readouterr().err == "napkin-net: --gpu needs torch: install gpu\n"
    assert not measured


def test_the_table_fits_80_columns(
    capsys: pytest.CaptureFixture[str], measured: list[Kept]
) -> None:
    _, out, _ = run(capsys)
    lines = out.splitlines()
    assert max(map(len, lines[2:])) <= 80, "below what names the machine"
    row = next(line for line in lines if line.startswith("tanh"))
    assert row.split() == ["tanh:", "a", "number", "1", "ns", "1", "G", "1", "ns", "2", "ns"]
    assert measured


def test_nothing_takes_0_s_and_a_line_says_why(
    capsys: pytest.CaptureFixture[str], measured: list[Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    legend = "?: so short that noise hides it; napkin-net bench --again measures again."
    told = replace(KEPT.rates, bandwidth=((16_384, Rate(1e-11, 1e-11)),))
    monkeypatch.setattr(module, "read", lambda _: replace(KEPT, rates=told))
    assert legend not in " ".join(run(capsys)[1].split())
    (size, _), *others = told.vector_products
    drowned = replace(told, vector_products=((size, Rate(0.0, 0.0)), *others))
    monkeypatch.setattr(module, "read", lambda _: replace(KEPT, rates=drowned))
    _, out, _ = run(capsys)
    assert " ".join(out.split()).endswith(legend)
    row = next(line for line in out.splitlines() if line.startswith("matrix × vector"))
    assert row.split()[-4:] == ["multiply-add", "?", "?", "?"]
    assert not measured


def test_json_has_every_rate_in_seconds(
    capsys: pytest.CaptureFixture[str], measured: list[Kept]
) -> None:
    _, out, _ = run(capsys, "--json")
    assert out.count("\n") == 1
    found = json.loads(out)
    assert found == json.loads(json.dumps(as_plain_data(measured[0])))
    assert found["rates"]["loops"]["layer"] == {"fastest": 1e-08, "median": 2e-08}


def test_markdown_is_a_table(capsys: pytest.CaptureFixture[str], measured: list[Kept]) -> None:
    _, out, _ = run(capsys, "--markdown")
    table = out.split("\n\n")[1].splitlines()
    assert table[:2] == [
        "| time of one | about | per second | fastest | median |",
        "| :-- | --: | --: | --: | --: |",
    ]
    assert "| tanh: a number | 1 ns | 1 G | 1 ns | 2 ns |" in table
    assert measured


def test_where_nothing_can_be_kept_the_rates_are_printed_all_the_same(
    capsys: pytest.CaptureFixture[str], measured: list[Kept], tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("in the way")
    for times in (1, 2):
        code, out, said = run(capsys, "--markdown")
        assert (code, len(measured)) == (0, times)
        assert "| tanh: a number |" in out
        assert said.startswith("napkin-net: cannot keep the base rates in ")
        assert said.splitlines()[0].endswith("cache': there is such a file already")
    (tmp_path / "cache").unlink()
    (tmp_path / "cache").mkdir()
    os.mkfifo(tmp_path / "cache" / "rates.json")
    code, out, said = run(capsys)
    assert (code, len(measured)) == (0, 3)
    assert "tanh: a number " in out
    assert said.splitlines()[0].endswith("cache/rates.json': it is not a regular file")


def test_without_standard_output_it_fails_with_one_line(
    capsys: pytest.CaptureFixture[str], measured: list[Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["bench"]) == 1
    assert capsys.readouterr().err == ("napkin-net: there is no standard output; bench needs it\n")
    assert measured


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--json", "--markdown"], "--markdown: not allowed with argument --json"),
        (["--hidden", "4"], "unknown option or extra argument: --hidden 4"),
        (["--again=now"], "--again must have no value (got 'now')"),
    ],
)
def test_bad_input_gets_one_line(
    capsys: pytest.CaptureFixture[str], measured: list[Kept], words: list[str], named: str
) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["bench", *words])
    assert ending.value.code == 2
    assert capsys.readouterr().err == f"napkin-net: {named}\n"
    assert not measured
