"""A program in a pseudo-terminal, below a session leader that outlives it.

That matters: when a session leader itself ends, the kernel resets the terminal's settings, and a
program that leaves them broken would look innocent.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import socket
import struct
import tempfile
import termios
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NoReturn

Where = Literal["terminal", "null", "pipe"]
"""What a standard stream of the program is: the pseudo-terminal, /dev/null, or a pipe."""

_END = b"\x1b]9;end of output\x07"  # written behind the program's last byte, to know that it came


class Session:
    """The pseudo-terminal's bare end: processes and bytes, and no idea what the bytes mean.

    Parameters
    ----------
    command
        The words that start the program.
    environment
        Changes to the clean environment the program gets; None takes a name away.
    cwd
        Where the program starts.
    streams
        What its three standard streams are.
    size
        Columns and rows.
    received
        Told what the program writes to the terminal.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str | None],
        cwd: str,
        streams: tuple[Where, Where, Where],
        size: tuple[int, int],
        received: Callable[[bytes], None],
    ) -> None:
        self.piped = {"stdout": b"", "stderr": b""}
        self.launched = 0.0
        self.pid = 0
        self.exit_code: int | None = None
        self._received = received
        self._poll = select.poll()
        self._pipes: dict[int, str] = {}
        with contextlib.ExitStack() as stack:
            self._start(stack, command, environment, cwd, streams, size)
            self._cleanup = stack.pop_all()

    def close(self) -> None:
        """End the program if it still runs, and leave nothing of it."""
        self._cleanup.close()

    def _start(
        self,
        stack: contextlib.ExitStack,
        command: Sequence[str],
        changes: Mapping[str, str | None],
        cwd: str,
        where: tuple[Where, Where, Where],
        size: tuple[int, int],
    ) -> None:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="napkin-home-"))
        variables: dict[str, str | None] = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": home,
            "XDG_STATE_HOME": os.path.join(home, "state"),
            "XDG_CONFIG_HOME": os.path.join(home, "config"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            **changes,
        }
        environment = {name: value for name, value in variables.items() if value is not None}

        self._master, self._slave = os.openpty()
        stack.callback(self.hang_up)
        for fd in (self._master, self._slave):
            os.set_blocking(fd, False)
        self.set_size(*size)
        self._settings = termios.tcgetattr(self._slave)

        self._control, theirs = socket.socketpair()
        stack.enter_context(self._control)
        with contextlib.ExitStack() as passed:
            passed.enter_context(theirs)
            streams: list[int | None] = []
            for index, each in enumerate(where):
                stream = self._open_stream(each, index, stack)
                if stream is not None:
                    passed.callback(os.close, stream)
                streams.append(stream)
            with warnings.catch_warnings():
                # From Python 3.12 on a fork is warned of where there are threads; the child here
                # does nothing but system calls.
                warnings.simplefilter("ignore", DeprecationWarning)
                leader = os.fork()
            if leader == 0:
                path = os.ttyname(self._slave)
                _lead(theirs.fileno(), path, command, environment, cwd, streams)
        stack.callback(self._stop, leader)

        with self._control.makefile("rb", buffering=0) as lines:
            words = lines.readline().split()
        if len(words) != 2:
            raise OSError("the program could not be started in a terminal")
        self.pid, self.launched = int(words[0]), float(words[1])
        for fd in (self._master, self._control.fileno(), *self._pipes):
            self._poll.register(fd, select.POLLIN)

    def _open_stream(self, where: Where, index: int, stack: contextlib.ExitStack) -> int | None:
        """The descriptor the program gets as its standard stream; None is the terminal."""
        if where == "terminal":
            return None
        if where == "null":
            return os.open(os.devnull, os.O_RDWR)
        read, write = os.pipe()
        if index == 0:
            stack.callback(os.close, write)
            return read
        stack.callback(os.close, read)
        self._pipes[read] = ("stdout", "stderr")[index - 1]
        return write

    def _stop(self, leader: int) -> None:
        if self.exit_code is None and self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self._control.close()
        os.waitpid(leader, 0)

    def hang_up(self) -> None:
        """Close the window: the program is told with SIGHUP, and its terminal is gone."""
        if self._master >= 0:
            with contextlib.suppress(KeyError):
                self._poll.unregister(self._master)
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1

    def set_size(self, cols: int, rows: int) -> None:
        """Resize the window; the program gets SIGWINCH."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    @property
    def settings_restored(self) -> bool:
        """Whether the terminal's settings are as they were before the program."""
        return termios.tcgetattr(self._slave) == self._settings

    def drain(self, seconds: float) -> bool:
        """Take what the program has written, waiting so long at most for it to begin."""
        came = False
        timeout = max(0.0, seconds)
        for _ in range(100):
            ready = self._poll.poll(timeout * 1000)
            if not ready:
                break
            timeout = 0.0
            for fd, _event in ready:
                if fd == self._master:
                    self._received(os.read(fd, 1 << 16))
                elif fd in self._pipes:
                    data = os.read(fd, 1 << 16)
                    self.piped[self._pipes[fd]] += data
                    if not data:
                        self._poll.unregister(fd)
                else:
                    self._ended(fd)
            came = True
        return came

    def _ended(self, control: int) -> None:
        self._poll.unregister(control)
        self.exit_code = os.waitstatus_to_exitcode(int(os.read(control, 100)))
        if self._slave < 0:
            return
        # What we write behind the program's last byte arrives behind it.
        os.write(self._slave, _END)
        rest, end = b"", time.perf_counter() + 2.0
        while _END not in rest and time.perf_counter() < end:
            if select.select([self._master], [], [], 0.1)[0]:
                rest += os.read(self._master, 1 << 16)
        self._received(rest.replace(_END, b""))

    def send(self, data: bytes, seconds: float) -> bool:
        """Write to the program's input; False if it does not read it in that time."""
        end = time.perf_counter() + seconds
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                if time.perf_counter() > end:
                    return False
                select.select([], [self._master], [], 0.01)
        return True


def _lead(
    control: int,
    path: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    cwd: str,
    streams: Sequence[int | None],
) -> NoReturn:
    """Lead the session: start the program in the foreground, report how it ended, wait."""
    try:
        os.setsid()
        terminal = os.open(path, os.O_RDWR)
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        # Nothing of the parent's stays open here, above all not the terminal's other end.
        first = 0
        for fd in sorted({control, terminal, *(fd for fd in streams if fd is not None)}):
            os.closerange(first, fd)
            first = fd + 1
        os.closerange(first, os.sysconf("SC_OPEN_MAX"))
        launched = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            _become(terminal, command, environment, cwd, streams)
        os.closerange(0, control)
        os.closerange(control + 1, first)
        signal.signal(signal.SIGHUP, lambda *_: os.kill(pid, signal.SIGHUP))  # as a shell does
        os.write(control, f"{pid} {launched!r}\n".encode())
        status = os.waitpid(pid, 0)[1]
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.write(control, f"{status}\n".encode())
        os.read(control, 1)  # the other side closes it when it has seen enough
    finally:
        os._exit(0)


def _become(
    terminal: int,
    command: Sequence[str],
    environment: Mapping[str, str],
    cwd: str,
    streams: Sequence[int | None],
) -> NoReturn:
    """Become the program, in a process group of its own in the terminal's foreground."""
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(terminal, os.getpid())
        signal.set_wakeup_fd(-1)
        for name in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(name, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        high = [
            fcntl.fcntl(terminal if fd is None else fd, fcntl.F_DUPFD_CLOEXEC, 3) for fd in streams
        ]
        for standard, fd in enumerate(high):
            os.dup2(fd, standard)
        os.chdir(cwd)
        os.execvpe(command[0], list(command), environment)
    except BaseException as error:
        os.write(2, f"{command[0]}: {error}\n".encode())
    finally:
        os._exit(127)
