"""Choosing what is trained: the start, the settings, a preset, the network, the images."""

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from core import (
    ConfigError,
    SetSettings,
    Snapshot,
    TrainingConfig,
    neighbouring_rate,
)
from core.engines import ENGINES, EXTRAS
from core.images import Example, Image, OwnData, example_at, found_again
from core.network import Architecture, Place
from core.run import AddImage, RemoveImage
from core.settings import Preset, Reshape, preset_of, reshaped, words_of
from tui import PROGRAM
from tui.app.controller import Controller, attempt
from tui.files.folders import default_engine
from tui.view.selection import still_standing
from tui.view.view import SPEEDS, Pace, SelectImage, View
from tui.words.looking import opened_from_sweep
from tui.words.phrases import Lines, listed, split_words

if TYPE_CHECKING:
    from tui.screens.settings.draft import Draft

_SEEDS = 2**32

# -- where it starts ------------------------------------------------------------------------------


def reset(controller: Controller) -> None:
    """Start this again."""
    controller.begin(lambda: controller.trainer.reset())


def draw_new_weights(controller: Controller) -> None:
    """Draw the next seed's weights."""
    seed = (controller.run.config.seed + 1) % _SEEDS
    controller.begin(lambda: controller.trainer.restart(seed))


def open_default(controller: Controller) -> None:
    """Go back to the default network, its initial weights and the image of its start."""

    def begin() -> None:
        controller.trainer.open(_computed_as_now(controller, TrainingConfig()))
        controller.look_at_first()

    controller.begin(begin, controller.narrator.open_default)


def open_preset(controller: Controller, preset: Preset) -> None:
    """Start a preset, and say what to watch."""

    def begin() -> None:
        controller.trainer.open(_computed_as_now(controller, preset.config))
        controller.look_at_first()

    controller.begin_saying(begin, lambda after: preset.lines)


def open_swept(controller: Controller, config: TrainingConfig) -> None:
    """Open a run of a sweep and train it to its end; the present run is kept before it."""
    lines = opened_from_sweep(config.steps)

    def begin() -> str | None:
        try:
            controller.trainer.visit(config)
        except MemoryError:
            return "there is not enough memory for this run"
        return None

    def tell(_: Snapshot, after: Snapshot) -> None:
        controller.narrator.begin_with(lines, after)
        controller.set_pace(Pace(True, SPEEDS[-1]), once=True)
        controller.introduce(lambda: lines)

    controller.begin(begin, tell)


def _computed_as_now(controller: Controller, config: TrainingConfig) -> TrainingConfig:
    """Return a run that nobody chose an engine for, with the present one if that is a fast one."""
    now = controller.run.config.engine
    return replace(config, engine=now) if now in EXTRAS else config


def lines_of(controller: Controller) -> Lines | None:
    """Return what to watch in a preset that is at its start, or what misleads of the test images.

    The default network's is none: it has words of its own.
    """
    run = controller.run
    if (lines := split_words(run.config, run.scorer.equal_test_images)) is not None:
        return lines
    if run.last_step or run.config.portable == TrainingConfig():
        return None
    preset = preset_of(run.config)
    return None if preset is None else preset.lines


# -- its settings ---------------------------------------------------------------------------------


def change_rate(controller: Controller, *, up: bool) -> None:
    """Raise or lower the learning rate."""
    rate = controller.run.config.learning_rate
    controller.change_run(SetSettings.of(learning_rate=neighbouring_rate(rate, up=up)))


def switch_gradient(controller: Controller) -> None:
    """Find the gradient the other way."""
    now = controller.run.config.gradient
    controller.change_run(SetSettings.of(gradient="nudge" if now == "backprop" else "backprop"))


def switch_engine(controller: Controller) -> None:
    """Compute with the next engine of those that are installed."""
    names, now = sorted(ENGINES, key=_BY_SPEED.index), controller.run.config.engine
    following = names[(names.index(now) + 1) % len(names)]
    controller.change_run(SetSettings.of(engine=following))


_BY_SPEED = ("loops", "matrix", "compiled", "gpu")


def take_draft(controller: Controller, draft: "Draft") -> None:
    """Apply other settings to the run where it can take them, or start another one."""

    def tell(before: Snapshot, after: Snapshot) -> None:
        run = controller.run
        lines = split_words(run.config, run.scorer.equal_test_images)
        if lines is None or before.config.draws_like(after.config):
            controller.narrator.rebuild(before, after)
        else:
            controller.narrator.begin_with(lines, after)

    preset = preset_of(draft.config)
    if draft.change is not None:
        controller.change_run(draft.change)
    elif preset is not None:
        open_preset(controller, preset)
    else:
        controller.begin(lambda: controller.trainer.rebuild(draft.config), tell)


# -- its network ----------------------------------------------------------------------------------


def reshape(controller: Controller, shape: Reshape) -> None:
    """Start another run with the network changed, or say why there can be none."""

    def changed() -> TrainingConfig:
        config = controller.run.config
        return reshaped(config, _selected(controller.shown.view, config.architecture), shape)

    def check() -> None:
        changed()

    def begin() -> str | None:
        # Earlier keys may have changed the network while this one waited for a long step.
        try:
            controller.trainer.rebuild(changed())
        except MemoryError:
            return "there is not enough memory for that network"
        return None

    def tell(before: Snapshot, after: Snapshot) -> None:
        from core.commentary.changes import after_reshaping  # no first frame waits for it

        place = _selected(controller.shown.view, before.architecture)
        controller.shown.view = still_standing(controller.shown.view, before, after)
        controller.narrator.begin(after_reshaping(before, place, shape, after), after)

    refusal = attempt(check, _of_key)
    if refusal is None:
        controller.begin(begin, tell, _of_key)
    else:  # and steps follow one another as before
        controller.refuse(refusal)


def _selected(view: View, architecture: Architecture) -> Place:
    """Return the place of the selected parameter in a network."""
    return architecture.place(min(view.parameter, architecture.parameter_count - 1))


def _of_key(error: ConfigError) -> str:
    """Return an error's words for a key; elsewhere they are about an option."""
    return f"that {error.problem}" if error.problem.startswith("makes ") else error.problem


# -- its images -----------------------------------------------------------------------------------


def add_image(controller: Controller, image: Image, label: float) -> None:
    """Learn from another image too, and look at it; b takes it back."""

    def add() -> None:
        controller.trainer.apply(AddImage(image, label))
        images = controller.run.here.images
        _look_at(controller, *example_at(images, len(images) - 1))

    controller.change(add, controller.narrator.change, _of_image)


def take_image_out(controller: Controller, following: tuple[Image, Example] | None) -> None:
    """Remove the selected image.

    Parameters
    ----------
    controller : Controller
        Has the run.
    following : tuple of Image and Example, optional
        The image to look at after that.
    """

    def take_out() -> str | None:
        # Which one it is now: earlier keys may have waited for a long step together with this.
        removal = _removal(controller)
        if isinstance(removal, str):
            return removal
        controller.trainer.apply(removal)
        _look_at(controller, *_next(controller, removal.index, following))
        return None

    controller.change(take_out, controller.narrator.change, _of_image)


def _of_image(error: ConfigError) -> str:
    return f"this {error.setting} {error.problem}"


def _look_at(controller: Controller, image: Image, example: Example) -> None:
    controller.shown.view = SelectImage(image, example).applied_to(controller.shown.view)


def _removal(controller: Controller) -> RemoveImage | str:
    """Return the change that takes the image out that is looked at, or say why there is none."""
    view = controller.shown.view
    if view.example is None:
        return "select the image to remove first"
    if view.example.is_test:
        return "only training images can be removed, and this is a test image"
    found = found_again(view.example, view.image, controller.run.here.images)
    return RemoveImage(found.index) if found is not None else "this image is no longer there"


def _next(
    controller: Controller, index: int, following: tuple[Image, Example] | None
) -> tuple[Image, Example]:
    """Return the image to look at after the one with this number was taken out."""
    images = controller.run.here.images
    if following is not None:
        image, example = following
        moved_up = replace(example, index=example.index - (example.index > index))
        if (found := found_again(moved_up, image, images)) is not None:
            return image, found
    return example_at(images, min(index, len(images) - 1))


# -- told in one line -----------------------------------------------------------------------------


def command_of(config: TrainingConfig, steps: int) -> str:
    """Return the command line that leads to so many steps of a run."""
    words = words_of(config, steps or None)
    if config.engine == TrainingConfig.engine != default_engine():
        words += ["--engine", config.engine]
    return shlex.join([PROGRAM, *own_words(config.data), *words])


def own_words(data: OwnData | None) -> list[str]:
    """Return the options that read a person's own images."""
    if data is None:
        return []
    # The program never leaves the folder that it was started in: what was typed there still holds.
    name = data.path if data.path and data.path.isprintable() else data.name
    # A name that begins like an option would be taken for one.
    name = f"./{name}" if name.startswith("-") else name
    return ["--data", name, *([] if data.scale == 1.0 else ["--scale", f"{data.scale:g}"])]


def missing_of(changes: int) -> str:
    """Return the words for what of a run no option can express."""
    if not changes:
        return ""
    return f", without {listed(changes, 'change')} that you made"
