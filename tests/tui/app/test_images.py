"""Training images added and taken out while the screen shows them."""

from core.run.changes import AddImage, RemoveImage
from tests.tui.program import opened

DARK = AddImage((1.0, 1.0, 1.0, 1.0), 0.0)


async def test_every_pane_follows_and_b_undoes_it() -> None:
    async with opened(size=(120, 36)) as program:
        await program.step(3)
        limit = program.snapshot.quadratic
        program.app.controller.change_run(DARK)
        await program.arrived()
        assert "mean of 1,001 errors²" in program.words("loss")
        assert "forward 1,001 × 4 4,004" in program.words("cost")
        assert "Training image added: 1,001 now." in program.words("commentary")
        assert program.snapshot.quadratic is not limit
        await program.press("v")
        await program.arrived()
        assert f"here: loss {program.snapshot.loss:.4f}" in program.words("valley")
        with_it = program.snapshot.loss
        await program.press("b")
        await program.arrived()
        assert "mean of 1,000 errors²" in program.words("loss")
        assert program.snapshot.loss != with_it
        assert f"here: loss {program.snapshot.loss:.4f}" in program.words("valley")
        assert "Undone: the run is as it was before the change." in program.words("commentary")


async def test_new_weights_keep_the_images_and_b_leads_back() -> None:
    async with opened() as program:
        await program.step(2)
        program.app.controller.change_run(RemoveImage(0))
        program.app.controller.change_run(RemoveImage(0))
        await program.arrived()
        await program.press("n")
        await program.arrived()
        assert "mean of 998 errors²" in program.words("loss")
        assert program.snapshot.step == 0
        await program.press("b")
        await program.arrived()
        assert program.snapshot.step == 2
        assert program.snapshot.schedule.images == 998
        await program.press("b")
        await program.arrived()
        assert program.snapshot.schedule.images == 999


async def test_another_network_keeps_the_images_and_b_leads_back() -> None:
    async with opened() as program:
        program.app.controller.change_run(DARK)
        await program.press("tab", "u", "u", "A")
        await program.arrived()
        assert program.snapshot.architecture.hidden == (2,)
        assert "mean of 1,001 errors²" in program.words("loss")
        await program.press("b", "b", "b")
        await program.arrived()
        assert len(program.snapshot.architecture.hidden) == 0
        assert "mean of 1,001 errors²" in program.words("loss")
        await program.press("R")
        await program.arrived()
        assert "mean of 1,000 errors²" in program.words("loss")


async def test_the_arithmetic_is_of_the_images_that_there_are() -> None:
    async with opened(size=(120, 36)) as program:
        program.app.controller.change_run(DARK)
        await program.press("tab", "tab", "e")
        await program.arrived()
        words = program.words("explain")
        assert "÷ 1,001" in words
        assert program.app.coming_batch is not None
        assert len(program.app.coming_batch) == 1001
