import pytest

from service_catalog.validation.container_checks import CONTAINER_RULES
from service_catalog.validation.rules import faults_by
from tests.builders import a_service
from tests.service_catalog.validation.said import said


def told(**changes: object) -> list[str]:
    return said(faults_by(CONTAINER_RULES, a_service(**changes)))


REGISTRY = {"repository": "registry.example.com/orders", "credentials": "registries/example"}


@pytest.mark.parametrize(
    "changes",
    [
        {"ulimits": {"nofile": {"soft": 1024, "hard": 65535}}},
        {"capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]}},
        {"image": REGISTRY},
    ],
)
def test_a_container_that_ecs_takes_is_no_problem(changes):
    assert told(**changes) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"ulimits": {"nofile": {"soft": 2048, "hard": 1024}}},
            "ulimits.nofile.soft: must be at most `hard` (1024), got 2048",
        ),
        (
            {"ulimits": {"nproc": {"soft": 1, "hard": 1}}},
            "ulimits.nproc: is fixed by Fargate, which takes nofile only",
        ),
        (
            {"capabilities": {"add": ["NET_ADMIN"]}},
            "capabilities.add[0]: is given to no container on Fargate, which adds SYS_PTRACE only, got NET_ADMIN",
        ),
        (
            {"capabilities": {"add": ["SYS_PTRACE"], "drop": ["SYS_PTRACE"]}},
            "capabilities.add[0]: is in `drop` too",
        ),
        ({"capabilities": {"drop": ["CHOWN", "CHOWN"]}}, "capabilities.drop[1]: is listed twice"),
        (
            {"image": {"repository": "orders", "credentials": "registries/example"}},
            "image.credentials: means nothing to ECR, which the execution role may pull from",
        ),
    ],
)
def test_a_container_that_ecs_refuses_is_told(changes, fault):
    assert told(**changes) == [fault]
