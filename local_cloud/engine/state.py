"""What a stack holds, in memory: its resources, and the operations that were begun and not yet ended.

A checkpoint is saved after every change, through the function it was given (none in a preview), so that a run which
dies leaves behind what it had done and what it was about to do.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from local_cloud.engine import urns
from local_cloud.engine.values import NO_SECRETS, Secrets

Doing = Literal["creating", "updating", "deleting"]


@dataclass(frozen=True)
class Resource:
    """One entry of a checkpoint."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    input_secrets: Secrets = NO_SECRETS
    output_secrets: Secrets = NO_SECRETS
    parent: str = ""
    provider: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    protect: bool = False
    retain_on_delete: bool = False
    external: bool = False
    delete: bool = False
    """Replaced, and still to be deleted."""
    pending_replacement: bool = False
    """Deleted, and still to be made anew."""
    init_errors: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, float] = field(default_factory=dict)
    unread: Mapping[str, Any] = field(default_factory=dict)
    """What another engine wrote and this one only keeps."""

    def refers_to(self) -> Iterator[str]:
        """The URNs that must stand before this one, and be deleted after it."""
        yield from (self.parent, *self.dependencies)
        for dependencies in self.property_dependencies.values():
            yield from dependencies
        if self.provider:
            yield urns.of_reference(self.provider)


@dataclass(frozen=True)
class Operation:
    doing: Doing
    resource: Resource
    """As it shall be, except for a deletion."""


class StateLost(Exception):
    """The checkpoint could not be saved, so nothing more may be changed."""


class Checkpoint:
    """Safe to use from many threads. What changes it raises StateLost when it cannot be saved."""

    def __init__(
        self,
        resources: Iterable[Resource] = (),
        operations: Iterable[Operation] = (),
        save: Callable[["Checkpoint"], None] = lambda checkpoint: None,
    ) -> None:
        self._live = {resource.urn: resource for resource in resources if not resource.delete}
        self._doomed = [resource for resource in resources if resource.delete]
        self._operations = {operation.resource.urn: operation for operation in operations}
        self._save = save
        self._lock = threading.RLock()

    def _keep(self) -> None:
        try:
            self._save(self)
        except OSError as error:
            raise StateLost(f"the state could not be saved: {error}") from error

    def operation(self, urn: str) -> Operation | None:
        return self._operations.get(urn)

    def get(self, urn: str) -> Resource | None:
        return self._live.get(urn)

    def live(self) -> list[Resource]:
        with self._lock:
            return list(self._live.values())

    def doomed(self) -> list[Resource]:
        with self._lock:
            return list(self._doomed)

    def operations(self) -> list[Operation]:
        with self._lock:
            return list(self._operations.values())

    def begin(self, doing: Doing, resource: Resource) -> None:
        """Writes down an intention, so that the next run knows where to look if this one dies."""
        with self._lock:
            self._operations[resource.urn] = Operation(doing, resource)
            self._keep()

    def give_up(self, urn: str) -> None:
        """The operation ended and changed nothing."""
        with self._lock:
            if self._operations.pop(urn, None):
                self._keep()

    def put(self, resource: Resource) -> None:
        """The resource is so now. Saves only what is new, so a run that changes nothing writes nothing."""
        with self._lock:
            ended = self._operations.pop(resource.urn, None)
            known = self._live.get(resource.urn)
            if known and known.unread:
                resource = replace(resource, unread=known.unread)
            if ended or known != resource:
                self._live[resource.urn] = resource
                self._keep()

    def put_if_new(self, provider: Resource) -> str:
        """The provider reference of the one that is there then."""
        with self._lock:
            if provider.urn not in self._live:
                self.put(provider)
            return f"{provider.urn}::{self._live[provider.urn].id}"

    def supersede(self, new: Resource) -> None:
        """The resource was made. One that it replaces stays, to be deleted last."""
        with self._lock:
            old = self._live.pop(new.urn, None)
            if old and not old.pending_replacement:
                self._doomed.append(replace(old, delete=True))
            self.put(new)

    def drop(self, resource: Resource) -> None:
        with self._lock:
            if resource.delete:
                self._doomed.remove(resource)
            else:
                self._live.pop(resource.urn, None)
                self._operations.pop(resource.urn, None)
            self._keep()

    def rename(self, old: str, new: str) -> None:
        """Moves a resource to another URN, and whoever refers to it along."""
        with self._lock:
            self._live = {
                (new if urn == old else urn): _renamed(resource, old, new) for urn, resource in self._live.items()
            }
            self._doomed = [_renamed(resource, old, new) for resource in self._doomed]
            self._keep()

    def forget(self, urn: str) -> None:
        """Drops a resource that is no more, and what others say about it."""
        with self._lock:
            gone = self._live.pop(urn)
            self._operations.pop(urn, None)
            self._live = {urn: _without(resource, gone) for urn, resource in self._live.items()}
            self._doomed = [_without(resource, gone) for resource in self._doomed]
            self._keep()

    def ordered(self) -> list[Resource]:
        """Every resource, each after what it refers to."""
        with self._lock:
            order: dict[int, Resource] = {}
            for resource in (*self._live.values(), *self._doomed):
                self._append(resource, order, set())
            return list(order.values())

    def _append(self, resource: Resource, order: dict[int, Resource], on_the_way: set[int]) -> None:
        if id(resource) in order or id(resource) in on_the_way:
            return
        on_the_way.add(id(resource))
        for urn in resource.refers_to():
            for target in self._bearers(urn):
                self._append(target, order, on_the_way)
        order[id(resource)] = resource

    def _bearers(self, urn: str) -> list[Resource]:
        live = self._live.get(urn)
        return [live] if live else [resource for resource in self._doomed if resource.urn == urn]


def _renamed(resource: Resource, old: str, new: str) -> Resource:
    def name(urn: str) -> str:
        return new if urn == old else urn

    return replace(
        resource,
        urn=name(resource.urn),
        type=urns.type_of(new) if resource.urn == old else resource.type,
        parent=name(resource.parent),
        provider=new + resource.provider[len(old) :] if resource.provider.startswith(f"{old}::") else resource.provider,
        dependencies=tuple(map(name, resource.dependencies)),
        property_dependencies={key: tuple(map(name, each)) for key, each in resource.property_dependencies.items()},
    )


def _without(resource: Resource, gone: Resource) -> Resource:
    """A parent that is gone hands its children to its own parent."""

    def kept(dependencies: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(urn for urn in dependencies if urn != gone.urn)

    return replace(
        resource,
        parent=gone.parent if resource.parent == gone.urn else resource.parent,
        dependencies=kept(resource.dependencies),
        property_dependencies={key: kept(each) for key, each in resource.property_dependencies.items()},
    )
