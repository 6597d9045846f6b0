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
from typing import Literal
from urllib.parse import urlsplit

from portal.auth.settings import AlbSignIn, CiTrust, Limits, SignIn
from service_catalog import naming
from service_catalog.model import Service

ENVIRONMENT, SERVICE, CATALOG = "{environment}", "{service}", "{catalog}"
"""Stand in the commands below where their names go, and the directory of a catalog."""
_CLI = (sys.executable, "-m", "cli")

_KEY_BYTES, _TOKEN_LENGTH = 32, 20
_KEY = re.compile(f"[0-9a-f]{{{2 * _KEY_BYTES}}}")
LOOPBACK_NAMES = ("127.0.0.1", "localhost")


class NotLoopback(ValueError):
    """Without a sign-in nobody but this machine may reach the portal."""

    def __init__(self, host: str):
        super().__init__(
            f"without a sign-in the portal serves this machine only, not {host}; use 127.0.0.1, or say how people "
            "sign in (docs/operate.md)"
        )


class BadSettings(ValueError):
    """What is said of the portal cannot all be so."""


def as_provisioned(environment: str, service: Service, url: str) -> str:
    return url


def user_of_this_process() -> str:
    """By name, or by number where it has none: in an image nobody made an account for it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


CatalogChanges = Literal["files", "commit", "branch"]


@dataclass(frozen=True)
class Settings:
    run_directory: Path
    """Kept between starts: the key that signs sessions, and what provisioning printed"""
    home: str = naming.LOCAL
    """The environment in whose bucket stands what belongs to the portal itself: who signed in, tokens of the API"""
    user: str = field(default_factory=user_of_this_process)
    """Who is asking where there is no sign-in: the name that the user of this machine chose"""
    sign_in: SignIn = "none"
    ci: tuple[CiTrust, ...] = ()
    """Jobs that are let in by what their provider says of them; the first that fits"""
    session_limits: Limits = field(default_factory=Limits)
    public_url: str = ""
    """Where browsers reach a portal that serves more than this machine: ``https://slipway.example.com``"""
    session_key: str = field(default="", repr=False)
    """Signs the sessions; the same in every copy of the portal. Empty: made once, and kept in ``run_directory``"""
    proxies: int = 0
    """How many proxies pass each request on, the last of which the portal listens to: as many members of what they
    write into ``X-Forwarded-For`` and ``-Proto`` are believed"""
    metrics_token: str = field(default="", repr=False)
    """Whoever shows it may read ``/metrics``; this machine may without"""
    host: str = "127.0.0.1"
    port: int = 8080
    fresh_seconds: float = 5.0
    """Younger data is shown as it is; older data is shown too, and read anew behind it"""
    facts_seconds: float = 300.0
    """The same of quotas and the like, which take some thirty calls and change by the hour"""
    provisions: frozenset[str] = frozenset({naming.LOCAL})
    """Environments whose services are provisioned from here; elsewhere pages say what somebody has to run"""
    provision_command: tuple[str, ...] = (*_CLI, "up", ENVIRONMENT, SERVICE, "--format", "jsonl")
    preview_command: tuple[str, ...] = (
        *_CLI,
        "preview",
        ENVIRONMENT,
        SERVICE,
        "--format",
        "jsonl",
        "--catalog",
        CATALOG,
    )
    """Asked of a copy of the catalog that has a change in it"""
    catalog_changes: CatalogChanges = "files"
    """Where a change of the catalog is written: into its files, as a commit on the default branch, or on a branch"""
    catalog_is_a_copy: bool = False
    """The demo's own, from which nobody provisions but the local cloud: sample people change all of it"""
    pull_request_template: str = ""
    """The address of a new pull request on a host of one's own: ``https://…/{repository}/…/{base}/{branch}``"""
    writes_a_minute: int = 120
    """Of one person, or by one token. Checks while typing are sent like writes"""
    reveals_a_minute: int = 20
    """Values of sensitive env files, of one person"""
    strangers_a_minute: int = 120
    """Sign-ins, and requests with a token that is none, from one address: behind a load balancer all have its own"""
    address_of: Callable[[str, Service, str], str] = as_provisioned
    """Where a browser reaches a service: environment, entry, URL as provisioned. The local cloud has ports, no DNS"""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __post_init__(self) -> None:
        if self.metrics_token and len(self.metrics_token) < _TOKEN_LENGTH:
            raise BadSettings(f"metrics_token: too short; `openssl rand -hex {_KEY_BYTES}` makes a good one")
        if self.is_loopback:
            return
        if not self.signs_people_in:
            raise NotLoopback(self.host)
        missing = [name for name in ("public_url", "session_key") if not getattr(self, name)]
        if missing:
            raise BadSettings(f"{' and '.join(missing)}: missing; a portal for others needs both (docs/operate.md)")
        if not self.public_url.startswith("https://"):
            raise BadSettings(f"public_url: must begin with https://, or others read along: {self.public_url}")
        if len(self.session_key) < 2 * _KEY_BYTES:
            raise BadSettings(f"session_key: too short; `openssl rand -hex {_KEY_BYTES}` makes a good one")
        if isinstance(self.sign_in, AlbSignIn) and not self.proxies:
            raise BadSettings("proxies: must be 1 or more, as the load balancer that signs people in is one")

    @property
    def signs_people_in(self) -> bool:
        return self.sign_in not in ("none", "sample")

    @property
    def is_loopback(self) -> bool:
        return self.host in LOOPBACK_NAMES

    @property
    def trusted_hosts(self) -> list[str]:
        """The names that the portal answers to."""
        own = urlsplit(self.public_url).hostname if self.public_url else None
        return [*LOOPBACK_NAMES, own] if own else list(LOOPBACK_NAMES)

    def secret_key(self) -> str:
        """Made once and kept, so that a form opened before a restart can still be sent after it. One that was torn (a
        full disk, a power cut) is made anew; of two portals that start at once, both take the same."""
        if self.session_key:
            return self.session_key
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
