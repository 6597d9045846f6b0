"""How tasks start: containers after those that they wait for, and a service's revision that keeps failing ever more
seldom, as ECS does. MiniStack starts containers as the definition has them, and failing tasks 20 times a second."""

import time
from collections.abc import Callable
from typing import Any

from local_cloud.tasks.backoff import Backoff
from local_cloud.tasks.start_order import in_start_order


def install(ecs: Any, backoff: Backoff, sleep: Callable[[float], None] = time.sleep) -> None:
    start_worker, fail_start = ecs._start_task_worker, ecs._fail_task_start

    def start(task: dict[str, Any], definition: dict[str, Any], *others: Any) -> None:
        if task.get("group", "").startswith("service:"):
            sleep(backoff.delay_seconds(_revision(task)))
        start_worker(task, _ordered(task, definition), *others)

    def fail(task: dict[str, Any], *others: Any) -> None:
        backoff.ended(_revision(task), lived_seconds=0)  # there was no process whose end would be counted
        fail_start(task, *others)

    ecs._start_task_worker, ecs._fail_task_start = start, fail


def _ordered(task: dict[str, Any], definition: dict[str, Any]) -> dict[str, Any]:
    """The definition with its containers in the order of their starts, which MiniStack's record of the task follows."""
    containers = in_start_order(definition.get("containerDefinitions", []))
    places = {container["name"]: place for place, container in enumerate(containers)}
    task["containers"].sort(key=lambda it: places.get(it["name"], 0))
    task["_container_essentials"] = [container.get("essential", True) for container in containers]
    return definition | {"containerDefinitions": containers}


def _revision(task: dict[str, Any]) -> str:
    return str(task["taskDefinitionArn"].rpartition("/")[2])
