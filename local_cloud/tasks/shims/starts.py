"""A service's revision that keeps failing is started ever more seldom, as ECS does; MiniStack starts 20 a second."""

import time
from collections.abc import Callable
from typing import Any

from local_cloud.tasks.backoff import Backoff


def install(ecs: Any, backoff: Backoff, sleep: Callable[[float], None] = time.sleep) -> None:
    start_worker, fail_start = ecs._start_task_worker, ecs._fail_task_start

    def start(task: dict[str, Any], *others: Any) -> None:
        if task.get("group", "").startswith("service:"):
            sleep(backoff.delay_seconds(_revision(task)))
        start_worker(task, *others)

    def fail(task: dict[str, Any], *others: Any) -> None:
        backoff.ended(_revision(task), lived_seconds=0)  # there was no process whose end would be counted
        fail_start(task, *others)

    ecs._start_task_worker, ecs._fail_task_start = start, fail


def _revision(task: dict[str, Any]) -> str:
    return str(task["taskDefinitionArn"].rpartition("/")[2])
