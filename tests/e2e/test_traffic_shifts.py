"""A canary in the catalog: requests really go to both versions by its share, and to the old one after a roll back."""

import json
from collections import Counter
from typing import Any

import pytest

from runtime.releases.progress import Progress
from runtime.releases.releases import NotWaiting
from runtime.releases.request import ReleaseRequest
from service_catalog.records.provisioned import TaskLimits
from service_catalog.records.releases import Release
from tests.e2e.platform import Platform
from tests.local_cloud.test_load_balancers import get
from tests.local_cloud.waiting import eventually

SERVICES = ("search",)
MINUTE_SECONDS = 8
CANARY = {"strategy": "canary", "canary": {"percent": 20, "bake_minutes": 1}, "bake_minutes": 0}


def answers(platform: Platform, requests: int = 30, *, testers: bool = False) -> Counter[str]:
    """How many requests each version answered."""
    url = platform.url("search", testers=testers)
    found: Counter[str] = Counter()
    for _ in range(requests):
        status, body = get(url)
        found[json.loads(body)["image_tag"] if status == 200 else str(status)] += 1
    return found


def deploys(platform: Platform, **deployment: Any) -> None:
    platform.edit("search", lambda entry: entry.update(deployment=deployment))
    assert not platform.up()["local.search"].is_bad


def begun(platform: Platform, image: str) -> Release:
    return platform.gateways.releases.release("search", ReleaseRequest(image=image), who="yui", why="because")


def progress(platform: Platform, release: Release) -> Progress:
    return platform.gateways.releases.progress("search", release.number)


@pytest.fixture(scope="module")
def shifting(platform: Platform) -> Platform:
    """1.0.0 runs, and was released while the entry said nothing of a canary."""
    assert platform.first_release("search").status == "succeeded"
    deploys(platform, **CANARY)
    assert answers(platform, 10) == {"1.0.0": 10}
    return platform


def test_a_canary_answers_its_share_until_somebody_stops_it(shifting: Platform) -> None:
    release = begun(shifting, "1.1.0")

    def is_out() -> bool:
        shift = progress(shifting, release).shift
        return shift is not None and shift.percent == 20

    assert eventually(is_out)
    seen = answers(shifting, 60)
    assert set(seen) == {"1.0.0", "1.1.0"}, seen
    assert seen["1.1.0"] < seen["1.0.0"]
    assert shifting.previews() == {}

    shifting.gateways.releases.stop("search", release.number, who="yui")
    outcome = shifting.gateways.releases.watch("search", release.number)

    assert (outcome.status, outcome.reason) == ("stopped", "stopped by yui")
    assert answers(shifting, 20) == {"1.0.0": 20}
    assert shifting.previews() == {}


def test_an_alarm_that_begins_to_ring_takes_a_canary_back_and_is_named(shifting: Platform) -> None:
    shifting.edit("search", lambda entry: entry.update(alarms={"unhealthy_targets": 1}))
    deploys(shifting, **CANARY, alarms=["all"])
    names = ["local_search_unhealthy_targets", "local_search_unhealthy_targets_alternate"]
    heeded = shifting.service("search")["deploymentConfiguration"]["alarms"]
    assert heeded == {"alarmNames": names, "enable": True, "rollback": True}

    def rings_and_is_heard() -> bool:
        """The next measurement may set it right before anybody looked."""
        alarm = {"AlarmName": names[1], "StateValue": "ALARM", "StateReason": "a test says so"}
        shifting.aws.call("cloudwatch", "set_alarm_state", **alarm)
        return progress(shifting, release).phase != "starting"

    release = begun(shifting, "1.1.0")
    assert eventually(lambda: (shift := progress(shifting, release).shift) is not None and shift.percent == 20)
    assert eventually(rings_and_is_heard)
    outcome = shifting.gateways.releases.watch("search", release.number)

    assert outcome.status == "rolled-back"
    assert outcome.diagnosis
    assert outcome.diagnosis.code == "alarm"
    assert names[1] in outcome.diagnosis.sentence
    assert answers(shifting, 20) == {"1.0.0": 20}
    deploys(shifting, **CANARY)
    assert not shifting.service("search")["deploymentConfiguration"]["alarms"]["enable"]


def test_blue_and_green_take_turns_and_nothing_differs_from_the_catalog_afterwards(shifting: Platform) -> None:
    deploys(shifting, strategy="blue-green", bake_minutes=0)

    for tag in ("1.1.0", "1.0.0"):
        assert shifting.release("search", image=tag).status == "succeeded"
        assert answers(shifting, 10) == {tag: 10}
        assert all(changes.ok for changes in shifting.refresh())
        assert shifting.previews() == {}
    assert shifting.up()["local.search"].status == "unchanged"


def test_a_version_that_does_not_start_leaves_every_request_to_the_old_one(shifting: Platform) -> None:
    deploys(shifting, strategy="linear", linear={"step_percent": 50, "step_bake_minutes": 0}, bake_minutes=0)

    outcome = shifting.release("search", image="2.0.0-broken")

    assert outcome.status == "rolled-back"
    assert answers(shifting, 10) == {"1.0.0": 10}


def test_the_second_target_group_is_not_taken_away_while_it_serves(shifting: Platform) -> None:
    deploys(shifting, strategy="blue-green", bake_minutes=0)
    while not shifting.gateways.ecs_services.stands_in_alternate("search"):
        assert shifting.release("search", image="1.0.0").status == "succeeded"
    shifting.edit("search", lambda entry: entry.update(deployment={"strategy": "rolling"}))

    held = shifting.up()["local.search"]

    assert (held.status, "whose only target group may have no task" in str(held.ended)) == ("held-back", True)
    assert answers(shifting, 10) == {"1.0.0": 10}
    assert shifting.release("search", image="1.0.0").status == "succeeded"
    assert not shifting.up()["local.search"].is_bad
    assert answers(shifting, 10) == {"1.0.0": 10}
    assert shifting.previews() == {}


def test_a_paused_service_comes_back_by_its_strategy(shifting: Platform) -> None:
    deploys(shifting, strategy="blue-green", bake_minutes=0)
    assert shifting.release("search", tasks=TaskLimits(min=0, max=0)).status == "succeeded"
    assert answers(shifting, 3) == {"503": 3}

    assert shifting.release("search", tasks=TaskLimits(min=1, max=1)).status == "succeeded"
    assert answers(shifting, 10) == {"1.0.0": 10}


def waits(platform: Platform, release: Release) -> bool:
    shift = progress(platform, release).shift
    return shift is not None and shift.pause is not None


def test_a_release_waits_for_approval_and_goes_on_once_somebody_gave_it(shifting: Platform) -> None:
    deploys(shifting, strategy="blue-green", bake_minutes=0)
    approval = {"timeout_minutes": 600}
    asking = {"strategy": "blue-green", "bake_minutes": 0, "approval": approval}
    shifting.edit("search", lambda it: it.update(deployment=asking))
    left = shifting.up()["local.search"]
    assert left.status == "awaits-approval", left
    assert "waits for approval until" in left.ended
    waiting = shifting.gateways.releases.waiting("search")
    assert waiting
    assert waiting.outcome, "it is a change of the service, and no release"
    shifting.gateways.releases.answer("search", waiting.number, who="yui")
    assert not shifting.up()["local.search"].is_bad
    assert shifting.up()["local.search"].status == "unchanged"

    release = begun(shifting, "1.1.0")
    assert eventually(lambda: waits(shifting, release))
    assert answers(shifting, 10) == {"1.0.0": 10}
    said = shifting.gateways.releases.answer("search", release.number, who="aoi", why="looks good")
    late = shifting.gateways.releases
    outcome = late.watch("search", release.number)

    assert (said.who, said.goes_on) == ("aoi", True)
    assert (outcome.status, outcome.approved_by) == ("succeeded", ("aoi",))
    assert answers(shifting, 10) == {"1.1.0": 10}
    with pytest.raises(NotWaiting, match="does not wait for approval"):
        late.answer("search", release.number, who="yui")
    assert shifting.previews() == {}


def test_each_step_of_a_canary_waits_for_somebody(shifting: Platform) -> None:
    releases, [before] = shifting.gateways.releases, answers(shifting, 5)
    after = "1.1.0" if before == "1.0.0" else "1.0.0"
    asking = CANARY | {"canary": {"percent": 20, "bake_minutes": 0}, "approval": {"stage": "each-step"}}
    shifting.edit("search", lambda it: it.update(deployment=asking))
    for _ in range(2):  # the change of the service comes by the same steps
        assert shifting.up()["local.search"].status == "awaits-approval"
        [waiting] = filter(None, [releases.waiting("search")])
        releases.answer("search", waiting.number, who="yui")
    assert not shifting.up()["local.search"].is_bad

    release = begun(shifting, after)
    assert eventually(lambda: waits(shifting, release))
    assert answers(shifting, 10) == {before: 10}
    first = releases.pause("search", release.number)
    assert first
    releases.answer("search", release.number, who="aoi", hook=first.hook)

    assert eventually(lambda: waits(shifting, release))
    seen = answers(shifting, 60)
    assert set(seen) == {before, after}, seen
    with pytest.raises(NotWaiting):
        releases.answer("search", release.number, who="aoi", hook=first.hook)
    releases.answer("search", release.number, who="yui")

    outcome = releases.watch("search", release.number)
    assert (outcome.status, outcome.approved_by) == ("succeeded", ("aoi", "yui"))
    assert answers(shifting, 10) == {after: 10}
    assert shifting.previews() == {}


def test_who_wants_no_approval_any_more_waits_no_more(shifting: Platform) -> None:
    assert shifting.service("search")["deploymentConfiguration"]["lifecycleHooks"]

    deploys(shifting, strategy="blue-green", bake_minutes=0)

    assert not shifting.service("search")["deploymentConfiguration"]["lifecycleHooks"]
    assert shifting.release("search", image="1.0.0").status == "succeeded"
    assert shifting.previews() == {}


def test_testers_reach_the_new_tasks_while_everybody_else_gets_the_old_ones(shifting: Platform) -> None:
    for environment in (shifting.catalog.directory / "environments").iterdir():
        environment.write_text(f"{environment.read_text()}load_balancers: {{ test_listener: {{ port: 9000 }} }}\n")
    tested = Platform.over(shifting.catalog, shifting.cloud)
    deploys(tested, strategy="blue-green", bake_minutes=0, test_listener=True)
    assert answers(tested, 5, testers=True) == {"1.0.0": 5}
    blue_green = {"strategy": "blue-green", "test_listener": True, "approval": {}, "bake_minutes": 0}
    tested.edit("search", lambda it: it.update(deployment=blue_green))
    assert tested.up()["local.search"].status == "awaits-approval"
    waiting = tested.gateways.releases.waiting("search")
    assert waiting
    tested.gateways.releases.answer("search", waiting.number, who="yui")
    assert not tested.up()["local.search"].is_bad

    release = begun(tested, "1.1.0")
    assert eventually(lambda: waits(tested, release))

    assert answers(tested, 10, testers=True) == {"1.1.0": 10}
    assert answers(tested, 10) == {"1.0.0": 10}
    tested.gateways.releases.stop("search", release.number, who="yui")
    assert tested.gateways.releases.watch("search", release.number).status == "stopped"
    assert answers(tested, 5, testers=True) == {"1.0.0": 5}
    assert tested.previews() == {}
