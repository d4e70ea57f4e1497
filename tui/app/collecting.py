"""Training images added and taken out on the screen, and what is said where that cannot be."""

import math
from dataclasses import replace

from textual import on

from core import ConfigError, Snapshot
from core.images import Example, Image, example_at, found_again
from core.run import AddImage, RemoveImage
from tui.app.setup import SetupApp
from tui.panes.data.data import NoTestImages, RemovalWanted
from tui.view.view import LookAt

_PLACES = 12
"""Decimals of a label that is offered."""


class CollectingApp(SetupApp):
    """An app whose training images a person adds to and takes from; `b` takes it back."""

    def action_add_image(self) -> None:
        """Ask for a label of the image that is looked at, and learn from it too."""
        from tui.screens.exact import LabelScreen

        if (now := self.snapshot) is None:
            return
        image, truth = self.view.image, now.reading.truth
        offered = round(truth, _PLACES)  # what a mean leaves behind that is written, 0.35…03

        def add(label: float | None) -> None:
            if label is not None:
                self.change_images(AddImage(image, truth if label == offered else label))

        config = self.training.trainer.run.config
        text = "" if math.isnan(truth) else repr(offered)
        box = LabelScreen(image, text, config, is_known=bool(text), unicode=self.ink.unicode)
        self.push_screen(box, add)

    @on(RemovalWanted)
    def _take_out(self, message: RemovalWanted) -> None:
        self.change_images(None, message.following)

    @on(NoTestImages)
    def _say_how_to_keep_some(self) -> None:
        self.refuse("no images are kept for testing; test share, in the settings (c), keeps some")

    def change_images(
        self, add: AddImage | None, following: tuple[Image, Example] | None = None
    ) -> None:
        """Add an image to learn from and look at it, or take out the one that is looked at.

        Parameters
        ----------
        add : AddImage or None
            None takes one out.
        following : tuple of Image and Example, optional
            The image to look at after one was taken out.
        """
        trainer, problem = self.training.trainer, ""

        def change() -> None:
            # Which one it is now: earlier keys may have waited for a long step together with this.
            nonlocal problem
            edit = add or self._removal()
            if isinstance(edit, str):
                problem = edit
                return
            try:
                trainer.apply(edit)
            except ConfigError as error:
                problem = f"this {error.setting} {error.problem}"
                return
            if isinstance(edit, AddImage):
                image, example = example_at(
                    trainer.run.here.images, len(trainer.run.here.images) - 1
                )
            else:
                image, example = self._next(edit.index, following)
            self.view = LookAt(image, example).applied_to(self.view)

        def tell(before: Snapshot, after: Snapshot) -> None:
            if problem:
                self.refuse(problem)
            else:
                self._narrator.change(before, after)

        self._act(change, tell)

    def _removal(self) -> RemoveImage | str:
        """Give the change that takes the image out that is looked at, or say why there is none."""
        example = self.view.example
        if example is None:
            return "choose the image to take out first"
        if example.is_test:
            return "test images are not learnt from, so there is nothing to take out"
        found = found_again(example, self.view.image, self.training.trainer.run.here.images)
        return RemoveImage(found.index) if found is not None else "this image is no longer there"

    def _next(self, index: int, following: tuple[Image, Example] | None) -> tuple[Image, Example]:
        """Give the image to look at after the one with this number was taken out."""
        images = self.training.trainer.run.here.images
        if following is not None:
            image, example = following
            moved_up = replace(example, index=example.index - (example.index > index))
            if (found := found_again(moved_up, image, images)) is not None:
                return image, found
        return example_at(images, min(index, len(images) - 1))
