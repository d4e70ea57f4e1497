"""The keys that are everyone's; panes declare their own.

Bindings, help, footer and palette are made from the table of commands. Capitals are bound twice:
terminals differ in how they send them. Every ctrl key has a plain one beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding

from tui.app import choosing, playback, prompts
from tui.view.view import SwitchComparison, SwitchScale

if TYPE_CHECKING:
    from tui.app.app import NapkinApp

_NAMES = {
    "left_square_bracket": "[", "right_square_bracket": "]", "less_than_sign": "<",
    "greater_than_sign": ">", "left_parenthesis": "(", "right_parenthesis": ")",
    "question_mark": "?", "colon": ":", "plus": "+", "equals_sign": "=", "minus": "−",
    "escape": "esc", "full_stop": ".", "comma": ",",
    "left": "←", "right": "→", "up": "↑", "down": "↓",
}  # fmt: skip


@dataclass(frozen=True)
class Command:
    """What a key does, wherever the focus is."""

    id: str
    """Names it."""
    keys: str
    """Textual's names of the keys, with commas between them; the first is the one to show."""
    word: str
    """What the footer calls it."""
    sentence: str
    """What it does, for the help; the palette has it up to the semicolon. Empty: in neither."""
    do: Callable[[NapkinApp], object]
    """Does it; a coroutine is waited for."""
    priority: bool = False
    """Whether it goes before what a box makes of the key."""

    @property
    def key(self) -> str:
        """The key as it stands on a keyboard."""
        return key_name(self.keys.split(",")[0])

    @property
    def action(self) -> str:
        """What Textual calls it."""
        return f"do({self.id!r})"

    @property
    def binding(self) -> Binding:
        """Binds its keys."""
        return Binding(
            ",".join(doubled(key) for key in self.keys.split(",")),
            self.action,
            self.word,
            show=bool(self.sentence),
            key_display=self.key,
            priority=self.priority,
            tooltip=self.sentence,
            id=self.id,
        )


def doubled(key: str) -> str:
    """Return the names of a key: a capital has two."""
    return f"{key},shift+{key.lower()}" if key.isupper() else key


def key_name(key: str) -> str:
    """Write a key as it stands on a keyboard."""
    name = _NAMES.get(key, key)
    is_capital = name.startswith("shift+") and len(name) == len("shift+") + 1
    return name[-1].upper() if is_capital else name


def key_names(binding: Binding) -> str:
    """Write all keys of a binding as they stand on a keyboard."""
    if binding.key == "0":
        return binding.key_display or "0"
    return " ".join(dict.fromkeys(key_name(key) for key in binding.key.split(",")))


COMMANDS = {command.id: command for command in (
    Command("run", "space", "run", "Run, or pause.",
            lambda app: playback.run_or_pause(app.controller)),
    Command("step", "s", "step", "Take one step.", lambda app: playback.step(app.controller)),
    Command("reset", "r", "restart",
            "Restart from the same weights; the previous run stays as a faint curve.",
            lambda app: choosing.reset(app.controller)),
    Command("essay", "R", "default",
            "Open the default network, with its images and its learning rate.",
            lambda app: choosing.open_default(app.controller)),
    Command("new", "n", "new", "New random weights (next seed), same images.",
            lambda app: choosing.draw_new_weights(app.controller)),
    Command("slower", "left_square_bracket,less_than_sign", "slower",
            "Run slower: fewer steps per second.",
            lambda app: playback.change_speed(app.controller, -1)),
    Command("faster", "right_square_bracket,greater_than_sign", "faster",
            "Run faster: up to 1,000 steps per second, then as fast as possible.",
            lambda app: playback.change_speed(app.controller, 1)),
    Command("smaller", "left_parenthesis", "smaller steps",
            "Lower the learning rate: each step changes the weights less.",
            lambda app: choosing.change_rate(app.controller, up=False)),
    Command("larger", "right_parenthesis", "larger steps",
            "Raise the learning rate: each step changes the weights more.",
            lambda app: choosing.change_rate(app.controller, up=True)),
    Command("log", "L", "log", "Show the loss on a logarithmic or a linear scale.",
            lambda app: app.controller.change_view(SwitchScale())),
    Command("part", "full_stop", "substep",
            "Single-stepping: show the next substep of the coming step.",
            lambda app: playback.go_to_substep(app.controller, 1)),
    Command("part_before", "comma", "previous substep",
            "Single-stepping: show the previous substep; s finishes the step.",
            lambda app: playback.go_to_substep(app.controller, -1)),
    Command("back", "b", "back", "Go one step back, or undo the change that you made at this step.",
            lambda app: playback.step_back(app.controller, 1)),
    Command("back10", "B", "ten back", "Go ten steps back.",
            lambda app: playback.step_back(app.controller, 10)),
    Command("other", "o", "other run",
            "Switch to the other run, the faint curve.",
            lambda app: playback.swap(app.controller)),
    Command("gradient", "g", "gradient",
            "Compute the gradient by backprop, or by finite differences.",
            lambda app: choosing.switch_gradient(app.controller)),
    Command("both", "G", "both gradients",
            "Show the difference between finite differences and backprop; again: the update.",
            lambda app: app.controller.change_view(SwitchComparison())),
    Command("engine", "E", "engine", "Compute with the other engine: matrix or loops.",
            lambda app: choosing.switch_engine(app.controller)),
    Command("explain", "e", "explain",
            "Show the arithmetic behind the selected number, and the code; again: close.",
            lambda app: app.open_pane("explain")),
    Command("valley", "v", "landscape", "Show the loss landscape of two weights; again: close.",
            lambda app: app.open_pane("valley")),
    Command("map", "m", "map", "Show the prediction map of two pixels; again: close.",
            lambda app: app.open_pane("map")),
    Command("data", "d", "data",
            "Show all images as tiny pictures, each with its error; again: close.",
            lambda app: app.open_pane("data")),
    Command("add_image", "a", "add",
            "Add the selected image to the training images, with its label.",
            lambda app: prompts.ask_for_label(app)),
    Command("settings", "c", "settings",
            "Show every setting of the run on one page, and presets.",
            lambda app: prompts.ask_for_settings(app)),
    Command("share", "y", "share", "Copy the command line of this run, and show it.",
            lambda app: prompts.share(app)),
    Command("save", "S,ctrl+s", "save",
            "Save this session in a file; the first time you choose the file.",
            lambda app: app.files.save()),
    Command("open", "F,ctrl+o", "open",
            "Open a session from a file, or a recovered run; b goes back to this run.",
            lambda app: app.files.ask_for_one()),
    Command("next", "tab", "next pane", "Go to the next pane.", lambda app: app.board.go(1)),
    Command("previous", "shift+tab", "previous pane", "Go to the previous pane.",
            lambda app: app.board.go(-1)),
    Command("zoom", "z", "zoom",
            "Show the focused pane alone, for a projector; again: all panes.",
            lambda app: app.board.switch_zoom()),
    Command("help", "question_mark,f1", "keys", "Show the keys and the glossary.",
            lambda app: app.show_help()),
    Command("palette", "colon,ctrl+p", "commands", "Find a command by name.",
            lambda app: app.find_command()),
    Command("close", "escape", "close", "Close the open box or pane; esc never quits.",
            lambda app: app.close()),
    Command("quit", "q,ctrl+q", "quit", "Quit.", lambda app: app.action_quit()),
    Command("suspend", "ctrl+z", "suspend", "", lambda app: app.action_suspend_process()),
    Command("interrupt", "ctrl+c", "quit", "", lambda app: app.action_quit(), priority=True),
)}  # fmt: skip
"""In the order in which help lists them."""

APP_BINDINGS = [command.binding for command in COMMANDS.values()]
"""The keys, as Textual has them."""
