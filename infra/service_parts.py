"""What one feature adds to a service. Parts add up with ``+``, and the stack hands the sum on; what several features
say of one container, one ECS service or one record is ``merged``.

The entries are dicts spelled as their reader spells them: container members as ECS's API, arguments of resources as
Pulumi's, statements as IAM, members of the record as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

Entries = tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class IngressSource:
    """A security group from which tasks may be reached, and at which port."""

    name: str
    """Names the rule; unique within one service."""
    security_group_id: Any
    port: int
    protocol: str = "tcp"


@dataclass(frozen=True)
class Alarm:
    """A metric that shall stay below a threshold."""

    measure: str
    """Names the alarm; unique within one service."""
    threshold: int
    namespace: str
    metric: str
    dimensions: dict[str, Any]
    statistic: str = "Maximum"
    periods: int = 3
    """How many in a row"""
    period_seconds: int = 60
    asked_by: str = ""
    """The field of the entry's ``alarms``, where it is not called like the measure"""

    @property
    def field(self) -> str:
        return self.asked_by or self.measure


@dataclass(frozen=True)
class Chart:
    """What is drawn on the service's dashboard, where it has one."""

    title: str
    metrics: tuple[list[Any], ...]
    """Lines as dashboards spell them (``documents.widgets.metric``)"""
    statistic: str = "Sum"


@dataclass(frozen=True)
class ScalingPolicy:
    """What moves the number of tasks between its limits."""

    name: str
    """Unique within one service."""
    arguments: dict[str, Any]
    """Of Application Auto Scaling's policy, but for what it scales"""
    alarm: dict[str, Any] = field(default_factory=dict)
    """Arguments of the CloudWatch alarm that sets a step policy off; target tracking makes its own."""


@dataclass(frozen=True)
class ScheduledAction:
    """What sets other limits for the number of tasks, at its times."""

    name: str
    """Unique within one service."""
    arguments: dict[str, Any]
    """Of Application Auto Scaling's scheduled action, but for what it scales"""


@dataclass(frozen=True)
class ServiceParts:
    environment: Entries = ()
    """``{"name", "value"}``"""
    environment_files: Entries = ()
    secrets: Entries = ()
    """``{"name", "valueFrom"}``"""
    port_mappings: Entries = ()
    port_members: Entries = ()
    """Further members of the mapping of the service's own port, such as ``{"appProtocol": "grpc"}``"""
    mount_points: Entries = ()
    container_members: Entries = ()
    """Further members of the service's own container definition, such as ``{"linuxParameters": …}``"""
    containers: Entries = ()
    """Further container definitions, beside the service's own"""
    volumes: Entries = ()
    """Volumes of the task, which mount points name"""
    definition_arguments: Entries = ()
    """Further arguments of the task definition, such as ``{"network_mode": …}``"""
    load_balancers: Entries = ()
    service_arguments: Entries = ()
    """Further arguments of the ECS service, such as ``{"service_connect_configuration": …}``"""
    service_identity: Entries = ()
    """What ECS changes only by making the service anew, by its name: it becomes a tag, and another value another
    service. None is the value that needs no tag, as a service has it that never heard of it."""
    ingress: tuple[IngressSource, ...] = ()
    execution_statements: Entries = ()
    """IAM, for starting the task"""
    task_statements: Entries = ()
    """IAM, for the running program"""
    prerequisites: tuple[Any, ...] = ()
    """Resources that must be there before the ECS service is made"""
    scaling: tuple[ScalingPolicy, ...] = ()
    scheduled: tuple[ScheduledAction, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    charts: tuple[Chart, ...] = ()
    record: Entries = ()
    """Members of what releases and the portal read about the service, such as ``{"reach": …}``"""

    def __add__(self, other: Self) -> "ServiceParts":
        return ServiceParts(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))


class PartsClash(Exception):
    """Two features ask for different values of one member."""


def merged(*said: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """One mapping of several: those inside merge too, lists follow each other, and nobody overrules anybody."""
    found: dict[str, Any] = {}
    for mapping in said:
        for name, value in mapping.items():
            found[name] = _both(f"{path}{name}", found.get(name), value)
    return found


def _both(path: str, one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return merged(one, other, path=f"{path}.")
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    if one == other:
        return one
    raise PartsClash(f"{path} cannot be both {one!r} and {other!r}; take one of the features that ask for it away")
