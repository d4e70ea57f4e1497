"""The `napkin-net` command before any screen: options, wrong input, version and help."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import core
from core.images.tasks import PIXEL_VALUES, TASKS
from core.settings.presets import PRESETS
from tui.cli.main import main

ROOT = Path(core.__file__).parent.parent

WRONG = [
    (["--hidden", "0"], "--hidden", "at least 1 neuron"),
    (["--hidden", "8,0,8"], "--hidden", "at least 1 neuron"),
    (["--hidden", "-3"], "--hidden", ""),
    (["--hidden", "eight"], "--hidden", "8,8"),
    (["--hidden", "8,,8"], "--hidden", "8,8"),
    (["--hidden", "9000,9000"], "--hidden", "10,000,000"),
    (["--learning-rate", "-1"], "--learning-rate", "above 0"),
    (["--learning-rate", "0"], "--learning-rate", "above 0"),
    (["--learning-rate", "nan"], "--learning-rate", "above 0"),
    (["--learning-rate", "inf"], "--learning-rate", "above 0"),
    (["--learning-rate", "fast"], "--learning-rate", "a number"),
    (["--batch-size", "0"], "--batch-size", "1 to 1,000, the number of training images"),
    (["--batch-size", "1001"], "--batch-size", "1,000"),
    (["--images", "5", "--batch-size", "6"], "--batch-size", "5"),
    (["--batch-size", "2.5"], "--batch-size", "whole number"),
    (["--activation", "swish"], "--activation", "linear, relu, tanh, sigmoid"),
    (
        ["--hidden", "8", "--activation", "tanh,relu"],
        "--activation",
        "lists 2 names for 1 hidden layer",
    ),
    (["--output", "relu"], "--output", "linear or sigmoid"),
    (["--images", "1000000000"], "--images", "1,000,000"),
    (["--images", "0"], "--images", "1 to 1,000,000"),
    (["--images", "-5"], "--images", "1 to 1,000,000"),
    (["--seed", "-1"], "--seed", "0 to 4,294,967,295"),
    (["--seed", "4294967296"], "--seed", "0 to 4,294,967,295"),
    (["--data-seed", "-1"], "--data-seed", "0 to 4,294,967,295"),
    (["--seed", "1e3"], "--seed", "whole number"),
    (["--optimizer", "magic"], "--optimizer", "sgd, momentum, rmsprop or adam"),
    (["--momentum", "1"], "--momentum", "at least 0 and below 1"),
    (["--epsilon", "0"], "--epsilon", "above 0"),
    (["--l1", "-1"], "--l1", "at least 0"),
    (["--loss", "mae"], "--loss", "mse or bce"),
    (["--loss", "bce"], "--loss", "--output sigmoid"),
    (["--task", "hue"], "--task", "darkness, contrast"),
    (["--task", "own"], "--task", "--data FILE.csv"),
    (["--task", "top-bottom", "--output", "sigmoid", "--loss", "bce"], "--loss", "from 0 to 1"),
    (["--pixels", "red"], "--pixels", "tenths, continuous or black-white"),
    (["--pixel-noise", "2"], "--pixel-noise", "0 to 1"),
    (["--label-noise", "-0.1"], "--label-noise", "0 to 1"),
    (["--test-share", "1"], "--test-share", "at least 0 and below 1"),
    (
        ["--images", "2", "--test-share", "0.9"],
        "--test-share",
        "no image for training: 0.9 of 2 is all",
    ),
    (["--scale", "255"], "--scale", "--data"),
    (["--data", "missing.csv"], "--data", "no such file"),
    (["--data", "missing.csv", "--scale", "3"], "--scale", "1 or 255"),
    (["--data", "missing.csv", "--pixels", "tenths"], "--pixels", "for generated images"),
    (["--data", "missing.csv", "--task", "hue"], "--task", "darkness, contrast"),
    (["--engine", "quantum"], "--engine", "matrix or loops"),
    (["--gradient", "guess"], "--gradient", "backprop or nudge"),
    (["--no-such-thing"], "--no-such-thing", "unknown option"),
    (["--hid", "8"], "--hid", "unknown option"),
    (["--seed"], "--seed", "needs a value: 0 to 4,294,967,295"),
    (["--data"], "--data", "needs a value: FILE.csv"),
    (["--until-loss", "-1e5"], "--until-loss", "a number of at least 0 (got -100000)"),
    (["--l1", "-.5e-3"], "--l1", "a number of at least 0 (got -0.0005)"),
    (["--learning-rate", "-inf"], "--learning-rate", "above 0 (got -inf)"),
    (["--hidden", "-4,4"], "--hidden", "at least 1 neuron (got -4)"),
    (["--hidden", "9" * 4300], "--hidden", "layers of at most 10,000,000 neurons"),
    (["--hidden", "1," * 10_000 + "1"], "--hidden", "at most 10,000 layers (got 10,001)"),
    (["--momentum", "1.0000001"], "--momentum", "at least 0 and below 1 (got 1.0000001)"),
    (["--data", "missing.csv", "--scale", "255.0000001"], "--scale", "(got 255.0000001)"),
    (["--preset", "nothing"], "--preset", "must be essay, xor-without"),
    (["--no-bias=3"], "--bias", "must have no value (got '3')"),
]


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run the command, which is to say one line on standard error and end with 2."""
    try:
        code = main(words)
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert said.err.startswith("napkin-net: ")
    assert said.err.count("\n") == 1
    assert said.err.endswith("\n")
    return said.err


@pytest.mark.parametrize("command", [[], ["train"]], ids=["screen", "train"])
def test_a_wrong_value_gets_one_line_that_names_the_option_and_what_must_hold(
    capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    for words, option, takes in WRONG:
        line = refused(capsys, *command, *words)
        assert option in line, words
        assert takes in line, words


def test_a_word_that_is_no_option_would_be_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    line = refused(capsys, "missing.napkin")
    assert "missing.napkin" in line
    assert "no such file" in line
    there = tmp_path / "there.napkin"
    there.write_text("")
    assert str(there) in refused(capsys, str(there))


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([], "command and no such file"),  # the first word may be a command
        (["train"], "file"),
        (["export", "--to", "csv"], "file"),
    ],
)
def test_a_file_that_is_not_there_is_named(
    capsys: pytest.CaptureFixture[str], words: list[str], what: str
) -> None:
    line = refused(capsys, *words, "--", "-gone")
    assert line == f"napkin-net: -gone: there is no such {what}\n"


def test_an_extra_word_behind_options_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "stray" in refused(capsys, "--seed", "1", "stray")
    assert "stray" in refused(capsys, "train", "stray")


@pytest.mark.parametrize("command", [[], ["train"], ["export", "--to", "csv"]], ids=" ".join)
@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["mine.csv"], "mine.csv is a table of images, not a session: use --data mine.csv"),
        (["--seed", "1", "my own.CSV"], "use --data 'my own.CSV'"),
        (["--", "-.csv"], "use --data ./-.csv"),
        (["--seed", "1", "a.napkin"], "a.napkin has its own settings: remove --seed"),
        (["a.napkin", "--no-bias"], "a.napkin has its own settings: remove --bias"),
        (["a.napkin", "--data", "mine.csv"], "a.napkin has its own settings: remove --data"),
        (["a.napkin", "b.napkin"], "unknown option or extra argument: b.napkin"),
        (["my\n.csv"], r"my\n.csv is a table of images, not a session: use --data"),
    ],
)
def test_a_file_is_answered_wherever_it_stands(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: list[str],
    words: list[str],
    answer: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.napkin").write_text("")
    assert refused(capsys, *command, *words).endswith(f"{answer}\n")


@pytest.mark.parametrize("word", ["a" * 400, "", "a\nb", "--no\x1b[31m"])
def test_whatever_the_words_are_the_answer_is_one_plain_line(
    capsys: pytest.CaptureFixture[str], word: str
) -> None:
    assert refused(capsys, word).rstrip("\n").isprintable()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[" * 100_000, "nested too deeply"),
        (
            b'{"format": "napkin-net session", "version": 9}',
            "version: must be 1, the version that this napkin-net reads (got 9)",
        ),
    ],
)
def test_a_file_that_cannot_be_opened_gets_its_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, words: str
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_bytes(content)
    line = refused(capsys, str(wrong))
    assert line.startswith(f"napkin-net: {wrong}: ")
    assert words in line


def test_without_a_terminal_one_line_points_to_train(capsys: pytest.CaptureFixture[str]) -> None:
    assert "napkin-net train" in refused(capsys)


def test_wrong_options_are_reported_before_the_missing_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "--seed" in refused(capsys, "--seed", "-1")


def test_the_version_is_the_distributions(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["--version"])
    assert not ending.value.code
    assert capsys.readouterr().out == f"napkin-net {version('napkin-net')}\n"


@pytest.mark.parametrize(
    "words", [["--version"], ["train", "--steps", "1"], ["export", "--to=csv"]]
)
def test_without_standard_output_it_fails_with_one_line(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    try:
        code = main(words)
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else -1
    said = capsys.readouterr().err
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("napkin-net: there is no standard output; ")


@pytest.mark.parametrize(
    "words", [[], ["train"], ["data"], ["export"], ["bench"], ["missing.napkin"]]
)
def test_ctrl_c_while_it_begins_is_no_traceback(words: list[str]) -> None:
    script = """
import sys

class Pressed:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Pressed())
from tui.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
    done = subprocess.run([sys.executable, "-c", script, *words], cwd=ROOT, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_help_points_to_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "napkin-net train --help" in said
    assert "napkin-net data" in said
    assert "napkin-net export --help" in said
    assert "napkin-net bench --help" in said
    assert "napkin-net estimate --help" in said
    assert "napkin-net sweep --help" in said
    assert "napkin-net FILE opens a saved session" in said


@pytest.mark.parametrize("columns", [60, 72, 80, 100])
def test_help_breaks_no_name_in_two(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in ([], ["train"], ["data"], ["export"], ["estimate"]):
        with pytest.raises(SystemExit):
            main([*command, "--help"])
        said = capsys.readouterr().out
        for name in (*TASKS, *PIXEL_VALUES, *(() if command == ["data"] else PRESETS)):
            assert name in said


@pytest.mark.parametrize(("given", "held"), [(None, "20"), ("9", "9")])
def test_threads_of_numpy_soon_sleep_unless_a_person_has_set_when(
    monkeypatch: pytest.MonkeyPatch, given: str | None, held: str
) -> None:
    monkeypatch.setenv("OPENBLAS_THREAD_TIMEOUT", "9")  # what was there comes back after the test
    if given is None:
        monkeypatch.delenv("OPENBLAS_THREAD_TIMEOUT")
    with pytest.raises(SystemExit):
        main(["--version"])
    assert os.environ["OPENBLAS_THREAD_TIMEOUT"] == held


@pytest.mark.parametrize(
    ("command", "steps"), [([], "never"), (["train"], "300"), (["export"], "0")]
)
def test_help_gives_after_how_many_steps_each_command_stops(
    capsys: pytest.CaptureFixture[str], command: list[str], steps: str
) -> None:
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    until = "1,000,000 with --until-loss, --until-accuracy or --patience"
    assert f"stop after this many steps ({f'{steps}; {until}' if command else steps})" in said


@pytest.mark.parametrize("words", [["--help"], ["train", "--help"]])
def test_help_names_every_option(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(words)
    assert not ending.value.code
    said = capsys.readouterr().out
    both = (
        "--hidden", "--activation", "--output", "--bias", "--no-bias", "--learning-rate",
        "--batch-size", "--optimizer", "--loss", "--task", "--images", "--seed", "--data-seed",
        "--engine", "--gradient", "--pixels", "--pixel-noise", "--label-noise", "--test-share",
        "--data", "--scale",
    )  # fmt: skip
    own = ("--steps", "--until-loss", "--json", "--csv") if words[0] == "train" else ("--version",)
    for option in (*both, *own):
        assert option in said


@pytest.mark.parametrize(
    "start", [["-m", "tui"], ["-c", "import sys, tui.cli.main; sys.exit(tui.cli.main.main())"]]
)
def test_it_starts_as_a_module_and_as_the_installed_command_does(start: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *start, "--seed", "-1"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "napkin-net: --seed must be 0 to 4,294,967,295 (got -1)\n"
