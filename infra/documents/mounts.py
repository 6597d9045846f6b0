"""Volumes of a task, as Pulumi spells them, and where containers mount them, as ECS does."""

from typing import Any


def bind(name: str) -> dict[str, Any]:
    """A directory that is empty as the task starts, shared by those of its containers that mount it."""
    return {"name": name}


def efs(name: str, file_system_id: Any, access_point_id: Any) -> dict[str, Any]:
    """A directory in EFS, reached by TLS as whoever the task's role is."""
    return {
        "name": name,
        "efs_volume_configuration": {
            "file_system_id": file_system_id,
            "transit_encryption": "ENABLED",
            "authorization_config": {"access_point_id": access_point_id, "iam": "ENABLED"},
        },
    }


def mount_point(volume: str, path: str, *, read_only: bool = False) -> dict[str, Any]:
    mounted = {"sourceVolume": volume, "containerPath": path}
    return mounted | {"readOnly": True} if read_only else mounted
