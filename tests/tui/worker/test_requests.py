"""What a person has asked of a run that is being trained."""

from unittest.mock import patch

from tui.view.view import Pace
from tui.worker.requests import PendingRequests

SPEED = 10.0


def running_since_0() -> PendingRequests:
    requests = PendingRequests()
    with patch("time.perf_counter", lambda: 0.0):
        requests.set_pace(Pace(True, SPEED))
    return requests


def test_steps_are_due_at_their_times_and_a_busy_moment_is_caught_up_with() -> None:
    requests = running_since_0()
    assert [requests.take_due(now) for now in (0.0, 0.11, 0.52)] == [1, 1, 4]
    assert 0.07 < requests.until_due(0.52) < 0.09


def test_an_hour_in_which_the_program_was_stopped_is_not_caught_up_with() -> None:
    requests = running_since_0()
    assert requests.take_due(3600.0) == 11  # a second's steps and the one that is due now
    assert 0 < requests.until_due(3600.0) <= 0.1 + 1e-9
