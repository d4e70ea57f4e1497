"""The keys that are everyone's; panes declare their own.

Bindings, help, footer and palette are made from the table of commands. Capitals are bound twice:
terminals differ in how they send them. Every ctrl key has a plain one beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from textual.binding import Binding

from core.structs import Struct
from tui.app import choosing, layout, playback, prompts
from tui.view.view import SwitchScale

if TYPE_CHECKING:
    from tui.app.app import NapkinApp

_NAMES = {
    "left_square_bracket": "[", "right_square_bracket": "]", "less_than_sign": "<",
    "greater_than_sign": ">", "left_parenthesis": "(", "right_parenthesis": ")",
    "question_mark": "?", "colon": ":", "plus": "+", "equals_sign": "=", "minus": "−",
    "escape": "esc", "full_stop": ".", "comma": ",",
    "left": "←", "right": "→", "up": "↑", "down": "↓",
}  # fmt: skip


class Group(StrEnum):
    """What a person wants to do: the headings of the palette and of help."""

    RUN = "run"
    LOOK = "look"
    NETWORK = "network"
    DATA = "data"
    FILES = "files"
    SETTINGS = "settings"


class Command(Struct):
    """What a key does, wherever the focus is; or what only the palette does."""

    id: str
    """Names it."""
    group: Group
    """What it is for."""
    keys: str
    """Textual's names of the keys, with commas between them; the first is the one to show."""
    word: str
    """What the footer calls it."""
    sentence: str
    """What it does, for the help; up to the first colon or semicolon its name in the palette, which
    begins with a verb. Empty: in neither."""
    do: Callable[[NapkinApp], object]
    """Does it; a coroutine is waited for."""
    also: str = ""
    """Other words that find it in the palette."""
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


def name_of(sentence: str) -> str:
    """Return what the palette calls a command, from its sentence."""
    return re.split("[;:]", sentence, maxsplit=1)[0].rstrip(".")


def key_names(binding: Binding) -> str:
    """Write all keys of a binding as they stand on a keyboard."""
    if binding.key == "0":
        return binding.key_display or "0"
    return " ".join(dict.fromkeys(key_name(key) for key in binding.key.split(",")))


COMMANDS = {command.id: command for command in (
    Command("run", Group.RUN, "space", "run", "Run, or pause.",
            lambda app: playback.run_or_pause(app.controller), "start stop play train"),
    Command("step", Group.RUN, "s", "step", "Take one step.",
            lambda app: playback.step(app.controller), "train update"),
    Command("reset", Group.RUN, "r", "restart",
            "Restart from the same weights; the previous run stays as a faint curve.",
            lambda app: choosing.reset(app.controller), "reset again"),
    Command("essay", Group.RUN, "R", "default",
            "Open the default network: also its images and its learning rate.",
            lambda app: choosing.open_default(app.controller), "reset"),
    Command("new", Group.RUN, "n", "new",
            "Draw new random weights: the next seed; the images stay.",
            lambda app: choosing.draw_new_weights(app.controller), "initialise initial"),
    Command("slower", Group.RUN, "left_square_bracket,less_than_sign", "slower",
            "Run slower: fewer steps per second.",
            lambda app: playback.change_speed(app.controller, -1), "speed"),
    Command("faster", Group.RUN, "right_square_bracket,greater_than_sign", "faster",
            "Run faster: up to 1,000 steps per second, then as fast as possible.",
            lambda app: playback.change_speed(app.controller, 1), "speed"),
    Command("smaller", Group.RUN, "left_parenthesis", "smaller steps",
            "Lower the learning rate: each step changes the weights less.",
            lambda app: choosing.change_rate(app.controller, up=False), "smaller"),
    Command("larger", Group.RUN, "right_parenthesis", "larger steps",
            "Raise the learning rate: each step changes the weights more.",
            lambda app: choosing.change_rate(app.controller, up=True), "larger"),
    Command("part", Group.RUN, "full_stop", "substep",
            "Show the next substep of the coming step: single-stepping.",
            lambda app: playback.go_to_substep(app.controller, 1), "slow debug"),
    Command("part_before", Group.RUN, "comma", "previous substep",
            "Show the previous substep; s finishes the step.",
            lambda app: playback.go_to_substep(app.controller, -1), "slow debug"),
    Command("back", Group.RUN, "b", "back",
            "Go one step back; or undo the change that you made at this step.",
            lambda app: playback.step_back(app.controller, 1), "undo previous"),
    Command("back10", Group.RUN, "B", "ten back", "Go ten steps back.",
            lambda app: playback.step_back(app.controller, 10), "undo previous"),
    Command("before", Group.RUN, "P", "previous run",
            "Return to the previous run, at any step; again: to the one before that.",
            lambda app: playback.go_to_kept_run(app.controller), "before kept go back own sweep"),
    Command("other", Group.RUN, "o", "other run",
            "Switch to the other run: the faint curve.",
            lambda app: playback.swap(app.controller), "previous compare"),
    Command("explain", Group.LOOK, "e", "explain",
            "Explain the selected number: its arithmetic and its code; again: close.",
            lambda app: app.open_pane("explain"), "why formula arithmetic code"),
    Command("valley", Group.LOOK, "v", "landscape",
            "Show the loss landscape: the loss over two weights; again: close.",
            lambda app: app.open_pane("valley"), "valley surface curvature"),
    Command("map", Group.LOOK, "m", "map",
            "Show the prediction map: the output over two pixels; again: close.",
            lambda app: app.open_pane("map"), "decision boundary"),
    Command("lab", Group.LOOK, "p", "lab",
            "Show the lab: the time of a step, predicted and measured; again: close.",
            lambda app: app.open_pane("lab"), "performance speed time roofline prediction scale"),
    Command("both", Group.LOOK, "G", "both gradients",
            "Compare the two gradient methods; again: show the update.",
            lambda app: layout.switch_comparison(app),
            "check difference backprop finite differences nudge"),
    Command("log", Group.LOOK, "L", "log", "Show the loss on a log or a linear scale.",
            lambda app: app.controller.change_view(SwitchScale()), "logarithmic axis curve"),
    Command("unit", Group.LOOK, "X", "unit",
            "Draw the loss over another unit: epochs, images seen, multiply-adds, seconds.",
            lambda app: playback.turn_unit(app.controller), "axis cost time cheaper"),
    Command("zoom", Group.LOOK, "z", "zoom",
            "Show the focused pane alone; again: show all panes.",
            lambda app: layout.switch_zoom(app), "full screen larger projector"),
    Command("theme", Group.LOOK, "", "theme", "Choose a theme: other colours, dark or light.",
            lambda app: app.choose_theme(), "colours appearance"),
    Command("help", Group.LOOK, "question_mark,f1", "keys", "Show the keys and the glossary.",
            lambda app: app.show_help(), "help words terms shortcuts"),
    Command("palette", Group.LOOK, "colon,ctrl+p", "find", "Find a command by name.",
            lambda app: app.find_command()),
    Command("next", Group.LOOK, "tab", "next pane", "Go to the next pane.",
            lambda app: layout.go(app, 1)),
    Command("previous", Group.LOOK, "shift+tab", "previous pane", "Go to the previous pane.",
            lambda app: layout.go(app, -1)),
    Command("close", Group.LOOK, "escape", "close", "Close the open box or pane; esc never quits.",
            lambda app: app.close()),
    Command("sweep", Group.LOOK, "C", "sweep",
            "Train many runs (a sweep): every combination of values; compare and open them.",
            lambda app: prompts.show_sweep(app), "grid search seeds frontier cheapest goal"),
    Command("data", Group.DATA, "d", "data",
            "Show all images: each as a tiny picture with its error; again: close.",
            lambda app: app.open_pane("data"), "examples training test"),
    Command("add_image", Group.DATA, "a", "add",
            "Add the selected image to the training images; you give its label.",
            lambda app: prompts.ask_for_label(app), "example own"),
    Command("save", Group.FILES, "S,ctrl+s", "save",
            "Save this session; the first time you choose the file.",
            lambda app: app.files.save(), "store write"),
    Command("save_as", Group.FILES, "", "save as", "Save this session in another file.",
            lambda app: app.files.save_as(), "store write name"),
    Command("open", Group.FILES, "F,ctrl+o", "open",
            "Open a session or a recovered run; P goes back to this run.",
            lambda app: app.files.ask_for_one(), "load read file"),
    Command("forget", Group.FILES, "", "delete",
            "Delete recovered runs: autosaves of crashed sessions that nobody opened.",
            lambda app: app.files.forget(), "remove forget"),
    Command("share", Group.FILES, "y", "share", "Copy the command line of this run; also show it.",
            lambda app: prompts.share(app), "share clipboard"),
    Command("picture", Group.FILES, "", "picture", "Export a picture of the screen: an SVG file.",
            lambda app: prompts.ask_for_export(app, "svg"), "screenshot svg write"),
    Command("quit", Group.FILES, "q,ctrl+q", "quit", "Quit.", lambda app: app.action_quit(),
            "exit leave end"),
    Command("settings", Group.SETTINGS, "c", "settings",
            "Change the settings: all on one page, with the presets.",
            lambda app: prompts.ask_for_settings(app), "options hyperparameters preset"),
    Command("gradient", Group.SETTINGS, "g", "gradient",
            "Switch the gradient method: backprop or finite differences.",
            lambda app: choosing.switch_gradient(app.controller), "nudge chain rule"),
    Command("engine", Group.SETTINGS, "E", "engine",
            "Switch the engine, to any that is installed.",
            lambda app: choosing.switch_engine(app.controller),
            "numpy python compute matrix loops"),
    Command("suspend", Group.RUN, "ctrl+z", "suspend", "",
            lambda app: app.action_suspend_process()),
    Command("interrupt", Group.RUN, "ctrl+c", "quit", "", lambda app: app.action_quit(),
            priority=True),
)}  # fmt: skip
"""Group by group, in the order in which help and palette list them."""

APP_BINDINGS = [command.binding for command in COMMANDS.values() if command.keys]
"""The keys, as Textual has them."""
