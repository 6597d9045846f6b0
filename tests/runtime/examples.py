"""One valid example of each fact that AWS gives; a test says only what matters to it."""

from datetime import timedelta
from typing import Any

from runtime.aws.ecs_services import Deployment, Rollout, ServiceState
from runtime.aws.ecs_tasks import Container, Task
from tests.record_builders import NOON, TEMPLATE, revision


def a_rollout(number: int, state: str = "COMPLETED", is_primary: bool = True, **changes: Any) -> Rollout:
    facts: dict[str, Any] = {"revision": revision(number), "is_primary": is_primary, "state": state}
    return Rollout(**facts | changes)


def a_state(*rollouts: Rollout, **changes: Any) -> ServiceState:
    primary = next((it.revision for it in rollouts if it.is_primary), TEMPLATE)
    facts: dict[str, Any] = {
        "name": "orders",
        "running": 2,
        "desired": 2,
        "revision": primary,
        "events": (),
    }
    return ServiceState(rollouts=rollouts, **facts | changes)


def a_deployment(status: str, number: int = 1, **changes: Any) -> Deployment:
    facts: dict[str, Any] = {
        "arn": f"arn:{status}:{number}",
        "status": status,
        "revision": revision(number),
        "back_to": None,
        "created_at": NOON,
        "reason": "",
        "running": 1,
        "wanted": 2,
        "breaker": None,
    }
    return Deployment(**facts | changes)


def a_task(**changes: Any) -> Task:
    """It runs, and is healthy."""
    facts: dict[str, Any] = {
        "id": "7fa2c1d0",
        "service": "orders",
        "revision": revision(1),
        "status": "RUNNING",
        "health": "HEALTHY",
        "zone": "ap-northeast-1a",
        "address": "10.10.0.12",
        "created_at": NOON - timedelta(hours=2),
        "started_at": NOON - timedelta(hours=2),
        "stopped_at": None,
        "stop_code": "",
        "stopped_reason": "",
        "containers": (Container("app", "RUNNING", None, "", ""),),
    }
    return Task(**facts | changes)
