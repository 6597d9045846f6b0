"""Tasks that fail: told in ECS's words, and retried one decision at a time."""

import threading
from collections import defaultdict
from typing import Any

_PREFIXES = ("ResourceInitializationError", "Task failed to start")
"""In which reasons of ours begin"""


def install(ecs: Any) -> None:
    _name_one_reason(ecs)
    _reconcile_one_at_a_time(ecs)


def _name_one_reason(ecs: Any) -> None:
    """Our reasons are whole; MiniStack would put its own, less exact, in front of them."""
    fail_start = ecs._fail_task_start

    def fail(task: dict[str, Any], docker_client: Any, reason: str) -> None:
        begins = max(reason.rfind(prefix) for prefix in _PREFIXES)
        fail_start(task, docker_client, reason[max(begins, 0) :])

    ecs._fail_task_start = fail


def _reconcile_one_at_a_time(ecs: Any) -> None:
    """Every ended task reconciles in a thread of its own; two at once count the same gap, and both fill it."""
    reconcile_tasks = ecs._reconcile_service_tasks
    locks: dict[tuple[str, str, str], threading.RLock] = defaultdict(threading.RLock)

    def reconcile(cluster_name: str, service_key: str) -> None:
        with locks[ecs.get_account_id(), ecs.get_region(), service_key]:
            reconcile_tasks(cluster_name, service_key)

    ecs._reconcile_service_tasks = reconcile
