"""Words for what most likely disturbs a measurement."""

from collections.abc import Sequence

from core.rates import Busy, Disturbance, SlowClock, Stolen, Swapping
from tui.words.numerals import short
from tui.words.phrases import listed


def disturbance_text(found: Sequence[Disturbance]) -> str:
    """Return the likeliest cause of a measurement that is far off, in a sentence."""
    if not found:
        return "The cause is not known: load, clock and memory are as usual."
    match found[0]:
        case Swapping(pages):
            return f"Likely cause: memory is swapped to the disk, {listed(pages, 'page')} just now."
        case Busy(load, cores):
            return (
                f"Likely cause: other programs, a load of {short(load)} on {listed(cores, 'core')}."
            )
        case Stolen(share):
            return f"Likely cause: other virtual machines had {share:.0%} of the time."
        case SlowClock(share):
            return f"Likely cause: a slow clock, {share:.0%} of the highest."
