"""On which capacity of the cluster a service's tasks run."""

from service_catalog.model import Compute

_PROVIDERS = {"fargate": "FARGATE", "fargate-spot": "FARGATE_SPOT"}


def provider(compute: Compute) -> str:
    """Name of a capacity provider, of the service's own tasks as well as those of its runs."""
    return _PROVIDERS[compute.capacity]
