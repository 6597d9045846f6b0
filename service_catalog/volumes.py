"""What an entry's ``volumes`` ask for, asked of partly invalid entries, too."""

from collections.abc import Iterable

from service_catalog.model import Environment, Volume

OWNER = 1000
"""User and group that a program is in a file system, where the entry says no other"""
PERMISSIONS = "0750"
"""Of a directory as it is made"""
INFREQUENT_AFTER_DAYS = 30


def name_of(volume: Volume) -> str:
    """By which sidecars mount it."""
    return volume.bind or volume.efs or ""


def of_tasks(volumes: Iterable[Volume]) -> list[Volume]:
    """Directories that come and go with a task."""
    return [it for it in volumes if it.bind]


def in_file_systems(volumes: Iterable[Volume]) -> list[Volume]:
    """Directories that outlive tasks, those that only earlier releases have among them."""
    return [it for it in volumes if it.efs]


def task_subnets(environment: Environment) -> int:
    """How many there are; each takes a mount target, before the environment's stack says which they are."""
    network = environment.network
    return len(network.existing.private_subnet_ids) if network.existing else network.zones
