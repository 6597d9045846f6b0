"""A service's tasks while two deployments of it stand side by side."""

from collections.abc import Iterator, Mapping
from typing import Any


def alive(ecs: Any, service: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Those that run, or are about to."""
    group = f"service:{service['serviceName']}"
    for task in list(ecs._tasks.values()):
        is_ours = task.get("group") == group and task["clusterArn"] == service["clusterArn"]
        if is_ours and task["lastStatus"] in ecs._PRE_STOP_STATUSES:
            yield task


def running(ecs: Any, service: Mapping[str, Any]) -> list[dict[str, Any]]:
    """None of a service that was deleted."""
    if service.get("status") != "ACTIVE":
        return []
    return [task for task in alive(ecs, service) if task["lastStatus"] == "RUNNING"]


def is_up(ecs: Any, service: Mapping[str, Any], deployment: str) -> bool:
    """Whether as many of its tasks as are wanted have run long enough to count."""
    ours = [task for task in running(ecs, service) if task["_deployment_id"] == deployment]
    return sum(bool(task.get("_startup_stable")) for task in ours) >= service["desiredCount"]


def keep_up(ecs: Any, service: Mapping[str, Any], deployment: str) -> None:
    """Starts tasks in place of those that ended: MiniStack does so for the newest deployment alone."""
    wanted = next((it for it in service["deployments"] if it["id"] == deployment), None)
    if wanted is None:
        return
    missing = wanted["desiredCount"] - sum(task["_deployment_id"] == deployment for task in alive(ecs, service))
    if missing > 0:
        ecs._run_task(
            {
                "cluster": ecs._cluster_name_from_arn(service["clusterArn"]),
                "taskDefinition": wanted["taskDefinition"],
                "count": missing,
                "group": f"service:{service['serviceName']}",
                "startedBy": service["serviceName"],
                "launchType": wanted.get("launchType"),
                "capacityProviderStrategy": wanted.get("capacityProviderStrategy"),
                "networkConfiguration": service.get("networkConfiguration", {}),
                "_deploymentId": deployment,
            }
        )


def stop_all_but(ecs: Any, service: Mapping[str, Any], *deployments: str) -> None:
    """Those of a deployment that a newer one overtook: they stand in the newer one's target group."""
    cluster = ecs._cluster_name_from_arn(service["clusterArn"])
    for task in alive(ecs, service):
        if task["_deployment_id"] not in deployments:
            ecs._stop_task({"task": task["taskArn"], "cluster": cluster, "reason": "Deployment was overtaken"})


def takes_requests(service: Mapping[str, Any], task: Mapping[str, Any]) -> bool:
    """Whether its deployment gets any of the requests, or all of the other deployment's are not shifted yet. How many,
    only a load balancer's rule knows here."""
    newest = (service.get("_rollouts") or [{}])[-1]
    position = newest.get("position")
    if not position or newest["status"] == "SUCCESSFUL":
        return True
    is_new = task.get("_deployment_id") == newest["deployment"]
    percent = position["percent"] if newest["status"] == "IN_PROGRESS" else 0
    return bool(percent > 0 if is_new else percent < 100)
