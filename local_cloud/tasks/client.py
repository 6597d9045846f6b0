"""What MiniStack's scheduler calls "docker": the few calls that it makes, answered by our runtime.

MiniStack looks itself up as a container too, by its host name, to learn under which address tasks reach it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local_cloud.tasks.container import Container, Wanted
from local_cloud.tasks.environment import CannotStart
from local_cloud.tasks.images import ImageTable, digest
from local_cloud.tasks.runtime import Runtime

Resolve = Callable[[str, Mapping[str, Any]], Wanted]
"""Image and the arguments of ``run`` to what shall be started."""


class NotFound(Exception):
    """No such container."""


class Docker:
    def __init__(self, runtime: Runtime, table: ImageTable, resolve: Resolve, own_name: str):
        self.containers = Containers(runtime, resolve, own_name)
        self.images = Images(table)


class Containers:
    def __init__(self, runtime: Runtime, resolve: Resolve, own_name: str):
        self._runtime = runtime
        self._resolve = resolve
        self._own_name = own_name

    def run(self, image: str, **arguments: Any) -> "Handle":
        """Raises CannotStart when others of the task wait in vain for what was started."""
        container = self._runtime.start(self._resolve(image, arguments))
        if why := container.why_others_cannot_start:
            raise CannotStart(f"Task failed to start: {why}")
        return Handle(self._runtime, container)

    def get(self, identity: str) -> "Handle | Gateway":
        if identity == self._own_name:
            return Gateway()
        container = self._runtime.find(identity)
        if container is None:
            raise NotFound(identity)
        return Handle(self._runtime, container)

    def list(self, filters: Mapping[str, Any] | None = None, **_: Any) -> "list[Handle]":
        wanted = dict(label.split("=", 1) for label in (filters or {}).get("label", []) if "=" in label)
        return [
            Handle(self._runtime, container)
            for container in self._runtime.containers()
            if wanted.items() <= container.wanted.labels.items()
        ]


class Gateway:
    """MiniStack itself."""

    attrs = {"NetworkSettings": {"Networks": {"loopback": {"IPAddress": "127.0.0.1"}}}}


class Handle:
    def __init__(self, runtime: Runtime, container: Container):
        self._runtime = runtime
        self._container = container
        self.id = container.id
        self.labels = dict(container.wanted.labels)

    @property
    def status(self) -> str:
        return "running" if self._container.is_running else "exited"

    @property
    def attrs(self) -> dict[str, Any]:
        return {"NetworkSettings": {"Networks": {"loopback": {"IPAddress": self._container.address}}}}

    def reload(self) -> None:
        """Nothing is cached here."""

    def wait(self) -> dict[str, int | None]:
        return {"StatusCode": self._container.wait()}

    def stop(self, timeout: float = 10) -> None:
        """Returns at once: MiniStack stops tasks inside of API calls, one after the other."""
        self._container.stop(timeout)

    def remove(self, v: bool = False, force: bool = False) -> None:
        """A container that was just stopped may take its time to end; it is forgotten some time later."""
        if force:
            self._runtime.forget(self._container)

    def logs(self, stream: bool = False, follow: bool = False, **_: Any) -> Iterator[bytes] | bytes:
        return self._container.output.follow() if stream else "\n".join(self._container.output.lines()).encode()


class Images:
    def __init__(self, table: ImageTable):
        self._table = table

    def get_registry_data(self, image: str, **_: Any) -> "Pulled":
        """Raises NoSuchImage."""
        found = self._table.find(image)
        return Pulled(digest(found.repository, found.tag))

    def get(self, image: str) -> "Pulled":
        return self.get_registry_data(image)

    def pull(self, image: str, **_: Any) -> "Pulled":
        """Succeeds always: whether there is such an image is found out when it is run, with the better message."""
        return Pulled(image)


class Pulled:
    def __init__(self, identity: str):
        self.id = identity

    def tag(self, repository: str, tag: str) -> bool:
        return True
