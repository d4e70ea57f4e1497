"""Where what belongs to a person is kept: what was left off, and what they like."""

import os

from tui.cli.options import PROGRAM


def state_folder() -> str:
    """Give the folder of what is worth keeping from one start to the next."""
    # With Textual, which wants it too: a start without a screen needs none of this.
    from platformdirs import user_state_dir

    return user_state_dir(PROGRAM)


def autosave_folder() -> str:
    """Give the folder of the runs that programs write while they run."""
    return os.path.join(state_folder(), "autosave")


def autosaves() -> list[str]:
    """Give the names of what is in it."""
    try:
        return os.listdir(autosave_folder())
    except OSError:
        return []


def config_folder() -> str:
    """Give the folder of what a person has chosen."""
    from platformdirs import user_config_dir

    return user_config_dir(PROGRAM)


def made(folder: str) -> str:
    """Make a folder that is nobody else's, if it is not there; give it."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return folder
