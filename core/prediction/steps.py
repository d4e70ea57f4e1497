"""The calls of a step of the matrix engine, recorded from the engine's own lists."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from core.arrays import Array
from core.engines.engine import Problem
from core.engines.matrix import LIMITS, Limits, Pass, part_size
from core.network.activations import ACTIVATIONS, Activation
from core.network.architecture import MAXIMUM_PARAMETERS, Architecture
from core.network.cost import Phase
from core.network.losses import LOSSES, OutputArrays
from core.network.network import Network
from core.network.optimizers import OPTIMIZERS
from core.network.update import Rule, State
from core.prediction.outline import Counted, Recorder
from core.settings.config import TrainingConfig

MOST_BLOCKS = 64
"""Of a network that is too large to be built."""


def step_calls(
    config: TrainingConfig, images: int, functions: Mapping[str, Activation] = ACTIVATIONS
) -> Counted:
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
    found = recorder.taken()
    passes = count + 1 if problem.method == "nudge" else 1
    for part in part_calls(recorder, problem, images, parameters, gradient, problem.loss.total):
        found += [(call, times * passes) for call, times in part.forward]
        found += part.backward
    if not architecture.is_linear:
        recorder.record("method dot", [recorder.array(count), parameters], [])
        found += recorder.taken()
    return found


class PartCalls(NamedTuple):
    """The calls of those parts of a batch that have the same size."""

    arrays: Pass
    """What they compute with."""
    size: int
    """Images of each."""
    times: int
    """How many parts they are."""
    is_first: bool
    """Whether the first part of the batch is one of them."""
    forward: Counted
    """Their forward passes, and the sums of their losses."""
    backward: Counted
    """Their backward passes: the first part writes the gradient, the others add to it. By finite
    differences there are none."""


def part_calls(
    recorder: Recorder,
    problem: Problem,
    images: int,
    parameters: Array,
    gradient: Array,
    total: Callable[[OutputArrays], object],
    limits: Limits | None = None,
) -> Iterator[PartCalls]:
    """Go through the parts that a batch is cut into, by their size.

    Parameters
    ----------
    recorder : Recorder
        Records the calls.
    problem : Problem
        What to compute, with outlines for arrays.
    images : int
        B, of the batch.
    parameters, gradient : outlines, shape (parameter_count,)
        What the passes read and write.
    total : callable
        Makes the calls that add up the losses of a part, from its arrays.
    limits : Limits, optional
        Of a call; the matrix engine's unless given.
    """
    is_first, nudges = True, problem.method == "nudge"
    for size, times in parts_of(problem, images, limits).items():
        own = limits or limits_for(problem.network.architecture, size)
        arrays = Pass(problem, parameters, gradient, size, own, room=recorder.array)
        # By finite differences, all passes but the first are the gradient's.
        recorder.phase = Phase.GRADIENT if nudges else Phase.FORWARD
        recorder.run(arrays.forward)
        total(arrays.output)
        forward, backward = recorder.taken(times), Counted()
        recorder.phase = Phase.GRADIENT
        if is_first and not nudges:
            recorder.run(arrays.backward)
            backward += recorder.taken()
        if times > is_first and not nudges:
            recorder.run(arrays.adding)
            backward += recorder.taken(times - is_first)
        recorder.phase = None
        yield PartCalls(arrays, size, times, is_first, forward, backward)
        is_first = False


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


def parts_of(problem: Problem, images: int, limits: Limits | None = None) -> Counter[int]:
    """Count the parts that a batch is cut into, by their number of images."""
    most = part_size(problem, images, limits)
    whole, rest = divmod(images, most)
    parts = Counter({most: whole})
    if rest:
        parts[rest] += 1
    return parts
