"""`napkin-net train`: what it prints and writes, and how it ends."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import core
from core import Trainer, TrainingConfig
from core.engines import ENGINES
from core.errors import DeviceMemoryError
from core.files.session import session_of
from core.settings import SETTINGS
from tests.terminal.terminal import Terminal
from tui.cli.main import main
from tui.files.session_files import save_session

ROOT = Path(core.__file__).parent.parent
FIELDS = {
    "config", "steps", "status", "loss", "loss_images", "weights", "biases", "gradient", "probe",
    "multiply_adds", "seconds",
}  # fmt: skip


def train(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Train in this process; give what was printed."""
    assert main(["train", *words]) == 0
    said = capsys.readouterr()
    assert said.err == "", "no bar where standard error is no terminal"
    return said.out


def result(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    """Train, and read the object that is printed; bare NaN and Infinity are no JSON."""
    out = train(capsys, "--json", *words)
    assert out.count("\n") == 1

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    found = json.loads(out, parse_constant=refuse)
    assert isinstance(found, dict)
    assert set(found) == FIELDS
    return found


def numbers(value: object) -> list[float]:
    """All numbers in nested lists, in order."""
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    assert isinstance(value, int | float)
    return [float(value)]


def test_the_default_run_arrives(capsys: pytest.CaptureFixture[str]) -> None:
    found = result(capsys)
    assert (found["steps"], found["status"]) == (300, "finished")
    assert np.abs(np.array(numbers(found["weights"])) - 0.25).max() < 0.01
    assert found["biases"] == [[]]
    probe = found["probe"]
    assert isinstance(probe, dict)
    assert probe["image"] == [0.2, 0.5, 0.4, 0.7]
    assert probe["truth"] == pytest.approx(0.45, abs=1e-12)
    assert probe["prediction"] == pytest.approx(0.45, abs=0.005)


def test_500_steps_bring_each_weight_within_a_thousandth(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = result(capsys, "--steps", "500")
    assert np.abs(np.array(numbers(found["weights"])) - 0.25).max() < 0.001


@pytest.mark.parametrize(
    ("words", "config"),
    [
        ((), TrainingConfig()),
        (("--hidden", "4,3", "--seed", "4"), TrainingConfig(hidden=(4, 3), seed=4)),
        (("--bias", "--images", "30"), TrainingConfig(bias=True, images=30)),
        (
            ("--hidden", "3", "--no-bias", "--activation", "relu", "--output", "sigmoid",
             "--loss", "bce", "--batch-size", "7", "--images", "30", "--data-seed", "5"),
            TrainingConfig(
                hidden=(3,), bias=False, activation="relu", output="sigmoid", loss="bce",
                batch_size=7, images=30, data_seed=5,
            ),
        ),
        (
            ("--hidden", "none", "--engine", "loops", "--gradient", "nudge", "--images", "20"),
            TrainingConfig(engine="loops", gradient="nudge", images=20),
        ),
    ],
)  # fmt: skip
def test_every_field_is_what_the_trainer_has(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], config: TrainingConfig
) -> None:
    found = result(capsys, "--steps", "20", *words)
    trainer = Trainer(config)
    for _ in range(20):
        trainer.run.step()
    network, cost = trainer.run.here.network, trainer.snapshot().cost
    loss, gradient = trainer.run.overall()
    assert found["loss"] == loss
    assert found["gradient"] == gradient.tolist()
    assert found["weights"] == [weights.tolist() for weights in network.weights]
    assert found["biases"] == [biases.tolist() for biases in network.biases]
    counts = found["multiply_adds"]
    assert counts == {
        "forward": cost.forward.count,
        "gradient": cost.gradient.count,
        "update": cost.update.count,
        "step": cost.step,
        "stop_condition": 0,
        "total": trainer.run.multiply_adds,
    }
    settings = found["config"]
    assert isinstance(settings, dict)
    assert settings["hidden"] == list(config.hidden)
    assert settings["bias"] == config.architecture.bias
    assert settings["batch_size"] == config.images_per_step
    for name in (
        "activation", "output", "learning_rate", "optimizer", "loss", "task", "images", "seed",
        "data_seed", "engine", "gradient",
    ):  # fmt: skip
        assert settings[name] == getattr(config, name), name
    seconds = found["seconds"]
    assert isinstance(seconds, float)
    assert 0 < seconds < 60


def test_the_same_config_prints_the_same_bits(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--hidden", "5", "--seed", "9", "--batch-size", "32", "--steps", "60")
    first, second = result(capsys, *words), result(capsys, *words)
    first.pop("seconds")
    second.pop("seconds")
    assert first == second


@pytest.mark.parametrize(("rate", "status"), [("1", "diverged"), ("0.5", "finished")])
def test_a_rate_of_1_diverges_and_one_half_does_not(
    capsys: pytest.CaptureFixture[str], rate: str, status: str
) -> None:
    found = result(capsys, "--learning-rate", rate)
    assert found["status"] == status
    if status == "diverged":
        steps = found["steps"]
        assert isinstance(steps, int)
        assert steps < 300


def test_a_diverged_run_is_reported_in_words_with_the_limit(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = train(capsys, "--learning-rate", "1")
    assert "diverged" in out
    assert "0.905" in out


@pytest.mark.parametrize("rate", ["1", "1e3", "1e160", "1e300"])
def test_a_diverged_run_has_nulls_only_for_what_is_not_finite(
    capsys: pytest.CaptureFixture[str], rate: str
) -> None:
    found = result(capsys, "--learning-rate", rate)
    assert found["status"] == "diverged"
    assert None not in numbers_or_none(found["weights"])
    probe, counts = found["probe"], found["multiply_adds"]
    assert isinstance(probe, dict)
    assert isinstance(counts, dict)
    assert probe["truth"] == pytest.approx(0.45)
    weights = np.array(numbers(found["weights"]))
    prediction = float(np.array([0.2, 0.5, 0.4, 0.7]) @ weights)
    assert (probe["prediction"] is None) == (not np.isfinite(prediction))
    assert all(isinstance(count, int) for count in counts.values())


def numbers_or_none(value: object) -> list[object]:
    if isinstance(value, list):
        return [number for item in value for number in numbers_or_none(item)]
    return [value]


def test_until_loss_stops_at_the_first_step_at_or_below_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "curve.csv"
    found = result(capsys, "--until-loss", "0.05", "--csv", str(table))
    assert found["status"] == "target reached"
    rows = read(table)
    losses = [loss for _, loss, _ in rows]
    assert losses[-1] <= 0.05 < min(losses[:-1])
    assert found["steps"] == rows[-1][0]
    assert found["loss"] == losses[-1]


def test_with_mini_batches_a_goal_is_judged_over_all_images_when_an_epoch_ends(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "loss.csv"
    words = ["--preset", "xor-with", "--batch-size", "1", "--until-accuracy", "1"]
    found = json.loads(train(capsys, "--json", *words, "--csv", str(table)))
    # All 16 are first right at step 118, in the epoch that ends with step 128.
    assert (found["steps"], found["status"]) == (128, "accuracy reached")
    assert found["loss_images"] == 16
    counts = found["multiply_adds"]
    assert isinstance(counts, dict)
    # A step on one image costs 69, the look at all 16 after each of eight epochs 320.
    assert (counts["stop_condition"], counts["total"]) == (320, 128 * 69 + 8 * 320)
    assert isinstance(found["config"], dict)
    assert found["config"].keys() == {*SETTINGS, "data"}
    head, *rows = table.read_text().splitlines()
    assert head == "step,loss,multiply_adds,images"
    assert [row.split(",")[3] for row in rows] == ["1"] * 129
    assert [int(rows[step].split(",")[2]) for step in (15, 16)] == [15 * 69, 16 * 69 + 320]
    said = train(capsys, *words)
    assert said.startswith(
        "128 steps, accuracy reached\nloss 0.0883354 over all 16 training images"
    )
    assert "training accuracy: 16 of 16" in said
    assert "; 2,560 of them for the stop condition" in said


def test_until_loss_alone_goes_far_beyond_300_steps(capsys: pytest.CaptureFixture[str]) -> None:
    found = result(capsys, "--until-loss", "1e-9")
    steps = found["steps"]
    assert isinstance(steps, int)
    assert 300 < steps < 1_000_000
    assert found["status"] == "target reached"


def test_with_both_whichever_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    found = result(capsys, "--until-loss", "1e-9", "--steps", "10")
    assert (found["steps"], found["status"]) == (10, "finished")
    found = result(capsys, "--until-loss", "1", "--steps", "10")
    assert (found["steps"], found["status"]) == (0, "target reached")


def test_no_steps_show_the_start(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = tmp_path / "curve.csv"
    found = result(capsys, "--steps", "0", "--csv", str(table))
    assert found["steps"] == 0
    assert numbers(found["weights"]) == [0.98, 0.4, 0.86, -0.08]
    probe = found["probe"]
    assert isinstance(probe, dict)
    assert probe["prediction"] == pytest.approx(0.684)
    assert [row[0] for row in read(table)] == [0]


def read(table: Path) -> list[tuple[int, float, int]]:
    """The rows of a table; the first line names its columns."""
    text = table.read_text(encoding="utf-8")
    assert text.endswith("\n")
    head, *lines = text.splitlines()
    assert head == "step,loss,multiply_adds"
    rows = [line.split(",") for line in lines]
    return [(int(step), float(loss), int(count)) for step, loss, count in rows]


def test_the_table_has_a_row_for_each_step(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "curve.csv"
    found = result(capsys, "--steps", "25", "--csv", str(table))
    rows = read(table)
    trainer = Trainer(TrainingConfig())
    for step, loss, count in rows:
        trainer.run.ensure_evaluated()
        assert (step, count) == (trainer.run.step_count, 8_004 * step)
        assert loss == trainer.run.log.history.latest, "to the last digit"
        trainer.run.step()
    assert len(rows) == 26
    assert found["loss"] == rows[-1][1]


def test_the_table_makes_no_difference_to_the_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ("--hidden", "3", "--seed", "2", "--batch-size", "50", "--steps", "70")
    plain = result(capsys, *words)
    written = result(capsys, *words, "--csv", str(tmp_path / "curve.csv"))
    plain.pop("seconds")
    written.pop("seconds")
    assert plain == written


def test_a_diverged_runs_table_ends_with_the_loss_that_showed_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "curve.csv"
    result(capsys, "--learning-rate", "1", "--csv", str(table))
    losses = [loss for _, loss, _ in read(table)]
    assert losses[-1] > 1e5 * losses[0]
    assert max(losses[:-1]) < losses[-1]


def test_the_summary_has_the_result_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    out = train(capsys, "--steps", "12")
    for words in ("12 steps, finished", "loss 0.0", "[0.2, 0.5, 0.4, 0.7]", "96,048 multiply-adds"):
        assert words in out


def test_the_summarys_loss_is_over_all_images_as_in_the_result(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words in (["--batch-size", "10", "--steps", "30"], ["--output=sigmoid", "--l2=1e4"]):
        told = train(capsys, "--pixels", "continuous", *words).splitlines()[1]
        loss = result(capsys, "--pixels", "continuous", *words)["loss"]
        assert isinstance(loss, float)
        of = " over all 1,000 training images" if "--batch-size" in words else ""
        assert told == f"loss {loss:.6g}{of}"


def test_the_summary_gives_what_was_missed_and_stays_short(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["--task", "xor", "--until-accuracy", "0.9", "--until-loss", "0.01", "--steps", "2"]
    ended = "finished; the loss did not reach 0.01; the accuracy did not reach 0.9"
    assert f"2 steps, {ended}\n" in train(capsys, *words)
    mine = tmp_path / "mine.csv"
    mine.write_text("0,0,0,1,1e300\n1,0,0,0,-1e300\n")
    said = train(capsys, "--data", str(mine))
    assert said.startswith("0 steps, diverged before the first: the loss is not finite\n")
    assert "target is 1e+300" in said
    assert max(map(len, said.splitlines())) < 80


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("--steps", "-1"), "--steps"),
        (("--steps", "many"), "--steps"),
        (("--until-loss", "nan"), "--until-loss"),
        (("--until-loss", "inf"), "--until-loss"),
        (("--until-loss", "low"), "--until-loss"),
        (("--csv", "-"), "--csv"),
        (("--csv",), "--csv"),
        (("--json=yes",), "--json"),
    ],
)
def test_wrong_input_gets_one_line(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], option: str
) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["train", *words])
    said = capsys.readouterr()
    assert (ending.value.code, said.out) == (2, "")
    assert said.err.startswith(f"napkin-net: {option} ")
    assert said.err.count("\n") == 1


def test_wrong_input_writes_no_table_and_spoils_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    there, missing = tmp_path / "there.csv", tmp_path / "missing.csv"
    there.write_text("mine")
    for table in (there, missing):
        for words in (("--seed", "-1"), ("--steps", "-1"), ("--learning-rate", "x"), ("--nope",)):
            with pytest.raises(SystemExit):
                main(["train", "--csv", str(table), *words])
    capsys.readouterr()
    assert there.read_text() == "mine"
    assert not missing.exists()


def test_the_table_does_not_take_the_place_of_the_images(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mine, link = tmp_path / "mine.csv", tmp_path / "link.csv"
    mine.write_text("0,0,0,0,0\n1,1,1,1,2\n")
    link.symlink_to(mine)
    with pytest.raises(SystemExit) as ending:
        main(["train", "--data", str(mine), "--steps", "1", "--csv", str(link)])
    assert ending.value.code == 2
    assert "is the file of --data" in capsys.readouterr().err
    assert mine.read_text() == "0,0,0,0,0\n1,1,1,1,2\n"


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "tui", "train", *words]


def test_ctrl_c_ends_a_run_with_what_it_has(tmp_path: Path) -> None:
    table = tmp_path / "curve.csv"
    words = ("train", "--steps", "1000000000", "--json", "--csv", str(table))
    with Terminal(*words, stdin="null", stdout="pipe", stderr="pipe") as terminal:
        terminal.until(lambda: table.exists() and table.stat().st_size > 0, "row of the table")
        terminal.signal(signal.SIGINT)
        assert terminal.wait_exit() == 130
        out, err = terminal.piped["stdout"], terminal.piped["stderr"]
    assert err == b""
    found = json.loads(out)
    assert found["status"] == "interrupted"
    assert set(found) == FIELDS
    assert found["steps"] > 0
    assert found["steps"] == read(table)[-1][0]
    assert len(found["weights"][0]) == 4


def test_train_and_sweep_load_no_textual() -> None:
    program = (
        "import sys; from tui.cli.main import main; "
        "code = main(['train', '--steps', '3', '--json']); "
        "code += main(['sweep', '--steps', '3', '--executor', 'inline']); "
        "loaded = {name.partition('.')[0] for name in sys.modules}; "
        "print(sorted(loaded & {'textual', 'rich', 'distributed'})); "
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    with subprocess.Popen(
        command("--steps", "3"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait(60)
    assert b"Traceback" not in said


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_saved_run_is_trained_further(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, place: int
) -> None:
    trainer = Trainer(TrainingConfig(seed=3, steps=4))
    trainer.run.run_for(60.0, max_steps=4)
    file, table = tmp_path / "a.napkin", tmp_path / "curve.csv"
    save_session(str(file), session_of(trainer, (0.2, 0.5, 0.4, 0.7)))
    words = [["--steps", "9"], ["--csv", str(table)]]
    words.insert(place, [str(file)])
    found = result(capsys, *(word for each in words for word in each))
    expected = result(capsys, "--seed", "3", "--steps", "9")
    for key in ("steps", "loss", "weights", "status", "multiply_adds"):
        assert found[key] == expected[key], key
    steps = [row.split(",")[0] for row in table.read_text().splitlines()]
    assert steps == ["step", "4", "5", "6", "7", "8", "9"]
    if not place:
        assert result(capsys, str(file))["steps"] == 304
        assert train(capsys, str(file), "--steps", "3").startswith(
            "4 steps, none of them now: --steps 3 counts from step 0 of the run\n"
        )
        assert result(capsys, str(file), "--until-loss", "0.2")["status"] == "target reached"
        with pytest.raises(SystemExit) as ending:
            main(["train", str(file), "--csv", str(file)])
        assert ending.value.code == 2
        assert "is the session itself" in capsys.readouterr().err


def test_a_saved_run_without_its_engine_is_trained_by_matrix_and_that_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.napkin"
    save_session(str(file), session_of(Trainer(TrainingConfig(steps=4)), (0.2, 0.5, 0.4, 0.7)))
    file.write_bytes(file.read_bytes().replace(b'"matrix"', b'"gpu"'))
    monkeypatch.delitem(ENGINES, "gpu", raising=False)
    assert main(["train", str(file), "--steps", "2", "--json"]) == 0
    output = capsys.readouterr()
    assert json.loads(output.out)["steps"] == 2
    assert output.err.endswith(
        "No engine gpu: matrix computes. Get it: pip install 'napkin-net[torch]'\n"
    )
    with pytest.raises(SystemExit) as ending:
        main(["train", "--engine", "gpu"])
    assert ending.value.code == 2
    last = capsys.readouterr().err
    assert "gpu is not installed here: pip install 'napkin-net[torch]'" in last


@pytest.mark.parametrize("what", ["run_for", "overall"])
def test_too_little_memory_on_a_gpu_is_an_error_in_words(
    what: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While steps are taken, or after the last one, for all training images at once."""

    def short(*_: object, **__: object) -> int:
        raise DeviceMemoryError("gpu", "NVIDIA H100\x1b")

    monkeypatch.setattr(core.run.Run, what, short)
    assert main(["train", "--images", "1000", "--hidden", "1000", "--steps", "1"]) == 1
    # 6,001 parameters and their gradient; 1,000 images of 4 pixels, 1,001 neurons with two numbers
    # more for each, and the target: 8 bytes each.
    assert capsys.readouterr().err == (
        r"napkin-net: --engine matrix needs about 24.2 MB of memory per step, more than is free on "
        "NVIDIA H100\\x1b: use a smaller --batch-size or another --engine\n"
    )
