"""Directories of a task, which come and go with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from infra.documents import mounts
from infra.feature import Feature
from infra.service_parts import ServiceParts
from service_catalog.model import Volume
from service_catalog.volumes import name_of


@dataclass(frozen=True)
class VolumesArgs:
    volumes: Sequence[Volume]


class Volumes(Feature):
    def __init__(self, name: str, args: VolumesArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Volumes", name, {}, opts)
        self.parts = ServiceParts(
            volumes=tuple(mounts.bind(name_of(it)) for it in args.volumes),
            mount_points=tuple(mounts.mount_point(name_of(it), it.path, read_only=it.read_only) for it in args.volumes),
        )
        self.register_outputs({})
