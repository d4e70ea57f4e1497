"""Which landscape the pane wants, and how finely it can be had in time."""

from collections.abc import Hashable

from core.arrays import Array, IsCancelled
from core.landscape import Direction, Frame, Landscape, LossSurface
from tui.worker.background import INSTANT, Order

PATIENCE = 0.5
"""In seconds. Where every cell would take longer, one is computed for a block of so many."""
_BLOCKS = (1, 2, 3, 4, 6, 8, 12)


def landscape_order(
    surface: LossSurface,
    directions: tuple[Direction, Direction],
    frame: Frame,
    parameters: Array,
    step: int,
    name: Hashable,
) -> Order[Landscape]:
    """Order a landscape.

    Parameters
    ----------
    surface : Terrain
        The loss.
    directions : tuple of two Directions
        Across and up.
    frame : Frame
        The part of the plane.
    parameters : ndarray, shape (parameter_count,)
        What is held.
    step : int
        The step they are of.
    name : Hashable
        What network and directions it is of: those with the same name and frame look alike.
    """

    def losses_over(cancelled: IsCancelled | None) -> Landscape:
        block = block_for(surface, directions, frame)
        middle = (block - 1) // 2
        columns = frame.columns[min(middle, frame.width - 1) :: block]
        rows = frame.rows[min(middle, frame.height - 1) :: block]
        return surface.losses_over(parameters, *directions, columns, rows, cancelled)

    # Walking within the plane changes nothing of it.
    held = parameters.copy()
    held[[axis.parameter for axis in directions if axis.parameter is not None]] = 0.0
    is_quick = _seconds(surface, directions, frame, 1) <= INSTANT
    return Order((name, frame), (surface, held), step, is_quick, losses_over)


def block_for(surface: LossSurface, directions: tuple[Direction, Direction], frame: Frame) -> int:
    """Choose how many cells a side share a value, so that it can be had in time."""
    fitting = (
        block for block in _BLOCKS if _seconds(surface, directions, frame, block) <= PATIENCE
    )
    return next(fitting, _BLOCKS[-1])


def _seconds(
    surface: LossSurface, directions: tuple[Direction, Direction], frame: Frame, block: int
) -> float:
    """Return roughly how many seconds it takes with one value per block of so many cells a side."""
    rows, columns = -(-frame.height // block), -(-frame.width // block)
    return surface.seconds(*directions, rows, columns)
