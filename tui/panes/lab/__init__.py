"""The lab pane: the time of a step, predicted from the machine's base rates and measured.

`survey` predicts, and `studies` has that done in the background. `table`, `roofline` and `scale`
turn numbers into rows, `chart` draws on logarithmic axes, and `words` has the
sentences. Measuring is `tui.worker.Timing`'s.
"""

from tui.panes.lab.lab import LabPane

__all__ = ["LabPane"]
