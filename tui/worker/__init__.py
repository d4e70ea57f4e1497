"""The run behind the screen: training beside the event loop, and other computations.

`Training` takes steps in short bursts, so that a key is answered within a frame, and carries out
what a person asks for between two of them. Where an engine needs no lock of the interpreter's, a
thread takes them, in a `Burst`. `Background` computes what a pane shows, `Comparer` the gradient by
the other method: at once where that is quick, else in a thread that is called off when it is no
longer wanted. `Timing` times steps of other networks, a little at a time. `run_module` has a module
of core run by a process of its own.
"""

from tui.worker.background import Background, Order
from tui.worker.comparing import Comparer
from tui.worker.process import run_module
from tui.worker.timing import Readings, Setup, Timing
from tui.worker.training import Training

__all__ = [
    "Background",
    "Comparer",
    "Order",
    "Readings",
    "Setup",
    "Timing",
    "Training",
    "run_module",
]
