"""What AWS remembers of an environment's stacks: the two fingerprints of each, and what the environment exports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime import stack_fingerprints
from runtime.aws.errors import Absent
from runtime.bucket.service_index import ServiceIndex
from runtime.gateways import Gateways
from runtime.stack_fingerprints import ENVIRONMENT_ENTRY, StackFingerprints


@dataclass(frozen=True)
class EnvironmentRecords:
    environment: StackFingerprints = field(default_factory=StackFingerprints)
    services: Mapping[str, StackFingerprints] = field(default_factory=dict)
    """Those that Pulumi provisioned"""
    exports: Mapping[str, Any] = field(default_factory=dict)


def read(gateways: Gateways) -> EnvironmentRecords:
    """Empty when the environment was never provisioned."""
    environment = gateways.provisioned.environment()
    if environment is None:
        return EnvironmentRecords()
    index = gateways.service_index.all()
    return EnvironmentRecords(
        stack_fingerprints.of_stack(environment.fingerprint, index.readable.get(ENVIRONMENT_ENTRY)),
        stack_fingerprints.of_services(gateways.provisioned.all(), index),
        environment.exports,
    )


def clear_applied(service_index: ServiceIndex, name: str) -> None:
    """Before the environment's first run there is no bucket to clear it in."""
    try:
        service_index.clear_applied(name)
    except Absent:
        return
