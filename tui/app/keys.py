"""The keys that are everyone's; panes declare their own.

Bindings, help, footer and palette are made from the table of commands. Capitals are bound twice:
terminals differ in how they send them. Every ctrl key has a plain twin.
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
            "Start this again from the same weights; the curve so far stays, faint.",
            lambda app: choosing.reset(app.controller)),
    Command("essay", "R", "essay",
            "Back to the essay’s four weights, its images and its learning rate.",
            lambda app: choosing.open_default(app.controller)),
    Command("new", "n", "new", "New random weights (next seed), same images.",
            lambda app: choosing.draw_new_weights(app.controller)),
    Command("slower", "left_square_bracket,less_than_sign", "slower", "Fewer steps a second.",
            lambda app: playback.change_speed(app.controller, -1)),
    Command("faster", "right_square_bracket,greater_than_sign", "faster",
            "More steps a second; in the end as fast as it can.",
            lambda app: playback.change_speed(app.controller, 1)),
    Command("smaller", "left_parenthesis", "smaller steps",
            "A smaller learning rate: each step moves the weights less.",
            lambda app: choosing.change_rate(app.controller, up=False)),
    Command("larger", "right_parenthesis", "larger steps",
            "A larger learning rate: each step moves the weights more.",
            lambda app: choosing.change_rate(app.controller, up=True)),
    Command("log", "L", "log", "Draw the loss on a logarithmic scale, or a linear one.",
            lambda app: app.controller.change_view(SwitchScale())),
    Command("part", "full_stop", "slow motion",
            "Slow motion: show the next part of the coming step.",
            lambda app: playback.go_to_substep(app.controller, 1)),
    Command("part_before", "comma", "part before",
            "Slow motion: show the part before; s finishes the step.",
            lambda app: playback.go_to_substep(app.controller, -1)),
    Command("back", "b", "back", "One step back, or take back the change that was made here.",
            lambda app: playback.step_back(app.controller, 1)),
    Command("back10", "B", "ten back", "Ten steps back.",
            lambda app: playback.step_back(app.controller, 10)),
    Command("other", "o", "other run",
            "Change places with the run that stands beside this one, as a faint line.",
            lambda app: playback.swap(app.controller)),
    Command("gradient", "g", "gradient",
            "Find the gradient the other way: by backprop, or by nudging.",
            lambda app: choosing.switch_gradient(app.controller)),
    Command("both", "G", "both gradients",
            "Show how far backprop’s gradient is from nudging’s; again: the step.",
            lambda app: app.controller.change_view(SwitchComparison())),
    Command("engine", "E", "engine", "Compute with the other engine: matrix, or loops.",
            lambda app: choosing.switch_engine(app.controller)),
    Command("explain", "e", "explain",
            "Show the arithmetic behind the selected number, and the code; again: close.",
            lambda app: app.open_pane("explain")),
    Command("valley", "v", "valley", "Show the loss over two weights as a valley; again: close.",
            lambda app: app.open_pane("valley")),
    Command("map", "m", "map", "Show what it answers over two pixels as a map; again: close.",
            lambda app: app.open_pane("map")),
    Command("data", "d", "data",
            "Show all images as tiny pictures, each with its error; again: close.",
            lambda app: app.open_pane("data")),
    Command("add_image", "a", "add",
            "Add the image that is looked at to the training images, with its label.",
            lambda app: prompts.ask_for_label(app)),
    Command("settings", "c", "settings",
            "Every setting of the run on one page, and ready-made runs.",
            lambda app: prompts.ask_for_settings(app)),
    Command("share", "y", "share", "Copy the command line that leads to this run, and show it.",
            lambda app: prompts.share(app)),
    Command("save", "S,ctrl+s", "save",
            "Save this session in a file; the first time it asks which.",
            lambda app: app.files.save()),
    Command("open", "F,ctrl+o", "open",
            "Open a session from a file, or one that was cut short; b: the run before.",
            lambda app: app.files.ask_for_one()),
    Command("next", "tab", "next pane", "Go to the next pane.", lambda app: app.board.go(1)),
    Command("previous", "shift+tab", "previous pane", "Go to the previous pane.",
            lambda app: app.board.go(-1)),
    Command("zoom", "z", "zoom",
            "Show the focused pane alone, for a projector; again: all of them.",
            lambda app: app.board.switch_zoom()),
    Command("help", "question_mark,f1", "keys", "Show the keys and what the words mean.",
            lambda app: app.show_help()),
    Command("palette", "colon,ctrl+p", "commands", "Find a command by name.",
            lambda app: app.find_command()),
    Command("close", "escape", "close", "Close what is open; it never quits.",
            lambda app: app.close()),
    Command("quit", "q,ctrl+q", "quit", "Quit.", lambda app: app.action_quit()),
    Command("suspend", "ctrl+z", "suspend", "", lambda app: app.action_suspend_process()),
    Command("interrupt", "ctrl+c", "quit", "", lambda app: app.action_quit(), priority=True),
)}  # fmt: skip
"""In the order in which help lists them."""

APP_BINDINGS = [command.binding for command in COMMANDS.values()]
"""The keys, as Textual has them."""
