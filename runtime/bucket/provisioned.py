"""What Pulumi provisioned last: the records it leaves in the config bucket, after everything else stood.

They are where a release starts from, so nobody releases a half-provisioned service. Only Pulumi writes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.aws.errors import Absent
from runtime.bucket.cached_listing import CachedListing
from runtime.bucket.objects import Objects
from runtime.bucket.records import TaskLimits, Workload, from_bytes
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.model import Environment


@dataclass(frozen=True)
class ProvisionedImage:
    repository: str
    """Full URI without a tag"""
    tag: str | None = None
    digest: str | None = None

    @property
    def pinned(self) -> str | None:
        """The reference that the catalog pins; None leaves the tag to releases."""
        if self.digest:
            return f"{self.repository}@{self.digest}"
        return f"{self.repository}:{self.tag}" if self.tag else None


@dataclass(frozen=True)
class LoadBalancerDimensions:
    """What leads to a service, as CloudWatch names it: ``app/<name>/<id>``, ``targetgroup/<name>/<id>``."""

    load_balancer: str
    target_group: str


@dataclass(frozen=True)
class Provisioned:
    service: str
    definition: str
    """ARN of the task definition with placeholders"""
    execution_role: str
    task_role: str
    tasks: TaskLimits | None
    """None for jobs and tasks"""
    image: ProvisionedImage
    env_files: tuple[str, ...]
    url: str | None
    routed: LoadBalancerDimensions | None
    fingerprint: str
    entry: Mapping[str, Any] | None = None
    """The catalog's entry that it was provisioned from, without defaults; None in records of before it was kept"""
    kind: Workload = "web"


class ProvisionedRecords:
    def __init__(self, objects: Objects, environment: Environment):
        self._objects, self._environment = objects, environment
        self._listing = CachedListing(objects, naming.PROVISIONED_PREFIX)

    def read(self, service: str) -> Provisioned:
        """Raises Absent while the service is not provisioned."""
        key = naming.provisioned_key(service)
        try:
            body = self._objects.read(key).body
        except Absent as error:
            where = self._environment.name
            raise Absent(
                say(
                    "%(service)s is not provisioned in %(where)s; run `slipway up %(where)s %(service)s`",
                    service=service,
                    where=where,
                )
            ) from error
        return from_bytes(key, body, _reader(service))

    def all(self) -> dict[str, Provisioned]:
        """By service."""
        found = {}
        for key, stored in self._listing.read().items():
            if key != naming.provisioned_environment_key():
                service = key.removeprefix(naming.PROVISIONED_PREFIX).removesuffix(".json")
                found[service] = from_bytes(key, stored.body, _reader(service))
        return found

    def environment(self) -> dict[str, Any] | None:
        """``{"fingerprint": …, "exports": {…}}``; None before the environment's first run."""
        key = naming.provisioned_environment_key()
        try:
            return from_bytes(key, self._objects.read(key).body, dict)
        except Absent:
            return None


def read_provisioned(service: str, said: dict[str, Any]) -> Provisioned:
    return Provisioned(
        service=service,
        definition=said["definition"],
        execution_role=said["execution_role"],
        task_role=said["task_role"],
        tasks=TaskLimits(**said["tasks"]) if said["tasks"] else None,
        image=ProvisionedImage(**said["image"]),
        env_files=tuple(said["env_files"]),
        url=said["url"],
        routed=LoadBalancerDimensions(**said["routed"]) if said["routed"] else None,
        fingerprint=said["fingerprint"],
        entry=said.get("entry"),
        kind=said.get("kind", "web"),
    )


def _reader(service: str) -> Callable[[dict[str, Any]], Provisioned]:
    return lambda said: read_provisioned(service, said)
