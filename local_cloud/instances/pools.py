"""Where a capacity provider's instances come from: from an Auto Scaling group, or, with Managed Instances, from ECS,
which chooses a type for the task that finds no room. Both are MiniStack's own records, so that a snapshot holds them.
"""

import math
import secrets
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Protocol

from local_cloud.instances import sizes
from local_cloud.instances.placement import Needs

Record = dict[str, Any]


class Pool(Protocol):
    @property
    def members(self) -> list[Record]:
        """``InstanceId``, ``InstanceType``, ``AvailabilityZone``, ``_launched``"""

    def grow(self, needs: Needs) -> bool:
        """One instance more for a task; whether that was possible."""

    def shrink(self, empty: int, idle: Collection[str]) -> None:
        """Ends of those that have long been empty what is too much. ``empty``: how many run nothing."""


class GroupPool:
    def __init__(self, provider: Mapping[str, Any], groups: Any):
        said = provider.get("autoScalingGroupProvider") or {}
        self._groups, self._scaling = groups, said.get("managedScaling") or {}
        arn = said.get("autoScalingGroupArn")
        self._group = next((it for it in groups._asgs.values() if it["AutoScalingGroupARN"] == arn), None)

    @property
    def members(self) -> list[Record]:
        return self._group["Instances"] if self._group else []

    def grow(self, needs: Needs) -> bool:
        group = self._group
        if group is None or not self._is_managed or group["DesiredCapacity"] >= group["MaxSize"]:
            return False
        group["DesiredCapacity"] += 1
        self._groups._reconcile_instances(group)
        return True

    def shrink(self, empty: int, idle: Collection[str]) -> None:
        """But for the room that the target capacity wants to be kept."""
        group = self._group
        if group is None or not self._is_managed:
            return
        count = len(self.members)
        kept = math.ceil((count - empty) * 100 / int(self._scaling.get("targetCapacity") or 100))
        wanted = max(group["MinSize"], kept, count - len(idle))
        if wanted < group["DesiredCapacity"]:
            group["DesiredCapacity"] = wanted
            self._groups._reconcile_instances(group)

    @property
    def _is_managed(self) -> bool:
        return self._scaling.get("status") == "ENABLED"


class ManagedPool:
    def __init__(self, provider: Record, ec2: Any, now: str):
        self._provider, self._ec2, self._now = provider, ec2, now
        self._template = provider["managedInstancesProvider"]["instanceLaunchTemplate"]

    @property
    def members(self) -> list[Record]:
        return self._provider.setdefault("_instances", [])

    def grow(self, needs: Needs) -> bool:
        """The smallest that may be taken and has room."""
        roomy = [it for it in _allowed(self._template.get("instanceRequirements") or {}) if _fits(it, needs)]
        if not roomy:
            return False
        subnets = self._template["networkConfiguration"]["subnets"]
        subnet = self._ec2._subnets.get(subnets[len(self.members) % len(subnets)]) or {}
        self.members.append(
            {
                "InstanceId": f"i-{secrets.token_hex(8)}1",
                "InstanceType": min(roomy, key=_cost),
                "AvailabilityZone": subnet.get("AvailabilityZone", ""),
                "_launched": self._now,
            }
        )
        return True

    def shrink(self, empty: int, idle: Collection[str]) -> None:
        self.members[:] = [it for it in self.members if it["InstanceId"] not in idle]


# --- which types ------------------------------------------------------------------------------------------------------

_GENERAL = ("c7a", "c7g", "c7i", "m7a", "m7g", "m7i", "r7a", "r7g", "r7i")
_BURSTABLE, _WITH_GPU = ("t3a", "t4g", "t3"), ("g5", "g6")
_SIZES = ("medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge")
"""AWS has many more. These are enough to find one for a task."""


def _allowed(wanted: Mapping[str, Any]) -> Iterator[str]:
    patterns = wanted.get("allowedInstanceTypes") or ()
    burstable, gpus = wanted.get("burstablePerformance", "excluded"), wanted.get("acceleratorCount")
    general = () if burstable == "required" or gpus else _GENERAL
    families = [*general, *(_BURSTABLE if burstable != "excluded" else ()), *(_WITH_GPU if gpus else ())]
    named = [it for it in patterns if "*" not in it]
    wide = [f"{family}.{size}" for family in (*families, *_families(patterns)) for size in _sizes(family)]
    for name in dict.fromkeys([*named, *wide]):
        if patterns and not any(fnmatchcase(name, it) for it in patterns):
            continue
        if any(fnmatchcase(name, it) for it in wanted.get("excludedInstanceTypes") or ()):
            continue
        if _has(name, wanted):
            yield name


def _families(patterns: Collection[str]) -> Iterator[str]:
    """Those that are spelled out."""
    yield from (family for it in patterns if "*" not in (family := it.partition(".")[0]))


def _sizes(family: str) -> tuple[str, ...]:
    """Of Intel's there is none smaller than large, with a GPU none smaller than xlarge."""
    return _SIZES[2:] if family in _WITH_GPU else _SIZES[1:] if family.endswith("i") else _SIZES


def _has(name: str, wanted: Mapping[str, Any]) -> bool:
    size, makers = sizes.of(name), wanted.get("cpuManufacturers")
    if makers and _maker(name, size) not in makers:
        return False
    limits = (
        ("vCpuCount", size.cpu // 1024),
        ("memoryMiB", sizes.whole_memory_mib(size)),
        ("acceleratorCount", size.gpus),
    )
    return all(_is_between(value, wanted.get(member) or {}) for member, value in limits)


def _maker(name: str, size: sizes.Size) -> str:
    if size.architecture == "arm64":
        return "amazon-web-services"
    return "amd" if name.partition(".")[0].endswith("a") else "intel"


def _is_between(value: int, limits: Mapping[str, int]) -> bool:
    return limits.get("min", 0) <= value <= limits.get("max", value)


def _fits(name: str, needs: Needs) -> bool:
    size = sizes.of(name)
    return (
        needs.cpu <= size.cpu
        and needs.memory_mib <= size.memory_mib
        and needs.gpus <= size.gpus
        and needs.interfaces <= size.interfaces
        and needs.architecture in ("", size.architecture)
    )


def _cost(name: str) -> tuple[int, int, int]:
    """In the order of the price list, roughly."""
    size = sizes.of(name)
    return size.gpus, size.cpu, size.memory_mib
