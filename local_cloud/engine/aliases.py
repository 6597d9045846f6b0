"""Which former URNs a resource may be found under: its own aliases, and those its parents bring upon it."""

from collections.abc import Iterable

from pulumi.runtime.proto import alias_pb2, resource_pb2

from local_cloud.engine import urns


class Aliases:
    """Of one run: a child inherits what its parent was called."""

    def __init__(self, stack: str, project: str) -> None:
        self._stack = stack
        self._project = project
        self._of: dict[str, tuple[str, ...]] = {}

    def of(self, request: resource_pb2.RegisterResourceRequest, urn: str) -> tuple[str, ...]:
        own = [*request.aliasURNs, *(self._urn(alias, request) for alias in request.aliases)]
        found = [*own, *self._inherited(request.parent, [urn, *own])]
        self._of[urn] = tuple(dict.fromkeys(alias for alias in found if alias != urn))
        return self._of[urn]

    def _urn(self, alias: alias_pb2.Alias, request: resource_pb2.RegisterResourceRequest) -> str:
        if alias.urn:
            return str(alias.urn)
        spec = alias.spec
        parent = "" if spec.noParent else spec.parentUrn or request.parent
        return urns.make(
            spec.stack or self._stack,
            spec.project or self._project,
            parent,
            spec.type or request.type,
            spec.name or request.name,
        )

    def _inherited(self, parent: str, names: Iterable[str]) -> list[str]:
        return [
            self._under(former, parent, urns.type_of(urn), urns.name_of(urn))
            for former in self._of.get(parent, ())
            for urn in names
        ]

    def _under(self, former: str, parent: str, type: str, name: str) -> str:
        """A child named after its parent was named after the former name."""
        parent_name = urns.name_of(parent)
        if name.startswith(parent_name):
            name = urns.name_of(former) + name[len(parent_name) :]
        return urns.make(self._stack, self._project, former, type, name)
