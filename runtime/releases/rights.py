"""Whether the roles that an entry gives a service may start what a revision names: its image, secrets, file systems.
Pure.

Provisioning writes the roles anew, so an entry that no longer names a secret takes it from everything that still runs
with it. No emulator enforces IAM, and the operator's own rights say nothing of the role's.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.aws import task_definitions
from runtime.aws.task_definitions import Definition, MountedFileSystem
from service_catalog import image_references, naming
from service_catalog.arns import parameter_arn, registry_hosts, repository_uri, value_from
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Image, Secret, Volume
from service_catalog.records.releases import Release

_ECR_HOST = re.compile(r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?")


@dataclass(frozen=True)
class MissingRight:
    what: Message
    """``secret STRIPE_KEY``, ``file system uploads``, or the image's repository"""
    can_be_retired: bool

    @property
    def problem(self) -> Message:
        """Why a release that needs it cannot start."""
        if self.can_be_retired:
            return say(
                "%(what)s: the service's role may no longer read it; name it in the catalog, marked `retired`, and "
                "provision again",
                what=self.what,
            )
        return say("%(what)s: the service's role may no longer pull from it", what=self.what)


def missing(
    document: Definition, service: str, entry: Mapping[str, Any], environment: Environment
) -> list[MissingRight]:
    """What ``document`` needs and ``entry``, plain data that an earlier model may have read, does not give."""
    images = [container["image"] for container in document["containerDefinitions"]]
    found = [MissingRight(_repository_in_words(it), False) for it in images if not _may_pull(it, entry, environment)]
    readable = {_whole(value_from(secret, environment)) for secret in _secrets(entry)}
    found += [
        MissingRight(what, True)
        for what, source in task_definitions.secrets(document)
        if _whole(source) not in readable and not _is_own(source, service, environment)
    ]
    return found + [
        MissingRight(say("file system %(volume)s", volume=it.volume), True)
        for it in task_definitions.file_systems(document)
        if not any(_may_mount(it, volume) for volume in _volumes(entry))
    ]


def lost(
    released: Iterable[tuple[Release, Definition]],
    entry: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    environment: Environment,
) -> list[Message]:
    """Releases that could come back with what ``before`` gives, and cannot with ``entry``; without it, all of these."""
    numbers: dict[str, list[int]] = {}
    for release, document in released:
        held = missing(document, release.service, before, environment) if before else []
        for right in missing(document, release.service, entry, environment):
            if right not in held:
                numbers.setdefault(right.what, []).append(release.number)
    return [
        say(
            "no longer to be gone back to, for want of %(what)s: release %(numbers)s",
            what=what,
            numbers=", ".join(map(str, sorted(lacking))),
        )
        for what, lacking in numbers.items()
    ]


def _may_pull(image: str, entry: Mapping[str, Any], environment: Environment) -> bool:
    """Registries other than ECR ask for no right of ours."""
    repository = image_references.repository(image)
    host = repository.partition("/")[0]
    if host in registry_hosts(environment) or not _ECR_HOST.fullmatch(host):
        return True
    named = [entry["image"], *(it["image"] for it in entry.get("sidecars", ()) if it.get("image"))]
    return repository in [repository_uri(Image.model_construct(**image), environment) for image in named]


def _repository_in_words(image: str) -> Message:
    return say("image repository %(repository)s", repository=image_references.repository(image))


def _secrets(entry: Mapping[str, Any]) -> list[Secret]:
    """All that it names. Those that are retired as well: that is what the mark is for."""
    beside = entry.get("sidecars", ())
    named = [*entry.get("secrets", {}).values()]
    named += [secret for it in beside for secret in (*it.get("secrets", {}).values(), it.get("api_key")) if secret]
    images = [image for it in (entry, *beside) if (image := it.get("image"))]
    credentials = [{"secretsmanager": it["credentials"]} for it in images if it.get("credentials")]
    return [Secret.model_construct(**secret) for secret in (*named, *credentials)]


def _volumes(entry: Mapping[str, Any]) -> list[Volume]:
    return [Volume.model_construct(**it) for it in entry.get("volumes", ()) if it.get("efs")]


def _may_mount(mounted: MountedFileSystem, volume: Volume) -> bool:
    """One that the service makes is known by its volume alone; any access point of it will do."""
    if volume.existing is None:
        return volume.efs == mounted.volume
    is_it = volume.existing == mounted.file_system_id
    is_by_that_way = volume.access_point_id in (None, mounted.access_point_id)
    return is_it and is_by_that_way and not (mounted.is_written and volume.read_only)


def _is_own(source: str, service: str, environment: Environment) -> bool:
    """Below its own prefixes a service reads whatever it likes."""
    own = [
        parameter_arn(naming.parameter_path(environment.name, service), environment),
        environment.arn("secretsmanager", f"secret:{naming.secret_prefix(environment.name, service)}"),
    ]
    return source.startswith(tuple(own))


def _whole(source: str) -> str:
    """A right is for the whole secret, whichever of its keys is named."""
    return ":".join(source.split(":")[:7])
