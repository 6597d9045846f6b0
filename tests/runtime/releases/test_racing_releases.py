"""Releasers that race, and die between the steps."""

import itertools
import subprocess
import sys
from datetime import timedelta

import pytest

from runtime.aws.clock import Clock
from runtime.bucket.release_records import ReleaseRefused
from runtime.gateways import Gateways
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from service_catalog.records.service_index import IndexEntry
from tests.local_cloud.waiting import eventually
from tests.provisioning import ENVIRONMENT, access
from tests.runtime.releases import dying
from tests.runtime.watching import briefly, outcome_of, release

RELEASERS = 16


@pytest.fixture
def dying_before(cloud, provisioner):
    """Gateways whose releaser dies before a step."""
    return lambda step: Gateways.connect(ENVIRONMENT, access(cloud), around_steps=dying.before(step))


@pytest.fixture
def gateways_later(cloud, provisioner):
    """Gateways for which the 120 s, which nobody wants to sit through here, are over at once."""
    return Gateways.connect(ENVIRONMENT, access(cloud), Clock(dead_seconds=0))


@pytest.mark.parametrize("seed", [0, 2])
def test_racing_and_dying_releasers_never_share_a_number_nor_overtake(
    cloud, gateways, gateways_later, provisioned_service, aws, seed
):
    release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    where = [cloud.addresses.endpoint_url, cloud.addresses.endpoints["application-autoscaling"], provisioned_service]
    command = [sys.executable, "-m", "tests.runtime.releases.dying_releasers", *where, str(RELEASERS // 2)]
    racing = [
        subprocess.Popen([*command, str(2 * seed + number)], stdout=subprocess.PIPE, text=True) for number in (0, 1)
    ]

    said = [line for process in racing for line in process.communicate()[0].splitlines()]

    numbers = [line.split()[1] for line in said if line.startswith("released")]
    assert len(numbers) == len(set(numbers))
    # What the dead began may still be rolling out, and is nobody's to overtake.
    newest = gateways.releases.history(provisioned_service, limit=1).releases[0].number
    gateways_later.releases.watch(provisioned_service, newest, sleep=briefly)
    last = release(gateways_later, provisioned_service, ReleaseRequest(image="1.0.0"), who="the next")
    assert outcome_of(last).status == "succeeded"
    history = gateways.releases.history(provisioned_service, limit=100).releases[::-1]
    assert [it.number for it in history] == list(range(1, last.number + 1))
    assert len({it.revision for it in history}) == len(history)
    carried_out = [it for it in history if it.outcome.status != "not-carried-out"]
    assert [it.revision for it in carried_out] == brought(gateways, provisioned_service)
    assert gateways.releases.live(provisioned_service).release == last


def brought(gateways, service):
    """The revisions that ECS was told to bring, in the order in which it was told; not the blanks."""
    deployments = gateways.ecs_services.history(service, limit=100)[::-1]
    return [it.revision for it in deployments if "_definition:" not in it.revision]


def test_claim_of_the_dead_stands_in_the_way_until_its_time_is_over(dying_before, gateways, provisioned_service):
    with pytest.raises(KeyboardInterrupt):
        dying_before("start").releases.release(provisioned_service, ReleaseRequest(image="1.0.0"), who="suzuki", why="")

    assert gateways.releases.settle(provisioned_service) is None
    assert gateways.releases.in_progress(provisioned_service).who == "suzuki"
    with pytest.raises(ReleaseRefused, match=r"by suzuki has begun, and AWS shows nothing of it yet; .* in 1[12]\d s"):
        gateways.releases.release(provisioned_service, ReleaseRequest(image="1.0.0"), who="sato", why="")


def test_claim_of_the_dead_is_settled_by_whoever_comes_later(dying_before, gateways_later, provisioned_service):
    with pytest.raises(KeyboardInterrupt):
        dying_before("start").releases.release(provisioned_service, ReleaseRequest(image="1.0.0"), who="suzuki", why="")

    outcome = gateways_later.releases.settle(provisioned_service)

    assert outcome.status == "not-carried-out"
    assert gateways_later.releases.get(provisioned_service, 1).outcome == outcome
    assert release(gateways_later, provisioned_service, ReleaseRequest(image="1.0.0")).number == 2


def test_who_dies_before_claiming_leaves_no_trace(dying_before, gateways, provisioned_service):
    with pytest.raises(KeyboardInterrupt):
        dying_before("claim").releases.release(provisioned_service, ReleaseRequest(image="1.0.0"), who="suzuki", why="")
    assert release(gateways, provisioned_service, ReleaseRequest(image="1.0.0")).number == 1


def test_bounds_that_the_dead_left_unset_are_set_when_it_is_settled(
    dying_before, gateways, provisioner, provisioned_service
):
    with pytest.raises(KeyboardInterrupt):
        dying_before("set_limits").releases.release(
            provisioned_service, ReleaseRequest(image="1.0.0"), who="suzuki", why=""
        )
    assert provisioner.limits(provisioned_service) == (0, 0)

    outcome = gateways.releases.watch(provisioned_service, 1, sleep=lambda _: None)

    assert outcome.status == "succeeded"
    assert provisioner.limits(provisioned_service) == (1, 1)


def test_who_comes_too_late_to_ecs_says_so_and_lets_the_next_one_in(cloud, gateways, provisioned_service):
    """A process that was asleep for a minute after its claim."""
    ticks = itertools.count(step=61.0)
    slow = Gateways.connect(ENVIRONMENT, access(cloud), Clock(monotonic=lambda: next(ticks)))

    late = slow.releases.release(provisioned_service, ReleaseRequest(image="1.0.0"), who="suzuki", why="")

    assert outcome_of(late).status == "not-carried-out"
    assert "late" in outcome_of(late).reason
    assert gateways.ecs_services.service(provisioned_service).desired == 0
    assert release(gateways, provisioned_service, ReleaseRequest(image="1.0.0")).number == 2


def test_revision_changed_outside_is_looked_at_once(gateways, provisioned_service, aws):
    done = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    revision = aws("ecs").describe_task_definition(taskDefinition=done.revision)["taskDefinition"]
    by_hand = {"family": "by-hand", "networkMode": "awsvpc", "containerDefinitions": revision["containerDefinitions"]}
    arn = aws("ecs").register_task_definition(**by_hand)["taskDefinition"]["taskDefinitionArn"]
    aws("ecs").update_service(cluster=naming.cluster("local"), service=provisioned_service, taskDefinition=arn)
    assert eventually(lambda: gateways.ecs_services.service(provisioned_service).primary.state == "COMPLETED")

    assert provisioned_service in gateways.snapshots.take().unsettled

    assert provisioned_service not in gateways.snapshots.take().unsettled


def test_head_that_the_dead_did_not_tell_is_mended_by_who_settles(gateways, provisioner, provisioned_service, aws):
    done = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    key = naming.service_index_key(provisioned_service)
    empty = IndexEntry().to_json()
    aws("s3").put_object(Bucket=provisioner.bucket, Key=key, Body=empty)
    assert provisioned_service in gateways.snapshots.take().unsettled

    gateways.releases.settle(provisioned_service)

    assert gateways.service_index.read(provisioned_service).live == done
    assert provisioned_service not in gateways.snapshots.take().unsettled


def test_two_who_settle_agree(gateways, cloud, provisioned_service):
    release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    other = Gateways.connect(ENVIRONMENT, access(cloud))
    assert gateways.releases.settle(provisioned_service) == other.releases.settle(provisioned_service)


def test_a_replaced_service_is_no_dead_releaser(gateways, gateways_later, provisioner, provisioned_service):
    released = gateways.releases.release(provisioned_service, ReleaseRequest(image="1.0.0"), who="suzuki", why="")
    assert eventually(lambda: gateways.ecs_services.service(provisioned_service).primary.state == "COMPLETED")

    def is_replaced() -> bool:
        """In a later second than the claim: the emulator's S3 and ECS tell no smaller unit of when."""
        provisioner.replace_service(provisioned_service)
        return gateways.ecs_services.service(provisioned_service).created_at > released.when + timedelta(seconds=1)

    assert eventually(is_replaced)

    outcome = gateways_later.releases.settle(provisioned_service)

    assert outcome.status != "not-carried-out"
    assert gateways.ecs_services.service(provisioned_service).desired == 0


def test_a_release_whose_service_was_deleted_has_an_end(gateways, gateways_later, provisioner, provisioned_service):
    gateways.releases.release(provisioned_service, ReleaseRequest(image="1.0.0"), who="suzuki", why="")
    provisioner.delete_service(provisioned_service)

    outcome = gateways_later.releases.settle(provisioned_service)

    assert outcome.status != "not-carried-out"
