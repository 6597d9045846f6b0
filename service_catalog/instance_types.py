"""What the name of an EC2 instance type says: ``m7gd.2xlarge`` is family ``m``, seventh generation, with Graviton
processors (``g``) and disks of its own (``d``), of size ``2xlarge``.

Source: AWS, naming conventions and specifications of instance types, as of 2026.
"""

import re
from functools import cache
from typing import NamedTuple

_NAME = re.compile(r"(?P<family>[a-z]+?)(?P<generation>[0-9]+)(?P<options>[a-z0-9-]*)\.(?P<size>[a-z0-9-]+)")
_WITH_GPU = ("g", "gr", "p")
_WITHOUT_IMAGE = ("dl", "f", "inf", "mac", "trn", "u", "vt")
"""Families that ECS's image for EC2 has no drivers for, or that run no containers of Linux"""
_GIB_A_VCPU = {"c": 2, "m": 4, "r": 8}
_ONE_TO_EIGHT = {
    "xlarge": 1,
    "2xlarge": 1,
    "4xlarge": 1,
    "8xlarge": 1,
    "12xlarge": 4,
    "16xlarge": 1,
    "24xlarge": 4,
    "48xlarge": 8,
}
_GPUS: dict[str, dict[str, int]] = {
    "g4dn": {it: _ONE_TO_EIGHT[it] for it in ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")}
    | {"metal": 8},
    "g5": _ONE_TO_EIGHT,
    "g6": _ONE_TO_EIGHT,
    "g6e": _ONE_TO_EIGHT,
    "gr6": {"4xlarge": 1, "8xlarge": 1},
    "p3": {"2xlarge": 1, "8xlarge": 4, "16xlarge": 8},
    "p3dn": {"24xlarge": 8},
    "p4d": {"24xlarge": 8},
    "p4de": {"24xlarge": 8},
    "p5": {"4xlarge": 1, "48xlarge": 8},
    "p5e": {"48xlarge": 8},
    "p5en": {"48xlarge": 8},
}
"""How many, by what stands before the size, and by that. A type that is not here may have any number."""
_BURSTABLE = {
    "nano": (2, 0.5),
    "micro": (2, 1),
    "small": (2, 2),
    "medium": (2, 4),
    "large": (2, 8),
    "xlarge": (4, 16),
    "2xlarge": (8, 32),
}
"""vCPU and GiB of family ``t``"""
_VCPUS = {"medium": 1, "large": 2, "xlarge": 4}


class Size(NamedTuple):
    """As ECS counts it."""

    cpu: int
    memory_mib: int


class InstanceType(NamedTuple):
    name: str
    family: str
    options: str
    size: str

    @property
    def architecture(self) -> str:
        return "arm64" if "g" in self.options or self.family == "a" else "x86_64"

    @property
    def has_gpu(self) -> bool:
        return self.family in _WITH_GPU

    @property
    def gpus(self) -> int | None:
        """None where that is not known."""
        return _GPUS.get(self.name.partition(".")[0], {}).get(self.size) if self.has_gpu else 0

    @property
    def has_image(self) -> bool:
        """Whether ECS offers one with its drivers, which are those of NVIDIA on x86_64; GPUs of ``g4ad`` are AMD's."""
        is_driven = self.architecture == "x86_64" and not self.name.startswith("g4ad.")
        return self.family not in _WITHOUT_IMAGE and (is_driven or not self.has_gpu)

    @property
    def total(self) -> Size | None:
        """What an instance has in all; None where the name does not say it."""
        found = _BURSTABLE.get(self.size) if self.family == "t" else _by_ratio(self.family, self.size)
        return Size(int(found[0] * 1024), int(found[1] * 1024)) if found else None


@cache
def read(name: str) -> InstanceType:
    """``name`` as the model lets it pass."""
    found = _NAME.fullmatch(name)
    assert found, name
    return InstanceType(name, found["family"], found["options"], found["size"])


def _by_ratio(family: str, size: str) -> tuple[int, float] | None:
    times = re.fullmatch(r"([0-9]+)xlarge", size)
    vcpus = int(times[1]) * 4 if times else _VCPUS.get(size)
    ratio = _GIB_A_VCPU.get(family)
    return (vcpus, vcpus * ratio) if vcpus and ratio else None
