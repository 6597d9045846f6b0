"""Who registers last registers what is so now."""

import threading
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any

from ministack.core.concurrency import resource_lock

from local_cloud.tasks.traffic_shift.target_groups import sync

GROUPS = {"targetGroupArn": "blue", "advancedConfiguration": {"alternateTargetGroupArn": "green"}, "containerPort": 80}


class Groups:
    """What stands in each target group."""

    def __init__(self) -> None:
        self.targets: dict[str, list[str]] = {}

    def set_targets_for_group(self, group: str, targets: list[tuple[str, int]], _: Any) -> None:
        self.targets[group] = [address for address, _ in targets]


class Ecs(SimpleNamespace):
    _PRE_STOP_STATUSES = ("PENDING", "RUNNING")

    def resource_lock(self, scope: str, key: str) -> AbstractContextManager[Any]:
        return resource_lock(scope, key)


def task(address: str) -> dict[str, str]:
    run = {"lastStatus": "RUNNING", "_deployment_id": "first", "address": address}
    return {"group": "service:orders", "clusterArn": "cluster", **run}


def test_a_task_that_starts_while_another_is_registered_stays_registered():
    revision = {"loadBalancers": [GROUPS]}
    rollouts = [{"deployment": "first", "turn": 0, "revision": revision}]
    named = {"serviceName": "orders", "serviceArn": "arn:orders", "clusterArn": "cluster", "status": "ACTIVE"}
    service: dict[str, Any] = {**named, **revision, "_rollouts": rollouts}
    groups, tasks = Groups(), {"a": task("10.0.0.1")}
    later = threading.Thread(target=lambda: sync(ecs, groups, service))

    def address_of(one: dict[str, str]) -> str:
        if "b" not in tasks:
            tasks["b"] = task("10.0.0.2")
            later.start()
            later.join(0.2)
        return one["address"]

    ecs = Ecs(_tasks=tasks, _task_ip=address_of)
    sync(ecs, groups, service)
    later.join()

    assert groups.targets == {"blue": ["10.0.0.1", "10.0.0.2"], "green": []}
