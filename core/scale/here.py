"""The time of a step on this machine, for networks of any size."""

from core.prediction import TIMES, is_known, predict
from core.rates import Rates
from core.rates.rates import between
from core.scale.model import Model


def seconds_here(model: Model, rates: Rates) -> dict[str, float]:
    """Predict the seconds of a step, by engine.

    Parameters
    ----------
    model : Model
        The network.
    rates : Rates
        Of this machine.

    Returns
    -------
    dict of str to float
        What this program trains is predicted call by call, with each engine that there are rates
        of. All else has a least time. With the matrix engine: its calls, and its multiply-adds at
        the rate of a matrix product, or its traffic at the bandwidth, whichever is longer. With the
        loops engine: each multiply-add at its rate there.
    """
    if model.config is not None:
        names = [name for name in TIMES if is_known(name, rates)]
        return {
            name: predict(model.config, rates, engine=name, frozen=model.frozen).seconds
            for name in names
        }
    # Where other programs use the machine, all threads together can be slower than one.
    product = min(rates.product.fastest, rates.product_all_threads.fastest)
    computing = model.multiply_adds_step * product
    moving = model.traffic * between(rates.bandwidth, model.traffic)
    return {
        "matrix": model.calls * rates.dot_call.fastest + max(computing, moving),
        "loops": _seconds_of_loops(model, rates),
    }


def _seconds_of_loops(model: Model, rates: Rates) -> float:
    """Return the seconds of a step's multiply-adds, one at a time in plain Python."""
    forward = model.multiply_adds_forward
    gradient = min(forward, model.multiply_adds_backward)
    each = (
        forward * rates.loops["multiply-add"].fastest
        + gradient * rates.loops["gradient multiply-add"].fastest
        + (model.multiply_adds_backward - gradient) * rates.loops["carried multiply-add"].fastest
    )
    return model.batch * each + model.parameters * rates.loops["update sgd"].fastest
