"""Clipping: a gradient that is too large is made smaller before the update.

**By norm** the whole gradient is scaled down, so that its direction stays: g ← c·g with
c = min(1, m ÷ (‖g‖ + 10⁻⁶)), where ‖g‖ is the root of the sum of its squares and m the largest norm
that is allowed. **By value** each of its numbers is brought into [−v, v].

It is the gradient of the loss that is clipped, all of it; L1 and L2 are added afterwards. Both are
PyTorch's ``clip_grad_norm_`` and ``clip_grad_value_``,
https://docs.pytorch.org/docs/stable/nn.html#utilities; the former is of Pascanu et al., 2013,
https://arxiv.org/abs/1211.5063, section 3.2.
"""

import numpy as np

from core.arrays import ONE, Array, Operation, maximum, minimum
from core.network.optimizers import Options

TINY = 1e-6
"""Added to the norm, so that a gradient of zeros is divided by something."""


def is_clipped(options: Options) -> bool:
    """Whether a gradient that is large enough is clipped."""
    return options.clip_norm is not None or options.clip_value is not None


def clip_operations(options: Options, gradient: Array, clipped: Array) -> list[Operation]:
    """Return the calls that write the clipped gradient; what is not a number stays so.

    Parameters
    ----------
    options : Options
        At most one of `clip_norm` and `clip_value` is given.
    gradient : ndarray, shape (parameter_count,)
        Of the loss; only read.
    clipped : ndarray, shape (parameter_count,)
        Written.
    """
    if options.clip_norm is not None:
        share = np.empty(())
        return [
            (np.dot, (gradient, gradient, share)),
            (np.sqrt, (share, share)),
            (np.add, (share, np.array(TINY), share)),
            (np.divide, (np.array(options.clip_norm), share, share)),
            (minimum, (share, ONE, share)),
            (np.multiply, (gradient, share, clipped)),
        ]
    assert options.clip_value is not None
    return [
        (minimum, (gradient, np.array(options.clip_value), clipped)),
        (maximum, (clipped, np.array(-options.clip_value), clipped)),
    ]
