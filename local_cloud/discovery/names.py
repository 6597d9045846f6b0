"""What a name leads to for one task: an alias of Service Connect, or a name that Cloud Map has in DNS."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from local_cloud.discovery.gates import Closed, Gates, Lead
from local_cloud.discovery.security_groups import Rule, lets_in
from local_cloud.tasks.addresses import Endpoint


@dataclass(frozen=True)
class Registry:
    """A service of Cloud Map, and how it is spoken with."""

    id: str
    port: int
    """Where its tasks are asked"""
    has_http_proxy: bool = False
    """Service Connect's, which answers itself where nobody else does"""


@dataclass(frozen=True)
class Caller:
    """A task that asks."""

    groups: Collection[str] = ()
    """Its security groups"""
    subnet: str | None = None
    """The block of addresses that its own is one of"""
    aliases: Mapping[tuple[str, int], Registry] = field(default_factory=dict)
    """By name and port, what Service Connect told it when it started"""


@dataclass(frozen=True)
class Instance:
    """A healthy task that Cloud Map lists."""

    address: str
    rules: Sequence[Rule]
    """Of its security groups"""


class World(Protocol):
    def caller(self, task: str) -> Caller | None:
        """None for a task that has ended."""

    def in_dns(self, task: str, name: str) -> str | None:
        """The id of the service of Cloud Map that has this name in the DNS of the task's network, if it lists any."""

    def instances(self, task: str, registry: str) -> Sequence[Instance]: ...

    def listener(self, address: str, port: int) -> Endpoint:
        """Where the program of the task at ``address`` really listens."""


class Names:
    def __init__(self, world: World, gates: Gates):
        self._world = world
        self._gates = gates

    def endpoint(self, task: str, name: str, port: int) -> Endpoint | None:
        """Where the task shall connect to; None when the name is no name here."""
        caller = self._world.caller(task)
        if caller is None:
            return None
        is_alias = name in {known for known, _ in caller.aliases}
        registry = caller.aliases.get((name, port))
        if not is_alias and (id := self._world.in_dns(task, name)):
            registry = Registry(id, port)
        if registry is None and not is_alias:
            return None
        return self._gates.open((task, name, port), self._lead(task, registry) if registry else _nowhere)

    def forget(self, task: str) -> None:
        self._gates.close(task)

    def _lead(self, task: str, registry: Registry) -> Lead:
        """In turn to each instance that is there by then."""
        turns = itertools.count()

        def lead() -> Endpoint:
            caller, instances = self._world.caller(task), self._world.instances(task, registry.id)
            if caller is None or not instances:
                raise Closed(_NOBODY if registry.has_http_proxy else b"")
            instance = instances[next(turns) % len(instances)]
            if not lets_in(instance.rules, registry.port, caller.groups, caller.subnet):
                raise Closed(_NOT_LET_IN if registry.has_http_proxy else b"")
            return self._world.listener(instance.address, registry.port)

        return lead


def _nowhere() -> Endpoint:
    """The name is known, at another port."""
    raise Closed


def _unavailable(reason: str) -> bytes:
    """As Envoy words it, after a while on AWS and at once here."""
    head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nServer: envoy\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(reason)}\r\n\r\n{reason}".encode()


_NOBODY = _unavailable("no healthy upstream")
_NOT_LET_IN = _unavailable(
    "upstream connect error or disconnect/reset before headers. reset reason: connection timeout"
)
