"""Whether a shell could continue the program once it is stopped."""

import subprocess
import sys

import pytest

ASKS = [sys.executable, "-c", "from tui.terminal.jobs import *; print(can_be_continued())"]
IN_A_GROUP_OF_ITS_OWN = [sys.executable, "-c", f"""
import subprocess
print(subprocess.run({ASKS!r}, capture_output=True, text=True, process_group=0).stdout)
"""]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "can"), [(ASKS, "False"), (IN_A_GROUP_OF_ITS_OWN, "True")], ids=["orphaned", "job"]
)
def test_only_a_group_with_a_parent_in_its_session_can_be_continued(
    command: list[str], can: str
) -> None:
    done = subprocess.run(command, capture_output=True, text=True, start_new_session=True)
    assert (done.stdout.strip(), done.stderr) == (can, "")
