"""Keys written in one burst, as a paste or a busy machine makes them: done in their order."""

from core import Trainer, TrainingConfig
from core.run.changes import SetParameter
from tests.terminal.terminal import Terminal

TIMES = 15


def test_edits_and_steps_and_then_the_way_back_and_on_in_bursts() -> None:
    alone = Trainer(TrainingConfig())
    for _ in range(TIMES):
        alone.apply(SetParameter(0, round(float(alone.run.here.network.parameters[0]) + 0.05, 12)))
        alone.run.step()
    with Terminal() as terminal:
        terminal.expect("predicts")
        terminal.press("tab")
        terminal.expect("weight 1 ")
        terminal.send(b"+s" * TIMES)
        terminal.expect(f"step {TIMES} · paused")
        terminal.expect(f"× {alone.run.here.network.parameters[0]:+.4f} ".replace("+", r"\+"))
        # Each edit was made at a step of its own, the last one before the last step.
        terminal.press("b")
        terminal.expect(f"Step {TIMES - 1} of {TIMES}:")
        terminal.press("b")
        terminal.expect("Undone: ")
        # Back and on, home and again.
        terminal.send(b"r" + b"s" * 5)
        terminal.expect("step 5 · paused")
        terminal.send(b"bs" * TIMES)
        terminal.drawn()
        terminal.expect("step 5 · paused")
        terminal.press("b")
        terminal.expect("Step 4 of 5:")
        terminal.press("tab")
        terminal.drawn()
        terminal.send(b"\x1b[Hr")
        terminal.expect("Back at step 0")
        terminal.drawn()
        # The run that r left stood at its start already.
        terminal.press("b")
        terminal.expect("step 0 of 5:")
