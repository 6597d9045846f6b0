"""MiniStack's scheduler as it comes, without our shims."""

import importlib.util
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def bare_ecs() -> Iterator[Any]:
    """What a shim mends. When a test with it fails, MiniStack has caught up: take the shim away."""
    from ministack.services import ecs

    ecs._create_cluster({"clusterName": "bare"})
    ecs._register_task_definition({"family": "bare", "containerDefinitions": [{"name": "app", "image": "x"}]})
    yield ecs
    ecs.reset()


@pytest.fixture
def own_ecs() -> Any:
    """MiniStack's ECS once more, for shims to be put on. Without Docker, so that a task runs as soon as it is begun."""
    spec = importlib.util.find_spec("ministack.services.ecs")
    assert spec
    assert spec.loader
    ecs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ecs)
    ecs._create_cluster({"clusterName": "own"})
    return ecs
