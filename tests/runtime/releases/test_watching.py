"""What gateways read of a running service."""

from datetime import UTC, datetime, timedelta

import pytest

from runtime.aws.ecr_images import Presence, split_reference
from runtime.aws.errors import Absent, Conflict
from runtime.aws.log_search import LogFilter
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from tests.local_cloud.waiting import eventually
from tests.provisioning import ENVIRONMENT, Wanted
from tests.runtime.watching import release


def test_tags_are_listed_newest_first_with_digest(gateways, provisioner, service_name, aws):
    repository = provisioner.make_images(f"web-{service_name}")

    found = gateways.images.tags(repository)

    assert {it.tag for it in found.tags} == {"1.0.0", "1.1.0", "2.0.0-broken"}
    assert [it.pushed_at for it in found.tags] == sorted((it.pushed_at for it in found.tags), reverse=True)
    assert all(it.digest.startswith("sha256:") for it in found.tags)
    assert found.note == ""


def test_image_is_looked_for_by_tag_and_by_digest(gateways, provisioner, service_name):
    repository = provisioner.make_images(f"web-{service_name}")
    digest = gateways.images.tags(repository).tags[0].digest
    assert gateways.images.look(f"{repository}:1.0.0").presence is Presence.THERE
    assert gateways.images.look(f"{repository}@{digest}").presence is Presence.THERE
    missing = gateways.images.look(f"{repository}:9.9.9")
    assert (missing.presence, missing.note) == (Presence.MISSING, f"{repository}:9.9.9 is not in ECR; push it first")


def test_image_of_another_registry_cannot_be_checked_and_that_is_said(gateways):
    look = gateways.images.look("docker.io/library/nginx:1")
    assert look.presence is Presence.UNKNOWN
    assert look.note == "images of docker.io/library/nginx cannot be checked: it is not in an ECR registry"
    elsewhere = "000000000000.dkr.ecr.eu-west-1.amazonaws.com/orders"
    assert gateways.images.tags(elsewhere).note == f"images of {elsewhere} cannot be checked from ap-northeast-1"


def test_repository_that_is_not_there_is_said_so(gateways):
    note = gateways.images.tags(f"{ENVIRONMENT.registry_host}/nosuch").note
    assert note == "ECR has no repository nosuch in account 000000000000"


def test_reference_without_a_tag_means_latest():
    assert split_reference("localhost:5000/orders") == ("localhost:5000/orders", {"imageTag": "latest"})


def test_tasks_say_what_they_run_and_the_stopped_ones_why(gateways, provisioned_service, aws):
    done = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    [task] = gateways.tasks.running(provisioned_service)
    assert (task.service, task.revision, task.status) == (provisioned_service, done.revision, "RUNNING")
    assert task.app.image.endswith(":1.0.0")

    aws("ecs").stop_task(cluster=naming.cluster(ENVIRONMENT.name), task=task.id, reason="a test")

    assert eventually(lambda: [it.id for it in gateways.tasks.stopped(provisioned_service)] == [task.id])
    [stopped] = gateways.tasks.stopped(provisioned_service)
    assert (stopped.stop_code, stopped.stopped_reason) == ("UserInitiated", "a test")


def newest(gateways, service, enough=100):
    now = datetime.now(UTC)
    [group] = gateways.logs.groups(service)
    return list(gateways.log_search.newest(LogFilter(group), now - timedelta(days=1), now, enough).found)


def test_logs_are_the_last_lines_of_a_task_or_of_the_service(gateways, provisioned_service):
    release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    [task] = gateways.tasks.running(provisioned_service)

    assert eventually(lambda: bool(gateways.logs.of_task(provisioned_service, task.id)))

    lines = gateways.logs.of_task(provisioned_service, task.id)
    assert {line.task for line in lines} == {task.id}
    assert gateways.logs.of_task(provisioned_service, task.id, before=lines[0].when) == []
    assert [it.text for it in newest(gateways, provisioned_service)][: len(lines)] == [it.text for it in lines]
    assert [it.text for it in newest(gateways, provisioned_service, enough=1)] != []


def test_service_that_never_logged_has_no_lines(gateways, provisioned_service):
    assert newest(gateways, provisioned_service) == []
    assert newest(gateways, "nosuch") == []
    assert gateways.logs.of_task(provisioned_service, "t1") == []


def test_services_are_read_ten_in_a_call_and_the_absent_left_out(gateways, provisioner, service_name):
    names = [provisioner.make_service(f"{service_name}-{number}", Wanted(env_files=())) for number in range(11)]
    assert sorted(gateways.ecs_services.services([*names, "nosuch"])) == sorted(names)
    with pytest.raises(Absent, match="ECS has no service nosuch in local"):
        gateways.ecs_services.service("nosuch")


def test_deployments_are_told_newest_first_with_what_they_brought(gateways, provisioned_service):
    first = release(gateways, provisioned_service, ReleaseRequest(image="1.0.0"))
    second = release(gateways, provisioned_service, ReleaseRequest(image="1.1.0"))

    history = gateways.ecs_services.history(provisioned_service)

    assert [(it.revision, it.status) for it in history[:2]] == [
        (second.revision, "SUCCESSFUL"),
        (first.revision, "SUCCESSFUL"),
    ]
    [deployment] = gateways.ecs_services.of_revision(provisioned_service, first.revision)
    assert deployment == history[1]
    with pytest.raises(Conflict):
        gateways.ecs_services.stop(deployment)


def test_environment_record_is_read_when_it_is_there(gateways, provisioner, aws):
    assert gateways.provisioned.environment() is None
    key = "provisioned/_environment.json"
    aws("s3").put_object(Bucket=provisioner.bucket, Key=key, Body=b'{"fingerprint": "e1", "exports": {"vpc_id": "v"}}')

    found = gateways.provisioned.environment()
    assert (found.fingerprint, found.exports) == ("e1", {"vpc_id": "v"})

    assert "_environment" not in gateways.provisioned.all().readable
    aws("s3").delete_object(Bucket=provisioner.bucket, Key=key)


def test_provisioned_record_is_read_whole(gateways, provisioner, service_name):
    service = provisioner.make_service(service_name, Wanted(tasks=(2, 5), env_files=("app", "web")))
    found = gateways.provisioned.read(service)
    assert (found.tasks.min, found.tasks.max, found.env_files, found.image.pinned) == (2, 5, ("app", "web"), None)
    assert gateways.provisioned.all().readable[service] == found
