"""Which file systems of a service stay when its entry asks for them no more, or when all of it goes."""

from collections.abc import Iterator, Mapping
from typing import Any

from service_catalog.messages import Message, say
from service_catalog.model import Service
from service_catalog.records.provisioned import Provisioned


def sentences(record: Provisioned, wanted: Service | None) -> Iterator[Message]:
    """One for each that its stack made and forgets. ``wanted``: None where the service goes."""
    kept = {it.efs for it in wanted.volumes if it.efs and not it.existing} if wanted else set()
    for volume in (record.entry or {}).get("volumes", ()):
        name = volume.get("efs", "")
        if _is_own(volume) and name not in kept and name in record.file_systems:
            yield say(
                "file system %(id)s stays with all that %(volume)s holds, and costs: nobody but you deletes it; "
                "`existing: %(id)s` with `mount_targets: true` mounts it again",
                id=record.file_systems[name],
                volume=name,
            )


def _is_own(volume: Mapping[str, Any]) -> bool:
    return bool(volume.get("efs")) and not volume.get("existing")
