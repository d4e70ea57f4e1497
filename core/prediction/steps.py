"""The calls of a step of the matrix engine, recorded from the engine's own lists."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.engines.engine import Problem
from core.engines.matrix import LIMITS, Limits, Pass, part_size
from core.network.activations import ACTIVATIONS, Activation
from core.network.architecture import MAXIMUM_PARAMETERS, Architecture
from core.network.cost import Phase
from core.network.losses import LOSSES
from core.network.network import Network
from core.network.optimizers import OPTIMIZERS
from core.network.update import Rule, State
from core.prediction.outline import Call, Recorder
from core.settings.config import TrainingConfig

MOST_BLOCKS = 64
"""Of a network that is too large to be built."""


def step_calls(
    config: TrainingConfig, images: int, functions: Mapping[str, Activation] = ACTIVATIONS
) -> list[tuple[Call, int]]:
    """Return each call of a step with the number of times it is made, in order.

    The calls are those of `Stepper.take`, `MatrixEngine.update` and `MatrixEngine.evaluate`, one
    after another. A pass over a part of a batch stands for all parts of its size.

    Parameters
    ----------
    config : TrainingConfig
        The network, its loss and its update.
    images : int
        B, of the batch.
    functions : mapping of str to Activation
        The activations, by name, as the engine calls them.
    """
    recorder = Recorder()
    problem = replace(problem_of(config, recorder), functions=functions)
    architecture, rule = problem.network.architecture, problem.rule
    parameters, count = problem.network.parameters, architecture.parameter_count
    previous, gradient = recorder.array(count), recorder.array(count)

    recorder.phase = Phase.UPDATE
    recorder.record("copy", [parameters], [previous])
    recorder.run(rule.operations(architecture, parameters, gradient))
    found = [(call, 1) for call in recorder.taken()]
    nudges, first = config.gradient == "nudge", True
    parts = parts_of(problem, images)
    for size, times in parts.items():
        limits = limits_for(architecture, size)
        lists = Pass(problem, parameters, gradient, size, limits, room=recorder.array)
        # By finite differences, all passes but the first are the gradient's.
        recorder.phase = Phase.GRADIENT if nudges else Phase.FORWARD
        recorder.run(lists.forward)
        problem.loss.total(lists.output)
        forward, written, added = recorder.taken(), [], []
        recorder.phase = Phase.GRADIENT
        if not nudges:
            recorder.run(lists.backward)
            written = recorder.taken()
            recorder.run(lists.adding)
            added = recorder.taken()
        passes = times * (count + 1) if nudges else times
        found += [(call, passes) for call in forward]
        found += [(call, 1) for call in written if first]
        found += [(call, times - first) for call in added if times > first]
        first = False
    recorder.phase = None
    if not architecture.is_linear:
        recorder.record("method dot", [recorder.array(count), parameters], [])
        found += [(call, 1) for call in recorder.taken()]
    return found


def problem_of(config: TrainingConfig, recorder: Recorder | None = None) -> Problem:
    """Return what the engine is built for, with outlines for arrays."""
    outlines = recorder or Recorder()
    architecture, optimizer = config.architecture, OPTIMIZERS[config.optimizer]
    count = architecture.parameter_count
    shape = optimizer.slots, count
    state = State(outlines.array(*shape), outlines.array(*shape), np.zeros(()))
    rule = Rule(optimizer, config.options, state)
    network = Network(architecture, outlines.array(count))
    return Problem(network, LOSSES[config.loss], config.gradient, rule)


def limits_for(architecture: Architecture, images: int) -> Limits | None:
    """Return the limits by which the levels of a network are cut into blocks; None: the engine's.

    A network that is too large to be built would have millions of blocks, each as long as the next.
    They are counted as larger ones then, `MOST_BLOCKS` about: what is left out are their calls,
    which take nothing beside their milliseconds of computing.
    """
    if architecture.parameter_count <= MAXIMUM_PARAMETERS:
        return None
    return LIMITS._replace(
        block=max(LIMITS.block, architecture.weight_count * images // MOST_BLOCKS),
        block_numbers=max(LIMITS.block_numbers, sum(architecture.sizes) * images // MOST_BLOCKS),
    )


def parts_of(problem: Problem, images: int) -> Counter[int]:
    """Count the parts that a batch is cut into, by their number of images."""
    most = part_size(problem, images)
    whole, rest = divmod(images, most)
    parts = Counter({most: whole})
    if rest:
        parts[rest] += 1
    return parts
