"""What an instance of a type has, as ECS counts it: EC2's families in outline, enough to place tasks."""

import re
from dataclasses import dataclass

_VCPUS = {"nano": 2, "micro": 2, "small": 2, "medium": 1, "large": 2, "xlarge": 4}
_BURSTABLE_GIB = {"nano": 0.5, "micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_GIB_A_VCPU = {"c": 2, "r": 8, "x": 16}
_INTERFACES = {"nano": 2, "micro": 2, "medium": 2, "small": 3, "large": 3, "xlarge": 4, "2xlarge": 4}
_MOST_INTERFACES = 8
_GPUS = {"12xlarge": 4, "24xlarge": 4, "48xlarge": 8}
_WITH_GPU = ("g", "gr", "p")
_RESERVED_MIB = 256
"""What the system and ECS's agent keep to themselves"""


@dataclass(frozen=True)
class Size:
    cpu: int
    memory_mib: int
    gpus: int
    interfaces: int
    """Network interfaces for tasks: those of the instance but its own"""
    architecture: str


def whole_memory_mib(size: Size) -> int:
    """With what tasks do not get"""
    return size.memory_mib + _RESERVED_MIB


def of(instance_type: str) -> Size:
    """Of a type that AWS does not have, it is made up."""
    family, _, size = instance_type.partition(".")
    letters, options = re.match(r"([a-z]*)[0-9]*(.*)", family).groups()  # type: ignore[union-attr]
    times = re.fullmatch(r"([0-9]+)xlarge", size)
    vcpus = 2 if letters == "t" and size == "medium" else int(times[1]) * 4 if times else _VCPUS.get(size, 2)
    gib = _BURSTABLE_GIB.get(size, 8) if letters == "t" else vcpus * _GIB_A_VCPU.get(letters[:1], 4)
    return Size(
        cpu=vcpus * 1024,
        memory_mib=int(gib * 1024) - _RESERVED_MIB,
        gpus=_GPUS.get(size, 1) if letters in _WITH_GPU else 0,
        interfaces=_INTERFACES.get(size, _MOST_INTERFACES) - 1,
        architecture="arm64" if "g" in options or letters == "a" else "x86_64",
    )
