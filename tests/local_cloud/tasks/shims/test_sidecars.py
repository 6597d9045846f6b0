"""Tasks of several containers, as MiniStack's scheduler starts and ends them with ours in its place."""

import json
from typing import Any

from tests.local_cloud.services import LOG_GROUP, SampleService
from tests.local_cloud.waiting import eventually


def container(service: SampleService, name: str, image: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "image": image, "essential": False, "logConfiguration": service._logging(), **more}


def setup_ending_with(service: SampleService, code: int) -> dict[str, Any]:
    return container(service, "setup", "job:1.0.0", command=["exit", str(code)])


def app(service: SampleService, **more: Any) -> dict[str, Any]:
    awaited = [{"containerName": "setup", "condition": "SUCCESS"}]
    return container(service, "app", "hello:1.0.0", essential=True, dependsOn=awaited, **more)


def codes(task: dict[str, Any]) -> dict[str, int | None]:
    return {it["name"]: it.get("exitCode") for it in task["containers"]}


def lines(service: SampleService, name: str, task: dict[str, Any]) -> list[str]:
    stream = f"ecs/{name}/{task['taskArn'].rsplit('/', 1)[1]}"
    events = service.aws("logs").get_log_events(logGroupName=LOG_GROUP, logStreamName=stream)["events"]
    return [event["message"] for event in events]


def test_the_program_starts_when_what_prepares_it_has_succeeded(service):
    service.create(service.register([app(service), setup_ending_with(service, 0)]))
    assert service.settled() == "SUCCESSFUL"
    [task] = service.running()
    assert codes(task) == {"setup": 0, "app": None}


def test_the_program_does_not_start_when_what_prepares_it_fails(service):
    definition = service.register([app(service), setup_ending_with(service, 3)])
    service.ecs.run_task(cluster="tests", taskDefinition=definition, launchType="FARGATE")
    [task] = eventually(service.stopped)
    reason = "Task failed to start: container setup, whose success others wait for, ended with exit code 3"
    assert task["stoppedReason"] == reason
    assert eventually(lambda: codes(service.stopped()[0])["setup"] == 3)


def test_each_container_of_an_ended_task_has_its_own_exit_code(service):
    program = container(service, "app", "job:1.0.0", essential=True, command=["exit", "7"])
    definition = service.register([program, container(service, "agent", "datadog/agent:7.84.6")])
    service.ecs.run_task(cluster="tests", taskDefinition=definition, launchType="FARGATE")
    eventually(service.stopped)
    assert eventually(lambda: codes(service.stopped()[0]) == {"app": 7, "agent": 0})


def test_an_agent_says_in_a_log_of_its_own_that_it_reports_nothing(service):
    settings = [{"name": "DD_SITE", "value": "datadoghq.eu"}]
    program = container(service, "app", "hello:1.0.0", essential=True)
    agent = container(service, "agent", "public.ecr.aws/datadog/agent:7.84.6", environment=settings)
    service.create(service.register([program, agent]))
    assert service.settled() == "SUCCESSFUL"
    [task] = service.running()
    [line] = eventually(lambda: lines(service, "agent", task))
    said = json.loads(line)
    assert said["message"] == "stands in for datadog/agent:7.84.6: nothing is reported anywhere"
    assert said["settings"] == ["DD_SITE"]


def test_a_volume_is_shared_by_the_containers_of_its_task(service):
    points = [{"sourceVolume": "scratch", "containerPath": "/scratch"}]
    program = container(service, "app", "hello:1.0.0", essential=True, mountPoints=points)
    agent = container(service, "agent", "datadog/agent:7.84.6", mountPoints=points)
    definition = service.ecs.register_task_definition(
        family=service.name,
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[program, agent],
        volumes=[{"name": "scratch"}],
    )["taskDefinition"]["taskDefinitionArn"]
    service.create(definition)
    assert service.settled() == "SUCCESSFUL"
    [task] = service.running()
    [note, *_] = eventually(lambda: lines(service, "app", task))
    assert note.startswith("local cloud: /scratch is not mounted: the directory ")
    [own] = {note.split()[8] for note in (note, *lines(service, "agent", task)[:1])}
    assert own.endswith("/scratch")
