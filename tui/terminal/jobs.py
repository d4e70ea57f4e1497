"""Stopping as one of a shell's jobs: ctrl+z gives the terminal back, and `fg` takes it again."""

import os
import signal

_SHELL = "/bin/sh"


def can_be_continued() -> bool:
    """Whether a shell may continue this process group once it is stopped.

    In an orphaned group, such as the one of `ssh -t host napkin-net`, the system ignores SIGTSTP
    (POSIX), for nobody could send SIGCONT. A child finds out: it stops there, or does not.
    """
    child = os.posix_spawn(
        _SHELL, ["sh", "-c", "kill -TSTP $$"], os.environ, setsigdef=[signal.SIGTSTP]
    )
    _, status = os.waitpid(child, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        return False
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def stop() -> None:
    """Stop the whole process group, as the terminal does; return once it is continued.

    Nothing may handle the signal: its default is to stop.
    What started the program may be in the group too, and wait for it: the shell would not see that
    anything has stopped.
    """
    os.killpg(0, signal.SIGTSTP)


def wait_for_terminal(terminal: int) -> None:
    """Wait until the group is in the foreground: a stopped program may be continued behind it.

    Parameters
    ----------
    terminal : int
        A file descriptor of the terminal.
    """
    while _is_behind(terminal) and can_be_continued():
        # Like every program that needs the terminal: the shell shows it as stopped.
        os.killpg(0, signal.SIGTTOU)


def _is_behind(terminal: int) -> bool:
    """Whether another process group has the terminal."""
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:  # the terminal is gone
        return False
