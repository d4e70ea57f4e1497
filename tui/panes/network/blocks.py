"""A matrix of parameters cut into blocks, one for each cell that there is room for."""

import numpy as np

from core.arrays import Array
from core.structs import Struct


class Grid(Struct):
    """Where the cells of a part of the flat vector are, seen as a matrix."""

    start: int
    """Index of its first parameter."""
    rows: int
    """Parameters down the screen."""
    columns: int
    """Parameters across the screen."""
    flipped: bool
    """Whether neighbours in the flat vector stand one below the other."""
    down: int
    """Cells down, at most one for each row."""
    across: int
    """Cells across, at most one for each column."""

    @property
    def block(self) -> tuple[int, int]:
        """Parameters to a cell, down and across, at most."""
        return -(-self.rows // self.down), -(-self.columns // self.across)

    def matrix(self, parameters: Array) -> Array:
        """Return the parameters as they stand on the screen: a view of shape (rows, columns)."""
        part = parameters[self.start : self.start + self.rows * self.columns]
        if self.flipped:
            return part.reshape(self.columns, self.rows).T
        return part.reshape(self.rows, self.columns)

    def cell_of(self, index: int) -> tuple[int, int] | None:
        """Find the cell, down and across, that has a parameter; None if it is not here."""
        offset = index - self.start
        if not 0 <= offset < self.rows * self.columns:
            return None
        if self.flipped:
            column, row = divmod(offset, self.rows)
        else:
            row, column = divmod(offset, self.columns)
        return _part(self.rows, self.down, row), _part(self.columns, self.across, column)

    def strongest(self, parameters: Array) -> Array:
        """Return the parameter largest in size of each cell, shape (down, across)."""
        matrix = self.matrix(parameters)
        if (self.down, self.across) == (self.rows, self.columns):
            return matrix
        # Down first, whole rows at a time: what is left for the second pass is small.
        tops = range(self.down)
        bands = [matrix[slice(*_bounds(self.rows, self.down, top))] for top in tops]
        starts = np.arange(self.across) * self.columns // self.across
        high = np.maximum.reduceat([band.max(axis=0) for band in bands], starts, axis=1)
        low = np.minimum.reduceat([band.min(axis=0) for band in bands], starts, axis=1)
        strongest: Array = np.where(-low > high, low, high)
        return strongest

    def strongest_index(self, parameters: Array, down: int, across: int) -> int:
        """Return the index in the flat vector of a cell's parameter that is largest in size."""
        top, bottom = _bounds(self.rows, self.down, down)
        left, right = _bounds(self.columns, self.across, across)
        sizes = np.abs(self.matrix(parameters)[top:bottom, left:right])
        row, column = divmod(int(np.argmax(sizes)), right - left)
        row, column = row + top, column + left
        if self.flipped:
            return self.start + column * self.rows + row
        return self.start + row * self.columns + column


def _bounds(length: int, parts: int, part: int) -> tuple[int, int]:
    """Return where one of a length's parts, as equal as can be, begins and ends."""
    return part * length // parts, (part + 1) * length // parts


def _part(length: int, parts: int, place: int) -> int:
    """Find the part that a place is in."""
    return ((place + 1) * parts - 1) // length
