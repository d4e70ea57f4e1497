"""The name and character of a key, the same however the terminal codes it.

There are three codings: plain, kitty's keyboard protocol, and xterm's modifyOtherKeys. Textual
reads them all, but names the keys of the keypad apart under kitty's, and gives no character where
the terminal reports none. Bindings and boxes must not have to know.
"""

from textual.events import Key
from textual.keys import _character_to_key

_MAIN = {
    "decimal": ".",
    "divide": "/",
    "multiply": "*",
    "subtract": "-",
    "add": "+",
    "equal": "=",
    "separator": ",",
}
"""Keys of the keypad under kitty's protocol, with what each types."""
_CONTROLS = {"\r": "enter", "\n": "enter", "\x1b": "escape", "\x7f": "backspace", "\b": "backspace"}
"""Characters by which modifyOtherKeys codes keys that have names."""
_CHARACTERS = {_character_to_key(chr(code)): chr(code) for code in range(32, 127)}
_SHIFT_ADDS_NOTHING = frozenset({"space", *_CONTROLS.values()})
"""Keys that send the same with shift, in the plain coding."""


def as_typed(event: Key) -> Key:
    """Return the event of a key as the plain coding would name it, with its character."""
    *held, name = event.key.split("+")
    character = event.character
    if name in _MAIN:
        # What the keypad's point types depends on the keyboard: it may be a comma.
        character = character or _MAIN[name]
        name = _character_to_key(character)
    name = _CONTROLS.get(name, name)
    if held == ["shift"] and name in _SHIFT_ADDS_NOTHING:
        held = []
    elif held == ["shift"] and name.isalpha() and len(name) == len(name.upper()) == 1:
        held, name = [], name.upper()
    if held not in ([], ["shift"]):
        character = None  # a box would type it
    elif character is None and not held:
        character = _CHARACTERS.get(name)
    return Key("+".join([*held, name]), character)
