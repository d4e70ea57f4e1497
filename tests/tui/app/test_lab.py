"""The lab through the whole app: opened beside the others, measured, turned, and closed."""

import asyncio
from collections.abc import Callable
from unittest.mock import patch

import pytest

from core import TrainingConfig
from core.engines import ENGINES
from core.metrics import StepTimes
from core.prediction import Experiment
from core.rates import Kept
from tests.tui.made_rates import made_rates, settled
from tests.tui.program import opened
from tests.tui.sweep.sweeps import work_of
from tui.panes.lab.lab import LabPane
from tui.sweep import work as sweeps


async def test_the_lab_predicts_and_measures_experiments_and_turns() -> None:
    config = TrainingConfig(hidden=(2,), images=10)
    with made_rates():
        async with opened(config, size=(100, 40)) as program:
            await program.press("p")
            assert program.focus == "lab"
            await program.until(lambda: "23.0 µs" in program.words("lab"))
            text = program.words("lab")
            # 10 images and 13 weights and biases: each of them takes a microsecond.
            assert "▸matrix, this run" in text
            assert "try on matrix" in text
            assert "press i to measure" in text
            assert "Lab: the time of a step, " in program.words("commentary")

            await program.press("down")
            assert "▸loops" in program.words("lab")
            await program.press("up", "i")
            # 20 images and 13 parameters: 33 µs.
            await program.until(lambda: "33.0 µs ×1.43" in program.words("lab"))
            assert "press w to measure" in program.words("lab")
            assert "Twice the images: measured" in program.words("commentary")
            await program.press("w")
            # 10 images and 5·4 + 5 parameters: 4 neurons in place of 2.
            await program.until(lambda: "35.0 µs ×1.52" in program.words("lab"))
            await program.press("l")
            await program.until(lambda: "press" not in program.words("lab").split("try on")[1])

            # The experiment that was tried last has its equation beside the present one.
            await program.press("e")
            assert "time of a step, matrix, one more layer = " in program.words("explain")
            assert "Python around the calls (now 2 µs) = 2 µs" in program.words("explain")
            await program.press("e", "up", "e")
            assert program.focus == "explain"
            assert "predicted time of a step, matrix = " in program.words("explain")
            assert "Python around the calls = 2 µs" in program.words("explain")
            assert "Explained: predicted time of a step" in program.words("commentary")
            await program.press("e")
            assert program.focus == "lab"
            assert "try on matrix" in program.words("lab")
            await program.press("down", "z", "e")
            assert program.widget("explain").size.height > 30
            assert "predicted time of a step, loops" in program.words("explain")
            await program.press("e")
            assert program.widget("lab").size.height > 30
            await program.press("z", "up", "e", "escape")
            assert not program.app.board.is_changed
            await program.press("p", "t")
            await program.until(lambda: "m matrix" in program.words("lab"))
            await program.until(lambda: "memory alone allows" in program.words("commentary"))
            await program.press("enter")
            await program.until(lambda: "GPT-3 175B" in program.words("lab"))
            await program.until(lambda: "Training GPT-2 124M takes" in program.words("commentary"))
            # The footer has only keys that do something here.
            assert " t view" in program.words("footer")
            assert not any(word in program.words("footer") for word in ("engine", "width"))
            # 10 images of 10 multiply-adds forward and 12 back, 13 updates; none of what is frozen.
            assert " 233 " in program.words("lab")
            program.app.screen.set_focus(program.widget("network"))
            await program.press("x")
            await program.until(lambda: " 232 " in program.words("lab"))
            await program.press("x")
            program.app.screen.set_focus(program.widget("lab"))
            await program.press("t")
            await program.until(lambda: "try on matrix" in program.words("lab"))

            await program.press("E")
            await program.until(lambda: "▸loops, this run" in program.words("lab"))
            await program.press("p")
            assert not program.app.board.is_changed
            await program.press("p", "p", "s")
            assert program.snapshot.step == 1
            # Another pane is closed by its key, though the lab's number was the last one selected.
            await program.press("p", "v", "v")
            assert not program.app.board.is_changed


async def test_what_is_not_possible_is_refused_and_measuring_ends() -> None:
    with made_rates():
        async with opened() as program:
            await program.press("p", "w")
            await program.until(lambda: "try, × now" in program.words("lab"))
            await program.press("w")
            assert "No: there is no hidden layer to widen." in program.words("commentary")
            lab = program.widget("lab")
            assert isinstance(lab, LabPane)
            timing = lab._timing
            assert [setup.config.engine for setup in timing._wanted][:2] == ["matrix", "loops"]
            await settled(program)
            assert timing._timer is None
            assert timing._worker is None
            await program.press("p")
            assert timing._wanted == ()


async def test_an_experiment_is_compared_with_what_is_timed_in_the_same_way() -> None:
    with made_rates():
        async with opened(TrainingConfig(images=8)) as program:
            await program.step()
            await program.press("p")
            await program.until(lambda: "try, × now" in program.words("lab"))
            lab = program.widget("lab")
            assert isinstance(lab, LabPane)
            assert lab._own._times == program.snapshot.step_times, "of the step before it was open"
            lab._own._times = StepTimes((1.0,))
            assert lab._known is not None
            assert lab._measured.readings(lab._known, "matrix", "matrix").fastest == 1.0, (
                "as the cost pane shows"
            )
            await program.press("i")
            await settled(program)
            # 1 µs for each of 8 images and 4 weights; the run's own steps were disturbed.
            assert lab._measured.readings(lab._known, "matrix", "matrix").fastest == pytest.approx(
                12e-6
            )
            readings = lab._measured.tried(lab._known, "matrix")[Experiment.IMAGES]
            readings.is_too_large = True
            await program.press("i")
            await program.until(lambda: "the GPU has too little" in program.words("commentary"))


async def test_rates_are_measured_again_while_what_is_known_stays() -> None:
    with made_rates():
        async with opened(size=(120, 60)) as program:
            await program.press("p")
            await program.until(lambda: "M: measure again." in program.words("lab"))
            asked = asyncio.Event()

            async def known_rates(
                _: object, __: object, is_quiet: Callable[[], bool], **options: object
            ) -> Kept:
                assert options["again"]
                assert is_quiet()
                sweep = work_of(1, done=0)
                sweep.begin()
                program.app.sweeps = sweeps.Kept(sweep)
                assert not is_quiet()
                on_percent = options["on_percent"]
                assert callable(on_percent)
                on_percent(40)
                await asked.wait()
                raise OSError("core.rates ended with 1")

            with patch("tui.panes.lab.machine.known_rates", known_rates):
                await program.press("M")
                await program.until(lambda: "rates again, 40%" in program.text("lab"))
                assert "▸matrix, this run" in program.words("lab")
                asked.set()
                await program.until(lambda: "cannot be measured again" in program.words("lab"))


async def test_keys_come_to_every_row_of_the_table_also_below_the_last_engine() -> None:
    with made_rates():
        async with opened(TrainingConfig(images=10), size=(80, 24)) as program:
            await program.press("p")
            await program.until(lambda: "2.86 µs" in program.words("lab"))
            await program.press(*["down"] * len(ENGINES))
            assert "predicted measured" not in program.words("lab")
            await program.press("end")
            assert "M: measure again." in program.words("lab")
            await program.press("home")
            assert "predicted measured" in program.words("lab")
            await program.press("end", *["up"] * 20)
            assert "▸matrix" in program.words("lab")
            assert "predicted measured" in program.words("lab")
