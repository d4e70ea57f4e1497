"""Words for steps: what they did to the loss, the weights and the predictions."""

from core.commentary.steps import (
    Computing,
    Converged,
    EpochDone,
    ErrorSides,
    FlatCurve,
    LossMilestone,
    LossMoved,
    NoChange,
    Overfitting,
    Overshot,
    RateTooSmall,
    SelectedImage,
    SignChanged,
    Slowed,
    Stepped,
    WeightsMoved,
    Went,
)
from core.images import TASKS
from core.run import Standstill
from tui.words.numerals import count, short
from tui.words.phrases import (
    Lines,
    all_of,
    apart,
    direction_words,
    diverges_above,
    fit,
    images,
    known_rate,
    level,
    listed,
    names,
    percent,
    plain,
    says,
    sentence,
    some,
    yes_or_no,
)


@says.register
def _(fact: Computing) -> Lines:
    cost = count(fact.multiply_adds)
    if not fact.step:
        return (
            f"Loss and gradient take a while: {cost} multiply-adds.",
            "The prediction for this image is known already.",
        )
    return (
        f"This step takes a while: {cost} multiply-adds for loss and gradient.",
        "The weights are updated already; loss and gradient will follow.",
    )


@says.register
def _(fact: LossMoved) -> Lines:
    old, new = apart(fact.before, fact.after)
    if not fact.whole:
        up_and_down = ", so the loss goes up and down."
        return (
            f"Loss {old}; on the next {images(fact.images)}: {new}.",
            "Each step sees other images" + (up_and_down if fact.after > fact.before else "."),
        )
    if old == new:
        return f"Loss {new}: its first six digits did not change.", ""
    if fact.after > fact.before:
        return f"Loss rose {old} → {new}.", "If it goes on rising, press ( for a smaller rate."
    return f"Loss {old} → {new}.", ""


@says.register
def _(fact: Went) -> Lines:
    where = f"Step {count(fact.step)}: loss"
    if not fact.whole:
        return f"{where} {short(fact.after)} on the next {images(fact.images)}.", ""
    last = "in the last step" if fact.steps == 1 else f"in the last {count(fact.steps)} steps"
    if fact.before is None:
        return f"{where} {short(fact.after)}.", ""
    old, new = apart(fact.before, fact.after)
    if old == new:
        same = f"{where} {new}, the same to six digits"
        return fit(f"{same} {last}.", f"{same}."), ""
    return fit(f"{where} {old} → {new} {last}.", f"{where} {old} → {new}."), ""


@says.register
def _(fact: Overshot) -> Lines:
    task = TASKS[fact.task]
    rose = "Loss rose {} → {}: the step overshot".format(*apart(fact.before, fact.after))
    sides = (task.high, task.low) if fact.were_high else (task.low, task.high)
    swung = f", from too {sides[0]} to too {sides[1]}." if fact.swung else "."
    if fact.limit is not None and fact.learning_rate > fact.limit:
        limit = diverges_above(fact.limit, is_scheduled=fact.is_scheduled)
        why = f"{limit} Press ( for a smaller rate."
    else:
        why = "It went past the lowest point and up the other side. Smaller steps: press (."
    return fit(rose + swung, rose + "."), why


@says.register
def _(fact: Overfitting) -> Lines:
    train, test = apart(fact.train, fact.test)
    return (
        fit(
            f"Loss on test images {test}, on the {count(fact.images)} training images {train}.",
            f"Loss on test images {test}, on training images {train}.",
        ),
        "Overfitting: it memorises the training images more than their common rule.",
    )


@says.register
def _(fact: WeightsMoved) -> Lines:
    task, total, fell, rose = TASKS[fact.task], fact.parameters, fact.fell, fact.rose
    high, low = fact.too_high, fact.too_low
    yes_no = f"{images(high)} push towards no, {count(low)} towards yes"
    if not fell and not rose:
        return "No weight moves.", ""
    if not fell or not rose:  # those that do not move are frozen
        verb, back = ("fall", "rise") if fell else ("rise", "fall")
        against = "" if fact.against is None else plain(fact.against)
        even = against and f", even {against}, which should {back}"
        many, way = (high, task.high) if fell else (low, task.low)
        why, size = "", "smaller" if fell else "larger"
        if 2 * many > fact.images:
            whole = some(many, fact.images)
            why = sentence(f"{whole} came out too {way}: {size} weights, {size} sums")
        if task.yes_no:
            why = fit(f"{yes_no}; larger errors push harder.", f"{yes_no}.")
        which = fell or rose
        who = all_of(total) if len(which) == total else names(which, fact.weights)
        ending = verb if len(which) > 1 else f"{verb}s"
        return fit(sentence(f"{who} {ending}{even}"), sentence(f"{who} {ending}")), fit(why, "")
    moves = [
        f"{names(which, fact.weights)} {verb if len(which) > 1 else verb + 's'}"
        for which, verb in ((fell, "fall"), (rose, "rise"))
        if which
    ]
    wrong = f"{images(high)} came out too {task.high}, {count(low)} too {task.low}"
    whys = (
        (f"{yes_no}.",) if task.yes_no else (f"{wrong}: the gradients differ in sign.", f"{wrong}.")
    )
    first = fit(sentence(", ".join(moves)), f"{len(fell)} fall, {len(rose)} rise.")
    return first, fit(*whys, "")


@says.register
def _(fact: Stepped) -> Lines:
    who = f"All {count(fact.parameters)} weights{' and biases' if fact.biases else ''}"
    rate = known_rate(fact.learning_rate)
    moved = f"{who} moved by −{rate} × their {direction_words(fact.config)}"
    most = f"at most {short(fact.most)}"
    return fit(f"{moved}, {most}.", f"{moved}.", f"{who} moved, {most}."), ""


@says.register
def _(fact: SignChanged) -> Lines:
    side, verb = ("below", "rise") if fact.below else ("above", "fall")
    who = names(fact.indices, fact.weights)
    if not fact.follows:
        whose = "gradient of {} is" if len(fact.indices) == 1 else "gradients of {} are"
        return (
            fit(f"The {whose.format(who)} {side} 0 now.", f"Some gradients are {side} 0 now."),
            "The next update does not follow: optimizer state or a penalty outweighs it.",
        )
    if len(fact.indices) == 1:
        return (
            f"The gradient of {who} changed sign: now {side} 0.",
            sentence(f"{who} {verb}s next"),
        )
    if fact.all_past:
        who = all_of(len(fact.indices))
        return f"{who} gradients changed sign: past the lowest point, yet the loss fell.", ""
    return (
        fit(
            f"The gradients of {who} changed sign: now {side} 0.",
            f"{count(len(fact.indices))} gradients changed sign: now {side} 0.",
        ),
        fit(sentence(f"{who} {verb} next"), f"These {count(len(fact.indices))} {verb} next."),
    )


@says.register
def _(fact: ErrorSides) -> Lines:
    task = TASKS[fact.task]
    mostly_high = fact.high_before >= fact.low_before
    way = task.high if mostly_high else task.low
    old, new = (fact.high_before, fact.high) if mostly_high else (fact.low_before, fact.low)
    return sentence(f"{some(old, fact.images)} were too {way}, now {count(new)}"), ""


@says.register
def _(fact: SelectedImage) -> Lines:
    task, together = TASKS[fact.task], count(fact.images)
    target, after = level(fact.target), level(fact.after)
    noun = "label" if fact.is_noisy else "target"
    way = task.high if fact.after < fact.before else task.low
    many = 5 * fact.answered > 3 * fact.images
    if fact.came_right:
        answered = f" ({yes_or_no(fact.after)})" if task.yes_no else ""
        return f"This image is correct now: {after}{answered}.", ""
    if fact.crossed_target:
        mean = f"Not a mistake: a step follows the mean of {images(fact.images)}"
        if fact.together_worse:
            return (
                f"For this image, {after} is past the {noun}, {target}.",
                f"The loss over all {together} rose too: the step was too long.",
            )
        why = f"{mean}; {count(fact.answered)} were too {way}." if many else f"{mean}."
        return f"For this image, {after} is past the {noun}, {target}.", fit(why, f"{mean}.")
    if not fact.worse:
        return f"This image came closer: {after}, {noun} {target}.", ""
    if not fact.together_better:
        return (
            f"This image got worse: {level(fact.before)} → {after}, {noun} {target}.",
            "Steps follow the mean of all training images, not this one alone."
            if fact.is_training
            else "This is not a training image: no step uses it.",
        )
    why = "Steps follow the training images; this is not one. Press space and wait."
    only = "This is not a training image."
    if fact.is_training:
        why = "A step follows the mean of all, not this image alone. Press space and wait."
        only = "This is only one of them."
    if fact.went_wrong:
        answered = f"{after}, {yes_or_no(fact.after)}"
        return f"This image is wrong now ({answered}), but the loss over all {together} fell.", why
    if many:
        helped = f"The step helped {count(fact.answered)} that were too {way}."
        why = fit(f"{helped} {only}", helped)
    return f"This image got worse, but the loss over all {together} fell.", why


@says.register
def _(fact: FlatCurve) -> Lines:
    return f"Still falling by {percent(fact.share)} per step. Press L for log scale.", ""


@says.register
def _(fact: Slowed) -> Lines:
    why = ""
    if fact.even:
        why = "On average the weights are nearly right; their differences take longer."
    now, first = percent(fact.share), percent(fact.first)
    return f"Slower: the loss falls {now} per step, at first {first}.", why


@says.register
def _(fact: RateTooSmall) -> Lines:
    what, limit = f"The loss falls by only {percent(fact.share)} per step.", short(fact.limit)
    return what, f"Rates below {limit} converge on these images. Press ) for a larger rate."


@says.register
def _(fact: Converged) -> Lines:
    if fact.average is None:
        return "Converged: each is within 0.001 of its best value here. Try 0–9.", ""
    whose, value = all_of(fact.weights), plain(fact.average)
    if fact.biases:
        averages = f"{whose} weights are {value}, the bias 0, ± 0.001: the mean."
        return fit(f"{averages} Try 0–9.", averages), ""
    averages = f"{whose} are {value} ± 0.001: the network has learned to average."
    return fit(f"{averages} Try 0–9.", averages), ""


_STANDSTILLS = {
    Standstill.FROZEN: "All are frozen, so nothing moves. Press x to unfreeze one.",
    Standstill.RATE: (
        "The learning rate is 0 now: its schedule is over, and nothing moves any more."
    ),
    Standstill.GRADIENT: "The gradient is exactly 0: no step changes a weight any more.",
    Standstill.ROUNDING: "Nothing moves any more: the step is too small for a weight's last digit.",
}
"""Why no step moves anything."""


@says.register
def _(fact: NoChange) -> Lines:
    why = ""
    if fact.loss < 1e-25:
        why = f"The remaining loss, {short(fact.loss)}, is rounding."
    return _STANDSTILLS[fact.why], why


@says.register
def _(fact: LossMilestone) -> Lines:
    threshold, step = known_rate(fact.threshold), count(fact.step)
    if not fact.whole:
        return f"A batch's loss was below {threshold} for the first time at step {step}.", ""
    why = ""
    if fact.steps_since is not None:
        above = known_rate(float(f"{fact.threshold * 10:.0e}"))
        why = f"Falling from {above} to {threshold} took {listed(fact.steps_since, 'step')}."
    return f"Loss first below {threshold} at step {step}.", why


@says.register
def _(fact: EpochDone) -> Lines:
    return (
        f"Epoch 1 is over: {listed(fact.steps, 'step')} used all {images(fact.images)} once.",
        f"Each step saw only {count(fact.batch)} of them, so the loss goes up and down.",
    )
