"""Rules for volumes: where they are mounted, and what goes with which kind of them."""

import posixpath
from collections.abc import Iterator, Sequence

from service_catalog.exec_directories import EXEC_DIRECTORIES
from service_catalog.messages import say
from service_catalog.model import Service, Volume
from service_catalog.problems import for_message
from service_catalog.validation.duplicates import listed_twice
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.partial_model import until_invalid_field
from service_catalog.validation.rules import Rule, about
from service_catalog.volumes import name_of
from service_catalog.yaml_text.locations import Path

_OF_EXISTING = ("access_point_id", "security_group_id", "mount_targets")
_OF_A_FILE_SYSTEM_MADE = ("infrequent_after_days", "without_backup")
_OF_AN_ACCESS_POINT_MADE = ("uid", "gid", "permissions")
_OF_EFS = ("existing", *_OF_EXISTING, *_OF_A_FILE_SYSTEM_MADE, *_OF_AN_ACCESS_POINT_MADE, "retired")


@about("volumes")
def _directories(service: Service) -> Iterator[Fault]:
    yield from listed_twice(("volumes",), [name_of(volume) for volume in service.volumes if name_of(volume)])
    seen: list[str] = []
    for index, volume in enumerate(service.volumes):
        path = ("volumes", index, "path")
        if volume.retired:
            continue
        plain = posixpath.normpath(volume.path)
        if plain in ("/", "//"):
            yield Fault(path, say("must be a directory below /, which is the image's own"))
            continue
        if plain != volume.path:
            message = got(say("must be a plain path"), for_message(volume.path))
            yield Fault(path, message, say("write %(meant)s", meant=plain))
        if other := overlapping(plain, seen):
            yield Fault(
                path, say("lies in the same directory as %(other)s", other=other), say("mount them side by side")
            )
        seen.append(plain)


@about("read_only_root", reads=("exec", "volumes"))
def _exec_on_read_only_root(service: Service) -> Iterator[Fault]:
    """Its agent gets volumes of its own, beside which the entry's have no place."""
    if not (service.read_only_root and service.exec):
        return
    for index, volume in enumerate(service.volumes):
        if other := overlapping(posixpath.normpath(volume.path), list(EXEC_DIRECTORIES.values())):
            message = say("lies in the same directory as %(other)s, which ECS Exec writes to", other=other)
            yield Fault(("volumes", index, "path"), message, say("choose another directory, or leave out `exec`"))


@about("volumes")
def _kinds(service: Service) -> Iterator[Fault]:
    for index, volume in enumerate(service.volumes):
        yield from until_invalid_field(_kind(("volumes", index), volume))


def _kind(path: Path, volume: Volume) -> Iterator[Fault]:
    if (volume.bind is None) == (volume.efs is None):
        hint = say("write { bind: scratch, path: /tmp }, or { efs: uploads, path: /var/uploads }")
        yield Fault(path, say("must name one of bind and efs"), hint)
        return
    said = volume.model_fields_set
    if volume.bind is not None:
        yield from _goes_with(path, "efs", _said(said, _OF_EFS))
        return
    if volume.existing is None:
        yield from _goes_with(path, "existing", _said(said, _OF_EXISTING))
        return
    for field in _said(said, _OF_A_FILE_SYSTEM_MADE):
        message = say("says something of a file system that the service makes; this one is there already")
        yield Fault((*path, field), message, say("remove it"))
    if volume.access_point_id is not None:
        for field in _said(said, _OF_AN_ACCESS_POINT_MADE):
            yield Fault((*path, field), say("is what the access point says"), say("remove it"))
    if volume.mount_targets and volume.security_group_id is not None:
        message = say("is of mount targets that are there, and `mount_targets` makes them")
        yield Fault((*path, "security_group_id"), message, say("keep one of the two"))


@about("volumes", reads=("compute",))
def _in_bridge(service: Service) -> Iterator[Fault]:
    if service.compute.network != "bridge":
        return
    message = say("cannot hold with network bridge, where tasks have no security group that others could let in")
    for index, volume in enumerate(service.volumes):
        if volume.efs:
            yield Fault(("volumes", index, "efs"), message, say("remove it, or write network: awsvpc"))


def _said(said: set[str], fields: Sequence[str]) -> list[str]:
    return [field for field in fields if field in said]


def _goes_with(path: Path, other: str, fields: Sequence[str]) -> Iterator[Fault]:
    for field in fields:
        yield Fault((*path, field), say("goes with `%(other)s` only", other=other), say("remove it"))


@about("sidecars", reads=("volumes",))
def _mounts(service: Service) -> Iterator[Fault]:
    known = {name_of(volume): volume for volume in service.volumes if not volume.retired}
    for index, sidecar in enumerate(service.sidecars):
        seen: list[str] = []
        for number, mount in enumerate(sidecar.mounts):
            path: Path = ("sidecars", index, "mounts", number)
            volume = known.get(mount.volume)
            if volume is None:
                message = say("is none of the service's volumes; there are %(names)s", names=", ".join(sorted(known)))
                yield Fault((*path, "volume"), message, say("write it under `volumes`"))
            elif volume.existing and volume.read_only and not mount.read_only:
                message = say("must be true: the task may only read %(volume)s", volume=mount.volume)
                yield Fault((*path, "read_only"), message, say("write it here too, or take it away there"))
            if other := overlapping(mount.path, seen):
                message = say("lies in the same directory as %(other)s", other=other)
                yield Fault((*path, "path"), message, say("mount them side by side"))
            seen.append(mount.path)


def overlapping(path: str, others: Sequence[str]) -> str | None:
    return next((it for it in others if f"{path}/".startswith(f"{it}/") or f"{it}/".startswith(f"{path}/")), None)


VOLUME_RULES: tuple[Rule, ...] = (_directories, _exec_on_read_only_root, _kinds, _in_bridge, _mounts)
