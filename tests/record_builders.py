"""One valid example of each record in the config bucket; a test says only what matters to it."""

from datetime import UTC, datetime
from typing import Any

from service_catalog.records.provisioned import Provisioned, ProvisionedImage, TaskLimits
from service_catalog.records.releases import Outcome, OutcomeStatus, Release
from service_catalog.records.service_index import FailedProvisioning

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DEFINITIONS = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition"
TEMPLATE = f"{DEFINITIONS}/dev_orders_definition:1"


def revision(number: int) -> str:
    """The revision of release ``number``."""
    return f"{DEFINITIONS}/dev_orders:{number}"


def limits(min: int, max: int) -> TaskLimits:
    return TaskLimits(min=min, max=max)


def a_release(number: int = 1, **changes: Any) -> Release:
    facts: dict[str, Any] = {
        "number": number,
        "service": "orders",
        "kind": "deploy",
        "image": "registry/orders:1.0.0",
        "env": {"app": 1},
        "definition": TEMPLATE,
        "revision": revision(number),
        "tasks": limits(1, 2),
        "base": None,
        "who": "sato",
        "why": "",
        "when": NOON,
        "token": f"token-{number}",
    }
    return Release(**facts | changes)


def an_outcome(status: OutcomeStatus = "succeeded", when: datetime = NOON, **changes: Any) -> Outcome:
    return Outcome(status=status, when=when, **changes)


def a_provisioned(service: str = "orders", **changes: Any) -> Provisioned:
    facts: dict[str, Any] = {
        "definition": TEMPLATE,
        "execution_role": f"arn:aws:iam::123456789012:role/dev_{service}_execution",
        "task_role": f"arn:aws:iam::123456789012:role/dev_{service}_task",
        "tasks": limits(1, 2),
        "image": ProvisionedImage(repository=f"registry/{service}"),
        "env_files": ("app",),
        "fingerprint": "f1",
    }
    return Provisioned(service=service, **facts | changes)


def a_failed_provisioning(**changes: Any) -> FailedProvisioning:
    facts: dict[str, Any] = {"when": NOON, "who": "sato", "sentence": "ECS went back"}
    return FailedProvisioning(**facts | changes)
