"""What whoever serves the portal decides: where it listens, who is asking, where it keeps its files."""

import getpass
import os
import re
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from service_catalog import naming
from service_catalog.model import Service

SERVICE = "{service}"
"""Stands in ``provision_command`` where the service's name goes."""

_KEY_BYTES = 32
_KEY = re.compile(f"[0-9a-f]{{{2 * _KEY_BYTES}}}")
LOOPBACK_NAMES = ("127.0.0.1", "localhost")


class NotLoopback(ValueError):
    """The portal has no sign-in yet, so nobody but this machine may reach it."""

    def __init__(self, host: str):
        super().__init__(f"the portal serves this machine only, not {host}: it has no sign-in yet; use 127.0.0.1")


def as_provisioned(environment: str, service: Service, url: str) -> str:
    return url


@dataclass(frozen=True)
class Settings:
    run_directory: Path
    """Kept between starts: the key that signs sessions, and what provisioning printed"""
    home: str = naming.LOCAL
    """The environment in whose bucket stands what belongs to the portal itself: who signed in, tokens of the API"""
    user: str = field(default_factory=getpass.getuser)
    """Who is asking, as long as there is no sign-in: the name that the user of this machine chose"""
    host: str = "127.0.0.1"
    port: int = 8080
    fresh_seconds: float = 5.0
    """Younger data is shown as it is; older data is shown too, and read anew behind it"""
    provision_command: tuple[str, ...] = (
        *(sys.executable, "-m", "cli", "up", naming.LOCAL, SERVICE),
        *("--format", "jsonl"),
    )
    """Started by the button that provisions a service of environment ``local``"""
    address_of: Callable[[str, Service, str], str] = as_provisioned
    """Where a browser reaches a service: environment, entry, URL as provisioned. The local cloud has ports, no DNS"""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK_NAMES:
            raise NotLoopback(self.host)

    def secret_key(self) -> str:
        """Made once and kept, so that a form opened before a restart can still be sent after it. One that was torn (a
        full disk, a power cut) is made anew; of two portals that start at once, both take the same."""
        path = self.run_directory / "portal.key"
        self.run_directory.mkdir(parents=True, exist_ok=True)
        if path.exists() and not _KEY.fullmatch(path.read_text()):
            path.unlink()
        if not path.exists():
            draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            with open(draft, "x", opener=_only_for_me) as file:
                file.write(secrets.token_hex(_KEY_BYTES))
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text()


def _only_for_me(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
