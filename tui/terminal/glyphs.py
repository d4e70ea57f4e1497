"""The characters that everything is drawn with, and what stands for each where there is only ASCII.

What is drawn says the same in ASCII, cell for cell: a row is drawn once, and turned into ASCII when
it is sent. Only lines made of dots are drawn otherwise, for ASCII has no such cells.
"""

import numpy as np
from numpy.typing import NDArray

from core.structs import Struct

SHADES = "·░▒▓█"
"""From white to black, where there is no colour."""
SIGNED_SHADES = "=−·+#"
"""From the lowest number to the highest, 0 in the middle, where there is no colour."""
HEIGHTS = "·░▒█"
"""From low ground to high, where there is no colour."""
TENTHS, LETTERS = "0123456789", "abcdefghijk"
"""Ten levels, and eleven labels among them."""
EIGHTHS = " ▏▎▍▌▋▊▉█"
"""A bar's last cell, from the left."""
HALF, UPPER_HALF = "▐", "▀"
FRAME, HEAVY_FRAME = "╭─╮│╰─╯", "┏━┓┃┗━┛"
"""A pane's: upper edge, side, bottom border."""
DOWN, UP = "▼", "▲"
"""What a step makes smaller or larger; where there is more to scroll to."""
RULE, SIDE, TICK = "─", "│", "┤"
CURSOR = "┊"
POINTER = "▸"
"""What the arrows stand on."""
CLOSED, OPEN = "+", "−"
"""A row that opens more rows, and one that has."""
CONTOUR = "╌"
"""A line of equal values, where a legend names it."""
HERE, WAY, NEXT, BEST = "●", "•", "○", "◆"
"""What is looked at, where the run was, where its next step leads, and the lowest cell."""
TRAINING, TEST, BOTH = "•", "○", "◆"
"""A training image, a test image, and a cell with images of yes and of no."""
BROKEN = "!"
"""What is not a finite number."""
ARROWS = "→↗↑↖←↙↓↘"
"""Eighths of a turn from right, against the clock."""
STROKES = "-/|\\-/|\\"
"""Lines in these directions, in ASCII."""

_ASCII = str.maketrans(
    {
        "−": "-", "×": "x", "·": ".", "░": ":", "▒": "+", "▓": "*", "█": "#", "▐": "#", "│": "|",
        "─": "-", "┤": "+", "▏": "#", "▎": "#", "▍": "#", "▌": "#", "▋": "#", "▊": "#", "▉": "#",
        "→": ">", "←": "<", "↑": "^", "↓": "v", "▸": ">", "▲": "^", "▼": "v", "²": "2", "√": "V",
        "±": "~", "≈": "~", "…": ".", "∞": "@", "η": "n", "λ": "L", "ε": "e", "Σ": "S", "µ": "u",
        "╭": "+", "╮": "+", "╰": "+", "╯": "+", "━": "=", "┃": "#", "┏": "#", "┓": "#", "┗": "#",
        "┛": "#", "●": "@", "◆": "*", "•": "o", "╌": "-", "↗": "^", "↖": "^", "↘": "v", "↙": "v",
        "┊": "|", "⋮": ":", "′": "'", "α": "a", "β": "B", "μ": "u", "ᵗ": "t", "÷": "/", "ᵢ": "i",
        "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8",
        "₉": "9", "ₖ": "k", "○": "O",
        "’": "'", "“": '"', "”": '"', "–": "-", "≤": "<", "≥": ">", "↵": "<", "⌀": "/", "▾": "v",
        "≠": "!", "δ": "d", "γ": "y", "ⁿ": "n", "π": "p", "‖": "|", "└": "+", "┴": "+",
        "┬": "+",
    }
)  # fmt: skip
"""One cell for one cell, so that nothing moves; the screen's words never depend on them."""


_ASCII_FORMULA = str.maketrans({"·": "*"})


def ascii_only(text: str) -> str:
    """Return a text for a terminal without Unicode, cell for cell."""
    return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")


def ascii_formula(text: str) -> str:
    """Return a formula for a terminal without Unicode: there a dot is a product."""
    return ascii_only(text.translate(_ASCII_FORMULA))


class Dots(Struct):
    """Cells that are made of dots, two side by side, some one above the other."""

    bits: tuple[tuple[int, int], ...]
    """What each dot adds to its cell's code, row by row."""
    glyphs: str
    """The character of each code."""

    @property
    def high(self) -> int:
        """How many dots are one above the other."""
        return len(self.bits)

    def codes(self, lit: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """Return the code of each cell of a picture, shape (rows, columns).

        Parameters
        ----------
        lit : ndarray, shape (rows × high, columns × 2)
            Whether each dot is seen.
        """
        rows, columns = lit.shape[0] // self.high, lit.shape[1] // 2
        weights = np.array(self.bits, np.uint8)[:, np.newaxis]
        cells = np.bitwise_or.reduce(lit.reshape(rows, self.high, columns, 2) * weights, axis=1)
        codes: NDArray[np.uint8] = cells[..., 0] | cells[..., 1]
        return codes


BRAILLE = Dots(
    ((1, 8), (2, 16), (4, 32), (64, 128)), " " + "".join(map(chr, range(0x2801, 0x2900)))
)
ASCII_DOTS = Dots(((1, 1), (2, 2), (4, 4)), " '-:.::|")
"""A cell looks the same whichever of its two columns is seen."""
