from typing import Any

import pytest

from tests.builders import an_environment
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.fake_aws.service import refused
from tests.record_builders import NOON

MAIL, POST = "on-call@example.com", "https://events.example.com/x?key=secret"


def an_environment_that_tells(**alarms: Any) -> FakeEnvironment:
    environment = an_environment(alarms=alarms)
    return FakeEnvironment(FakeAws(environment.account_id, environment.region, NOON), environment)


@pytest.fixture
def dev() -> FakeEnvironment:
    return an_environment_that_tells(emails=[MAIL, "lead@example.com"], https=[POST])


def test_who_has_not_confirmed_is_named_and_no_address_that_others_could_post_to(dev):
    topic = dev.subscribe(MAIL, "lead@example.com", POST, "long-gone@example.com")
    dev.aws.sns.confirms(topic, "lead@example.com")

    mail, post = dev.gateways.receivers.unconfirmed_of_alarms()

    assert mail == MAIL
    assert post.startswith("events.example.com (")

    dev.aws.sns.confirms(topic, MAIL)
    dev.aws.sns.confirms(topic, POST)
    assert dev.gateways.receivers.unconfirmed_of_alarms() == ()


def test_where_nobody_is_to_be_told_nothing_is_asked():
    dev = an_environment_that_tells()
    dev.subscribe(MAIL)
    dev.aws.asked.clear()

    assert dev.gateways.receivers.unconfirmed_of_alarms() == ()
    assert dev.aws.asked == []


@pytest.mark.parametrize(
    "refusal", [refused("AuthorizationError", "no", 403), refused("Throttling", "slow down", 400), refused("NotFound")]
)
def test_before_the_environment_is_there_and_where_sns_does_not_say_nothing_is_said(dev, refusal):
    assert dev.gateways.receivers.unconfirmed_of_alarms() == ()

    dev.subscribe(MAIL)
    dev.aws.refusals["sns.list_subscriptions_by_topic"] = refusal
    assert dev.gateways.receivers.unconfirmed_of_alarms() == ()


def test_receivers_of_events_are_asked_of_their_own_topic():
    environment = an_environment(events={"receivers": [POST]})
    dev = FakeEnvironment(FakeAws(environment.account_id, environment.region, NOON), environment)
    topic = environment.arn("sns", "slipway-dev-events")
    dev.aws.sns.subscribes(topic, POST)

    [told] = dev.gateways.receivers.unconfirmed_of_events()
    assert told.startswith("events.example.com (")
    assert "secret" not in told
    assert dev.gateways.receivers.unconfirmed_of_alarms() == ()

    dev.aws.sns.confirms(topic, POST)
    assert dev.gateways.receivers.unconfirmed_of_events() == ()
