"""The top row: what the network is asked, what it is made of, and where the run stands."""

from rich.segment import Segment
from textual.reactive import var

from core import TASKS, Outcome, Snapshot, TrainingConfig
from tui.panes.pane import Rows
from tui.terminal.drawing import Line
from tui.view.view import Pace
from tui.words.looking import SWEPT
from tui.words.phrases import SIGMOID_OUTPUT, network_name

NEEDED = (80, 24)


class Header(Rows):
    """One row; on a terminal that is too small it says what it needs."""

    activity: var[str] = var("", init=False)
    """What is done beside the run."""

    is_swept: var[bool] = var(False, init=False)
    """Whether the run is one of a sweep, and not the person's own."""

    def watch_is_swept(self) -> None:
        """Tell whose run it is."""
        self.draw_again()

    def watch_activity(self) -> None:
        """Say what is done, or that it is done."""
        self.draw_again()

    def shown(self, snapshot: Snapshot) -> object:
        """Return what it names."""
        return (
            snapshot.step,
            snapshot.outcome,
            snapshot.config,
            self.app.size,
            self.activity,
            self.is_swept,
        )

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Return the row."""
        ink = self.ink
        word = status_word(snapshot, self.pace)
        style = {
            "diverged": ink.warning,
            "no progress": ink.warning,
            "target reached": ink.good,
            "accuracy reached": ink.good,
        }.get(word, ink.text)
        config = snapshot.config
        screen = self.app.size
        if screen.width < NEEDED[0] or screen.height < NEEDED[1]:
            return [self._small(snapshot, word, width)]
        right = f" step {snapshot.step:,} · "
        title, question = " napkin-net  ", TASKS[config.task].question
        name = network_name(config)
        seed = f" · seed {config.seed}" if not self.activity else f" · {self.activity}"
        room = width - len(right) - len(word) - 1
        if len(title + question + name + seed) + 2 > room and TASKS[config.task].yes_no:
            # A yes/no task has a sigmoid output, if nobody wants it otherwise.
            name = name.removesuffix(SIGMOID_OUTPUT)
        if len(title + question + name) + 2 > room or (
            self.activity and len(title + question + name + seed) + 2 > room
        ):
            question = ""
        facts = f"  {name}{seed}"
        if len(title + question + facts) > room:
            facts = f"  {name}"  # the question, and all of the network, say more than the seed
        if self.is_swept:
            title, question, facts = _swept(snapshot, seed, room)
        if len(title + question + facts) > room:
            facts = facts[: max(0, room - len(title) - 1)] + "…"
        gap = " " * max(1, room - len(title) - len(question) - len(facts))
        return [
            [
                Segment(title, ink.strong),
                Segment(question, ink.text),
                Segment(facts, ink.dim),
                Segment(gap, ink.text),
                Segment(right, ink.dim),
                Segment(word, style),
                Segment(" ", ink.text),
            ]
        ]

    def _small(self, snapshot: Snapshot, word: str, width: int) -> Line:
        """Return the row of a terminal that is too small: what it needs, and the run's state."""
        needed = "best at {}×{}".format(*NEEDED)
        for right in (f"step {snapshot.step:,} · {word}", f"{snapshot.step:,} {word}", word, ""):
            for left in (f"napkin-net is {needed}", needed):
                gap = width - len(left) - len(right) - 2
                if gap >= 1:
                    spaces = Segment(" " * gap, self.ink.text)
                    return [
                        Segment(f" {left}", self.ink.warning),
                        spaces,
                        Segment(f"{right} ", self.ink.dim),
                    ]
        return [Segment(needed.removeprefix("best at "), self.ink.warning)]


def _swept(snapshot: Snapshot, seed: str, room: int) -> tuple[str, str, str]:
    """Return the title, whose run it is, and what tells it from others of its sweep: its seeds."""
    config = snapshot.config
    if config.data_seed != TrainingConfig().data_seed:
        seed += f" · data seed {config.data_seed}"
    facts = f"  {network_name(config)}{seed}"
    titles = (" napkin-net  ", " ")
    for whose in SWEPT:
        for title in titles:
            if len(title + whose + facts) <= room:
                return title, whose, facts
    return " ", SWEPT[-1], f"  {seed.removeprefix(' · ')} · {network_name(config)}"


def status_word(snapshot: Snapshot, pace: Pace) -> str:
    """Return in a word where the run stands."""
    if snapshot.outcome is not None:
        return Outcome(snapshot.outcome).value
    if pace.running:
        return "running"
    return "paused" if snapshot.step else "ready"
