"""Where the tasks of each deployment are registered, and how the weights of the rules stand.

A service that shifts traffic has two target groups for each rule: its deployments take them in turn, and the weights
of the rule's action say how many requests either of them gets.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local_cloud.emulators.weighted_forwards import forward
from local_cloud.tasks.traffic_shift import service_tasks
from local_cloud.tasks.traffic_shift.stages import shifts_traffic

Rollout = Mapping[str, Any]
"""What is kept of a deployment"""

_FINE = 9
"""Weights go up to 999: with these, a tenth of a percent can be told from nothing."""


def install(ecs: Any, alb: Any) -> None:
    """Before whoever registers tasks elsewhere as well, such as by name."""
    sync_otherwise = ecs._sync_service_targets

    def synced(cluster: str, service: dict[str, Any]) -> None:
        if any(len(groups_of(it)) > 1 for it in _all_balancers(service)):
            sync(ecs, alb, service)
        else:
            sync_otherwise(cluster, service)

    ecs._sync_service_targets = synced


def _all_balancers(service: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from service.get("loadBalancers") or ()
    for rollout in service.get("_rollouts", []):
        yield from balancers(rollout)


def next_turn(service: Mapping[str, Any], source: str | None) -> int:
    """Which of the two target groups a new deployment takes: the other than that of what runs."""
    if not shifts_traffic(service.get("deploymentConfiguration") or {}):
        return 0
    before = next((it for it in service.get("_rollouts", []) if it["deployment"] == source), None)
    return 1 - before.get("turn", 0) if before else 0


def turn_of(service: Mapping[str, Any], task: Mapping[str, Any]) -> int:
    """Which of the two a task's deployment has taken; of one that was not noted yet, the one it will take."""
    known = {it["deployment"]: it for it in service.get("_rollouts", [])}
    deployment = task.get("_deployment_id")
    if deployment in known:
        return int(known[deployment].get("turn", 0))
    completed = (it["id"] for it in service["deployments"] if it["rolloutState"] == "COMPLETED")
    return next_turn(service, next((it for it in completed if it != deployment), None))


def sync(ecs: Any, alb: Any, service: dict[str, Any]) -> None:
    """Registers each running task with its own deployment's groups, and nowhere else."""
    with ecs.resource_lock("service-targets", service["serviceArn"]):  # what is old by now would be registered last
        published = service.setdefault("_published_targets", {})
        wanted = _targets(ecs, service)
        for group in {*wanted, *published, *_all_groups(service)}:
            with ecs.resource_lock("elbv2-targets", group):
                targets = wanted.get(group, [])
                alb.set_targets_for_group(group, targets, published.get(group, ()))
                published[group] = [address for address, _ in targets]


def _targets(ecs: Any, service: dict[str, Any]) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    rollouts = {rollout["deployment"]: rollout for rollout in service.get("_rollouts", [])}
    for task in service_tasks.running(ecs, service):
        address, rollout = ecs._task_ip(task), rollouts.get(task["_deployment_id"])
        if rollout is None or not address:
            continue
        for balancer in balancers(rollout):
            found.setdefault(group_of(balancer, rollout), []).append((address, balancer.get("containerPort", 80)))
    return found


def _all_groups(service: Mapping[str, Any]) -> Iterator[str]:
    for balancer in service.get("loadBalancers") or ():
        yield from groups_of(balancer)


def balancers(rollout: Rollout) -> Sequence[dict[str, Any]]:
    """As the deployment's own revision of the service has them."""
    found: Sequence[dict[str, Any]] = rollout["revision"].get("loadBalancers") or ()
    return found


def group_of(balancer: Mapping[str, Any], rollout: Rollout) -> str:
    return groups_of(balancer)[rollout.get("turn", 0)]


def groups_of(balancer: Mapping[str, Any]) -> list[str]:
    """The target group, and the alternate one if it has one."""
    advanced = balancer.get("advancedConfiguration") or {}
    return [it for it in (balancer.get("targetGroupArn"), advanced.get("alternateTargetGroupArn")) if it]


def set_weights(alb: Any, service: Mapping[str, Any], turn: int, percent: float, test_percent: float) -> None:
    """``percent`` of the requests at the rules go to the group of this turn, the rest to the other one."""
    for balancer in service.get("loadBalancers") or ():
        advanced, groups = balancer.get("advancedConfiguration") or {}, groups_of(balancer)
        for rule, share in (("productionListenerRule", percent), ("testListenerRule", test_percent)):
            if (found := alb._rules.get(advanced.get(rule))) is not None:
                found["Actions"] = [forward(_weights(groups, turn, share))]


def _weights(groups: Sequence[str], turn: int, percent: float) -> dict[str, int]:
    scale = 1 if float(percent).is_integer() else _FINE
    mine = round(percent * scale)
    return {groups[turn]: mine, groups[1 - turn]: 100 * scale - mine}
