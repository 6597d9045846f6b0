import inspect
import json

from ministack.services import stepfunctions

from local_cloud.step_functions.run_task import with_every_code
from tests.local_cloud.services import CLUSTER, SampleService
from tests.local_cloud.step_functions.machine import Machine, copies, copy, tasks_of
from tests.local_cloud.waiting import eventually

AGAIN = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 1}]


def a_machine(service: SampleService, states):
    return Machine(service.aws, service.name, states)


def a_job(service: SampleService, steps: str = "1") -> str:
    return service.definition("job:1.0.0", port=None, environment=[{"name": "STEPS", "value": steps}])


def test_every_copy_answers_the_description_of_its_task(service):
    machine = a_machine(service, {"Copies": copies()})
    run = machine.start(revision=a_job(service), command=["exit", "0"], copies=3)
    ended = machine.ended(run)
    assert ended["status"] == "SUCCEEDED"
    described = json.loads(ended["output"])
    assert {task["TaskArn"] for task in described} == {task["taskArn"] for task in tasks_of(service.ecs, service.name)}
    assert [task["Containers"][0]["ExitCode"] for task in described] == [0, 0, 0]
    assert {task["LastStatus"] for task in described} == {"STOPPED"}


def test_a_task_that_ends_other_than_0_fails_its_state_and_may_be_retried(service):
    machine = a_machine(service, {"Copy": copy(Retry=AGAIN)})
    ended = machine.ended(machine.start(revision=a_job(service), command=["exit", "7"]))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.TaskFailed")
    assert json.loads(ended["cause"])["Containers"][0]["ExitCode"] == 7
    assert len(tasks_of(service.ecs, service.name)) == 2


def test_a_task_that_cannot_start_fails_its_state(service):
    machine = a_machine(service, {"Copy": copy()})
    broken = service.definition("nobody/knows:1", port=None)
    cause = json.loads(machine.ended(machine.start(revision=broken, command=[]))["cause"])
    assert cause["StopCode"] == "TaskFailedToStart"
    assert "CannotPullContainerError" in cause["StoppedReason"]


def test_a_revision_that_is_none_is_told_in_ecs_words(service):
    machine = a_machine(service, {"Copy": copy()})
    ended = machine.ended(machine.start(revision="nobody:1", command=[]))
    assert ended["error"] == "ECS.ClientException"
    assert "nobody:1" in ended["cause"]


def test_a_task_that_takes_too_long_is_stopped(service):
    timed = copy(TimeoutSeconds="{% $states.input.timeout_seconds %}")
    machine = a_machine(service, {"Copy": timed})
    ended = machine.ended(machine.start(revision=a_job(service, steps="0"), command=[], timeout_seconds=1))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")
    [task] = tasks_of(service.ecs, service.name)
    assert task["desiredStatus"] == "STOPPED"
    assert "Stopped by Step Functions: it took longer than 1 seconds" in task["stoppedReason"]


def test_the_tasks_of_a_stopped_execution_are_stopped_and_none_is_tried_again(service):
    machine = a_machine(service, {"Copies": copies(Retry=[{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}])})
    run = machine.start(revision=a_job(service, steps="0"), command=[], copies=2)
    eventually(lambda: [task["lastStatus"] for task in tasks_of(service.ecs, service.name)] == ["RUNNING"] * 2)
    machine.sfn.stop_execution(executionArn=run, cause="enough")
    assert eventually(lambda: all(task["lastStatus"] == "STOPPED" for task in tasks_of(service.ecs, service.name)))
    eventually(lambda: machine.events(run)[-1]["type"] != "TaskFailed", seconds=2)
    assert machine.status(run) == "ABORTED"
    assert len(tasks_of(service.ecs, service.name)) == 2


def test_history_names_the_tasks_that_were_started(service):
    machine = a_machine(service, {"Copies": copies()})
    run = machine.start(revision=a_job(service), command=[], copies=3)
    machine.ended(run)
    events = machine.events(run)
    submitted = [one["taskSubmittedEventDetails"] for one in events if one["type"] == "TaskSubmitted"]
    assert {(one["resourceType"], one["resource"]) for one in submitted} == {("ecs", "runTask.sync")}
    started = {json.loads(one["output"])["Tasks"][0]["TaskArn"] for one in submitted}
    assert started == {task["taskArn"] for task in tasks_of(service.ecs, service.name)}
    assert len({event["id"] for event in events}) == len(events)


def test_a_run_says_its_size_and_its_group(service):
    machine = a_machine(service, {"Copy": copy()})
    run = machine.start(revision=a_job(service), command=[])
    machine.ended(run)
    [task] = tasks_of(service.ecs, service.name)
    assert (task["cpu"], task["memory"], task["group"]) == ("512", "512", f"run:{run.rpartition(':')[2]}")


def test_a_task_of_nobody_is_in_the_group_of_its_family(service):
    made = service.ecs.run_task(cluster=CLUSTER, taskDefinition=a_job(service), launchType="FARGATE")
    assert made["tasks"][0]["group"] == f"family:{service.name}"


def test_ministack_still_takes_any_end_for_a_success():
    assert "States.TaskFailed" not in inspect.getsource(stepfunctions._poll_ecs_tasks)


def test_ministack_still_lets_a_task_run_on_that_timed_out():
    assert "does not stop the task" in inspect.getsource(stepfunctions._invoke_resource_with_timeout)


def test_a_task_is_over_once_each_of_its_containers_has_told_its_code():
    router: dict[str, object] = {"name": "log-router"}
    task = {"stopCode": "EssentialContainerExited", "containers": [{"name": "app", "exitCode": 0}, router]}

    ended = with_every_code(task, sleep=lambda seconds: router.update(exitCode=0))

    assert [container["exitCode"] for container in ended["containers"]] == [0, 0]
