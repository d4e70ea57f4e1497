"""A key does the same in every coding that a terminal may choose for it."""

from collections.abc import Iterator
from functools import cache

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import Keys, _character_to_key

from tests.terminal.keyboard import KEYS
from tests.tui.app.test_bindings import bindings
from tui.terminal.keyboard import as_typed

ENTER, TAB, ESCAPE, BACKSPACE = 13, 9, 27, 127
NAMED = {"enter": ENTER, "tab": TAB, "escape": ESCAPE, "backspace": BACKSPACE, "space": 32}
CHARACTERS = {_character_to_key(chr(code)): chr(code) for code in range(33, 127)}
KEYPAD = dict(zip("0123456789./*-+", range(57399, 57414), strict=True)) | {"=": 57415, ",": 57416}
"""Kitty's codes of the keys that type something; 57414 is enter."""
ARROWS = {"left": 57417, "right": 57418, "up": 57419, "down": 57420, "pageup": 57421,
          "pagedown": 57422, "home": 57423, "end": 57424, "delete": 57426}  # fmt: skip
NUM_LOCK = 1 + 128


@cache
def read(sent: str) -> list[tuple[str, str | None]]:
    """Read what a terminal sends, as the driver does: names and characters."""
    parser = XTermParser()
    found = [*parser.feed(sent), *parser.feed("")]
    keys = [as_typed(event) for event in found if isinstance(event, events.Key)]
    return [(event.key, event.character) for event in keys]


def codings(key: str) -> Iterator[tuple[str, str]]:
    """Code a key, named as Textual does, in every way that there is for it."""
    *held, name = key.split("+")
    character = CHARACTERS.get(name, name if len(name) == 1 else None)
    shift = held == ["shift"]
    if "ctrl" in held:
        assert character is not None
        yield "plain", KEYS[key]
        yield "kitty", f"\x1b[{ord(character)};5u"
        yield "kitty, num lock", f"\x1b[{ord(character)};{5 + 128}u"
        yield "modifyOtherKeys", f"\x1b[27;5;{ord(character)}~"
        yield "modifyOtherKeys, CSI u", f"\x1b[{ord(character)};5u"
    elif character is not None:
        typed = character.upper() if shift else character
        plain = ord(typed.lower())
        code = 2 if typed.isupper() else 1
        yield "plain", typed
        yield "kitty", f"\x1b[{plain};{code};{ord(typed)}u"
        yield "kitty, num lock", f"\x1b[{plain};{code + 128};{ord(typed)}u"
        yield "kitty, no text", f"\x1b[{plain};{code}u"
        yield "modifyOtherKeys", f"\x1b[27;{code};{ord(typed)}~"
        if typed in KEYPAD:
            yield "keypad", f"\x1b[{KEYPAD[typed]};{NUM_LOCK};{ord(typed)}u"
            yield "keypad, no num lock", f"\x1b[{KEYPAD[typed]};1;{ord(typed)}u"
            yield "keypad, no text", f"\x1b[{KEYPAD[typed]}u"
    elif name in NAMED:
        code = 2 if shift else 1
        yield "plain", KEYS[key]
        yield "kitty", f"\x1b[{NAMED[name]};{code}u"
        yield "kitty, num lock", f"\x1b[{NAMED[name]};{code + 128}u"
        yield "modifyOtherKeys", f"\x1b[27;{code};{NAMED[name]}~"
        if name == "enter":
            yield "keypad", f"\x1b[57414;{NUM_LOCK};13u"
            yield "keypad, no text", f"\x1b[57414;{NUM_LOCK}u"
        if name != "tab":  # a plain terminal sends the same with shift
            yield "kitty, shift", f"\x1b[{NAMED[name]};2u"
            yield "modifyOtherKeys, shift", f"\x1b[27;2;{NAMED[name]}~"
    else:
        sent = KEYS[key]
        yield "plain", sent
        head, last = sent[1:-1].lstrip("[O"), sent[-1]
        yield "kitty, num lock", f"\x1b[{head or 1};{NUM_LOCK}{last}"
        if name in ARROWS:
            yield "keypad", f"\x1b[{ARROWS[name]}u"


def test_every_bound_key_is_itself_in_every_coding() -> None:
    wrong, ways = [], set()
    for node, binding in bindings():
        bound = set(binding.key.split(","))
        for key in bound - {"minus_sign"}:
            for way, sent in codings(key):
                ways.add(way)
                if len(found := read(sent)) != 1 or found[0][0] not in bound:
                    wrong.append((node.__name__, key, way, sent, found))
    assert not wrong
    assert len(ways) > 10


@pytest.mark.parametrize("character", [*KEYPAD])
def test_the_keypad_types_what_it_shows(character: str) -> None:
    code, name = KEYPAD[character], _character_to_key(character)
    assert read(f"\x1b[{code};{NUM_LOCK};{ord(character)}u") == [(name, character)]
    assert read(f"\x1b[{code}u") == [(name, character)]
    assert read(f"\x1b[{code};{NUM_LOCK}u") == [(name, character)]


@pytest.mark.parametrize(
    ("sent", "key", "character"),
    [
        ("\x1b[57409;129;44u", "comma", ","),  # the keypad's point types a comma
        ("\x1b[57413;133u", "ctrl+plus", None),
        ("\x1b[97u", "a", "a"),
        ("\x1b[97;2u", "A", "A"),
        ("\x1b[49;2u", "shift+1", None),  # what it types depends on the keyboard
        ("\x1b[46u", "full_stop", "."),
        ("\x1b[32;2;32u", "space", " "),
        ("\x1b[27;1;13~", "enter", "\r"),
        ("\x1b[13;2u", "enter", None),
        ("\x1b[9;2u", "shift+tab", None),
        ("\x1b[57441;2u", "left_shift", None),
        ("\x1b[1;2C", "shift+right", None),
        ("ü", "ü", "ü"),
        ("−", "minus_sign", "−"),
    ],
)
def test_a_key_has_its_name_and_its_character(sent: str, key: str, character: str | None) -> None:
    assert read(sent) == [(key, character)]


def test_a_name_that_the_parser_has_none_for_stays() -> None:
    for name in (Keys.F5, Keys.Ignore, Keys.ControlLeft):
        assert as_typed(events.Key(name.value, None)).key == name.value
