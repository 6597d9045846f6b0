import threading
from typing import Any

import pytest

from local_cloud.tasks.shims import rollouts
from tests.local_cloud.services import CLUSTER
from tests.local_cloud.waiting import eventually


def test_ministack_still_knows_no_service_deployments(bare_ecs):
    for action, answer in (("List", "serviceDeployments"), ("Describe", "serviceDeployments")):
        _, _, body = bare_ecs._ACTION_MAP[f"{action}ServiceDeployments"]({"service": "any"})
        assert bare_ecs.json.loads(body) == {answer: []}
    assert bare_ecs.json.loads(bare_ecs._ACTION_MAP["DescribeServiceRevisions"]({})[2]) == {"serviceRevisions": []}
    assert "StopServiceDeployment" not in bare_ecs._ACTION_MAP


def test_a_service_without_tasks_has_deployed_at_once(service):
    definition = service.definition("hello:unreleased")
    service.create(definition, count=0)

    [rollout] = service.rollouts()

    assert rollout["status"] == "SUCCESSFUL"
    assert service.revision(rollout["targetServiceRevision"]["arn"])["taskDefinition"] == definition


def test_a_first_release_of_such_a_service_is_watched_to_its_end(service):
    service.create(service.definition("hello:unreleased"), count=0)
    released = service.definition("hello:1.0.0")

    service.update(taskDefinition=released, desiredCount=2)

    assert service.newest()["status"] == "IN_PROGRESS"
    assert service.settled() == "SUCCESSFUL"
    newest, before = service.rollouts()
    assert newest["targetServiceRevision"]["runningTaskCount"] == 2
    assert [source["arn"] for source in newest["sourceServiceRevisions"]] == [before["targetServiceRevision"]["arn"]]
    revision = service.revision(newest["targetServiceRevision"]["arn"])
    assert revision["taskDefinition"] == released
    [image] = revision["containerImages"]
    assert image["image"] == "hello:1.0.0"
    assert image["imageDigest"].startswith("sha256:")


def test_a_rolling_update_shows_old_and_new_side_by_side(service):
    service.create(service.definition("hello:1.0.0"), count=2)
    assert service.settled() == "SUCCESSFUL"

    service.update(taskDefinition=service.definition("hello:1.1.0"))

    shown = service.describe()["deployments"]
    assert [(one["status"], one["rolloutState"]) for one in shown] == [
        ("PRIMARY", "IN_PROGRESS"),
        ("ACTIVE", "COMPLETED"),
    ]
    assert shown[1]["runningCount"] == 2
    assert service.settled() == "SUCCESSFUL"
    assert eventually(lambda: len(service.describe()["deployments"]) == 1)


def test_a_broken_env_trips_the_breaker_and_the_old_env_returns(service):
    service.create(service.definition("hello:1.0.0", env="REQUIRED_ENV=KEY\nKEY=value\n"), count=1)
    assert service.settled() == "SUCCESSFUL"
    good = service.describe()["taskDefinition"]

    service.update(taskDefinition=service.definition("hello:1.0.0", env="REQUIRED_ENV=KEY\n"))

    assert service.settled() == "ROLLBACK_SUCCESSFUL"
    failed, before = service.rollouts()
    assert failed["rollback"]["serviceRevisionArn"] == before["targetServiceRevision"]["arn"]
    assert failed["deploymentCircuitBreaker"] == {"status": "TRIGGERED", "failureCount": 3, "threshold": 3}
    assert "circuit breaker" in failed["statusReason"]
    assert before["status"] == "SUCCESSFUL"
    assert service.describe()["taskDefinition"] == good
    assert [task["taskDefinitionArn"] for task in service.running()] == [good]
    crashed = [task for task in service.stopped() if task["containers"][0].get("exitCode") == 1]
    assert {task["stoppedReason"] for task in crashed} == {"Essential container in task exited"}
    assert "cannot start: KEY is not set" in eventually(lambda: service.log_lines(crashed[0]))[0]


def test_a_newer_deployment_stops_the_one_before(service):
    service.create(service.definition("hello:1.0.0"), count=1)
    service.settled()
    service.update(taskDefinition=service.definition("hello:1.1.0"))
    service.update(taskDefinition=service.definition("hello:1.2.0"))

    assert service.settled() == "SUCCESSFUL"
    assert [rollout["status"] for rollout in service.rollouts()] == ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"]


def test_what_was_rolled_back_to_keeps_its_own_ending(service):
    service.create(service.definition("hello:1.0.0"), count=1)
    service.settled()
    service.update(taskDefinition=service.definition("hello:2.0.0-broken"))
    assert service.settled() == "ROLLBACK_SUCCESSFUL"

    service.update(taskDefinition=service.definition("hello:1.1.0"))

    assert service.settled() == "SUCCESSFUL"
    assert [rollout["status"] for rollout in service.rollouts()] == ["SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "SUCCESSFUL"]


def test_a_first_release_that_fails_has_nothing_to_go_back_to(service):
    service.create(service.definition("hello:unreleased"), count=0)

    service.update(taskDefinition=service.definition("hello:2.0.0-broken"), desiredCount=1)

    assert service.settled() == "ROLLBACK_FAILED"
    assert service.running() == []
    service.update(desiredCount=0)
    assert service.describe()["desiredCount"] == 0


def test_after_a_failed_rollback_a_good_release_comes_through(service):
    service.create(service.definition("hello:unreleased"), count=0)
    service.update(taskDefinition=service.definition("hello:2.0.0-broken"), desiredCount=1)
    assert service.settled() == "ROLLBACK_FAILED"
    service.update(desiredCount=0)

    service.update(taskDefinition=service.definition("hello:1.0.0"), desiredCount=1)

    assert service.settled() == "SUCCESSFUL"
    assert len(service.running()) == 1


def test_stop_and_roll_back_in_the_middle_of_a_rollout(service):
    service.create(service.definition("hello:1.0.0"), count=1)
    service.settled()
    good = service.describe()["taskDefinition"]
    slow = service.definition("hello:1.1.0", healthCheck={"command": ["CMD-SHELL", "curl http://localhost:9/"]})
    service.update(taskDefinition=slow)
    [before] = service.newest()["sourceServiceRevisions"]
    assert before["runningTaskCount"] == 1
    arn = service.newest()["serviceDeploymentArn"]

    service.ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")

    assert service.settled() == "ROLLBACK_SUCCESSFUL"
    assert service.newest()["statusReason"] == "The service deployment was stopped by a user."
    assert "stoppedAt" in service.newest()
    assert service.describe()["taskDefinition"] == good
    assert eventually(lambda: [task["taskDefinitionArn"] for task in service.tasks()] == [good])


def test_what_has_ended_cannot_be_stopped(service):
    service.create(service.definition("hello:1.0.0"), count=0)
    arn = service.newest()["serviceDeploymentArn"]
    with pytest.raises(service.ecs.exceptions.ConflictException, match="SUCCESSFUL"):
        service.ecs.stop_service_deployment(serviceDeploymentArn=arn)


def test_lists_can_be_narrowed_by_status(service):
    service.create(service.definition("hello:1.0.0"), count=0)
    ask = {"cluster": CLUSTER, "service": service.name}
    assert service.ecs.list_service_deployments(**ask, status=["IN_PROGRESS"])["serviceDeployments"] == []
    assert len(service.ecs.list_service_deployments(**ask, status=["SUCCESSFUL"])["serviceDeployments"]) == 1


def test_unknown_deployments_are_told_as_missing(service):
    arn = f"arn:aws:ecs:ap-northeast-1:000000000000:service-deployment/{CLUSTER}/nobody/1"
    answer = service.ecs.describe_service_deployments(serviceDeploymentArns=[arn])
    assert answer["failures"] == [{"arn": arn, "reason": "MISSING"}]


def test_who_looks_in_the_middle_of_an_update_waits_for_its_end(own_ecs):
    """MiniStack inserts the deployment first, and sets what comes with it afterwards."""
    service: dict[str, Any] = {
        "serviceName": "orders",
        "clusterArn": "arn:aws:ecs:us-east-1:000000000000:cluster/own",
        "deployments": [],
    }
    own_ecs._services["own/orders"] = service
    look = threading.Thread(target=rollouts.follow, args=(own_ecs, "own/orders"))

    def update(data):
        service["deployments"].insert(0, own_ecs._make_deployment("orders:2", 1))
        look.start()
        look.join(0.2)
        service["deploymentConfiguration"] = data["deploymentConfiguration"]
        return own_ecs.json_response({})

    own_ecs._ACTION_MAP["UpdateService"] = update
    rollouts.install(own_ecs, changed=lambda: None)
    wanted = {"strategy": "BLUE_GREEN"}
    own_ecs._ACTION_MAP["UpdateService"]({"cluster": "own", "service": "orders", "deploymentConfiguration": wanted})
    look.join()

    [rollout] = service["_rollouts"]
    assert rollout["configuration"] == wanted
