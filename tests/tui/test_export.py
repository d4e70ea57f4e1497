"""`napkin-net export`, and the same from the palette."""

import json
from pathlib import Path

import pytest

from core.session import session_of
from core.trainer import Trainer
from tests.tui.program import opened
from tui.cli import main
from tui.exporting import ask_for_file
from tui.screens.path import PathScreen
from tui.session_files import save_session

ESSAY = (0.2, 0.5, 0.4, 0.7)


def test_what_the_options_describe_is_trained_and_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["export", "--to", "json", "--steps", "3", "--seed", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["steps"], found["config"]["seed"]) == (3, 2)


def test_a_session_is_written_as_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from core.config import TrainingConfig

    trainer = Trainer(TrainingConfig())
    trainer.run_for(60.0, max_steps=7)
    file, out = tmp_path / "run.napkin", tmp_path / "run.json"
    save_session(str(file), session_of(trainer, ESSAY))
    assert main(["export", str(file), "--to", "json", "--out", str(out)]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["steps"] == 7
    assert found["weights"] == [[[w] for w in trainer.network.parameters.tolist()]]
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--to", "word"], "--to takes essay, numpy, torch, json, csv, svg, not 'word'"),
        (["--to", "csv", "--further-steps", "-1"], "--further-steps takes 0 to 1,000,000,000"),
        (["nothing.napkin", "--to", "csv"], "nothing.napkin"),
        (["nothing.napkin", "--to", "csv", "--seed", "1"], "there is no option --seed"),
        (["--to", "csv", "--out", "/nowhere/at/all.csv"], "--out '/nowhere/at/all.csv'"),
        (["--to", "csv", "--learning-rate", "0"], "--learning-rate takes a number above 0"),
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
        ask_for_file(program.app, form)
        await program.until(lambda: isinstance(program.app.screen, PathScreen))
        await program.press("ctrl+u")
        for letter in str(path):
            await program.press(letter)
        await program.press("enter")
        await program.until(lambda: path.exists())
        await program.until(lambda: not isinstance(program.app.screen, PathScreen))
        assert path.read_text(encoding="utf-8").startswith(begins)
        assert "Written in" in program.app.remark[0]
