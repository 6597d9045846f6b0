"""What somebody asks to release."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service_catalog.records.provisioned import TaskLimits


@dataclass(frozen=True)
class ReleaseRequest:
    """What is to run. What is left out stays as it is live."""

    image: str | None = None
    """A tag, or ``sha256:…``"""
    env: Mapping[str, int] = field(default_factory=dict)
    """Version by env file"""
    definition: bool = True
    """Take what the catalog provisioned last; False keeps the definition that is live"""
    tasks: TaskLimits | None = None
    """Other limits than the definition came with, until another one is applied; 0 to 0 is a pause"""
    try_first: bool = False
    """Of a job or task: one run of it has to succeed before it becomes what runs take"""
    to: int | None = None
    """Roll back to that release, which then decides everything"""
