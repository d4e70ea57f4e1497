"""Who gets how much of the screen: its rows and columns, shared by what the panes have to show."""

from collections.abc import Callable, Mapping, Sequence

from textual.geometry import Region, Size

from core.structs import Struct

UNBOUNDED = 10_000
"""More rows than any terminal has."""
SIDE_BY_SIDE = 80
"""Columns of a terminal from which on two panes stand side by side."""
THREE_ROWS = 30
"""Rows for the panes from which on an opened one stands below all others."""
THREE_BESIDE = 160
"""Columns from which on an opened pane may stand beside the lower row."""
UPPER, LOWER = ("image", "network"), ("loss", "cost")
"""The rows of panes that are always there."""
_IMAGE, _COST = 32, 50
"""Columns that four pixels and the answers need, and that the lines of the cost need."""
_TIGHT = 8
"""Rows of a pane, of which two are its frame, that has to share a small terminal."""


class Room(Struct):
    """How many rows a pane has a use for, its frame included."""

    least: int
    """With fewer it is of no use."""
    need: int
    """With so many, nothing of it is cut."""
    most: int = UNBOUNDED
    """More would stay empty."""

    def at_most(self, rows: int) -> "Room":
        """Return the room of a pane that does not get more than so many rows."""
        return Room(*(min(each, rows) for each in (self.least, self.need, self.most)))


Needs = Mapping[str, Callable[[int], Room]]
"""By a pane's name, what room it has a use for when it is so many columns wide."""


class Arrangement(Struct):
    """Which panes are to be seen."""

    beside: str
    """The pane that stays in sight beside what is opened, with its row."""
    opened: str = ""
    """The pane that a key has opened; empty for none."""
    alone: str = ""
    """The pane that has all the room; empty for none."""
    stacked: bool = False
    """Whether the terminal is too narrow for two panes side by side."""


def shares(rows: int, parts: Sequence[tuple[Room, int]]) -> list[int]:
    """Share rows out: first what each part needs at least, then what each needs, then by weight.

    Where they are too few for that, each part gets the least, and all together have to be scrolled.

    Parameters
    ----------
    rows : int
        How many there are.
    parts : sequence of Room and int
        What each has a use for, and its weight.
    """
    given = [room.least for room, _ in parts]
    for goals in ([room.need for room, _ in parts], [room.most for room, _ in parts]):
        for _ in range(rows - sum(given)):
            lacking = [place for place, goal in enumerate(goals) if given[place] < goal]
            if not lacking:
                break
            given[min(lacking, key=lambda place: (given[place] + 1) / parts[place][1])] += 1
    return given


def places(size: Size, arrangement: Arrangement, needs: Needs) -> dict[str, Region]:
    """Return where each pane that is to be seen lies, from top to bottom.

    Parameters
    ----------
    size : Size
        Columns and rows that there are. What lies below them can be scrolled to.
    arrangement : Arrangement
        Which panes are to be seen.
    needs : mapping of str to function
        What room each pane has a use for.
    """
    if arrangement.alone:
        return {arrangement.alone: Region(0, 0, *size)}
    if arrangement.stacked:
        return _stacked(size, arrangement, needs)
    return _in_rows(size, arrangement, needs)


def _in_rows(size: Size, arrangement: Arrangement, needs: Needs) -> dict[str, Region]:
    """Place two panes side by side in each row, and where what is opened has room."""
    widths = _widths(size.width)
    upper, lower = (_joined([needs[name](widths[name]) for name in row]) for row in (UPPER, LOWER))
    rows: list[tuple[tuple[str, ...], Room, int]] = [(UPPER, upper, 3), (LOWER, lower, 2)]
    if opened := arrangement.opened:
        room = needs[opened](size.width)
        widths[opened] = size.width
        fits = upper.need + lower.need + room.need <= size.height
        if size.width >= THREE_BESIDE and not fits:
            left = size.width // 2
            widths |= {opened: size.width - left, "loss": _widths(left)["loss"]}
            widths["cost"] = left - widths["loss"]
            rows[1] = (*LOWER, opened), _joined([lower, room]), 2
        elif size.height >= THREE_ROWS:
            rows.append(((opened,), room, 3))
        else:
            # It takes the place of the other row; the one that stays gets no more than it needs.
            here = UPPER if arrangement.beside in UPPER else LOWER
            need = (upper if here is UPPER else lower).need
            tight = max(1, min(_TIGHT, size.height))
            stays = Room(_TIGHT, need, need).at_most(max(_TIGHT, size.height - tight))
            rows = [(here, stays, 1), ((opened,), Room(tight, tight), 1)]
            if here is LOWER:
                rows.reverse()
    found, y = dict[str, Region](), 0
    heights = shares(size.height, [(room, weight) for _, room, weight in rows])
    for (row, _, _), height in zip(rows, heights, strict=True):
        x = 0
        for name in row:
            found[name] = Region(x, y, widths[name], height)
            x += widths[name]
        y += height
    return found


def _widths(width: int) -> dict[str, int]:
    """Return the columns of the panes that stand side by side."""
    image, cost = min(_IMAGE, width * 3 // 10), min(_COST, -(-width * 33 // 80))
    return {"image": image, "network": width - image, "loss": width - cost, "cost": cost}


def _joined(rooms: Sequence[Room]) -> Room:
    """Return the room of a row of panes."""
    return Room(
        max(room.least for room in rooms),
        max(room.need for room in rooms),
        max(room.most for room in rooms),
    )


def _stacked(size: Size, arrangement: Arrangement, needs: Needs) -> dict[str, Region]:
    """Place one pane below the other; what is opened, right below the pane it is looked at with."""
    width, height = size
    order = [*UPPER, *LOWER]
    rooms = {name: needs[name](width) for name in order}
    if arrangement.opened:
        beside = arrangement.beside
        stays = min(rooms[beside].least, max(_TIGHT, height - _TIGHT))
        rest = max(1, min(_TIGHT, height), height - stays)
        rooms[beside], rooms[arrangement.opened] = Room(stays, stays, stays), Room(rest, rest, rest)
        order.insert(order.index(beside) + 1, arrangement.opened)
    heights = shares(height, [(rooms[name], 1) for name in order])
    found, y = dict[str, Region](), 0
    for name, rows in zip(order, heights, strict=True):
        found[name] = Region(0, y, width, rows)
        y += rows
    return found
