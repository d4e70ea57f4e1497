"""The sizes by which the compiled engine divides its work."""

WIDEST = 32
"""The widest layer that the kernel computes faster than matrix products do."""
TILE = 128
"""Images of a tile at most; all levels of a tile stay in the nearest cache."""
VECTOR = 16
"""A tile is filled up to a multiple of so many images."""
