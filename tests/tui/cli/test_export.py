"""`napkin-net export`, and the same from the palette."""

import json
from pathlib import Path

import pytest

import core.run
from core.errors import DeviceMemoryError
from core.files.session import session_of
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.tui.program import opened
from tui.cli.main import main
from tui.files.exporting import ask_for_file
from tui.files.path_box import PathScreen
from tui.files.session_files import save_session

DEFAULT = (0.2, 0.5, 0.4, 0.7)


def test_what_the_options_describe_is_trained_and_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["export", "--to", "json", "--steps", "3", "--seed", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["steps"], found["config"]["seed"]) == (3, 2)


def test_what_else_may_end_a_run_ends_it_here_as_in_train(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["--until-loss", "0.1", "--seed", "3"]
    assert main(["train", "--json", *words]) == 0
    trained = json.loads(capsys.readouterr().out)
    assert main(["export", "--to", "json", *words]) == 0
    exported = json.loads(capsys.readouterr().out)
    assert trained["status"] == exported["status"] == "target reached"
    assert (exported["steps"], exported["loss"]) == (trained["steps"], trained["loss"])
    assert exported["steps"] > 0


def test_too_little_memory_on_a_gpu_is_an_error_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_for(*_: object, **__: object) -> int:
        raise DeviceMemoryError("gpu", "A GPU")

    monkeypatch.setattr(core.run.Run, "run_for", run_for)
    assert main(["export", "--to", "json", "--steps", "3"]) == 1
    assert "more than is free on A GPU: use a smaller --batch-size" in capsys.readouterr().err


def test_a_session_is_not_overwritten_by_what_is_made_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.napkin"
    save_session(str(file), session_of(Trainer(TrainingConfig()), DEFAULT))
    before = file.read_bytes()
    with pytest.raises(SystemExit) as ended:
        main(["export", str(file), "--to", "csv", "--out", str(file)])
    assert (ended.value.code, file.read_bytes()) == (2, before)
    assert "is the session itself" in capsys.readouterr().err


def test_a_session_is_written_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trainer = Trainer(TrainingConfig())
    trainer.run.run_for(60.0, max_steps=7)
    file, out = tmp_path / "run.napkin", tmp_path / "run.json"
    save_session(str(file), session_of(trainer, DEFAULT))
    assert main(["export", str(file), "--to", "json", "--out", str(out)]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["steps"] == 7
    assert found["weights"] == [[[w] for w in trainer.run.here.network.parameters.tolist()]]
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--to", "word"], "--to must be essay, numpy, torch, json, csv, svg (got 'word')"),
        ([], "--to needs a value: essay, numpy, torch, json, csv, svg"),
        (["--to"], "--to needs a value: essay, numpy, torch, json, csv, svg"),
        (["--to", "numpy", "--images", "100001"], "--to numpy: a script contains its images"),
        (["--to", "csv", "--further-steps", "-1"], "--further-steps must be 0 to 1,000,000,000"),
        (["nothing.napkin", "--to", "csv"], "nothing.napkin"),
        (
            ["nothing.napkin", "--to", "csv", "--seed", "1"],
            "nothing.napkin: there is no such file",
        ),
        (["--to", "csv", "--learning-rate", "0"], "--learning-rate must be a number above 0"),
    ],
)
def test_wrong_words_get_one_line(
    words: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", *words])
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (2, "")
    assert line in said.err
    assert said.err.count("\n") == 1


def test_the_screen_is_drawn_as_svg(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--to", "svg", "--steps", "2"]) == 0
    picture = capsys.readouterr().out
    assert picture.startswith("<svg")
    assert "gradient" in picture


@pytest.mark.parametrize(("form", "begins"), [("essay", '"""A neural'), ("svg", "<svg")])
async def test_the_palette_asks_where_and_writes(form: str, begins: str, tmp_path: Path) -> None:
    path = tmp_path / "written"
    async with opened() as program:
        ask_for_file(program.app, program.app.controller, form, unicode=True)
        await program.until(lambda: isinstance(program.app.screen, PathScreen))
        program.send("ctrl+u", *str(path), "enter")
        await program.until(lambda: path.exists())
        await program.until(lambda: not isinstance(program.app.screen, PathScreen))
        assert path.read_text(encoding="utf-8").startswith(begins)
        assert "Written to" in program.app.remark[0]


async def test_it_prints_how_to_run_the_script_that_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened() as program:
        ask_for_file(program.app, program.app.controller, "essay", unicode=True)
        await program.until(lambda: isinstance(program.app.screen, PathScreen))
        await program.press("enter")
        await program.until(lambda: not isinstance(program.app.screen, PathScreen))
        assert program.app.remark == (
            "Written to napkin-essay.py.",
            "python3 napkin-essay.py trains 50 more steps and prints the loss.",
        )


@pytest.mark.parametrize("place", range(4))
def test_the_file_may_stand_anywhere_among_the_options(
    place: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save_session("-dash.napkin", session_of(Trainer(TrainingConfig(seed=5)), DEFAULT))
    words = [["--to", "json"], ["--further-steps", "3"], ["--out=-"]]
    words.insert(place, ["./-dash.napkin"])
    assert main(["export", *(word for each in words for word in each)]) == 0
    assert json.loads(capsys.readouterr().out)["config"]["seed"] == 5


def test_behind_two_dashes_every_word_is_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save_session("-dash.napkin", session_of(Trainer(TrainingConfig(seed=5)), DEFAULT))
    assert main(["export", "--to", "json", "--", "-dash.napkin"]) == 0
    assert json.loads(capsys.readouterr().out)["config"]["seed"] == 5
