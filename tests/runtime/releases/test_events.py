"""Whoever writes how a release ended tells the environment's topic, once; and nothing fails because nobody heard."""

import json

import pytest

from runtime.aws.errors import Unreachable
from runtime.releases.request import ReleaseRequest
from runtime.second_person import Who
from service_catalog import naming
from service_catalog.records.events import Event
from tests.builders import a_service, an_environment
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.fake_aws.service import refused
from tests.record_builders import NOON

VALUE = "red-herring-41"


def a_world(**declared: object) -> FakeEnvironment:
    environment = an_environment(**declared)
    world = FakeEnvironment(FakeAws(environment.account_id, environment.region, NOON), environment)
    topic = environment.arn("sns", naming.events_topic(environment.name))
    world.aws.sns.subscribes(topic, "https://ci.example.com/slipway")
    world.provision(a_service(owner="team-commerce"))
    world.push("orders-api", "1.0.0", "1.1.0")
    world.save("orders-api", f"GREETING={VALUE}\n")
    return world


@pytest.fixture
def world() -> FakeEnvironment:
    return a_world(events={"portal": "https://slipway.example.com/"})


def test_the_end_of_a_release_is_told_once_whoever_looks(world):
    begun = world.begin("orders-api", "1.0.0", 1, who="Ito Haruka", why="first")
    world.ends("orders-api", "succeeded")
    others = [world.connect() for _ in range(3)]
    for gateways in (*others, world.gateways):
        gateways.releases.settle("orders-api")

    [(message, attributes)] = world.aws.sns.published

    assert attributes == {
        "event": "release-ended",
        "service": "orders-api",
        "owner": "team-commerce",
        "outcome": "succeeded",
    }
    assert Event.model_validate_json(json.dumps(message)).version == 1
    assert message["id"] == "dev/orders-api/releases/1/ended"
    assert message["page"] == "https://slipway.example.com/dev/services/orders-api/releases/1"
    assert message["sentence"] == "release 1 of orders-api (deploy, 1.0.0) by Ito Haruka came through"
    assert (message["release"]["number"], message["release"]["why"]) == (begun.number, "first")
    assert message["release"]["env"] == {"app": 1}


def test_a_release_that_was_rolled_back_says_why_and_no_value_of_a_setting(world):
    world.release("orders-api", "1.0.0", 1)
    world.release("orders-api", "1.1.0", ends="rolled-back")

    message, attributes = world.aws.sns.published[-1]

    assert (attributes["outcome"], message["outcome"]["status"]) == ("rolled-back", "rolled-back")
    assert message["sentence"].startswith("release 2 of orders-api (deploy, 1.1.0) by Ito Haruka was rolled back: ")
    assert message["outcome"]["reason"] in message["sentence"]
    assert VALUE not in json.dumps(world.aws.sns.published)


def test_what_sns_does_not_take_fails_no_release_and_is_told(world, caplog):
    world.aws.refusals["sns.publish"] = refused("AuthorizationError", "no", 403)

    release = world.release("orders-api", "1.0.0", 1)

    assert release.outcome
    assert release.outcome.status == "succeeded"
    [lost] = world.gateways.events.not_told_since(NOON)
    assert lost.event.id == "dev/orders-api/releases/1/ended"
    assert world.gateways.events.failures.all() == {("release-ended",): 1}
    assert "event not told id=dev/orders-api/releases/1/ended" in caplog.text


def test_where_nobody_wants_to_hear_nothing_is_told():
    world = a_world()
    world.release("orders-api", "1.0.0", 1)
    assert "sns.publish" not in world.aws.asked


def test_an_outcome_whose_answer_was_lost_is_told_by_whoever_wrote_it(world):
    world.begin("orders-api", "1.0.0", 1)
    world.ends("orders-api", "succeeded")
    world.aws.fates["s3.put_object"] = "unanswered"
    with pytest.raises(Unreachable):
        world.gateways.releases.settle("orders-api")
    world.aws.fates.clear()

    for gateways in (world.connect(), world.gateways):
        gateways.releases.settle("orders-api")

    assert [message["id"] for message, _ in world.aws.sns.published] == ["dev/orders-api/releases/1/ended"]


def test_a_release_that_waits_for_approval_is_told_once_by_one_of_those_who_see_it(world):
    world.release("orders-api", "1.0.0", 1)
    begun = world.begin("orders-api", "1.1.0")
    world.wait_for_approval("orders-api")

    for gateways in (world.connect(), world.gateways, world.gateways):
        gateways.releases.settle("orders-api")

    [told] = [message for message, _ in world.aws.sns.published if message["event"] == "approval-waiting"]
    assert told["release"]["number"] == begun.number
    assert told["sentence"] == "release 2 of orders-api (deploy, 1.1.0) by Ito Haruka waits for approval"
    assert told["waits"]["until"] is not None


def test_what_a_second_person_has_to_confirm_is_told(world):
    world.gateways.asking.ask("orders-api", ReleaseRequest("1.0.0"), who=Who("Sato Yui", "sato"), why="first")

    [(told, attributes)] = world.aws.sns.published

    assert attributes == {"event": "release-asked", "service": "orders-api", "owner": "team-commerce"}
    assert told["page"] == "https://slipway.example.com/dev/services/orders-api/releases/asked/1"
    assert (told["request"]["number"], told["request"]["who"]) == (1, "Sato Yui")
