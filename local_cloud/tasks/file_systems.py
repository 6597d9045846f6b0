"""Where in EFS a task's volume is, by what the emulator holds: its file system, and the access point that leads in."""

from collections.abc import Mapping
from typing import Any

from local_cloud.tasks.environment import CannotStart

Configuration = Mapping[str, Any]
_FAILED = "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr:"


def directory_of(efs: Any, configuration: Configuration) -> str:
    """The directory of a volume's ``efsVolumeConfiguration``: ``fs-1/uploads``. Raises CannotStart."""
    id = str(configuration["fileSystemId"])
    if not any(it["FileSystemId"] == id for it in efs._mount_targets.values()):
        raise CannotStart(
            f'{_FAILED} Failed to resolve "{id}.efs.{efs.get_region()}.amazonaws.com" - check that your file system ID '
            "is correct, and ensure that the VPC has an EFS mount target for this file system ID."
        )
    through = (configuration.get("authorizationConfig") or {}).get("accessPointId")
    root = _root(efs, id, through) if through else str(configuration.get("rootDirectory") or "/")
    return "/".join([id, *(step for step in root.split("/") if step not in ("", ".", ".."))])


def _root(efs: Any, file_system_id: str, access_point_id: str) -> str:
    found = efs._access_points.get(access_point_id)
    if found is None or found["FileSystemId"] != file_system_id:
        raise CannotStart(f"{_FAILED} mount.nfs4: access denied by server while mounting 127.0.0.1:/")
    return str(found["RootDirectory"]["Path"])
