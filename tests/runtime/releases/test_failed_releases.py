"""Releases that do not come through, on a local cloud whose tasks really fail."""

import pytest

from runtime.aws.errors import Conflict
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from tests.local_cloud.waiting import eventually
from tests.provisioning import ENVIRONMENT, Wanted
from tests.runtime.watching import briefly, outcome_of, release


def needy(**changes):
    """A service whose program ends with 1 unless GREETING and ENDPOINT_URL are set."""
    required = [{"name": "REQUIRED_ENV", "value": "GREETING,ENDPOINT_URL"}]
    return Wanted(container={"environment": required}, **changes)


@pytest.fixture
def running_service(gateways, provisioner, service_name):
    """Released once, with an env file that its program is content with."""
    service = provisioner.make_service(service_name, needy())
    text = "GREETING=hello\nENDPOINT_URL=https://internal.example.com/v1\n"
    gateways.env_files.save(service, "app", text, base=0, author="sato", message="")
    assert outcome_of(release(gateways, service, ReleaseRequest(image="1.0.0"))).status == "succeeded"
    return service


def test_env_that_breaks_the_program_rolls_back_with_everything(gateways, running_service):
    live = gateways.releases.live(running_service).release
    gateways.env_files.save(running_service, "app", "GREETING=hello\n", base=1, author="suzuki", message="")

    broken = release(gateways, running_service, ReleaseRequest(env={"app": 2}))

    assert outcome_of(broken).status == "rolled-back"
    reason = outcome_of(broken).reason
    assert "Most likely: the program complains about ENDPOINT_URL, which this release removed" in reason
    assert "exit code 1" in reason
    assert any("ENDPOINT_URL" in line for line in outcome_of(broken).evidence)
    now = gateways.releases.live(running_service)
    assert (now.release, now.rolled_back.number, now.staged_env) == (live, 2, {})
    assert {task.revision for task in gateways.tasks.running(running_service)} == {live.revision}


def test_release_after_a_rolled_back_one_is_accepted(gateways, running_service):
    gateways.env_files.save(running_service, "app", "A=1\n", base=1, author="suzuki", message="")
    assert outcome_of(release(gateways, running_service, ReleaseRequest(env={"app": 2}))).status == "rolled-back"

    done = release(gateways, running_service, ReleaseRequest(image="1.1.0"))

    assert (done.number, done.base, outcome_of(done).status, done.contents.env) == (3, 1, "succeeded", {"app": 1})


def test_broken_image_is_named(gateways, running_service):
    broken = release(gateways, running_service, ReleaseRequest(image="2.0.0-broken"))
    assert outcome_of(broken).status == "rolled-back"
    assert "Most likely: the image 2.0.0-broken does not start" in outcome_of(broken).reason


def test_a_service_without_env_files_is_told_to_set_what_is_missing_in_its_catalog_entry(
    gateways, provisioner, service_name
):
    service = provisioner.make_service(service_name, needy(env_files=()))

    failed = release(gateways, service, ReleaseRequest(image="1.0.0"))

    diagnosis = outcome_of(failed).diagnosis
    assert diagnosis
    assert diagnosis.advice == (
        "Add GREETING, ENDPOINT_URL to `environment:` (or to `secrets:`) in the catalog entry, then `slipway up`"
    )


def test_a_key_that_the_definition_names_is_not_to_be_added_to_an_env_file(gateways, provisioner, service_name):
    empty = [{"name": "GREETING", "value": ""}, {"name": "REQUIRED_ENV", "value": "GREETING"}]
    service = provisioner.make_service(service_name, Wanted(container={"environment": empty}))

    failed = release(gateways, service, ReleaseRequest(image="1.0.0"))

    diagnosis = outcome_of(failed).diagnosis
    assert diagnosis
    assert diagnosis.code != "env-missing"


def test_first_release_that_fails_ends_with_no_tasks_and_says_so(gateways, provisioner, service_name):
    service = provisioner.make_service(service_name, needy(tasks=(2, 3)))

    failed = release(gateways, service, ReleaseRequest(image="1.0.0"))

    assert outcome_of(failed).status == "failed"
    assert "the program needs GREETING, ENDPOINT_URL, which no env file sets" in outcome_of(failed).reason
    assert outcome_of(failed).reason.endswith("There was no release to go back to, so the service runs no tasks")
    assert provisioner.limits(service) == (0, 0)
    assert gateways.ecs_services.service(service).desired == 0
    assert eventually(lambda: gateways.tasks.running(service) == [])


def test_service_whose_first_release_failed_takes_the_next(gateways, provisioner, service_name):
    service = provisioner.make_service(service_name, needy())
    assert outcome_of(release(gateways, service, ReleaseRequest(image="1.0.0"))).status == "failed"
    text = "GREETING=hello\nENDPOINT_URL=x\n"
    gateways.env_files.save(service, "app", text, base=0, author="sato", message="")

    done = release(gateways, service, ReleaseRequest(image="1.0.0"))

    assert (done.number, done.base, outcome_of(done).status) == (2, None, "succeeded")
    assert (provisioner.limits(service), gateways.ecs_services.service(service).desired) == ((1, 1), 1)


def test_stopped_rollout_goes_back_and_says_who_stopped_it(gateways, provisioner, running_service):
    # Nobody answers at that port, and ECS waits for an answer: so it has not ended before somebody stops it.
    never_healthy = {"healthCheck": {"command": ["CMD-SHELL", "curl http://localhost:9/"], "retries": 10}}
    provisioner.change_service(running_service, Wanted(container=never_healthy))
    started = gateways.releases.release(running_service, ReleaseRequest(image="1.1.0"), who="sato", why="")
    gateways.releases.stop(running_service, started.number, who="suzuki")

    outcome = gateways.releases.watch(running_service, started.number, sleep=briefly)

    assert (outcome.status, outcome.reason) == ("stopped", "stopped by suzuki")
    assert gateways.releases.live(running_service).release.number == 1


def test_release_that_ended_cannot_be_stopped(gateways, running_service):
    with pytest.raises(Conflict, match="has already ended: succeeded"):
        gateways.releases.stop(running_service, 1, who="suzuki")


def test_no_env_value_gets_into_the_record(gateways, provisioner, service_name):
    service = provisioner.make_service(service_name, needy())
    text = "GREETING=hello\nEXTRA=very-private-value\n"
    gateways.env_files.save(service, "app", text, base=0, author="sato", message="")

    failed = release(gateways, service, ReleaseRequest(image="1.0.0"))

    stored = gateways.releases.get(service, failed.number).outcome
    assert "very-private-value" not in f"{stored.reason}{stored.evidence}"


def test_records_stand_under_the_names_of_the_contract(gateways, running_service, aws):
    bucket = naming.config_bucket("local", ENVIRONMENT.account_id)
    listed = aws("s3").list_objects_v2(Bucket=bucket, Prefix=naming.release_prefix(running_service))["Contents"]
    assert [it["Key"] for it in listed] == [
        naming.release_key(running_service, 1),
        naming.outcome_key(running_service, 1),
    ]
