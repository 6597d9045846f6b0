"""How services find each other."""

from typing import Annotated, Literal

from pydantic import Field

from service_catalog.model.entry import Entry
from service_catalog.model.values import ServiceName


class ServiceConnect(Entry):
    protocol: Literal["http", "http2", "grpc", "tcp"] = "http"
    """What the container speaks, which decides metrics and retries; a change makes the ECS service anew"""
    alias: ServiceName | None = None
    """The name by which others ask it, instead of the service's own"""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """The port that others ask, such as 80; the container's own if left out"""
    idle_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    """A silent connection is closed after so long, 0 never; 5 minutes if left out, an hour for `tcp`"""
    request_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    """A whole answer may take so long, 0 for ever; 15 seconds if left out; not for `tcp`"""


class CloudMap(Entry):
    records: Annotated[tuple[Literal["A", "SRV"], ...], Field(strict=False, min_length=1, max_length=2)] = ("A",)
    """What DNS answers: `A` the addresses of tasks, `SRV` addresses and port"""
    ttl_seconds: Annotated[int, Field(ge=0, le=86_400)] = 10
    """How long whoever asked may keep an answer; so long it asks tasks that are gone"""
