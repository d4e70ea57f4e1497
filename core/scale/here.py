"""The time of a step on this machine, for networks of any size."""

from core.engines import ENGINES
from core.prediction import predict
from core.rates import Rates
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
        What this program trains is predicted call by call. All else takes, at the least, its
        multiply-adds at the rate of a large matrix product with all threads, or its traffic at the
        rate of the main memory, whichever is longer; in plain Python, its multiply-adds at the rate
        of the loops engine.
    """
    if model.config is not None:
        return {name: predict(model.config, rates, engine=name).seconds for name in ENGINES}
    multiply_adds = model.multiply_adds_step
    _, memory = rates.bandwidth[-1]
    product = multiply_adds * rates.product_all_threads.fastest
    return {
        "matrix": max(product, model.traffic * memory.fastest),
        "loops": multiply_adds * rates.loops["multiply-add"].fastest,
    }
