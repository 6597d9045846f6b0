"""Ties a task to what its processes tell: why they were ended and with which code, and whether they are healthy."""

import threading
from typing import Any

from local_cloud.tasks.container import Container
from local_cloud.tasks.runtime import Runtime
from local_cloud.tasks.shims.deployments import tell


def install(ecs: Any, runtime: Runtime) -> None:
    """Says which health check ended a task, and with which code those ended that were told to stop; MiniStack knows one
    reason only, and writes 0 before a process has ended."""
    mark_stopped = ecs._mark_task_stopped

    def mark(task_arn: str, task: dict[str, Any], reason: str, stop_code: str, exit_code: int | None = None) -> bool:
        ended = _ended_by_us(runtime, task_arn) if stop_code == "EssentialContainerExited" else None
        why = ended.why_ended if ended else ""
        containers = _containers_of(runtime, task_arn)
        # What MiniStack writes is what the circuit breaker counts; it writes the same for every container.
        code = None if stop_code == "UserInitiated" else exit_code
        stopped: bool = mark_stopped(task_arn, task, why or _worded(reason), stop_code, code)
        for container in containers if stop_code == "UserInitiated" or len(task["containers"]) > 1 else ():
            _correct_code(task, container)
        if stopped and why:
            task["stopCode"] = "ServiceSchedulerInitiated"
            if ended and ended.last_event and (service := _service_of(ecs, task)):
                tell(ecs, service, ended.last_event)
        return stopped

    ecs._mark_task_stopped = mark


def report_health(ecs: Any, container: Container) -> None:
    """Writes a container's own verdict into its task's record, which DescribeTasks shows."""
    task = next((task for _, task in ecs._tasks.all_items() if task["taskArn"] == container.wanted.task), None)
    if task is None:
        return
    verdict = "HEALTHY" if container.is_healthy else "UNHEALTHY"
    for entry in task["containers"]:
        if entry["name"] == container.wanted.name:
            entry["healthStatus"] = verdict
    if container.wanted.essential:
        task["healthStatus"] = verdict


def _correct_code(task: dict[str, Any], container: Container) -> None:
    if container.is_running:
        for entry in task["containers"]:
            if entry["name"] == container.wanted.name:
                entry.pop("exitCode", None)
        threading.Thread(target=_report_code, args=(task, container), daemon=True).start()
    else:
        _report_code(task, container)


def _report_code(task: dict[str, Any], container: Container) -> None:
    code = container.wait()
    for entry in task["containers"]:
        if entry["name"] == container.wanted.name:
            entry["exitCode"] = code


def _containers_of(runtime: Runtime, task_arn: str) -> list[Container]:
    return [container for container in runtime.containers() if container.wanted.task == task_arn]


def _ended_by_us(runtime: Runtime, task_arn: str) -> Container | None:
    return next((container for container in _containers_of(runtime, task_arn) if container.why_ended), None)


def _service_of(ecs: Any, task: dict[str, Any]) -> dict[str, Any] | None:
    cluster, name = task["clusterArn"].rpartition("/")[2], task.get("group", "").removeprefix("service:")
    found: dict[str, Any] | None = ecs._services.get(f"{cluster}/{name}")
    return found


def _worded(reason: str) -> str:
    return "Essential container in task exited" if reason == "Essential container exited" else reason
