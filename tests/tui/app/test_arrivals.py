"""A run that has arrived pauses by itself, says what it has learned, and can go on."""

import json
from pathlib import Path

import numpy as np
import pytest

from core import TrainingConfig
from core.run import Outcome
from core.settings import PRESETS, Preset, could_have
from tests.tui.program import FASTEST, Program, opened
from tui.app import choosing
from tui.words.phrases import WIDTH

AVERAGE = "All four are 0.25 ± 0.001: the network has learned to average. Try 0–9."
AT_REST = "Nothing moves any more: the step is too small for a weight's last digit."


async def arrive(program: Program, *keys: str) -> None:
    """Press keys, and wait until the run has paused by itself, or ended."""
    await program.press(*keys)
    await program.until(lambda: not program.app.pace.running)
    await program.until(lambda: program.snapshot.step == program.trainer.run.step_count)


async def test_at_the_highest_speed_it_pauses_at_the_first_step_at_which_it_has_converged() -> None:
    async with opened(arrives=True) as program:
        await arrive(program, *FASTEST, "space")
        best = np.full(4, 0.25)
        assert np.abs(program.snapshot.parameters - best).max() <= 1e-3
        assert np.abs(program.snapshot.previous - best).max() > 1e-3
        # What lies beyond was never seen, and is not known.
        assert program.trainer.run.last_step == program.snapshot.step == 323
        said = program.text("commentary")
        assert AVERAGE in said
        assert "So the run paused by itself, at step 323. Press space to go on." in said
        assert "paused" in program.text("header")
        # It stays, and nothing else is computed.
        assert program.app.controller.training.is_done
        await program.drawn()
        assert program.text("commentary") == said
        # Nor does a key for the speed that comes too late take the lesson away.
        await program.press("[", "]")
        assert program.text("commentary") == said
        # It goes on from there, until nothing can change any more; the lesson comes first again.
        await arrive(program, "space")
        assert program.snapshot.step > 1_000
        assert (program.snapshot.parameters == program.snapshot.previous).all()
        said = program.text("commentary")
        assert said.index(AVERAGE) < said.index(AT_REST)
        assert "to go on" not in said
        # To run on would change nothing: it says so, and the processor rests.
        step = program.snapshot.step
        await program.press("space")
        assert not program.app.pace.running
        assert program.app.remark[0] == (
            "No: no step changes any weight. Change something, or press r to restart."
        )
        assert program.trainer.run.step_count == step
        # Back, and on again over what is known: it pauses at the same step and forgets nothing.
        last = program.trainer.run.last_step
        await program.press("tab", "tab", "home")
        await arrive(program, "space")
        assert (program.snapshot.step, program.trainer.run.last_step) == (323, last)


async def test_where_a_person_has_set_an_end_that_is_where_it_stops() -> None:
    async with opened(TrainingConfig(steps=400), arrives=True) as program:
        await arrive(program, *FASTEST, "space")
        assert (program.snapshot.step, program.snapshot.outcome) == (400, Outcome.STEPS_TAKEN)
    async with opened(TrainingConfig(until_loss=1e-60), arrives=True) as program:
        await arrive(program, *FASTEST, "space")
        assert program.snapshot.outcome is None  # this end cannot come: no step changes anything
        assert AT_REST in program.text("commentary")


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
async def test_a_preset_opens_on_an_image_of_its_own_and_says_when_it_has_shown_what_it_is_for(
    preset: Preset,
) -> None:
    async with opened(arrives=True) as program:
        await program.press("1", "right", "2")  # an image that black-white images have none of
        choosing.open_preset(program.app.controller, preset)
        await program.arrived()
        images = program.trainer.run.here.images.images
        reading, config = program.snapshot.reading, program.trainer.run.config
        assert could_have(config, reading.image)
        assert not np.isnan(reading.target)
        is_own = bool((images == reading.image).all(axis=1).any())
        assert is_own or config.pixels != "black-white"
        assert reading.is_training == (config.pixels == "black-white")
        assert preset.lines[0] in program.text("commentary")
        await arrive(program, *FASTEST, "space")
        said = program.text("commentary")
        assert preset.lines[0] not in said
        if preset.closing is None:
            assert AVERAGE in said or "Diverged at step 37" in said
            return
        assert max(len(preset.closing.what), len(preset.closing.then)) <= WIDTH
        assert preset.closing.what in said
        assert preset.closing.then in said
        if "weight image" in preset.closing.what:
            # Two rows for each of the four neurons, all in sight.
            assert program.text("network").count(" bias ") == 5
            assert "gradient" not in program.text("network").split("\n")[1]


async def test_a_speed_of_an_earlier_version_is_no_matter(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "napkin-net"
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text(json.dumps({"speed": "max", "log_scale": True}))
    async with opened(home=tmp_path) as program:
        assert program.app.pace.speed == 10
        assert program.app.view.log_scale
        assert "It predicts 0.684" in program.text("commentary")
