"""Which instances an environment lets ECS take, as far as the wishes themselves say it."""

from service_catalog import instance_types
from service_catalog.model import ManagedInstances

_ARCHITECTURES = {"amazon-web-services": "arm64", "amd": "x86_64", "intel": "x86_64"}
"""Of each maker's processors"""


def architectures(wanted: ManagedInstances) -> frozenset[str]:
    """Those of which there may be instances."""
    by_makers = {_ARCHITECTURES[it] for it in wanted.cpu_manufacturers or _ARCHITECTURES}
    by_types = {it for name in wanted.instance_types for it in _of_types(name)} if wanted.instance_types else by_makers
    return frozenset(by_makers & by_types)


def _of_types(name: str) -> set[str]:
    """``m7g.*`` says it, ``m7*.*`` leaves it open."""
    family = name.partition(".")[0]
    if "*" in family:
        return set(_ARCHITECTURES.values())
    return {instance_types.read(f"{family}.large").architecture}
