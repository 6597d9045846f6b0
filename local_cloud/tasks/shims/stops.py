"""Tasks that are stopped: the scheduler replaces them, never drains the good ones, and says why as ECS does."""

import time
from datetime import datetime
from typing import Any

FORGOTTEN_AFTER_SECONDS = 3600
"""ECS shows a stopped task for about an hour; MiniStack for ever."""


def install(ecs: Any) -> None:
    _keep_the_old_tasks_of_a_failed_deployment(ecs)
    _replace_tasks_stopped_by_hand(ecs)
    _forget_old_tasks(ecs)


def _keep_the_old_tasks_of_a_failed_deployment(ecs: Any) -> None:
    """Without this a failed deployment that has nothing to go back to takes the running tasks with it: an outage."""
    stop_task = ecs._stop_task

    def stop(data: dict[str, Any]) -> Any:
        task = ecs._resolve_task(data.get("task", ""), ecs._resolve_cluster_name(data.get("cluster", "default")))
        if task and data.get("reason") == "Task definition updated" and _primary_failed(ecs, task):
            return ecs.json_response({"task": ecs._sanitize(task)})
        was_stopped = not task or task["lastStatus"] == "STOPPED"
        answer = stop_task(data)
        if task and not was_stopped:
            task["stopCode"] = "ServiceSchedulerInitiated"
            task["stoppedReason"] = _scheduler_reason(task)
        return answer

    ecs._stop_task = stop  # its inner callers look it up here; StopTask itself goes through _ACTION_MAP


def _primary_failed(ecs: Any, task: dict[str, Any]) -> bool:
    service = service_of(ecs, task)
    primary = ecs._primary_deployment(service) if service else None
    return primary is not None and primary["rolloutState"] == "FAILED"


def service_of(ecs: Any, task: dict[str, Any]) -> dict[str, Any] | None:
    kind, _, name = task.get("group", "").partition(":")
    if kind != "service":
        return None
    found: dict[str, Any] | None = ecs._services.get(f"{ecs._cluster_name_from_arn(task['clusterArn'])}/{name}")
    return found


def _scheduler_reason(task: dict[str, Any]) -> str:
    return f"Scaling activity initiated by (deployment {task.get('_deployment_id')})"


def _replace_tasks_stopped_by_hand(ecs: Any) -> None:
    """MiniStack's scheduler wakes up at a natural end only."""
    stop_task = ecs._ACTION_MAP["StopTask"]

    def stop(data: dict[str, Any]) -> Any:
        cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
        task = ecs._resolve_task(data.get("task", ""), cluster)
        answer = stop_task(data)
        if task and (service := service_of(ecs, task)):
            ecs._reconcile_service_tasks(cluster, f"{cluster}/{service['serviceName']}")
        return answer

    ecs._ACTION_MAP["StopTask"] = stop


def _forget_old_tasks(ecs: Any) -> None:
    run_task = ecs._run_task

    def run(data: dict[str, Any]) -> Any:
        for arn, task in list(ecs._tasks.items()):
            if task["lastStatus"] == "STOPPED" and _stopped_seconds_ago(task) > FORGOTTEN_AFTER_SECONDS:
                ecs._tasks.pop(arn, None)
        return run_task(data)

    ecs._run_task = run
    ecs._ACTION_MAP["RunTask"] = run


def _stopped_seconds_ago(task: dict[str, Any]) -> float:
    if not task.get("stoppedAt"):
        return 0
    return time.time() - datetime.fromisoformat(task["stoppedAt"].replace("Z", "+00:00")).timestamp()
