"""What AWS remembers of an environment's stacks: the two fingerprints of each, and what the environment exports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.plan import StackFingerprints
from runtime.aws.errors import Absent
from runtime.bucket.service_index import ServiceIndex
from runtime.gateways import Gateways
from service_catalog import naming
from service_catalog.records.service_index import IndexEntry

ENVIRONMENT_ENTRY = naming.provisioned_environment_key().removeprefix(naming.PROVISIONED_PREFIX).removesuffix(".json")
"""Key of the environment in the service index: the same name as its provisioned record."""


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
    service_index, provisioned = gateways.service_index.all(), gateways.provisioned.all()
    index = service_index.readable
    recorded = {name: _recorded(record.fingerprint, index.get(name)) for name, record in provisioned.readable.items()}
    without_head = provisioned.readable.keys() & service_index.unreadable.keys()
    unreadable = dict.fromkeys([*provisioned.unreadable, *without_head], StackFingerprints(is_unreadable=True))
    return EnvironmentRecords(
        _recorded(environment.fingerprint, index.get(ENVIRONMENT_ENTRY)), recorded | unreadable, environment.exports
    )


def _recorded(fingerprint: str, entry: IndexEntry | None) -> StackFingerprints:
    return (
        StackFingerprints(fingerprint, entry.applied, entry.is_under_way) if entry else StackFingerprints(fingerprint)
    )


def clear_applied(service_index: ServiceIndex, name: str) -> None:
    """Before the environment's first run there is no bucket to clear it in."""
    try:
        service_index.clear_applied(name)
    except Absent:
        return
