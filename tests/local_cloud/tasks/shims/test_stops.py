import json

from tests.local_cloud.services import CLUSTER
from tests.local_cloud.waiting import eventually

NO_ROLLBACK = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}


def bare_service(ecs, count=1):
    definition = json.loads(ecs._describe_task_definition({"taskDefinition": "bare"})[2])
    arn = definition["taskDefinition"]["taskDefinitionArn"]
    ecs._create_service({"cluster": "bare", "serviceName": "web", "taskDefinition": arn, "desiredCount": count})
    return ecs._services["bare/web"]


def running(ecs):
    return [arn for arn, task in ecs._tasks.items() if task["lastStatus"] == "RUNNING"]


def test_ministack_still_drains_the_good_tasks_of_a_failed_deployment(bare_ecs):
    service = bare_service(bare_ecs)
    good = bare_ecs._primary_deployment(service)
    service["deployments"].insert(0, good | {"id": "ecs-svc/failed", "rolloutState": "FAILED"})
    good["status"] = "ACTIVE"
    bare_ecs._reconcile_service_tasks("bare", "bare/web")
    assert running(bare_ecs) == []


def test_a_deployment_that_fails_without_rollback_leaves_the_old_tasks_serving(service):
    service.create(service.definition("hello:1.0.0"), count=1, deploymentConfiguration=NO_ROLLBACK)
    service.settled()
    [good] = service.running()

    service.update(taskDefinition=service.definition("hello:2.0.0-broken"))

    assert service.settled() == "STOPPED"
    assert [task["taskArn"] for task in service.running()] == [good["taskArn"]]
    service.update(taskDefinition=service.definition("hello:1.1.0"))
    assert service.settled() == "SUCCESSFUL"


def test_ministack_still_does_not_replace_a_stopped_task(bare_ecs):
    bare_service(bare_ecs)
    bare_ecs._ACTION_MAP["StopTask"]({"cluster": "bare", "task": running(bare_ecs)[0]})
    assert running(bare_ecs) == []


def test_a_stopped_task_is_replaced(service):
    service.create(service.definition(), count=1)
    service.settled()
    [before] = service.running()

    service.ecs.stop_task(cluster=CLUSTER, task=before["taskArn"], reason="by hand")

    [after] = eventually(service.running)
    assert after["taskArn"] != before["taskArn"]
    [stopped] = service.stopped()
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "by hand")


def test_scaling_changes_the_number_of_processes(service):
    service.create(service.definition(), count=1)
    service.settled()
    service.update(desiredCount=3)
    assert eventually(lambda: len(service.running()) == 3)
    service.update(desiredCount=1)
    assert eventually(lambda: len(service.running()) == 1)
    assert {task["stopCode"] for task in service.stopped()} == {"ServiceSchedulerInitiated"}


def test_ministack_still_calls_the_first_deployment_complete_at_birth(bare_ecs):
    assert bare_ecs._make_deployment("x", 1)["rolloutState"] == "COMPLETED"


def test_a_first_deployment_can_fail(service):
    service.create(service.definition("hello:2.0.0-broken"), count=1)
    assert service.settled() == "STOPPED"
    assert service.running() == []


def test_events_tell_what_happened(service):
    service.create(service.definition(), count=1)
    service.settled()
    [task] = service.running()
    identity = task["taskArn"].rsplit("/", 1)[1]
    deployment = service.describe()["deployments"][0]["id"]
    assert [event["message"] for event in service.describe()["events"]] == [
        f"(service {service.name}) has reached a steady state.",
        f"(service {service.name}) (deployment {deployment}) deployment completed.",
        f"(service {service.name}) has started 1 tasks: (task {identity}).",
    ]


def test_ministack_still_leaves_ghosts_after_a_restart(bare_ecs):
    bare_service(bare_ecs)
    state = bare_ecs.get_state()
    bare_ecs.reset()
    bare_ecs._restore_state(state)
    [task] = bare_ecs._tasks.values()
    assert (task["lastStatus"], task["desiredStatus"]) == ("STOPPED", "RUNNING")


def test_ministack_still_shows_tags_that_nobody_asked_for(bare_ecs):
    bare_service(bare_ecs)["tags"] = [{"key": "a", "value": "b"}]
    answer = json.loads(bare_ecs._describe_services({"cluster": "bare", "services": ["web"]})[2])
    assert answer["services"][0]["tags"] == [{"key": "a", "value": "b"}]


def test_tags_are_shown_when_they_are_asked_for(service):
    service.create(service.definition(), count=0, tags=[{"key": "a", "value": "b"}])
    assert "tags" not in service.describe()
    assert service.describe(include=["TAGS"])["tags"] == [{"key": "a", "value": "b"}]


def test_ministack_still_fills_in_no_defaults_and_drops_settings_on_update(bare_ecs):
    service = bare_service(bare_ecs)
    update = {"cluster": "bare", "service": "web", "propagateTags": "SERVICE", "deploymentConfiguration": NO_ROLLBACK}
    bare_ecs._update_service(update)
    assert service["deploymentConfiguration"] == NO_ROLLBACK
    assert service["propagateTags"] == "NONE"


def test_a_service_keeps_its_settings(service):
    service.create(service.definition(), count=0)
    service.update(propagateTags="SERVICE", deploymentConfiguration=NO_ROLLBACK)
    assert service.describe()["propagateTags"] == "SERVICE"
    assert service.describe()["deploymentConfiguration"] == NO_ROLLBACK | {
        "strategy": "ROLLING",
        "bakeTimeInMinutes": 0,
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
    }


def test_ministack_still_says_0_for_what_it_stops(bare_ecs):
    bare_service(bare_ecs)
    [task] = running(bare_ecs)

    bare_ecs._ACTION_MAP["StopTask"]({"cluster": "bare", "task": task})

    assert bare_ecs._tasks[task]["containers"][0]["exitCode"] == 0


def test_a_task_that_is_told_to_stop_shows_the_code_that_its_program_ended_with(service):
    endless = service.definition("job:1.0.0", port=None, environment=[{"name": "STEPS", "value": "0"}])
    arn = service.ecs.run_task(cluster=CLUSTER, taskDefinition=endless, launchType="FARGATE")["tasks"][0]["taskArn"]

    def container():
        return service.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])["tasks"][0]["containers"][0]

    eventually(lambda: container()["lastStatus"] == "RUNNING")
    service.ecs.stop_task(cluster=CLUSTER, task=arn)

    assert eventually(lambda: container().get("exitCode")) == 143
