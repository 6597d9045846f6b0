"""Volumes of a task, as Pulumi spells them, and where containers mount them, as ECS does."""

from typing import Any


def bind(name: str) -> dict[str, Any]:
    """A directory that is empty as the task starts, shared by those of its containers that mount it."""
    return {"name": name}


def mount_point(volume: str, path: str, *, read_only: bool = False) -> dict[str, Any]:
    mounted = {"sourceVolume": volume, "containerPath": path}
    return mounted | {"readOnly": True} if read_only else mounted
