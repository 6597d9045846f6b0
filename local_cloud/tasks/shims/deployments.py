"""How a deployment begins and what it tells: the first one can fail too, and people read the events."""

from typing import Any

from local_cloud.tasks.shims.settings import find
from local_cloud.tasks.shims.stops import service_of


def install(ecs: Any) -> None:
    _begin_in_progress(ecs)
    _tell_of_started_tasks(ecs)
    _tell_of_the_end(ecs)
    _tell_nothing_untrue(ecs)


def _begin_in_progress(ecs: Any) -> None:
    """MiniStack's first deployment is COMPLETED at birth, so its circuit breaker never looks at it."""
    make_deployment = ecs._make_deployment

    def make(task_definition: str, desired_count: int, status: str = "PRIMARY") -> dict[str, Any]:
        deployment: dict[str, Any] = make_deployment(task_definition, desired_count, status)
        if desired_count > 0:
            deployment["rolloutState"] = "IN_PROGRESS"
            deployment["rolloutStateReason"] = f"ECS deployment {deployment['id']} in progress."
        return deployment

    ecs._make_deployment = make


def _tell_of_started_tasks(ecs: Any) -> None:
    run_task = ecs._run_task

    def run(data: dict[str, Any]) -> Any:
        status, headers, body = run_task(data)
        tasks = ecs.json.loads(body).get("tasks", []) if data.get("_deploymentId") else []
        if tasks and (service := service_of(ecs, tasks[0])):
            names = " ".join(f"(task {task['taskArn'].rsplit('/', 1)[1]})" for task in tasks)
            tell(ecs, service, f"has started {len(tasks)} tasks: {names}.")
        return status, headers, body

    ecs._run_task = run


def _tell_of_the_end(ecs: Any) -> None:
    complete_deployment = ecs._complete_service_deployment

    def complete(cluster_name: str, service_key: str, expected_deployment_id: str | None = None) -> None:
        service = ecs._services.get(service_key)
        before = _open_primary(ecs, service)
        complete_deployment(cluster_name, service_key, expected_deployment_id)
        if service and before and before["rolloutState"] == "COMPLETED":
            before["rolloutStateReason"] = f"ECS deployment {before['id']} completed."
            service["deployments"] = [
                deployment
                for deployment in service["deployments"]
                if deployment["status"] == "PRIMARY" or deployment["runningCount"] + deployment["pendingCount"]
            ]
            tell(ecs, service, f"(deployment {before['id']}) deployment completed.")
            tell(ecs, service, "has reached a steady state.")

    ecs._complete_service_deployment = complete


def _tell_nothing_untrue(ecs: Any) -> None:
    """MiniStack says at every update that it drains one task, which it does not."""
    update_service = ecs._ACTION_MAP["UpdateService"]

    def update(data: dict[str, Any]) -> Any:
        answer = update_service(data)
        if service := find(ecs, data):
            events = service["events"]
            events[:] = [event for event in events if not event["message"].endswith("draining connections on 1 tasks.")]
        return answer

    ecs._ACTION_MAP["UpdateService"] = update


def _open_primary(ecs: Any, service: dict[str, Any] | None) -> dict[str, Any] | None:
    primary: dict[str, Any] | None = ecs._primary_deployment(service) if service else None
    return primary if primary and primary["rolloutState"] == "IN_PROGRESS" else None


def tell(ecs: Any, service: dict[str, Any], what: str) -> None:
    """Newest first, and a hundred of them, as ECS keeps events."""
    message = f"(service {service['serviceName']}) {what}"
    service["events"].insert(0, {"id": ecs.new_uuid(), "createdAt": ecs._iso(), "message": message})
    del service["events"][100:]
