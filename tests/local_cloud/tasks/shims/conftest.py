"""MiniStack's scheduler as it comes, without our shims."""

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
