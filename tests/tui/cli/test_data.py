"""`napkin-net data`, and runs on a person's own images."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import core
from core import TASKS
from core.images.csv_files import read_table
from core.images.images import Batch
from core.settings.config import TrainingConfig
from core.settings.images import images_of
from tests.terminal.terminal import Terminal
from tui.cli.main import main
from tui.cli.options import Parser, add_run_options, config_of

ROOT = Path(core.__file__).parent.parent


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command; give exit status, output and errors."""
    try:
        code = main(words)
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    said = capsys.readouterr()
    return code, said.out, said.err


def same(one: Batch, other: Batch) -> bool:
    return (one.images.tobytes(), one.targets.tobytes()) == (
        other.images.tobytes(),
        other.targets.tobytes(),
    )


def parsed(*words: str) -> TrainingConfig:
    parser = Parser()
    add_run_options(parser)
    return config_of(parser.parse_args(words))


@pytest.mark.parametrize(
    ("words", "config"),
    [
        ([], TrainingConfig()),
        (["--task", "xor", "--images", "50"], TrainingConfig(task="xor", images=50)),
        (["--pixels", "black-white"], TrainingConfig(pixels="black-white", images=16)),
        (
            ["--task", "contrast", "--pixel-noise", "0.1", "--label-noise", "0.2"],
            TrainingConfig(task="contrast", pixel_noise=0.1, label_noise=0.2),
        ),
        (["--test-share", "0.5", "--data-seed", "7"], TrainingConfig(data_seed=7)),
    ],
)
def test_it_writes_the_images_of_a_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str], config: TrainingConfig
) -> None:
    path = tmp_path / "out.csv"
    assert run(capsys, "data", *words, "--out", str(path)) == (0, "", "")
    assert same(read_table(str(path)).batch, images_of(config)[0])
    # The same on standard output, which is where it goes if nothing is said.
    assert run(capsys, "data", *words) == (0, path.read_text(), "")
    assert run(capsys, "data", *words, "--out", "-") == (0, path.read_text(), "")
    assert os.listdir(tmp_path) == ["out.csv"]


def test_its_form_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "data", "--task", "xor", "--pixels", "black-white", "--images", "16")
    lines = out.split("\n")
    assert lines[:3] == ["p0,p1,p2,p3,label", "0.0,0.0,0.0,0.0,0.0", "0.0,0.0,0.0,1.0,0.0"]
    assert len(lines) == 18
    assert lines[-1] == ""


def test_own_images_can_be_labelled_and_made_noisy(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mine, out = tmp_path / "mine.csv", tmp_path / "out.csv"
    mine.write_text("0,255,0,0\n255,255,0,0\n")
    code, said, _ = run(capsys, "data", "--data", str(mine), "--scale", "255", "--task", "xor")
    assert (code, said.split("\n")[1:3]) == (0, ["0.0,1.0,0.0,0.0,1.0", "1.0,1.0,0.0,0.0,0.0"])
    # Also onto the very file that it came from.
    out.write_bytes(mine.read_bytes())
    words = ["--scale", "255", "--task", "xor", "--label-noise", "1"]
    assert run(capsys, "data", "--data", str(out), *words, "--out", str(out))[0] == 0
    assert read_table(str(out)).batch.targets.tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--out"], "--out"),
        (["--images", "0"], "--images must be 1 to 1,000,000"),
        (["--task", "cats"], "--task must be darkness, contrast"),
        (["--hidden", "4"], "unknown option or extra argument: --hidden"),
        (["stray"], "unknown option or extra argument: stray"),
        (["--data", "none.csv"], "--data none.csv: cannot be read: there is no such file"),
    ],
)
def test_bad_input_gets_one_line(
    capsys: pytest.CaptureFixture[str], words: list[str], named: str
) -> None:
    code, out, err = run(capsys, "data", *words)
    assert (code, out) == (2, "")
    assert err.startswith(f"napkin-net: {named}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", [[], ["train"], ["data"]], ids=["screen", "train", "data"])
def test_wrong_rows_are_listed_ten_at_most(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]
) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("p0,p1,p2,p3,label\n0,0,0,0,1\n" + "0,\x1b[2J,0,0,1\n" * 13)
    code, out, err = run(capsys, *command, "--data", str(mine))
    assert (code, out) == (2, "")
    assert err.split("\n") == [
        f"napkin-net: --data {mine}: 13 rows are not valid, so no row was read",
        *(f"  line {line}: p1 must be a number (got '\\x1b[2J')" for line in range(3, 13)),
        "  and 3 more",
        "",
    ]


def test_the_task_of_own_labels_follows_their_values(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("0,0,0,1,1\n0,0,1,1,0\n")
    answers = parsed("--data", str(mine))
    assert (answers.task, answers.output, answers.loss) == ("own-yes-no", "sigmoid", "bce")
    assert (answers.images, answers.architecture.bias) == (2, True)
    numbers = parsed("--data", str(mine), "--task", "own")
    assert (numbers.task, numbers.output, numbers.loss) == ("own", "linear", "mse")
    mine.write_text("0,0,0,1,1\n0,0,1,1,0.5\n")
    assert parsed("--data", str(mine)).task == "own"


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if not task.is_own])
def test_a_task_is_enough_for_the_command(name: str) -> None:
    config, yes_no = parsed("--task", name), TASKS[name].yes_no
    assert config == TrainingConfig(task=name)
    wanted = ("sigmoid", "bce", True) if yes_no else ("linear", "mse", False)
    assert (config.output, config.loss, config.architecture.bias) == wanted


def test_to_see_the_difference_a_yes_no_task_accepts_squared_errors_too() -> None:
    config = parsed("--task", "xor", "--loss", "mse", "--no-bias")
    assert (config.output, config.loss, config.bias) == ("sigmoid", "mse", False)
    assert parsed("--task", "xor", "--output", "linear").loss == "mse"


def test_training_on_own_images_probes_the_first_of_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("0.25,0,0,1,3\n0,0,1,1,-2\n")
    words = ["train", "--data", str(mine), "--steps", "2"]
    code, out, err = run(capsys, *words, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["probe"]["image"] == [0.25, 0, 0, 1]
    assert found["probe"]["truth"] == 3
    data = found["config"]["data"]
    assert (data["name"], data["images"], found["config"]["task"]) == ("mine.csv", 2, "own")
    assert len(data["sha256"]) == 64
    assert "[0.25, 0.0, 0.0, 1.0] gives" in run(capsys, *words)[1]
    mine.write_text("1,0,0,255,3\n")
    assert "[0.003922, 0.0, 0.0, 1.0] gives" in run(capsys, *words, "--scale", "255")[1]


def test_the_summary_gives_the_target(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def said(*words: str) -> str:
        _, out, _ = run(capsys, "train", "--steps", "0", *words)
        return next(line for line in out.split("\n") if line.startswith("[")).split("] ")[1]

    assert said() == "gives 0.6840; the target is 0.4500"
    assert said("--task", "xor") == "gives 0.7680 (yes); the target is yes"
    assert said("--task", "and") == "gives 0.7680 (yes); the target is no"
    mine = tmp_path / "mine.csv"
    mine.write_text("0,0,0,0,3\n")
    assert said("--data", str(mine)) == "gives 0.0000; the target is 3.0000"


def test_the_written_images_give_the_same_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "xor.csv"
    words = ["--task", "xor", "--images", "80", "--pixels", "continuous"]
    assert run(capsys, "data", *words, "--out", str(path))[0] == 0

    def result(*options: str) -> tuple[object, object]:
        found = json.loads(run(capsys, "train", "--json", "--hidden", "3", *options)[1])
        return found["loss"], found["weights"]

    split = ["--test-share", "0.25", "--batch-size", "7"]
    assert result(*words, *split) == result("--data", str(path), "--task", "xor", *split)


def test_whoever_stops_reading_is_no_error() -> None:
    command = [sys.executable, "-m", "tui", "data", "--images", "200000"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"p0,p1,p2,p3,label\n"
        process.stdout.close()
        assert process.wait() == 1
        assert process.stderr.read() == b""


def test_without_standard_output_it_asks_for_a_file() -> None:
    closed = f"exec {sys.executable} -m tui data >&-"
    done = subprocess.run(["sh", "-c", closed], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "napkin-net: there is no standard output; write to a file with --out\n"


def test_a_large_file_has_a_bar_on_a_terminal(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("0.125,0.25,0.5,0.75,1\n" * 60_000)
    with Terminal(
        "train", "--data", str(mine), "--steps", "1", stdin="null", stdout="pipe"
    ) as terminal:
        assert terminal.wait_exit() == 0
        assert b"reading images" in terminal.output
        assert b"1 step, finished" in terminal.piped["stdout"]
        assert "reading images" not in terminal.text()


def test_equal_rows_on_both_sides_of_a_split_are_counted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("0,0,0,1,1\n" * 10)
    words = ["--data", str(mine), "--test-share", "0.3"]
    equal = "3 of 3 test images are training images too: same pixels, same label."
    assert equal in run(capsys, "train", *words, "--steps", "0")[1].split("\n")
    scores = json.loads(run(capsys, "train", *words, "--steps", "0", "--json")[1])["scores"]
    assert scores["equal_test_images"] == 3
    code, out, err = run(capsys, "data", *words)
    assert (code, out.count("\n")) == (0, 11)
    assert err.startswith(f"napkin-net: {equal}")
    # With no split there is nothing to count, and one that rounds to none is named.
    assert run(capsys, "data", *words[:2])[2] == ""
    none = "There are no test images: a test share of 0.01 of 10 images rounds to 0."
    assert none in run(capsys, "data", *words[:2], "--test-share", "0.01")[2]
    words = ["train", "--images", "10", "--test-share", "0.01", "--steps", "0"]
    assert none in run(capsys, *words)[1].split("\n")
    alone = ["train", "--images", "1", "--test-share", "0.5", "--steps", "0"]
    assert "Test images need at least 2 images." in run(capsys, *alone)[1].split("\n")


def test_numbers_are_read_as_people_type_them() -> None:
    config = parsed(
        "--learning-rate", "0,25", "--l1", "１ｅ－３", "--seed", "1,000", "--hidden", "８,4"
    )
    assert (config.learning_rate, config.l1, config.seed) == (0.25, 0.001, 1000)
    assert config.hidden == (8, 4)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--data-seed", "8,4"], "--data-seed must be a whole number (got '8,4')"),
        (["--learning-rate", "1,000"], "--learning-rate must be 1000 or 1.000 (got '1,000')"),
        (["--learning-rate", "−0,5"], "--learning-rate must be a number above 0 (got -0.5)"),
        (["--until-loss", "0.2,0.5"], "--until-loss must be a number (got '0.2,0.5')"),
    ],
)
def test_a_number_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], problem: str
) -> None:
    assert run(capsys, "train", *words) == (2, "", f"napkin-net: {problem}\n")


def test_labels_that_overflow_reach_no_warning(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("0,0,0,0,1e308\n1,1,1,1,-1e308\n0,1,0,1,1e308\n")
    words = [sys.executable, "-m", "tui", "train", "--data", str(mine), "--test-share", "0.4"]
    done = subprocess.run([*words, "--json"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["status"] == "diverged"
