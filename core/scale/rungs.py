"""A network's times here and on accelerators, side by side."""

from collections.abc import Mapping

from core.scale.accelerators import ACCELERATORS, UTILISATION, Estimate, time_on
from core.scale.model import Model
from core.structs import Struct


class Rung(Struct):
    """A network with the time of its step on every machine."""

    model: Model
    here: Mapping[str, float]
    """Seconds of a step on this machine, by engine, as `seconds_here` predicts them."""
    cards: Mapping[str, Estimate]
    """On each accelerator, by its name."""

    @property
    def seconds(self) -> Mapping[str, float]:
        """Of a step, by engine and by accelerator; the shortest where there is a range."""
        return {**self.here, **{name: each.step for name, each in self.cards.items()}}

    @property
    def fastest_here(self) -> tuple[str, float]:
        """The engine that is fastest on this machine's processor, and the seconds of its step."""
        return min(
            ((name, seconds) for name, seconds in self.here.items() if name != "gpu"),
            key=lambda each: each[1],
        )

    def is_faster_on(self, card: str) -> bool | None:
        """Whether a step is faster on an accelerator than here; None if that is not known.

        It is not known if the time here is between the shortest and the longest one there, or if
        only the least of a time is known that would have to be long enough.
        """
        here, there = self.fastest_here[1], self.cards[card]
        if here > there.longest_step and not (self.model.is_least and there.waits):
            return True
        return False if here < there.step and not self.model.is_least else None


def rung_of(
    model: Model, here: Mapping[str, float], *, cards: int = 1, utilisation: float = UTILISATION
) -> Rung:
    """Return a network with its times here and its estimates for every accelerator.

    Parameters
    ----------
    model : Model
        The network and its training.
    here : mapping of str to float
        Seconds of a step on this machine, by engine.
    cards : int
        Accelerators that share each step; more if its memory needs more.
    utilisation : float
        The share of a data sheet's peak that is reached, in (0, 1].
    """
    found = {
        card.name: time_on(model, card, cards=cards, utilisation=utilisation)
        for card in ACCELERATORS
    }
    return Rung(model, here, found)
