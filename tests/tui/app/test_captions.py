"""The two lines below the panes speak of what is in front of a person and of what just happened."""

from collections.abc import Iterator

from core import DEFAULT_IMAGE, TrainingConfig
from tests.tui.made_rates import made_rates
from tests.tui.program import Program, opened
from tui.app import choosing
from tui.app.keys import COMMANDS
from tui.panes.pane import Pane
from tui.screens.settings.draft import Draft
from tui.words.phrases import WIDTH

STALE = ("Words of the key before.", "They are about something else.")
AS_BEFORE = "as before"
"""The key only looks: what was told of the run is still what there is to say."""

WAY: dict[str, tuple[tuple[str, str], ...]] = {
    "image": (
        ("9", "Pixel 1 is 0.9: it predicts"),
        ("right", AS_BEFORE), ("down", AS_BEFORE), ("left", AS_BEFORE), ("up", AS_BEFORE),
        ("f", "Pixel 1 is 1: it predicts"), ("plus", AS_BEFORE), ("minus", "Pixel 1 is 0.95"),
        ("0", "Pixel 1 is 0: it predicts"),
        ("s", "Loss "), ("b", "Step 0 of 1: loss"), ("o", "No: there is no previous run."),
        ("left_parenthesis", "Learning rate 0.1 → 0.05"), ("s", "Loss "),
        ("r", "Back at step 0, with the initial weights"), ("o", "The other run. Step 1 of 1"),
        ("B", "Step 0 of 1"), ("right_parenthesis", "Learning rate 0.05 → 0.1"),
        ("n", "New weights, same images."), ("g", "Finite differences cost 5 forward passes"),
        ("g", "Backprop costs about 2.0 forward passes"), ("G", "Compared: "),
        ("G", "Backprop costs about 2.0 forward passes"), ("E", "Engine loops"),
        ("X", "Across: images seen"), ("X", "Across: multiply-adds"), ("X", "Across: steps"),
        ("L", "Log scale"), ("L", "Linear scale"),
        ("left_square_bracket", "Speed: 5 steps per second."),
        ("right_square_bracket", "Speed: 10 steps per second."), ("tab", "Linear scale"),
        ("shift+tab", "Linear scale"), ("full_stop", "Forward: "), ("full_stop", "Loss, the mean"),
        ("z", "Shown alone: the selected image."), ("tab", "Shown alone: the network."),
        ("shift+tab", "Shown alone: the selected image."), ("z", "Loss, the mean"),
        ("comma", "Forward: "), ("comma", "Linear scale"), ("comma", "No: no substep is shown."),
        ("y", "Copied, if the terminal"),
        ("v", "Loss landscape over weight 1"), ("v", "Linear scale"),
        ("m", "Map of the prediction over top left (across)"),
        ("d", "6 training images, and below each its error"), ("escape", "Linear scale"),
        ("e", "Explained: "),
    ),
    "explain": (
        ("down", "Explained: "), ("up", "Explained: "), ("home", "Explained: "),
        ("end", "Explained: "),
        ("pagedown", "Explained: "), ("pageup", "Explained: "), ("e", "Linear scale"),
    ),
    "network": (
        ("t", "Selected: gradient of weight 1."), ("w", "Weight 1 goes up in the loss landscape"),
        ("down", AS_BEFORE), ("up", AS_BEFORE), ("right", "Selected: weight 1 after the coming"),
        ("left", "Selected: gradient of weight 1."), ("plus", "Weight 1 set from"),
        ("minus", "Weight 1 set from"), ("x", "Frozen: "), ("enter", AS_BEFORE),
        ("escape", AS_BEFORE),
        ("pagedown", AS_BEFORE), ("pageup", AS_BEFORE),
        ("b", "Undone: "), ("s", "Loss "),
    ),
    "loss": (
        ("left", "Step 0 of 1"), ("right", "Step 1 of 1"), ("home", "Step 0 of 1"),
        ("end", "Step 1 of 1"), ("X", "Across: images seen"),
        ("L", "Log scale"), ("L", "Linear scale"),
        ("t", "Dotted: the learning rate of every step"),
        ("t", "The learning rate is not drawn any more."),
    ),
    "cost": (("down", AS_BEFORE), ("up", AS_BEFORE), ("v", "Loss landscape over ")),
    "valley": (
        ("plus", "Arrows move the weights"), ("minus", "Arrows move the weights"),
        ("enter", "Loss landscape along the lowest"), ("enter", "Loss landscape over "),
        ("left", " set from "), ("right", " set from "), ("up", " set from "),
        ("down", " set from "), ("m", "Map of the prediction"),
    ),
    "map": (
        ("w", "over top left (across) and bottom left (up)."),
        ("x", "over bottom left (across) and top left (up)."), ("t", "The map has few colours"),
        ("plus", "by at most 0.2."), ("minus", "by at most 0.1."),
        ("enter", "No: this network has no hidden neurons."), ("up", "Pixel 1 is 0.05"),
        ("down", "Pixel 1 is 0:"), ("right", "Pixel 3 is 0.45"), ("left", "Pixel 3 is 0.4:"),
        ("d", "6 training images"),
    ),
    "data": (
        ("w", "6 training images, the largest error first."), ("t", "2 test images"),
        ("t", "6 training images"), ("w", "6 training images, and below"),
        ("home", "Training image 1 is selected"), ("right", "Training image 2 is selected"),
        ("left", "Training image 1 is selected"), ("end", "Training image 6 is selected"),
        ("up", AS_BEFORE), ("down", AS_BEFORE), ("pageup", "Training image 1"),
        ("pagedown", "Training image 6"), ("enter", AS_BEFORE),
        ("delete", "Training image removed: 5 now."), ("p", "Lab: the time of a step, "),
    ),
    "lab": (
        ("down", "Lab: the time of a step, "), ("up", "Lab: the time of a step, "),
        ("i", "Twice the images: measured beside the run"), ("w", "No: there is no hidden layer"),
        ("l", "One more layer: measured beside the run"), ("e", "Explained: predicted time of"),
        ("pagedown", AS_BEFORE), ("pageup", AS_BEFORE), ("e", "Lab: the time of a step, "),
        ("end", AS_BEFORE), ("home", AS_BEFORE),
        ("M", "This machine’s rates are measured again"),
        ("t", "Roofline"), ("t", " here"),
        ("t", "Lab: the time of a step, "), ("escape", "Training image removed"),
        ("R", "The default network: it predicts 0.684; the image is 0.450 dark."),
        ("P", "Back in the previous run, at step "),
        ("R", "The default network: it predicts 0.684; the image is 0.450 dark."),
    ),
}  # fmt: skip
"""Pane by pane, the keys one after the other, each with words that are there then."""

ELSEWHERE = {
    "quit", "suspend", "interrupt", "help", "palette", "settings", "sweep", "save", "open",
    "add_image", "run",
}  # fmt: skip
"""Commands that end the program, or whose box covers the lines; what runs has a clock of its own in
the tests of the narrator."""


def unpressed(program: Program) -> Iterator[tuple[str, str]]:
    """The keys of the table and of the panes that the way does not press."""
    pressed = {key for keys in WAY.values() for key, _ in keys}
    for name, command in COMMANDS.items():
        has_key = bool(command.keys)
        if has_key and name not in ELSEWHERE and not pressed & set(command.keys.split(",")):
            yield "everywhere", name
    for pane in program.app.query(Pane):
        here = {key for key, _ in WAY[pane.id or ""]}
        for binding in pane.BINDINGS:
            assert not isinstance(binding, tuple)
            keys = set(binding.key.split(","))
            is_another = binding.action.startswith(("paint(0.", "exact", "reshape("))
            if not (here & keys or is_another):
                yield pane.id or "", binding.key


async def test_no_key_leaves_words_that_are_about_something_else() -> None:
    config = TrainingConfig(images=8, test_share=0.25)
    with made_rates():
        await press_all(config)


async def press_all(config: TrainingConfig) -> None:
    """Press every key, and see that the words are about it."""
    async with opened(config) as program:
        assert not list(unpressed(program))
        app, wrong = program.app, []
        for pane, keys in WAY.items():
            app.screen.set_focus(program.widget(pane))
            await (program.drawn() if pane == "lab" else program.arrived())
            for key, words in keys:
                app.controller.narrator.end_note()
                before = app.controller.narrator.remark
                app.controller.note(STALE)
                await program.press(key)
                await program.until(lambda: not app.controller.training.is_travelling)
                said, fits = " ".join(app.remark), max(map(len, app.remark)) <= WIDTH
                right = app.remark == before if words == AS_BEFORE else words in said
                if not (right and fits):
                    wrong.append((pane, key, words, app.remark))
        assert not wrong, "\n".join(map(str, wrong))
        assert not app.board.is_changed
        assert program.snapshot.reading.image == DEFAULT_IMAGE, "R brings its image back, too"
        for texts, words in (
            ({"images": "7"}, "New run, images 1,000 → 7; the initial weights are the same."),
            ({"hidden": "3", "seed": "5"}, "New run, hidden layers none → 3 and seed 0 → 5."),
        ):
            config = app.controller.run.config
            choosing.take_draft(app.controller, Draft(config, config, texts))
            await program.arrived()
            first, second = app.remark
            assert first == words
            assert second.startswith("Press b for the previous run. It predicts ")
