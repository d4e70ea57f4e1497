"""Where things in a scrolling grid stand, and what is visible of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """A grid of things, row by row, of which some rows are visible."""

    count: int
    """How many things there are."""
    columns: int
    """Things in a row."""
    rows: int
    """Visible rows."""
    top: int = 0
    """The first visible row."""

    @property
    def last_top(self) -> int:
        """The top from which on there is nothing more to scroll to."""
        return max(0, -(-self.count // self.columns) - self.rows)

    @property
    def first(self) -> int:
        """The place of the first visible thing."""
        return self.top * self.columns

    @property
    def stop(self) -> int:
        """One past the place of the last visible thing."""
        return min(self.count, (self.top + self.rows) * self.columns)

    def scrolled(self, top: int) -> "Window":
        """Give the window with another top, as far as there are rows."""
        top = max(0, min(top, self.last_top))
        return Window(self.count, self.columns, self.rows, top)

    def showing(self, place: int) -> "Window":
        """Give the window moved as little as can be, so that a place is visible."""
        row = place // self.columns
        if row < self.top:
            return self.scrolled(row)
        return self.scrolled(max(self.top, row - self.rows + 1))
