"""One valid example of each fact that AWS or S3 gives; a test says only what matters to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from runtime.aws.ecs_services import Deployment, Rollout, ServiceState
from runtime.aws.ecs_tasks import Container, Task
from runtime.bucket.provisioned import Provisioned, ProvisionedImage
from runtime.bucket.records import Contents, Release, TaskLimits

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DEFINITIONS = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition"
TEMPLATE = f"{DEFINITIONS}/dev_orders_definition:1"


def revision(number: int) -> str:
    """The revision of release ``number``."""
    return f"{DEFINITIONS}/dev_orders:{number}"


def a_release(number: int = 1, **changes: Any) -> Release:
    facts: dict[str, Any] = {
        "number": number,
        "service": "orders",
        "kind": "deploy",
        "contents": some_contents(),
        "revision": revision(number),
        "tasks": TaskLimits(1, 2),
        "base": None,
        "who": "sato",
        "why": "",
        "when": NOON,
        "token": f"token-{number}",
    }
    return Release(**facts | changes)


def some_contents(**changes: Any) -> Contents:
    return Contents(**{"image": "registry/orders:1.0.0", "env": {"app": 1}, "definition": TEMPLATE} | changes)


def a_rollout(number: int, state: str = "COMPLETED", is_primary: bool = True, **changes: Any) -> Rollout:
    facts = {"running": 2, "desired": 2, "pending": 0, "failed": 0, "reason": "", "updated_at": NOON}
    which = {"revision": revision(number), "is_primary": is_primary, "state": state}
    return Rollout(**which | facts | changes)


def a_state(*rollouts: Rollout, **changes: Any) -> ServiceState:
    primary = next((it.revision for it in rollouts if it.is_primary), TEMPLATE)
    facts = {"name": "orders", "running": 2, "desired": 2, "pending": 0, "revision": primary, "events": ()}
    return ServiceState(rollouts=rollouts, **facts | changes)


def a_deployment(status: str, number: int = 1, **changes: Any) -> Deployment:
    facts: dict[str, Any] = {
        "arn": f"arn:{status}:{number}",
        "status": status,
        "revision": revision(number),
        "back_to": None,
        "created_at": NOON,
        "finished_at": None,
        "reason": "",
        "stage": "",
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
        "containers": (Container("app", "RUNNING", None, "", "", ""),),
    }
    return Task(**facts | changes)


def a_provisioned(**changes: Any) -> Provisioned:
    facts: dict[str, Any] = {
        "service": "orders",
        "definition": TEMPLATE,
        "execution_role": "arn:aws:iam::123456789012:role/dev_orders_execution",
        "task_role": "arn:aws:iam::123456789012:role/dev_orders_task",
        "tasks": TaskLimits(1, 2),
        "image": ProvisionedImage("registry/orders"),
        "env_files": ("app",),
        "url": None,
        "routed": None,
        "fingerprint": "f1",
    }
    return Provisioned(**facts | changes)
