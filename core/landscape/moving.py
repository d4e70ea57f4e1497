"""Which neurons depend on which of two parameters, and how much work that makes.

A neuron depends on a parameter, or moves with it, if the parameter is part of its weighted sum, or
if a neuron below it moves.
"""

import numpy as np

from core.arrays import Integers
from core.network.architecture import Architecture, Place
from core.network.network import PART, PART_NUMBERS
from core.structs import Struct


class Group(Struct, eq=False):
    """Neurons of a layer that move together."""

    neurons: Integers
    columns: bool
    """Whether they move with the first parameter."""
    rows: bool
    """Whether they move with the second."""

    @property
    def kind(self) -> int:
        """1: with the first, 2: with the second, 3: with both."""
        return self.columns + 2 * self.rows


def groups_of(architecture: Architecture, places: tuple[Place, Place]) -> list[list[Group]]:
    """Sort each layer's neurons by what moves them; those that nothing moves are in no group."""
    plan: list[list[Group]] = []
    for level, layer in enumerate(architecture.layers):
        below = plan[-1] if plan else []
        moves = np.zeros((2, layer.outputs), np.bool_)
        moves[0] = any(group.columns for group in below)
        moves[1] = any(group.rows for group in below)
        for axis, place in enumerate(places):
            if place.layer == level:
                moves[axis, place.neuron] = True
        kinds = moves[0] + 2 * moves[1]
        plan.append(
            [
                Group(np.flatnonzero(kinds == kind), bool(kind & 1), bool(kind & 2))
                for kind in (1, 2, 3)
                if (kinds == kind).any()
            ]
        )
    return plan


class Work(Struct):
    """What one image takes of the time and the room of a part, by how often it is done."""

    column: float
    """Once for each column."""
    row: float
    """Once for each row."""
    cell: float
    """For each cell."""

    def of(self, rows: int, columns: int) -> float:
        """Add up what a block of cells takes; 1 fills a part."""
        return self.column * columns + self.row * rows + self.cell * rows * columns

    def block(self, images: int, rows: int, columns: int) -> tuple[int, int]:
        """Choose the largest block of cells that fills no more than a part: rows and columns."""
        # What is done once for a row is done again for each block beside it: so the side along
        # which more would be done again stays whole.
        if self.row * rows > self.column * columns:
            wide = _most(1 / images - self.row, self.column + self.cell, columns)
            return _most(1 / images - self.column * wide, self.row + self.cell * wide, rows), wide
        high = _most(1 / images - self.column, self.row + self.cell, rows)
        return high, _most(1 / images - self.row * high, self.column + self.cell * high, columns)


def _most(room: float, each: float, count: int) -> int:
    """Count what fits, at least 1, in parts of the count that are even."""
    fitting = min(count, max(1, int(room / each)))
    return -(-count // -(-count // fitting))


def work_of(plan: list[list[Group]]) -> Work:
    """Return the work per image, from which neurons depend on which parameter."""
    work = [0.0] * 4
    below: list[Group] = []
    for groups in plan:
        for group in groups:
            work[group.kind] += len(group.neurons) / PART_NUMBERS
            for source in below:
                products = len(group.neurons) * len(source.neurons)
                work[source.kind] += products / PART
        below = groups
    return Work(work[1], work[2], work[3])
