"""Service orders, whose release 1 is live, and what happens to it."""

from pathlib import Path
from typing import Any

import pytest

from deploy.results import Result
from deploy.run import MayDestroy
from deploy.up import up
from tests.deploy.world import WHEN, World

BIGGER = {"compute": {"cpu": 512, "memory_mib": 1024}}
COMES_BACK = "nothing runs, so what was live is released again"


def bring_up(world: World, **options: Any) -> Result:
    [_, orders] = up(world.run(**options), (), lambda items: False)
    return orders


def run_up(
    world: World, *only: str, may_destroy: MayDestroy = lambda items: False, retry: bool = False, **options: Any
) -> list[Result]:
    """Over all stacks, or those of some services; ``options`` of the Run."""
    return up(world.run(retry, now=lambda: WHEN, **options), only, may_destroy)


def statuses(results: list[Result]) -> dict[str, str]:
    return {result.stack: result.status for result in results}


@pytest.fixture
def live(tmp_path: Path) -> World:
    """Release 1 of image 1.0 with env first v2 is live."""
    world = World(tmp_path, orders={"env_files": ["first"]})
    bring_up(world)
    world.dev.save("orders", "A=1\nB=2\n", file="first", base=1)
    world.dev.release("orders", "1.0", {"first": 2})
    return world


def move(world: World, **changes: object) -> None:
    """A change for which Pulumi replaces the ECS service."""
    world.engine.service_step["dev.orders"] = "replace"
    world.write_service("orders", **{"env_files": ["first"], "port": 9090, **changes})


def begin_unseen(world: World) -> None:
    """Somebody's release, of which ECS was not told: nobody can know that."""
    world.aws.fates["ecs.update_service"] = "lost"
    world.dev.begin("orders", "2.0", who="kato")
    world.aws.fates.clear()
