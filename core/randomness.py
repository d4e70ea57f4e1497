"""Where everything random comes from: a seed, a purpose and an epoch.

Each use has a generator of its own, so that any epoch's order is known without replaying the ones
before it, and drawing more for one purpose never changes another.
"""

from enum import IntEnum

import numpy as np

MAXIMUM_SEED = 2**32 - 1


class Purpose(IntEnum):
    """What the random numbers are for. A number, once given, is never given to another use."""

    WEIGHTS = 1
    ORDER = 2
    IMAGES = 3
    CONTINUOUS_IMAGES = 10
    BLACK_WHITE_IMAGES = 11
    PIXEL_NOISE = 12
    LABEL_NOISE = 13
    TEST_IMAGES = 14


def generator(seed: int, purpose: Purpose, epoch: int = 0) -> np.random.Generator:
    """Return the generator for this use.

    Parameters
    ----------
    seed : int
        0 … 2³² − 1.
    purpose : Purpose
        What the numbers are for.
    epoch : int
        The pass over the training images, from 0; 0 where there is no such thing.
    """
    return np.random.default_rng([seed, int(purpose), epoch])
