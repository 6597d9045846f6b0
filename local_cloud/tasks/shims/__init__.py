"""What MiniStack's ECS lacks or does otherwise than AWS, mended from outside, one subject a file.

Each rests on private names of one exact version of MiniStack. A test beside each says what happens without it, so that
it also tells when MiniStack has caught up and the shim can go.
"""

from collections.abc import Callable
from typing import Any

from local_cloud.tasks.shims import (
    deployments,
    failures,
    networks,
    overrides,
    ports,
    registrations,
    restore,
    rollouts,
    service_connect,
    service_deployments,
    settings,
    stop_deployment,
    stops,
)


def install(ecs: Any, cloud_map: Any, changed: Callable[[], None]) -> Callable[[], None]:
    """The order matters where two wrap the same function: the later one is the outer one. ``changed`` is called when a
    rollout went on without being asked to.

    Returns what starts the tasks of services from the run before, once MiniStack has read everything.
    """
    settings.install(ecs)
    stops.install(ecs)
    failures.install(ecs)
    deployments.install(ecs)
    rollouts.install(ecs, changed)
    service_deployments.install(ecs)
    stop_deployment.install(ecs)
    service_connect.install(ecs, cloud_map)
    registrations.install(ecs, cloud_map)
    ports.install(ecs)
    networks.install(ecs)
    overrides.install(ecs)
    return restore.install(ecs)
