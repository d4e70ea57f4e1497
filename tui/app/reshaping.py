"""A network in another shape: the run that it needs, and what is said of it."""

from core import ConfigError, Snapshot
from core.commentary import after_reshaping
from core.network import Place, place_of
from core.settings import Reshape, reshaped
from tui.app.running import RunApp
from tui.view.selection import still_standing


class ReshapingApp(RunApp):
    """An app around a run whose network can be changed; the run before is kept."""

    def reshape(self, reshape: Reshape) -> None:
        """Start another run with the network changed, or say why there can be none."""
        trainer = self.training.trainer
        try:
            reshaped(trainer.run.config, self._place(), reshape)
        except ConfigError as error:
            self.refuse(_that(error.problem))
            return
        problem, place = "", self._place()

        def begin() -> None:
            # Earlier keys may have changed the network while this one waited for a long step.
            nonlocal problem, place
            place = self._place()
            try:
                trainer.rebuild(reshaped(trainer.run.config, place, reshape))
            except ConfigError as error:
                problem = error.problem
            except MemoryError:
                problem = "there is not enough memory for that network"

        def tell(before: Snapshot, after: Snapshot) -> None:
            if problem:
                self.refuse(_that(problem))
                return
            self.view = still_standing(self.view, before, after)
            self._narrator.begin(after_reshaping(before, place, reshape, after), after)

        self.begin(begin, tell)

    def _place(self) -> Place:
        """Give the place of the selected parameter in the network as it is now."""
        architecture = self.training.trainer.run.config.architecture
        return place_of(architecture, min(self.view.parameter, architecture.parameter_count - 1))


def _that(problem: str) -> str:
    """Say of a key what begins with its verb, since elsewhere it is said of an option."""
    return f"that {problem}" if problem.startswith("makes ") else problem
