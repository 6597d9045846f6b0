from dataclasses import replace

import pytest

from runtime.aws.errors import Unreachable
from runtime.bucket.records import FailedProvisioning, Outcome, ReleaseRequest
from runtime.bucket.service_index import (
    IndexEntry,
    ServiceIndex,
    head_json,
    merged,
    newest_versions,
    of_release,
    read_head,
)
from runtime.gateways import Gateways
from service_catalog import naming
from tests.provisioning import ENVIRONMENT, access
from tests.runtime.examples import NOON, a_release
from tests.runtime.watching import release

SUCCEEDED = Outcome("succeeded", NOON)
in_cloud = pytest.mark.xdist_group("runtime-cloud")


def test_merge_takes_the_newer_of_everything_whichever_came_first():
    done = a_release(4, outcome=SUCCEEDED)
    one = IndexEntry({"app": 3, "web": 1}, last=done, live=done, tried=done, held={"app": 3}, applied="f1")
    other = IndexEntry({"app": 2, "job": 5}, last=a_release(5), held={"app": 2, "job": 1})
    expected = IndexEntry(
        {"app": 3, "job": 5, "web": 1}, a_release(5), live=done, tried=done, held={"app": 3, "job": 1}, applied="f1"
    )
    assert merged(one, other) == expected
    assert merged(other, one) == replace(expected, applied=None)


def test_outcome_beats_none_for_the_same_release():
    ended = of_release(a_release(4, outcome=SUCCEEDED))
    assert merged(ended, of_release(a_release(4))) == ended
    assert merged(of_release(a_release(4)), ended) == ended


def test_release_that_did_not_come_through_is_last_but_not_live():
    failed = a_release(4, outcome=Outcome("rolled-back", NOON))
    assert of_release(failed) == IndexEntry(last=failed, tried=failed, held={"app": 1})


def test_roll_back_tries_nothing_new():
    back = a_release(4, kind="roll-back", outcome=SUCCEEDED)
    assert of_release(back) == IndexEntry(last=back, live=back, held={"app": 1})


def test_newest_versions_are_read_off_the_keys():
    keys = [naming.env_version_key("orders", file, number) for file, number in (("app", 2), ("app", 10), ("web", 1))]
    assert newest_versions([*keys, "env/orders/app/unreleased.env"]) == {"app": 10, "web": 1}


def test_head_of_an_earlier_version_knows_of_no_runs():
    failed = FailedProvisioning(NOON, "sato", "ECS rolled it back", ("task 1: exit code 1",))
    head = IndexEntry({"app": 1}, failed_provisioning=failed)
    said = head_json(head)

    assert read_head(said) == head
    del said["failed_provisioning"], said["is_under_way"]
    assert read_head(said) == IndexEntry({"app": 1})


@in_cloud
def test_lost_head_is_rebuilt_from_the_keys(gateways, provisioner, provisioned_service, aws):
    gateways.env_files.save(provisioned_service, "app", "A=1\n", base=0, author="sato", message="")
    done = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    before = gateways.service_index.read(provisioned_service)

    aws("s3").delete_object(Bucket=provisioner.bucket, Key=naming.service_index_key(provisioned_service))

    assert (
        gateways.service_index.read(provisioned_service)
        == before
        == IndexEntry({"app": 1}, done, done, done, {"app": 1})
    )


@in_cloud
def test_head_in_doubt_is_rebuilt_and_keeps_what_was_applied(gateways, provisioned_service):
    done = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    gateways.service_index.saw_env(provisioned_service, {"app": 99})
    gateways.service_index.mark_applied(provisioned_service, "f7")

    assert gateways.service_index.rebuild(provisioned_service) == IndexEntry({}, done, done, done, applied="f7")
    assert gateways.service_index.read(provisioned_service) == IndexEntry({}, done, done, done, applied="f7")


@in_cloud
def test_applied_is_marked_and_cleared_beside_what_else_the_head_holds(gateways, service_name):
    gateways.service_index.saw_env(service_name, {"app": 3})
    assert gateways.service_index.applied(service_name) is None

    gateways.service_index.mark_applied(service_name, "f1")
    gateways.service_index.saw_env(service_name, {"app": 2})

    assert gateways.service_index.applied(service_name) == "f1"
    gateways.service_index.clear_applied(service_name)
    assert gateways.service_index.read(service_name) == IndexEntry({"app": 3}, is_under_way=True)


@in_cloud
def test_all_heads_are_read_again_only_where_they_changed(gateways, cloud, service_name):
    gateways.service_index.saw_env(service_name, {"app": 1})
    assert gateways.service_index.all()[service_name].env == {"app": 1}

    Gateways.connect(ENVIRONMENT, access(cloud)).service_index.saw_env(service_name, {"app": 2})

    assert gateways.service_index.all()[service_name].env == {"app": 2}


@in_cloud
def test_a_failed_provisioning_stays_until_a_run_comes_through(gateways, service_name):
    failed = FailedProvisioning(NOON, "sato", "ECS rolled it back")
    gateways.service_index.mark_failed_provisioning(service_name, failed)
    gateways.service_index.saw_env(service_name, {"app": 1})
    gateways.service_index.clear_applied(service_name)
    assert gateways.service_index.read(service_name) == IndexEntry(
        {"app": 1}, is_under_way=True, failed_provisioning=failed
    )

    gateways.service_index.mark_applied(service_name, "f1")

    assert gateways.service_index.read(service_name) == IndexEntry({"app": 1}, applied="f1")


class Away:
    """A bucket that does not answer."""

    def __getattr__(self, name):
        raise Unreachable("AWS did not answer")


def test_a_release_does_not_wait_for_its_index():
    ServiceIndex(Away(), Away()).saw_release(a_release())


@in_cloud
def test_a_damaged_head_stops_no_release_and_is_written_anew(gateways, provisioner, provisioned_service, aws):
    aws("s3").put_object(Bucket=provisioner.bucket, Key=naming.service_index_key(provisioned_service), Body=b"{")

    done = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))

    assert gateways.service_index.read(provisioned_service) == IndexEntry({}, done, done, done)
    assert gateways.service_index.all()[provisioned_service].live == done
