from typing import Any

from runtime.aws.errors import Unreachable
from runtime.bucket.service_index import ServiceIndex, merged, newest_versions, of_release
from runtime.gateways import Gateways
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from service_catalog.records.service_index import IndexEntry
from tests.provisioning import ENVIRONMENT, access
from tests.record_builders import a_failed_provisioning, a_release, an_outcome
from tests.runtime.watching import release

SUCCEEDED = an_outcome()


def test_merge_takes_the_newer_of_everything_whichever_came_first():
    done = a_release(4, outcome=SUCCEEDED)
    one = IndexEntry(
        env={"app": 3, "web": 1}, last=done, live=done, tried=done, held={"app": 3}, acknowledged=2, applied="f1"
    )
    other = IndexEntry(env={"app": 2, "job": 5}, last=a_release(5), held={"app": 2, "job": 1})
    expected = IndexEntry(
        env={"app": 3, "job": 5, "web": 1},
        last=a_release(5),
        live=done,
        tried=done,
        held={"app": 3, "job": 1},
        acknowledged=2,
        applied="f1",
    )
    assert merged(one, other) == expected
    assert merged(other, one) == expected.model_copy(update={"applied": None})


def test_outcome_beats_none_for_the_same_release():
    ended = of_release(a_release(4, outcome=SUCCEEDED))
    assert merged(ended, of_release(a_release(4))) == ended
    assert merged(of_release(a_release(4)), ended) == ended


def test_release_that_did_not_come_through_is_last_but_not_live():
    failed = a_release(4, outcome=an_outcome("rolled-back"))
    assert of_release(failed) == IndexEntry(last=failed, tried=failed, held={"app": 1})


def test_roll_back_tries_nothing_new():
    back = a_release(4, kind="roll-back", outcome=SUCCEEDED)
    assert of_release(back) == IndexEntry(last=back, live=back, held={"app": 1})


def test_newest_versions_are_read_off_the_keys():
    keys = [naming.env_version_key("orders", file, number) for file, number in (("app", 2), ("app", 10), ("web", 1))]
    assert newest_versions([*keys, "env/orders/app/unreleased.env"]) == {"app": 10, "web": 1}


def test_lost_head_is_rebuilt_from_the_keys(gateways, provisioner, provisioned_service, aws):
    gateways.env_files.save(provisioned_service, "app", "A=1\n", base=0, author="sato", message="")
    done = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    before = gateways.service_index.read(provisioned_service)

    aws("s3").delete_object(Bucket=provisioner.bucket, Key=naming.service_index_key(provisioned_service))

    assert (
        gateways.service_index.read(provisioned_service)
        == before
        == IndexEntry(env={"app": 1}, last=done, live=done, tried=done, held={"app": 1})
    )


def test_applied_is_marked_and_cleared_beside_what_else_the_head_holds(gateways, service_name):
    gateways.service_index.saw_env(service_name, {"app": 3})
    assert gateways.service_index.read(service_name).applied is None

    gateways.service_index.mark_applied(service_name, "f1")
    gateways.service_index.saw_env(service_name, {"app": 2})

    assert gateways.service_index.read(service_name).applied == "f1"
    gateways.service_index.clear_applied(service_name)
    assert gateways.service_index.read(service_name) == IndexEntry(env={"app": 3}, is_under_way=True)


def test_all_heads_are_read_again_only_where_they_changed(gateways, cloud, service_name):
    gateways.service_index.saw_env(service_name, {"app": 1})
    assert gateways.service_index.all().readable[service_name].env == {"app": 1}

    Gateways.connect(ENVIRONMENT, access(cloud)).service_index.saw_env(service_name, {"app": 2})

    assert gateways.service_index.all().readable[service_name].env == {"app": 2}


def test_a_failed_provisioning_stays_until_a_run_comes_through(gateways, service_name):
    failed = a_failed_provisioning()
    gateways.service_index.mark_failed_provisioning(service_name, failed)
    gateways.service_index.saw_env(service_name, {"app": 1})
    gateways.service_index.clear_applied(service_name)
    assert gateways.service_index.read(service_name) == IndexEntry(
        env={"app": 1}, is_under_way=True, failed_provisioning=failed
    )

    gateways.service_index.mark_applied(service_name, "f1")

    assert gateways.service_index.read(service_name) == IndexEntry(env={"app": 1}, applied="f1")


class Away:
    """A bucket that does not answer."""

    def __getattr__(self, name):
        raise Unreachable("AWS did not answer")


def test_a_release_does_not_wait_for_its_index(caplog):
    away: Any = Away()
    ServiceIndex(away, away, away).saw_release(a_release())
    assert caplog.messages == ["index outdated service=orders error=Unreachable"]


def test_a_damaged_head_stops_no_release_and_is_written_anew(gateways, provisioner, provisioned_service, aws):
    aws("s3").put_object(Bucket=provisioner.bucket, Key=naming.service_index_key(provisioned_service), Body=b"{")

    done = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))

    assert gateways.service_index.read(provisioned_service) == IndexEntry(last=done, live=done, tried=done)
    assert gateways.service_index.all().readable[provisioned_service].live == done
