import threading
from datetime import timedelta

import pytest

from portal.data.aged import AgedCache
from portal.data.collector import Collector
from portal.data.environment_view import EnvironmentView
from runtime.aws.errors import Unreachable
from tests.portal.conftest import NOW
from tests.portal.reading import plain, row, text_of

PATIENCE = 60.0


class Source:
    """What a collector reads: counts, fails or waits as the test wants."""

    def __init__(self):
        self.readings, self.problem = 0, None
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.now = NOW

    def read(self, environment):
        self.may_go_on.wait(PATIENCE)
        if self.problem:
            raise self.problem
        self.readings += 1
        return EnvironmentView({})

    def unread(self, environment):
        return EnvironmentView({}, is_read=False)


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def collector(source):
    made = Collector(source.read, source.unread, lambda: source.now, fresh_seconds=5)
    yield made
    source.may_go_on.set()
    made.close()


def test_nothing_is_read_before_somebody_looks(source, collector):
    assert source.readings == 0
    assert collector.held("local") is None


def test_who_looks_while_a_reading_is_under_way_is_given_what_is_held(source, collector):
    first = collector.look("local", PATIENCE)
    source.now += timedelta(minutes=1)
    source.may_go_on.clear()

    assert collector.look("local", PATIENCE) is first
    assert collector.look("local", PATIENCE) is first


def test_fresh_data_is_not_read_again(source, collector):
    for _ in range(10):
        collector.look("local", PATIENCE)

    assert source.readings == 1


def test_many_who_look_at_once_cost_one_reading(source, collector):
    source.may_go_on.clear()
    lookers = [threading.Thread(target=collector.look, args=("local", PATIENCE)) for _ in range(8)]
    for looker in lookers:
        looker.start()
    source.may_go_on.set()
    for looker in lookers:
        looker.join()

    assert source.readings == 1


def test_after_a_write_the_next_look_waits_for_what_is_new(source, collector):
    collector.look("local", PATIENCE)

    collector.outdate("local")
    collector.look("local", PATIENCE)

    assert source.readings == 2


def test_old_data_stays_with_its_age_when_aws_is_away(source, collector):
    first = collector.look("local", PATIENCE)
    source.now += timedelta(minutes=4)
    source.problem = Unreachable("AWS did not answer")
    collector.outdate("local")

    second = collector.look("local", PATIENCE)

    assert (second.taken_at, second.problem) == (first.taken_at, "AWS did not answer")
    assert second.value.is_read


def test_catalog_alone_is_shown_where_aws_never_answered(source, collector):
    source.problem = Unreachable("AWS did not answer")

    reading = collector.look("local", PATIENCE)

    assert (reading.value.is_read, reading.problem) == (False, "AWS did not answer")


def test_thread_ends_with_the_collector(source, collector):
    collector.look("local", PATIENCE)

    collector.close()

    assert [thread for thread in threading.enumerate() if thread.name == "collector"] == []


def test_list_during_an_outage_is_old_data_never_an_error(client, aws, running):
    text_of(client, "/local/services")
    aws.outage, aws.now = True, NOW + timedelta(minutes=4)
    collector = client.application.extensions["slipway"].collector
    collector.outdate("local")

    page = text_of(client, "/local/services")

    assert "AWS does not answer. This is the state of" in plain(page)
    assert "4 min ago" in plain(page)
    assert row(page, "orders-api")[1] == "Was: Healthy"


def test_service_page_during_an_outage_is_old_data_too(client, aws, running):
    text_of(client, "/local/services/orders-api")
    aws.outage, aws.now = True, NOW + timedelta(minutes=4)

    answer = client.get("/local/services/orders-api")

    assert answer.status_code == 200
    assert "AWS does not answer." in plain(answer.text)
    assert "2.13.4" in plain(answer.text)


def test_service_page_that_was_never_read_shows_what_the_list_knows(client, aws, running):
    text_of(client, "/local/services")
    aws.outage = True

    answer = client.get("/local/services/orders-api")

    assert answer.status_code == 503
    assert "As it was State Healthy Tasks 2 / 2 Image 2.13.4" in plain(answer.text)


def test_write_during_an_outage_is_refused_and_says_so(post, client, aws, running):
    page = "/local/services/orders-api/env/app"
    text_of(client, page)
    token = post.token(page)
    aws.outage = True

    answer = client.post("/local/services/orders-api/releases", data={"csrf_token": token, "image": "2.14.0"})

    assert answer.status_code == 503
    assert "Nothing was changed." in plain(answer.text)


def test_text_that_could_not_be_saved_is_kept_to_be_sent_again(post, client, aws, running):
    page = "/local/services/orders-api/env/app"
    token = post.token(page)
    aws.outage = True

    typed = {"csrf_token": token, "text": "A=<1>\nB=2\n", "base": "1", "do": "save", "message": "mine"}
    answer = client.post(page, data=typed)

    assert answer.status_code == 503
    assert "\nA=&lt;1&gt;\nB=2\n</textarea>" in answer.text
    assert '<input type="hidden" name="message" value="mine">' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_readings_are_read_again_after_a_write():
    readings, numbers = AgedCache(), iter(range(10))

    def get():
        return readings.get("key", lambda: next(numbers), lambda: NOW, 60).value

    assert (get(), get()) == (0, 0)
    readings.forget("key")
    assert get() == 1


def test_who_waited_while_aws_was_asked_in_vain_does_not_ask_again_at_once():
    readings, asked = AgedCache(), []

    def read():
        asked.append(1)
        if len(asked) > 1:
            raise Unreachable("no answer")
        return "held"

    def get(minutes):
        return readings.get("key", read, lambda: NOW + timedelta(minutes=minutes), 60)

    found = [get(minutes) for minutes in (0, 5, 5, 7)]

    assert [it.value for it in found] == ["held"] * 4
    assert [it.problem for it in found] == ["", "no answer", "no answer", "no answer"]
    assert len(asked) == 3  # the second and the third viewer share one attempt


def test_environment_whose_aws_never_answered_shows_the_catalog_and_no_invented_zeros(client, aws):
    aws.outage = True

    page = text_of(client, "/local/services")

    assert "Nothing was read from AWS yet, so this is only what the catalog says." in plain(page)
    assert row(page, "orders-api") == ["orders-api", "Not known", "–", "–", "–", "team-commerce", "–"]
    assert "slipway up local orders-api" in plain(text_of(client, "/local/services/orders-api"))
