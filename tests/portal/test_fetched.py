"""What others' servers tell is asked by one, and nobody who has an answer waits for another."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.auth.fetched import Fetched
from tests.portal.conftest import NOW


class Server:
    """Answers by a count; while ``silent``, once it is told to give up."""

    def __init__(self):
        self.now, self.asked = NOW, []
        self.silent: str | None = None
        self.was_asked, self.gives_up = threading.Event(), threading.Event()

    def fetch(self, name):
        self.asked.append(name)
        if name == self.silent:
            self.was_asked.set()
            assert self.gives_up.wait(10)
            raise TimeoutError(name)
        return f"{name} {self.asked.count(name)}"


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def fetched(server):
    return Fetched(
        server.fetch,
        lambda: server.now,
        lasts=timedelta(minutes=10),
        outlasts=timedelta(hours=1),
        asked_again=timedelta(seconds=30),
    )


def test_an_answer_serves_as_long_as_it_lasts_and_one_that_did_not_serve_is_asked_anew(server, fetched):
    first, again = fetched.get("a"), fetched.get("a", anew=True)
    server.now += timedelta(seconds=31)
    anew = fetched.get("a", anew=True)

    assert (first, again, anew, fetched.get("a")) == ("a 1", "a 1", "a 2", "a 2")


def test_a_server_that_is_silent_holds_up_nobody_who_has_an_answer_or_asks_another(server, fetched):
    fetched.get("a")
    server.now += timedelta(minutes=11)
    server.silent = "a"
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(fetched.get, "a")
        assert server.was_asked.wait(10)

        meanwhile = fetched.get("a"), fetched.get("b")
        server.gives_up.set()

        assert meanwhile == ("a 1", "b 1")
        assert asking.result(10) == "a 1"


def test_many_who_have_no_answer_ask_once_and_the_failure_is_remembered(server, fetched):
    server.silent = "a"
    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(fetched.get, "a") for _ in range(8)]
        assert server.was_asked.wait(10)
        server.gives_up.set()
        errors = [it.exception(10) for it in asking]

    assert [type(it) for it in errors] == [TimeoutError] * 8
    assert server.asked == ["a"]
    server.silent, server.now = None, server.now + timedelta(seconds=31)
    assert fetched.get("a") == "a 2"


def test_an_old_answer_serves_no_longer_than_it_may(server, fetched):
    fetched.get("a")
    server.now += timedelta(minutes=61)
    server.silent = "a"
    server.gives_up.set()

    with pytest.raises(TimeoutError):
        fetched.get("a")
