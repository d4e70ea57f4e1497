"""Base rates of this machine: seconds of a call, a multiply-add, a byte; all measured here."""

from core.rates.measuring import measure
from core.rates.rates import Rate, Rates, Tiers

__all__ = ["Rate", "Rates", "Tiers", "measure"]
