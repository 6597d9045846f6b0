"""Whether anything changed, without opening Pulumi's state: one hash over all that decides what is provisioned."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from service_catalog.listener_rules.lock import Slot
from service_catalog.model import Environment, Service

_ROOT = Path(__file__).parent.parent


def service_fingerprint(
    service: Service, environment: Environment, slot: Slot | None, exports: Mapping[str, Any]
) -> str:
    """``exports`` is what the environment's stack promises: when that changes, its services are out of date too."""
    place = [slot.listener, slot.priority] if slot else None
    return _hash([sources_digest(), _said(service), _said(environment), place, dict(exports)])


def environment_fingerprint(environment: Environment) -> str:
    return _hash([sources_digest(), _said(environment)])


@cache
def sources_digest() -> str:
    """The program itself, as installed. A reworded message or another check changes no resource and does not count."""
    return digest_of(_ROOT, program_sources(_ROOT))


def digest_of(root: Path, files: Iterator[Path]) -> str:
    """Order, place and content count; where ``root`` stands, when files were touched and by whom does not."""
    found = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        found.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def program_sources(root: Path) -> Iterator[Path]:
    """Of this package what ``infra`` makes resources with; entry and slot are counted as they are resolved."""
    yield from (root / "infra").rglob("*.py")
    yield from (root / "service_catalog" / f"{name}.py" for name in ("model", "naming", "arns", "address_plan"))


def _said(entry: Service | Environment) -> dict[str, Any]:
    """A default that is written out is no change, but a default that the model changed is."""
    return entry.model_dump(mode="json")


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
