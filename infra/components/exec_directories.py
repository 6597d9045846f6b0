"""Directories that the agent of ECS Exec may write to, inside of a container whose root is read-only."""

from infra.documents import mounts
from infra.feature import PlainFeature
from infra.service_parts import ServiceParts
from service_catalog.exec_directories import EXEC_DIRECTORIES


class ExecDirectories(PlainFeature):
    def __init__(self) -> None:
        self.parts = ServiceParts(
            volumes=tuple(map(mounts.bind, EXEC_DIRECTORIES)),
            mount_points=tuple(mounts.mount_point(name, path) for name, path in EXEC_DIRECTORIES.items()),
        )
