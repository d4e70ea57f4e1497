"""Words for steps: what they did to the loss, the weights and the predictions."""

from core.commentary import (
    Computing,
    Converged,
    EpochDone,
    ErrorSides,
    LooksFlat,
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
)
from core.images import TASKS
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
            "The prediction for this image is there already.",
        )
    return (
        f"This step takes a while: {cost} multiply-adds for loss and gradient.",
        "The weights are new already; loss and gradient will follow.",
    )


@says.register
def _(fact: LossMoved) -> Lines:
    old, new = apart(fact.before, fact.after)
    if not fact.whole:
        up_and_down = ", so the loss goes up and down."
        return (
            f"Loss {old}; on the next {images(fact.images)} {new}.",
            "Each step sees other images" + (up_and_down if fact.after > fact.before else "."),
        )
    if old == new:
        return f"Loss {new}, hardly different from before.", ""
    if fact.after > fact.before:
        return f"Loss rose {old} → {new}.", "If it goes on rising: ( makes the steps smaller."
    return f"Loss {old} → {new}.", ""


@says.register
def _(fact: Overshot) -> Lines:
    task = TASKS[fact.task]
    rose = "Loss rose {} → {}: the step overshot".format(*apart(fact.before, fact.after))
    sides = (task.high, task.low) if fact.were_high else (task.low, task.high)
    swung = f", from too {sides[0]} to too {sides[1]}." if fact.swung else "."
    if fact.limit is not None and fact.learning_rate > fact.limit:
        why = f"{diverges_above(fact.limit)} ( is smaller."
    else:
        why = "It went past the lowest point and up the other side. ( is smaller."
    return fit(rose + swung, rose + "."), why


@says.register
def _(fact: Overfitting) -> Lines:
    train, test = apart(fact.train, fact.test)
    return (
        fit(
            f"Loss on test images {test}, on the {count(fact.images)} it learns from {train}.",
            f"Loss on test images {test}, on training images {train}.",
        ),
        "It learns these by heart, more than what they have in common.",
    )


@says.register
def _(fact: WeightsMoved) -> Lines:
    task, total, fell, rose = TASKS[fact.task], fact.parameters, fact.fell, fact.rose
    high, low = fact.too_high, fact.too_low
    yes_no = f"{images(high)} pull the sum down to no, {count(low)} up to yes"
    if not fell and not rose:
        return "No weight moves.", ""
    if not fell or not rose:  # those that do not move are frozen
        verb, back = ("fall", "rise") if fell else ("rise", "fall")
        even = "" if fact.against is None else f", even {plain(fact.against)}, which has to {back}"
        many, way = (high, task.high) if fell else (low, task.low)
        why, size = "", "smaller" if fell else "larger"
        if 2 * many > fact.images:
            whole = some(many, fact.images)
            why = sentence(f"{whole} came out too {way}: {size} weights, {size} sums")
        if task.yes_no:
            why = fit(f"{yes_no}: the more wrong, the harder.", f"{yes_no}.")
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
        (f"{yes_no}.",) if task.yes_no else (f"{wrong}: each weight goes its own way.", f"{wrong}.")
    )
    first = fit(sentence(", ".join(moves)), f"{len(fell)} fall, {len(rose)} rise.")
    return first, fit(*whys, "")


@says.register
def _(fact: Stepped) -> Lines:
    who = f"All {count(fact.parameters)} weights{' and biases' if fact.biases else ''}"
    rate = known_rate(fact.config.learning_rate)
    moved = f"{who} moved by −{rate} × their {direction_words(fact.config)}"
    most = f"{short(fact.most)} at most"
    return fit(f"{moved}, {most}.", f"{moved}.", f"{who} moved, {most}."), ""


@says.register
def _(fact: SignChanged) -> Lines:
    side, verb = ("below", "raises") if fact.below else ("above", "lowers")
    who = names(fact.indices, fact.weights)
    if not fact.follows:
        whose = "gradient of {} is" if len(fact.indices) == 1 else "gradients of {} are"
        return (
            fit(f"The {whose.format(who)} {side} 0 now.", f"Some gradients are {side} 0 now."),
            "The next step does not follow yet: there is more to it than the gradient.",
        )
    if len(fact.indices) == 1:
        return (
            sentence(f"{who} turns round: its gradient is now {side} 0"),
            f"The next step {verb} it.",
        )
    if fact.all_past:
        who = all_of(len(fact.indices))
        return f"{who} turn round: the step went past the lowest point, yet it ended lower.", ""
    return (
        sentence(f"{who} turn round: their gradients are now {side} 0"),
        f"The next step {verb} them.",
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
    noun = "label" if fact.is_noisy else "truth"
    way = task.high if fact.after < fact.before else task.low
    many = 5 * fact.answered > 3 * fact.images
    if fact.came_right:
        said = f", {yes_or_no(fact.after)}" if task.yes_no else ""
        return f"Now this image comes out right: {after}{said}.", ""
    if fact.crossed_target:
        serves = f"No mistake: a step serves its {images(fact.images)} together"
        if fact.together_worse:
            return (
                f"For this image, {after} is past the {noun}, {target}.",
                f"All {together} together got worse too: the step was too long.",
            )
        why = f"{serves}; {count(fact.answered)} had been too {way}." if many else f"{serves}."
        return f"For this image, {after} is past the {noun}, {target}.", fit(why, f"{serves}.")
    if not fact.worse:
        return f"This image came closer: {after}, {noun} {target}.", ""
    if not fact.together_better:
        return (
            f"This image got worse: {level(fact.before)} → {after}, {noun} {target}.",
            "It is one of many that the steps learn from."
            if fact.is_training
            else "It is only what you look at; steps learn from the training images.",
        )
    why = "It is only what you look at; each step learns from them. Press space and wait."
    only = "You only look at this one."
    if fact.is_training:
        why = "Each step learns from all of them, not this one alone. Press space and wait."
        only = "This is only one of them."
    if fact.went_wrong:
        said = f"{after}, {yes_or_no(fact.after)}"
        return f"Now this image comes out wrong: {said}; the {together} together better.", why
    if many:
        served = f"The step served them: {count(fact.answered)} had been too {way}."
        why = fit(f"{served} {only}", served)
    return f"This image got worse, the {together} together better.", why


@says.register
def _(fact: LooksFlat) -> Lines:
    return f"Still falling, {percent(fact.share)} a step. L: log scale.", ""


@says.register
def _(fact: Slowed) -> Lines:
    why = ""
    if fact.even:
        why = "On average the weights are nearly right; their differences take longer."
    return f"It slows: {percent(fact.share)} a step now, {percent(fact.first)} at first.", why


@says.register
def _(fact: RateTooSmall) -> Lines:
    what, limit = f"Only {percent(fact.share)} a step.", short(fact.limit)
    return what, f"On these images it converges below a rate of {limit}. ) is larger."


@says.register
def _(fact: Converged) -> Lines:
    if fact.average is None:
        return "Each is within 0.001 of the best for these images. Try 0–9.", ""
    whose, value = all_of(fact.weights), plain(fact.average)
    if fact.biases:
        averages = f"{whose} weights are {value}, the bias 0, ± 0.001: it averages."
        return fit(f"{averages} Try 0–9.", averages), ""
    return f"{whose} are {value} ± 0.001: it has learnt to average. Try 0–9.", ""


@says.register
def _(fact: NoChange) -> Lines:
    why = ""
    if fact.loss < 1e-25:
        why = f"What is left of the loss, {short(fact.loss)}, is rounding."
    if fact.zero:
        return "The gradient is exactly 0: no step moves anything any more.", why
    return "Nothing moves any more: the step is too small for a weight's last digit.", why


@says.register
def _(fact: LossMilestone) -> Lines:
    threshold, step = known_rate(fact.threshold), count(fact.step)
    if not fact.whole:
        return f"A batch's loss was below {threshold} for the first time at step {step}.", ""
    why = ""
    if fact.steps_since is not None:
        above = known_rate(float(f"{fact.threshold * 10:.0e}"))
        why = f"From {above} to {threshold} it took {listed(fact.steps_since, 'step')}."
    return f"Loss first below {threshold} at step {step}.", why


@says.register
def _(fact: EpochDone) -> Lines:
    return (
        f"Epoch 1 is over: in {listed(fact.steps, 'step')} it saw all {images(fact.images)} once.",
        f"Each step saw only {count(fact.batch)} of them, so the loss goes up and down.",
    )
