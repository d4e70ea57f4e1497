"""How functions are compiled: by numba, once, and kept in a folder for the next start.

Nothing here is imported with the rest of the engines: numba takes half a second to import.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])

EXACT = {"contract"}
"""How activations may be computed: a product and a sum may be rounded once, and no more than that.
Sums in another order would undo what rounds a number to a whole one."""
SUMS = {"contract", "reassoc", "nsz"}
"""How sums may be computed: in any order, so that several are added up at once. Infinities and NaN
stay what they are: a run that diverges is known by them."""


def part(flags: set[str] = SUMS) -> Callable[[Function], Function]:
    """Return a decorator for functions that only compiled ones call."""

    def decorate(function: Function) -> Function:
        compiled = numba.njit(fastmath=flags, error_model="numpy", forceinline=True)(function)
        return cast("Function", compiled)

    return decorate


def entry(signature: str, flags: set[str] = SUMS) -> Callable[[Function], Function]:
    """Return a decorator for a function that Python calls, without the interpreter's lock.

    It is compiled at once, or read from where it was kept. Where there is nowhere to keep it, as
    within a zip, it is compiled at every start.
    """

    def decorate(function: Function) -> Function:
        options = {"fastmath": flags, "error_model": "numpy", "nogil": True}
        try:
            compiled = numba.njit(signature, cache=True, **options)(function)
        except RuntimeError as error:
            if "no locator available" not in str(error):
                raise
            compiled = numba.njit(signature, **options)(function)
        return cast("Function", compiled)

    return decorate
