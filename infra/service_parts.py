"""What one feature adds to a service. Parts add up with ``+``, and the stack hands the sum on.

The entries are dicts spelled as their reader spells them: container members as ECS's API, load balancers and volumes as
Pulumi's arguments, statements as IAM.
"""

from dataclasses import dataclass, fields
from typing import Any, Self

Entries = tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class IngressSource:
    """A security group from which tasks may be reached, and at which port."""

    name: str
    """Names the rule; unique within one service."""
    security_group_id: Any
    port: int


@dataclass(frozen=True)
class ServiceParts:
    environment: Entries = ()
    """``{"name", "value"}``"""
    environment_files: Entries = ()
    secrets: Entries = ()
    """``{"name", "valueFrom"}``"""
    port_mappings: Entries = ()
    mount_points: Entries = ()
    container_members: Entries = ()
    """Further members of the container definition, such as ``{"linuxParameters": …}``"""
    volumes: Entries = ()
    """Volumes of the task, which mount points name"""
    load_balancers: Entries = ()
    ingress: tuple[IngressSource, ...] = ()
    execution_statements: Entries = ()
    """IAM, for starting the task"""
    task_statements: Entries = ()
    """IAM, for the running program"""
    prerequisites: tuple[Any, ...] = ()
    """Resources that must be there before the ECS service is made"""

    def __add__(self, other: Self) -> "ServiceParts":
        return ServiceParts(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))
