"""The time of a step of the gpu engine: the sum of its calls, each by an equation.

    elementwise f on n numbers   call + max(n × e_f, bytes ÷ bandwidth)
    product m×k · k×n            call + max(m·k·n × r + k × d + numbers read × a + written × b,
                                            bytes ÷ bandwidth)

Calling takes what a call takes where the engine launches it: in a recorded graph, or alone. Where
finite differences are computed, nothing is recorded. All is float64.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from core.arrays import Array
from core.engines import matrix
from core.engines.engine import LONGEST_CALL, Problem
from core.engines.gpu.devices import MOST_STEPS, limits_of
from core.network.losses import OutputArrays
from core.prediction.matrix import epoch_times, frozen_times
from core.prediction.outline import NUMBER, PRODUCTS, Call, Counted, Recorder
from core.prediction.reuse import distances
from core.prediction.steps import PartCalls, part_calls, parts_of, problem_of
from core.prediction.times import (
    CallTime,
    Share,
    Terms,
    equation,
    moved_or_computed,
    written_shape,
)
from core.rates.gpu import terms, tiers
from core.rates.rates import Rate, Rates, Tiers, between
from core.settings.config import TrainingConfig


def gpu_times(
    config: TrainingConfig, rates: Rates, images: int, frozen: int = 0
) -> Iterator[CallTime]:
    """Yield the calls of a step, with the time of each; then what is around them.

    Where a call of the engine takes many steps, it keeps frozen weights itself: two calls, however
    many they are. Otherwise the run takes each back.

    Raises
    ------
    KeyError
        If the rates of the gpu engine are not known.
    """
    known, is_gpu = rates.gpu, bool(rates.gpu_name)
    if known is None:
        raise KeyError("gpu")
    calls = gpu_calls(config, images, is_gpu=is_gpu)
    launch = known["launch"].fastest if config.gradient == "nudge" else 0.0
    bandwidth, inner = tiers(known), 0.0
    for (call, times), reused in zip(calls, distances([call for call, _ in calls]), strict=True):
        share, words = _time_of(call, reused, known, bandwidth, launch)
        inner += share.total * times
        yield CallTime(_name(call), call.written_shape, times, share * times, words)
    is_many = takes_many(config, images, is_gpu)
    if frozen and is_many:
        for kept in _kept(frozen, known, launch):
            inner += kept.share.total
            yield kept
    elif frozen:
        yield frozen_times(frozen, rates)
    yield from _around(config, known, images, inner, is_alone=not is_many)
    yield from epoch_times(config, rates, images)
    if images < config.images_now:
        numbers, each = images * (config.architecture.inputs + 1), known["image number"].fastest
        share, words = Share(memory=numbers * each), equation((numbers, each))
        yield CallTime("images to the device", written_shape((numbers,)), 1, share, words)


def _kept(frozen: int, known: Mapping[str, Rate], launch: float) -> Iterator[CallTime]:
    """Yield the calls that keep so many frozen weights: what they were is picked out, and put back.

    A number that is put back takes as long as one that is picked out.
    """
    each = known["number index_select"].fastest
    for name in ("index_select", "put"):
        calling = max(known[f"call {name}"].fastest, launch)
        share, words = Share(calling, frozen * each), equation((1, calling), (frozen, each))
        yield CallTime(name, written_shape((frozen,)), 1, share, words)


def takes_many(config: TrainingConfig, images: int, is_gpu: bool) -> bool:
    """Whether a call of the engine takes many steps, see `GpuEngine.most_images`."""
    block, numbers = matrix.LIMITS.block, matrix.LIMITS.part_numbers
    return is_gpu or images <= config.architecture.images_within(block, numbers)


def _around(
    config: TrainingConfig,
    known: Mapping[str, Rate],
    images: int,
    inner: float,
    *,
    is_alone: bool,
) -> Iterator[CallTime]:
    """Yield what is around the calls: a step, and its share of a call that takes several steps."""
    count, slots = config.architecture.parameter_count, problem_of(config).rule.optimizer.slots
    # Parameters and optimizer state go to the device, and come back with the gradient.
    to = NUMBER * (count * (1 + 2 * slots) + 2)
    back = NUMBER * (count * (3 + 2 * slots) + 2 + images)
    if is_alone:
        step, steps, name = known["step alone"].fastest, 1, "step"
        to, back = 2 * to, back + NUMBER * count
    else:
        step, name = known["steps"].fastest, "call of the engine"
        around = known["step"].fastest
        yield CallTime("step", "", 1, Share(call=around), equation((1, around)))
        per_epoch = -(-config.images_now // images)
        most = min(MOST_STEPS, per_epoch if per_epoch > 1 else MOST_STEPS)
        steps = max(1, min(most, int(LONGEST_CALL / max(inner + around, 1e-9))))
    # Before a call that takes many steps, all of it is kept: for steps that go too far.
    kept = 0 if is_alone else 2 * NUMBER * count * (3 + 2 * slots)
    moving = (
        (to, known["byte to"].fastest),
        (back, known["byte from"].fastest),
        (kept, between(tiers(known), kept)),
    )
    moved = sum(size * each for size, each in moving)
    share = Share(call=step / steps, memory=moved / steps)
    of_bytes = [(size, each, "bytes") for size, each in moving]
    parts = of_bytes if steps == 1 else [(1, share.memory, "")]
    yield CallTime(name, "", 1, share, equation((1, share.call), *parts))


def gpu_calls(config: TrainingConfig, images: int, *, is_gpu: bool) -> Counted:
    """Return each call of a step with the number of times it is made, in order.

    They are those of `StepCalls`, of batches that follow one another; or where a call of the engine
    does not take many steps, those of an update and an evaluation.

    Parameters
    ----------
    config : TrainingConfig
        The network, its loss and its update.
    images : int
        B, of the batch.
    is_gpu : bool
        Whether a GPU computes; otherwise torch's CPU device does.
    """
    recorder = Recorder()
    problem = problem_of(config, recorder)
    architecture, parameters = problem.network.architecture, problem.network.parameters
    count, is_many = architecture.parameter_count, takes_many(config, images, is_gpu)
    gradient = recorder.array(count)
    if is_many:
        recorder.record("copy", [parameters], [recorder.array(count)])
        if config.is_scheduled:
            recorder.record_single("index_select")
    recorder.run(problem.rule.operations(architecture, parameters, gradient))
    found = recorder.taken()
    is_loaded = images == config.images_now or not is_many
    found += _evaluation(recorder, problem, images, gradient, is_gpu=is_gpu, is_loaded=is_loaded)
    if is_many:
        recorder.record_single("copy")
        recorder.record("dot", [parameters, recorder.array(count)], [])
        recorder.record_single("put", "add", "add")
    return found + recorder.taken()


def _evaluation(
    recorder: Recorder,
    problem: Problem,
    images: int,
    gradient: Array,
    *,
    is_gpu: bool,
    is_loaded: bool,
) -> Counted:
    """Return the calls of an evaluation, those of `BatchCalls.evaluating`.

    Parameters
    ----------
    recorder : Recorder
        Records the calls.
    problem : Problem
        What to compute, with outlines for arrays.
    images : int
        B, of the batch.
    gradient : outline, shape (parameter_count,)
        What is written.
    is_gpu : bool
        Whether a GPU computes.
    is_loaded : bool
        Whether a batch in one part is loaded once, and not in each step.
    """
    parameters, nudges = problem.network.parameters, problem.method == "nudge"
    tried = parameters
    if nudges:
        tried = recorder.array(*parameters.shape)
        recorder.record("copy", [parameters], [tried])
    assessing, trying = recorder.taken(), Counted()
    limits = limits_of(is_gpu=True) if is_gpu else None
    in_one = parts_of(problem, images, limits).total() == 1

    def total(arrays: OutputArrays) -> None:
        """Record the calls that add up the losses of a part."""
        recorder.run(problem.loss.total_operations(arrays, np.empty(())))

    for part in part_calls(recorder, problem, images, tried, gradient, total, limits):
        loss = _adding_up(recorder, part)
        if not (in_one and is_loaded):
            loss = _loading(recorder, part) + loss
        recorder.record("copy", [part.arrays.output.predictions], [recorder.array(part.size)])
        assessing += loss + recorder.taken(part.times) + part.backward
        trying += loss
    recorder.record_single("divide")
    assessing += recorder.taken()
    if nudges:
        count = len(parameters)
        assessing += [(call, times * count) for call, times in trying]
        recorder.record_single("add", "divide", "copy")
        assessing += recorder.taken(count)
        recorder.record("subtract", [gradient], [gradient])
        recorder.record("divide", [gradient], [gradient])
    return assessing + recorder.taken()


def _loading(recorder: Recorder, part: PartCalls) -> Counted:
    """Return the calls that load parts from the images that the device holds."""
    arrays, size = part.arrays, part.size
    held = recorder.array(len(arrays.inputs), size), recorder.array(size)
    recorder.record("add", [recorder.array(size)], [recorder.array(size)])
    recorder.record("index_select", [held[0]], [arrays.inputs])
    recorder.record("index_select", [held[1]], [arrays.output.targets])
    return recorder.taken(part.times)


def _adding_up(recorder: Recorder, part: PartCalls) -> Counted:
    """Return the calls of forward passes, and those that add their losses to the first one's."""
    recorder.record_single("copy")
    first = recorder.taken(int(part.is_first))
    recorder.record_single("add")
    return part.forward + first + recorder.taken(part.times - part.is_first)


def _name(call: Call) -> str:
    """Return what a call is told by: torch has one function for all products of matrices."""
    return "dot" if call.name in PRODUCTS else call.name


def _time_of(
    call: Call,
    reused: Sequence[int],
    known: Mapping[str, Rate],
    bandwidth: Tiers,
    launch: float,
) -> tuple[Share, Terms]:
    """Return the seconds of a call, and its equation.

    Parameters
    ----------
    call : Call
        What is called.
    reused : sequence of int
        For each array, those that are read first, the bytes since its last use.
    known : mapping of str to Rate
        Of the gpu engine.
    bandwidth : Tiers
        Seconds per byte.
    launch : float
        Seconds that calling takes at least.
    """
    name = _name(call)
    calling = max(known[f"call {name}"].fastest, launch)
    # What is written is read as well: nearly all calls compute in place.
    operands = (*call.read, *call.written)
    sizes = [NUMBER * each.size * (2 if each in call.written else 1) for each in operands]
    moved = sum(own * between(bandwidth, since) for own, since in zip(sizes, reused, strict=True))
    size = sum(sizes)
    if call.product is not None:
        amounts = [
            (amount, known[term].fastest, term) for term, amount in terms(call.product).items()
        ]
        computing = sum(n * each for n, each, term in amounts if term.endswith(("add", "depth")))
        moving = sum(n * each for n, each, _ in amounts) - computing
        farther = max(moved - computing - moving, 0.0)
        words = equation((1, calling), *((n, each) for n, each, _ in amounts))
        if farther:
            words = equation((1, calling), (size, moved / size, "bytes"))
        return Share(calling, computing, moving + farther), words
    count = call.size if operands else 0
    each = known[f"number {name}"].fastest if count else 0.0
    farther = max(moved - count * each, 0.0)
    words = equation((1, calling), moved_or_computed((count, each), size, moved))
    return Share(calling, count * each, farther), words
