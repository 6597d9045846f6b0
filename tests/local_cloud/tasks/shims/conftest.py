"""A service of the running cloud to change, and MiniStack's scheduler as it comes, without our shims."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.local_cloud.services import SampleService


@pytest.fixture
def service(prepared, fresh_name) -> Iterator[SampleService]:
    made = SampleService(prepared, fresh_name)
    yield made
    with suppress(made.ecs.exceptions.ServiceNotFoundException):
        made.ecs.delete_service(cluster="tests", service=made.name, force=True)


@pytest.fixture
def bare_ecs() -> Iterator[Any]:
    """What a shim mends. When a test with it fails, MiniStack has caught up: take the shim away."""
    from ministack.services import ecs

    ecs._create_cluster({"clusterName": "bare"})
    ecs._register_task_definition({"family": "bare", "containerDefinitions": [{"name": "app", "image": "x"}]})
    yield ecs
    ecs.reset()
