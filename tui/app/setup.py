"""Choosing the run: settings, ready-made runs, and telling a run in one line."""

import shlex
from typing import TYPE_CHECKING

from core import ConfigError, Trainer, TrainingConfig
from core.images import OwnData
from core.run import Snapshot
from core.settings import PRESETS, Preset
from tui import PROGRAM
from tui.app.reshaping import ReshapingApp
from tui.words.phrases import WIDTH, refused

if TYPE_CHECKING:
    from tui.screens.settings.draft import Draft


class SetupApp(ReshapingApp):
    """An app whose run a person chooses."""

    def action_settings(self) -> None:
        """Show every setting; take over what a person changes."""
        from tui.screens.settings.settings import SettingsScreen

        def accept(draft: "Draft | None") -> None:
            if draft is not None:
                self.take_draft(draft)

        presets = {preset.title: preset.config for preset in PRESETS.values()}
        config = self.training.trainer.run.config
        self.push_screen(SettingsScreen(config, presets, self.ink), accept)

    def take_draft(self, draft: "Draft") -> None:
        """Go on with other settings where the run can, or start another one."""
        preset = next((each for each in PRESETS.values() if each.config == draft.config), None)
        if draft.change is not None:
            self.change_run(draft.change)
        elif preset is not None:
            self.open_preset(preset)
        else:
            self._rebuild(draft.config)

    def _rebuild(self, config: TrainingConfig) -> None:
        """Start another run, or say why there can be none on these images."""
        refusal: ConfigError | None = None

        def begin() -> None:
            nonlocal refusal
            try:
                self.training.trainer.rebuild(config)
            except ConfigError as error:
                refusal = error

        def tell(before: Snapshot, after: Snapshot) -> None:
            if refusal is None:
                self._narrator.start(before, after)
            else:
                self.refuse(refused(refusal))

        self.begin(begin, tell)

    def show_run(self, trainer: Trainer) -> None:
        """Show a run that was made elsewhere."""
        self.training.trainer = trainer
        self.training.look_if_quick()
        self._on_change()

    def open_preset(self, preset: Preset) -> None:
        """Start a ready-made run, and say what to watch."""

        def tell(_: Snapshot, after: Snapshot) -> None:
            self._narrator.begin_with(preset.lines, after)

        self.begin(lambda: self.training.trainer.open(preset.config), tell)

    def action_share(self) -> None:
        """Copy the command line that leads to this run, and show it."""
        trainer = self.training.trainer
        command = command_of(trainer.run.config, trainer.run.step_count)
        self.copy_to_clipboard(command)
        missing = missing_of(trainer.run.config, trainer.run.log.changes_untold)
        head = f"Copied, where the terminal allows it{missing}:"
        if len(command) <= WIDTH and len(head) <= WIDTH:
            self.say((head, command))
        else:
            from tui.screens.shared import SharedScreen

            self.push_screen(SharedScreen(head, command))


def command_of(config: TrainingConfig, steps: int) -> str:
    """Give the command line that leads to so many steps of a run."""
    from core.settings import words_of

    words = words_of(config, steps or None)
    return shlex.join([PROGRAM, *own_words(config.data), *words])


def own_words(data: OwnData | None) -> list[str]:
    """Give the options that read a person's own images."""
    if data is None:
        return []
    # A name that begins like an option would be taken for one.
    name = f"./{data.name}" if data.name.startswith("-") else data.name
    return ["--data", name, *([] if data.scale == 1.0 else ["--scale", f"{data.scale:g}"])]


def missing_of(config: TrainingConfig, changes: int) -> str:
    """Say what of a run no option can tell."""
    if not changes:
        return ""
    return f", without {'a change' if changes == 1 else f'{changes:,} changes'} made on the way"
