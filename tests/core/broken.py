"""Session files that something has happened to: made from good ones, by chance from a seed."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random

from tests.core.sessions import RUNS, bytes_of

Value = object
Damage = Callable[[bytes, Random], bytes]

HOSTILE: tuple[str, ...] = (
    "\x1b[2J\x1b]0;owned\x07",
    "\x1b[31mred\x1b[0m\r\n",
    "\u202e\u0000\u0007\u009b31m",
    "__import__('os').system('true')",
    "../../etc/passwd",
    "%s%n{0.__class__}",
    "SetLearningRate",
    "\ud800",
    "A" * 100_000,
    "",
)
LARGE: tuple[str, ...] = (
    "1e999", "-1e999", "NaN", "Infinity", "-Infinity", "9" * 5_000, "-" + "9" * 25, "1e308",
    "-0", "99999999999999999999", "1000000000000000", "0.1e-400", "4294967296",
)  # fmt: skip


def places(value: Value, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path to every value in a file, a few of long lists."""
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in list(enumerate(value))[:4]:
            yield from places(item, (*path, index))


def at(value: Value, path: tuple[str | int, ...]) -> Value:
    for key in path:
        assert isinstance(value, dict | list)
        value = value[key]  # type: ignore[index]
    return value


def with_value(whole: Value, path: tuple[str | int, ...], new: Value) -> Value:
    """Return a file with another value in a place."""
    if not path:
        return new
    changed = deepcopy(whole)
    inside = at(changed, path[:-1])
    assert isinstance(inside, dict | list)
    inside[path[-1]] = new  # type: ignore[index]
    return changed


def somewhere(whole: Value, chance: Random) -> tuple[str | int, ...]:
    return chance.choice([path for path in places(whole) if path])


def cut(data: bytes, chance: Random) -> bytes:
    """Lose the end."""
    return data[: chance.randrange(len(data) - 2)]


def flip(data: bytes, chance: Random) -> bytes:
    """Turn a few bits."""
    turned = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        turned[chance.randrange(len(turned))] ^= 1 << chance.randrange(8)
    return bytes(turned)


def splice(data: bytes, chance: Random) -> bytes:
    """Write a piece of the file over another, or bytes of any kind."""
    start, length = chance.randrange(len(data)), chance.randrange(1, 60)
    piece = chance.choice((chance.randbytes(length), data[-length:], data[:length], b"\0" * length))
    return data[:start] + piece + data[start + length :]


def swap_type(data: bytes, chance: Random) -> bytes:
    """Put a value of another kind in a place."""
    whole = json.loads(data)
    path = somewhere(whole, chance)
    others: list[Value] = [None, True, -1, 0.5, "text", [], {}, [[1]], {"kind": 3}, [None] * 3]
    old = at(whole, path)
    fitting = [other for other in others if type(other) is not type(old)]
    return json.dumps(with_value(whole, path, chance.choice(fitting))).encode()


def nest(data: bytes, chance: Random) -> bytes:
    """Put something very deep in a place."""
    whole = json.loads(data)
    depth = chance.choice((40, 900, 20_000, 240_000))
    opening, closing = chance.choice((("[", "]"), ('{"a":', "}"), ('[{"":', "}]")))
    deep = opening * depth + "1" + closing * depth
    marked = json.dumps(with_value(whole, somewhere(whole, chance), "\u2603"))
    return marked.replace('"\\u2603"', deep).encode()


def enlarge(data: bytes, chance: Random) -> bytes:
    """Put a number in a place that no run can have there."""
    whole = json.loads(data)
    numbers = [path for path in places(whole) if isinstance(at(whole, path), int | float)]
    marked = json.dumps(with_value(whole, chance.choice(numbers), "\u2603"))
    return marked.replace('"\\u2603"', chance.choice(LARGE)).encode()


def miscount(data: bytes, chance: Random) -> bytes:
    """Add or remove an item of a list, or a key of an object."""
    whole = json.loads(data)
    path = chance.choice(
        [path for path in places(whole) if isinstance(at(whole, path), list | dict)]
    )
    inside = deepcopy(at(whole, path))
    if isinstance(inside, dict):
        if chance.random() < 0.5 and inside:
            del inside[chance.choice(list(inside))]
        else:
            inside[chance.choice(HOSTILE)] = 1
    elif isinstance(inside, list):
        if inside and chance.random() < 0.5:
            inside.pop(chance.randrange(len(inside)))
        else:
            inside.extend(inside[:1] or [0])
    return json.dumps(with_value(whole, path, inside)).encode()


def hostile(data: bytes, chance: Random) -> bytes:
    """Put a text in a place that is meant to do harm."""
    whole = json.loads(data)
    return json.dumps(with_value(whole, somewhere(whole, chance), chance.choice(HOSTILE))).encode()


def double(data: bytes, chance: Random) -> bytes:
    """Write a key twice."""
    text = data.decode()
    spots = [index for index in range(len(text)) if text.startswith('": ', index)]
    end = chance.choice(spots) + 1
    key = text[text.rindex('"', 0, end - 1) : end]
    start = end - len(key)
    return (text[:start] + f"{key}: null, " + text[start:]).encode()


DAMAGES: tuple[Damage, ...] = (
    cut, flip, splice, swap_type, nest, enlarge, miscount, hostile, double,
)  # fmt: skip


def corpus(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Make so many damaged files, each with a name that says what was done to which."""
    chance = Random(seed)
    good = {name: bytes_of(RUNS[name]()) for name in sorted(RUNS)}
    for number in range(count):
        damage, name = DAMAGES[number % len(DAMAGES)], chance.choice(list(good))
        yield f"{number} {damage.__name__} {name}", damage(good[name], chance)
