"""What is read behind the requests, beside what this process writes meanwhile."""

import threading
from datetime import timedelta

from portal.data.read_behind import ReadBehind
from runtime.aws.errors import Unreachable
from tests.portal.conftest import NOW


class Reading:
    """Answers when it is let go on."""

    def __init__(self, answer):
        self.answer, self.began, self.goes_on = answer, threading.Event(), threading.Event()

    def __call__(self):
        self.began.set()
        assert self.goes_on.wait(5)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def after_a_reading_during_which_something_was_put(answer):
    reading, clock = Reading(answer), [NOW]
    behind = ReadBehind("tokens", reading, lambda: clock[0], 5.0)
    behind.put("valid")
    behind.value()
    assert reading.began.wait(5)
    behind.put("revoked")
    reading.goes_on.set()
    found = behind.value(patience_seconds=5)
    return behind, found, reading, clock


def test_what_is_put_outlasts_a_reading_that_began_before_it():
    assert after_a_reading_during_which_something_was_put("valid")[1] == "revoked"


def test_what_is_put_outlasts_a_reading_that_fails():
    assert after_a_reading_during_which_something_was_put(Unreachable("AWS is silent"))[1] == "revoked"


def test_the_next_reading_counts_again():
    behind, _found, reading, clock = after_a_reading_during_which_something_was_put("valid")
    reading.answer, clock[0] = "read anew", NOW + timedelta(seconds=6)
    behind.value()
    for thread in threading.enumerate():
        if thread.name == "tokens":
            thread.join(5)

    assert behind.value() == "read anew"
