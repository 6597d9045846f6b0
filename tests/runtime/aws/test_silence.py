"""An AWS that does not answer is waited for once."""

import threading
from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from runtime.aws.silence import ASK_AGAIN_SECONDS, Patience, Silence, Silent, patience


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def silence(clock: Clock) -> Silence:
    return Silence(0.01, clock)


@pytest.fixture
def unanswered(clock: Clock) -> Iterator[Callable[[], None]]:
    """A request during which time passes, and nothing else happens."""
    over = threading.Event()

    def request() -> None:
        clock.now += 1
        over.wait()

    yield request
    over.set()


def raised(error: Exception) -> None:
    raise error


def test_after_one_waited_in_vain_others_are_refused_at_once(silence, unanswered):
    with pytest.raises(Silent):
        silence.ask(unanswered)

    with pytest.raises(Silent):
        silence.ask(lambda: pytest.fail("it was asked"))
    with pytest.raises(Silent):
        silence.refuse_if_silent()


def test_after_a_while_one_asks_again_while_others_are_still_refused(silence, unanswered, clock):
    with pytest.raises(Silent):
        silence.ask(unanswered)
    clock.now += ASK_AGAIN_SECONDS

    def asks() -> str:
        with pytest.raises(Silent):
            silence.ask(lambda: "two at once")
        return "there"

    assert silence.ask(asks) == "there"
    assert silence.ask(lambda: "and stays") == "and stays"


def test_who_waited_for_one_environment_waits_but_a_moment_for_another(silence, unanswered, clock):
    elsewhere = Silence(3600, clock)
    begun = patience.set(Patience(0.01))
    try:
        with pytest.raises(Silent):
            silence.ask(unanswered)
        with pytest.raises(Silent):
            elsewhere.ask(unanswered)
        assert elsewhere.ask(lambda: "nobody else gives it up") == "nobody else gives it up"
    finally:
        patience.reset(begun)


def test_who_waits_gives_up_only_when_nobody_is_answered(silence, clock):
    began, over = threading.Event(), threading.Event()

    def slow() -> str:
        began.set()
        over.wait()
        return "slow"

    found = []
    waiting = threading.Thread(target=lambda: found.append(silence.ask(slow)))
    waiting.start()
    began.wait()
    for _ in range(3):
        assert silence.ask(lambda: "quick") == "quick"
    over.set()
    waiting.join()

    assert found == ["slow"]


def test_a_refusal_is_an_answer_and_nobody_there_is_none(silence):
    with pytest.raises(ClientError):
        silence.ask(lambda: raised(ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")))
    silence.refuse_if_silent()

    with pytest.raises(EndpointConnectionError):
        silence.ask(lambda: raised(EndpointConnectionError(endpoint_url="http://127.0.0.1:9")))
    with pytest.raises(Silent):
        silence.refuse_if_silent()
