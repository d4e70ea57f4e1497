"""The images of a run: drawn by its config, or a person's own; and which of them only test."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from core.images import Batch


@dataclass(frozen=True, eq=False)
class OwnData:
    """Images that a person brought; two are equal when all their numbers are."""

    name: str
    """What to call them, such as the file's name; no part of what they are."""
    batch: Batch
    """The images with their labels."""

    def __len__(self) -> int:
        """Count the images."""
        return len(self.batch)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of images and labels, in hexadecimal."""
        return sha256(self.batch.images.tobytes() + self.batch.targets.tobytes()).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Tell whether the numbers are the same."""
        return isinstance(other, OwnData) and self.digest == other.digest

    def __hash__(self) -> int:
        """Hash what `==` compares."""
        return hash(self.digest)
