"""The commentary under the panes: of each step at a walking pace, at speed of milestones."""

import re
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core import Outcome, Snapshot
from core.commentary import (
    LayerFact,
    Opening,
    opening,
    serious_layer_problem,
    unbroken_symmetry,
)
from core.run import Arrival
from tui.view.view import Pace

# Each registers the words for its facts with `says`.
from tui.words import first_moment, layers  # noqa: F401
from tui.words.looking import TO_SWEEP
from tui.words.phrases import WIDTH, Lines, fit, says, sentence

if TYPE_CHECKING:
    from core.commentary.changes import Reshaped
    from core.commentary.steps import Fact, StepFact

READING_TIME = 2.0
"""Seconds that a remark stays, when they come faster than they can be read."""
WARNING_TIME = 10.0
"""Seconds that a warning stays while steps follow one another."""
HELD = 2 * READING_TIME
"""Seconds that what a key has opened is introduced, before a run that goes on has its say again."""

_FIRST_KEY = "Press s"
_IF_PAUSED = "Press space and wait."


class Narrator:
    """Turns what happens into the two lines under the panes.

    What is told of the run stays until more happens in it. Over it may lie what introduces a part
    of the screen, which is true of every moment and goes when that part closes; and over both a
    note, such as where a file was saved, which the next key takes away.

    Parameters
    ----------
    clock : callable
        Gives the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = -READING_TIME
        self._seen: Snapshot | None = None
        self._edited: Snapshot | None = None
        self._told: Lines = ("", "")
        self._offer = ""
        self._introduction: Callable[[], Lines] | None = None
        self._waiting: Callable[[], Lines] | None = None
        self._note: Lines | None = None
        self._held_until = 0.0
        self._is_opening = False

    @property
    def remark(self) -> Lines:
        """The two lines."""
        if self._note is not None:
            return self._note
        if self._introduction is not None:
            return self._introduction()
        return with_offer(self._told, self._offer) if self._offer else self._told

    def _say(self, facts: Sequence["Fact"], *, log_scale: bool = False) -> None:
        if facts:
            self.say(two_lines(facts, log_scale=log_scale))

    def say(self, lines: Lines, seconds: float = 0.0) -> None:
        """Show lines about the run, for so long at least; they stay until there is more to say."""
        self._told, self._offer = lines, ""
        self._introduction = self._note = None
        self._since = self._clock()
        self._is_opening = False
        self._held_until = self._since + seconds

    def note(self, lines: Lines, seconds: float = HELD) -> None:
        """Show lines until the next key; steps that follow one another leave them for a while."""
        self._note = lines
        self._held_until = self._clock() + seconds

    def end_note(self) -> None:
        """Take a note away: another key was pressed."""
        if self._note is not None:
            self._note, self._held_until = None, 0.0

    def introduce(self, words: Callable[[], Lines] | None, seconds: float = HELD) -> None:
        """Show what introduces a part of the screen; None: what was told of the run again.

        Parameters
        ----------
        words : callable, optional
            Gives the lines, for each moment anew.
        seconds : float
            How long steps that follow one another leave them there.
        """
        self._introduction, self._note = words, None
        self._held_until = 0.0 if words is None else self._clock() + seconds

    def offer(self, words: str) -> None:
        """Offer something beside what is told at the start; an empty text takes it back."""
        self._offer = words

    def begin_with(self, lines: Lines, after: Snapshot) -> None:
        """Show what to watch in a run that begins."""
        self._seen = after
        self.say(lines)
        self._is_opening = True

    def open(self, now: Snapshot) -> None:
        """Show what there is when the program opens."""
        self._seen = now
        self._say((*_ended_already(now), *_troubles(now), opening(now)))
        self._is_opening = True

    def start(self, before: Snapshot, after: Snapshot) -> None:
        """Show what begins: the same again, the default start, or new weights."""
        from core.commentary.changes import after_start

        self._seen, self._edited = after, None
        self._say((*_ended_already(after), after_start(before, after), *_troubles(after)))
        self._is_opening = True

    def begin(self, fact: "Reshaped", after: Snapshot) -> None:
        """Show what a changed network begins with, and what keeps it from learning."""
        from core.commentary.changes import answered

        self._seen, self._edited = after, None
        self._say((*_ended_already(after), fact, *_troubles(after), answered(after)))
        self._is_opening = True

    def refuse(self, problem: str) -> None:
        """Show why something cannot be done; nothing has changed."""
        self.note((fit(f"No: {problem}.", sentence(problem)), ""))

    def open_default(self, _: Snapshot, after: Snapshot) -> None:
        """Show that the default network has begun, whatever there was before."""
        from core.commentary.changes import default_start

        self._seen, self._edited = after, None
        self._say((*_ended_already(after), default_start(after), *_troubles(after)))
        self._is_opening = True

    def rebuild(self, before: Snapshot, after: Snapshot) -> None:
        """Show which settings another run has begun with."""
        from core.commentary.changes import answered, rebuilt

        self._seen, self._edited = after, None
        self._say(
            (*_ended_already(after), rebuilt(before, after), *_troubles(after), answered(after))
        )
        self._is_opening = True

    def end(self, now: Snapshot) -> None:
        """Show once more why the run goes no further."""
        self._say((_ended(now),))

    def come_back(self, after: Snapshot, kept: int, *, was_swept: bool) -> None:
        """Show where the run is that was left before, how many others are kept, and if the other
        one was a run of a sweep, the way to that."""
        from core.commentary.changes import run_returned

        self._seen, self._edited = after, None
        self._say((run_returned(after, kept),))
        if was_swept:
            first, second = self._told
            self._told = first, f"{second} {TO_SWEEP}".lstrip()

    def change(self, before: Snapshot, after: Snapshot) -> None:
        """Show what a person has changed."""
        from core.commentary.changes import after_change

        self._seen = after
        moved = not np.array_equal(before.parameters, after.parameters)
        self._edited = before if moved and is_pending(after) else None
        facts: tuple[Fact, ...] = after_change(before, after)
        if after.outcome not in (None, before.outcome):
            # A stop condition that holds already is the news; it must not give way to a setting.
            is_stop = after.outcome is not Outcome.DIVERGED
            facts = (_ended(after), *facts) if is_stop else (*facts, _ended(after))
        if facts:
            self._say(facts)
        else:
            self.note(("Nothing changed: it was so already.", ""))

    def travel(self, before: Snapshot, after: Snapshot) -> None:
        """Show which moment the run is at now."""
        from core.commentary.changes import after_travel

        self._seen, self._edited = after, None
        self._say((after_travel(before, after),))

    def swap(self, before: Snapshot, after: Snapshot) -> None:
        """Show at which moment the other run is."""
        from core.commentary.changes import after_swap

        self._seen, self._edited = after, None
        self._say((after_swap(after),))

    def long_travel(self, step: int) -> None:
        """Show that going to another moment takes a while."""
        self.introduce(lambda: (f"Going to step {step:,} …", "Press esc to stay here."))

    def wait(self, now: Snapshot) -> None:
        """Show that the loss of this moment is still being computed, until it is known."""
        from core.commentary.steps import computing

        lines = two_lines((computing(now),))
        self._waiting = lambda: lines
        self.introduce(self._waiting, 0.0)

    def arrive(self, now: Snapshot, arrivals: frozenset[Arrival]) -> None:
        """Show what the run has come to; nothing else is said until the next key."""
        from core.commentary.steps import after_arrival

        self._seen, self._edited = now, None
        self._say(after_arrival(now, arrivals))

    def train(self, now: Snapshot, pace: Pace, *, log_scale: bool) -> None:
        """Show what the steps since the last call have done, if there is time to read it."""
        from core.commentary.steps import after_step, milestones

        self._complete(now)
        if self._waiting is not None and now.loss is not None:
            if self._introduction is self._waiting:
                self._introduction = None
            self._waiting = None
        before = self._seen
        if before is None or before.loss is None:
            self._seen = now
            return
        if now.loss is None or (now.step == before.step and now.outcome == before.outcome):
            return
        goes_on = now.outcome is None and pace.running
        if goes_on and self._clock() < self._held_until:
            return
        if goes_on and not pace.is_slow:
            # What is seen between two remarks is told together, so that no milestone is lost. What
            # to press first was read before that was done.
            if self._clock() - self._since < READING_TIME and not self._is_opening:
                return
            self._run(before, now, log_scale=log_scale)
        elif now.step == before.step + 1:
            self._say(after_step(before, now), log_scale=log_scale)
        else:
            self._say(milestones(before, now) or after_step(before, now), log_scale=log_scale)
        if goes_on:  # then space would pause it
            first, second = self._told
            self._told = first, second.replace(_IF_PAUSED, "").rstrip()
        self._seen = now

    def _run(self, before: Snapshot, now: Snapshot, *, log_scale: bool) -> None:
        """Show the milestones of a fast run; without any, how far it is and what holds it up."""
        from core.commentary.steps import milestones, went

        facts: tuple[Fact, ...] = milestones(before, now)
        if not facts and (progress := went(before, now)) is not None:
            facts = (progress, *_troubles(now))
        self._say(facts, log_scale=log_scale)

    def _complete(self, now: Snapshot) -> None:
        """Show once more what a person changed by hand, with the losses that are known by now."""
        from core.commentary.changes import after_change

        before, after = self._edited, self._seen
        if before is None or after is None:
            return
        if now.step != after.step or not np.array_equal(now.parameters, after.parameters):
            self._edited = None
            return
        self._seen = now
        self._edited = before if is_pending(now) else None
        self._told = two_lines(after_change(before, now))


def is_pending(now: Snapshot) -> bool:
    """Whether the losses of manual changes are still being computed."""
    manual_edits = now.manual_edits
    if manual_edits is None:
        return False
    unknown = manual_edits.descent_loss is None and not manual_edits.has_diverged
    return now.loss is None or manual_edits.start_loss is None or unknown


def _ended(now: Snapshot) -> "StepFact":
    """Return why the run goes no further."""
    from core.commentary.steps import ended

    return ended(now)


def _ended_already(now: Snapshot) -> "tuple[Fact, ...]":
    """Return that a stop condition holds at the start, where no step can be asked for."""
    return () if now.outcome is None else (_ended(now),)


def _troubles(now: Snapshot) -> "tuple[Fact, ...]":
    """Return what keeps a network from learning, as it is there."""
    return (*unbroken_symmetry(now), *serious_layer_problem(now))


def with_offer(lines: Lines, offer: str) -> Lines:
    """Return the opening lines as far as one has room for them, and an offer in the other."""
    first, second = lines
    said, *_ = sentences = re.split(r"(?<=[.?!]) ", first)
    if second.startswith(_FIRST_KEY):
        return fit(f"{said} {second}", f"{said} {_FIRST_KEY} to take one step.", said), offer
    # A sentence that goes on in the second line would be left without its end.
    whole = sentences if first.endswith((".", "?", "!")) else sentences[:-1]
    return " ".join(whole), offer


def two_lines(facts: Sequence["Fact"], *, log_scale: bool = False) -> Lines:
    """Return the most important facts, one reason among them, in two lines of at most 78 columns.

    With `log_scale`, none of them says to press L.
    """
    told = [_told(fact) for fact in facts if not (log_scale and _is_flat_curve(fact))]
    if not told:
        return "", ""
    first, second = told[0]
    has_reason = bool(second)
    for what, why in told[1:]:
        if what in (first, second):
            continue
        if _fits(first, what):
            first = f"{first} {what}"
        elif _fits(second, what):
            second = f"{second} {what}".lstrip()
        else:
            continue
        if why and not has_reason and _fits(second, why):
            second = f"{second} {why}".lstrip()
            has_reason = True
    return first, second


def _told(fact: "Fact") -> Lines:
    """Return a fact in words; only those that the first frame may show are there from the start."""
    if not isinstance(fact, Opening | LayerFact):
        from tui.words import changes, endings, steps  # noqa: F401
    return says(fact)


def _is_flat_curve(fact: "Fact") -> bool:
    from core.commentary.steps import FlatCurve

    return isinstance(fact, FlatCurve)


def _fits(line: str, addition: str) -> bool:
    return len(f"{line} {addition}".lstrip()) <= WIDTH
