"""The keys that are everyone's; panes declare their own.

Help, footer and palette are collected from these. A binding's description is the word on the
footer, its tooltip the sentence in the help. Capitals are bound twice: terminals differ in how they
send them. Every ctrl key has a plain twin.
"""

from textual.binding import Binding

APP_BINDINGS = [
    Binding("space", "run_or_pause", "run", id="run", tooltip="Run, or pause."),
    Binding("s", "step", "step", id="step", tooltip="Take one step."),
    Binding(
        "r",
        "reset",
        "restart",
        id="reset",
        tooltip="Start this again from the same weights; the curve so far stays, faint.",
    ),
    Binding(
        "R,shift+r",
        "essay",
        "essay",
        key_display="R",
        id="essay",
        tooltip="Back to the essay’s four weights, its images and its learning rate.",
    ),
    Binding(
        "n", "new_weights", "new", id="new", tooltip="New random weights (next seed), same images."
    ),
    Binding(
        "left_square_bracket,less_than_sign",
        "change_speed(-1)",
        "slower",
        key_display="[",
        id="slower",
        tooltip="Fewer steps a second.",
    ),
    Binding(
        "right_square_bracket,greater_than_sign",
        "change_speed(1)",
        "faster",
        key_display="]",
        id="faster",
        tooltip="More steps a second; in the end as fast as it can.",
    ),
    Binding(
        "left_parenthesis",
        "change_rate(False)",
        "smaller steps",
        key_display="(",
        id="smaller",
        tooltip="A smaller learning rate: each step moves the weights less.",
    ),
    Binding(
        "right_parenthesis",
        "change_rate(True)",
        "larger steps",
        key_display=")",
        id="larger",
        tooltip="A larger learning rate: each step moves the weights more.",
    ),
    Binding(
        "L,shift+l",
        "switch_scale",
        "log",
        key_display="L",
        id="log",
        tooltip="Draw the loss on a logarithmic scale, or a linear one.",
    ),
    Binding(
        "full_stop",
        "part(1)",
        "slow motion",
        key_display=".",
        id="part",
        tooltip="Slow motion: show the next part of the coming step.",
    ),
    Binding(
        "comma",
        "part(-1)",
        "part before",
        key_display=",",
        id="part_before",
        tooltip="Slow motion: show the part before; s finishes the step.",
    ),
    Binding(
        "b",
        "step_back(1)",
        "back",
        id="back",
        tooltip="One step back, or take back the change that was made here.",
    ),
    Binding(
        "B,shift+b",
        "step_back(10)",
        "ten back",
        key_display="B",
        id="back10",
        tooltip="Ten steps back.",
    ),
    Binding(
        "o",
        "swap",
        "other run",
        id="other",
        tooltip="Change places with the run that stands beside this one, as a faint line.",
    ),
    Binding(
        "g",
        "switch_gradient",
        "gradient",
        id="gradient",
        tooltip="Find the gradient the other way: by backprop, or by nudging.",
    ),
    Binding(
        "G,shift+g",
        "switch_comparison",
        "both gradients",
        key_display="G",
        id="both",
        tooltip="Show how far backprop’s gradient is from nudging’s; again: the step.",
    ),
    Binding(
        "E,shift+e",
        "switch_engine",
        "engine",
        key_display="E",
        id="engine",
        tooltip="Compute with the other engine: matrix, or loops.",
    ),
    Binding(
        "e",
        "open('explain')",
        "explain",
        id="explain",
        tooltip="Show the arithmetic behind the selected number, and the code; again: close.",
    ),
    Binding(
        "v",
        "open('valley')",
        "valley",
        id="valley",
        tooltip="Show the loss over two weights as a valley; again: close.",
    ),
    Binding(
        "m",
        "open('map')",
        "map",
        id="map",
        tooltip="Show what it answers over two pixels as a map; again: close.",
    ),
    Binding(
        "d",
        "open('data')",
        "data",
        id="data",
        tooltip="Show all images as tiny pictures, each with its error; again: close.",
    ),
    Binding(
        "a",
        "add_image",
        "add",
        id="add_image",
        tooltip="Add the image that is looked at to the training images, with its label.",
    ),
    Binding(
        "c",
        "settings",
        "settings",
        id="settings",
        tooltip="Every setting of the run on one page, and ready-made runs.",
    ),
    Binding(
        "y",
        "share",
        "share",
        id="share",
        tooltip="Copy the command line that leads to this run, and show it.",
    ),
    Binding(
        "S,shift+s,ctrl+s",
        "save",
        "save",
        key_display="S",
        id="save",
        tooltip="Save this session in a file; the first time it asks which.",
    ),
    Binding(
        "F,shift+f,ctrl+o",
        "open_file",
        "open",
        key_display="F",
        id="open",
        tooltip="Open a session from a file, or one that was cut short; b: the run before.",
    ),
    Binding("tab", "next_pane(1)", "next pane", id="next", tooltip="Go to the next pane."),
    Binding(
        "shift+tab",
        "next_pane(-1)",
        "previous pane",
        key_display="shift+tab",
        id="previous",
        tooltip="Go to the previous pane.",
    ),
    Binding(
        "z",
        "zoom",
        "zoom",
        id="zoom",
        tooltip="Show the focused pane alone, for a projector; again: all of them.",
    ),
    Binding(
        "question_mark,f1",
        "help",
        "keys",
        key_display="?",
        id="help",
        tooltip="Show the keys and what the words mean.",
    ),
    Binding(
        "colon,ctrl+p",
        "command_palette",
        "commands",
        key_display=":",
        id="palette",
        tooltip="Find a command by name.",
    ),
    Binding("escape", "close", "close", id="close", tooltip="Close what is open; it never quits."),
    Binding("q,ctrl+q", "quit", "quit", key_display="q", id="quit", tooltip="Quit."),
    Binding("ctrl+z", "suspend_process", "suspend", show=False, id="suspend"),
    Binding("ctrl+c", "quit", "quit", show=False, priority=True, id="interrupt"),
]
"""In the order in which help lists them."""

_NAMES = {
    "left_square_bracket": "[", "right_square_bracket": "]", "less_than_sign": "<",
    "greater_than_sign": ">", "left_parenthesis": "(", "right_parenthesis": ")",
    "question_mark": "?", "colon": ":", "plus": "+", "equals_sign": "=", "minus": "−",
    "escape": "esc", "full_stop": ".", "comma": ",",
    "left": "←", "right": "→", "up": "↑", "down": "↓",
}  # fmt: skip


def key_names(binding: Binding) -> str:
    """Write all keys of a binding as they stand on a keyboard."""
    if binding.key == "0":
        return binding.key_display or "0"
    names: list[str] = []
    for key in binding.key.split(","):
        name = _NAMES.get(key, key)
        if name.startswith("shift+") and len(name) == len("shift+") + 1:
            name = name[-1].upper()
        if name not in names:
            names.append(name)
    return " ".join(names)
