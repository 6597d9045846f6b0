"""What a page may ask for, reached by ``portal()`` during a request."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from flask import current_app, g

from portal.auth import WhoIsAsking
from portal.auth.bearers import Bearers
from portal.auth.people import People
from portal.data.aged import AgedCache
from portal.data.collector import Collector
from portal.data.environment_view import EnvironmentView
from portal.data.kept_pages import KeptPages
from portal.data.log_tails import LogTails
from portal.data.platform_facts import Facts
from portal.data.rendered_rows import RenderedRows
from portal.following import Follower
from portal.foresight import Foresight
from portal.prometheus import OwnMetrics
from portal.provisioning import Provisioning
from portal.settings import Settings
from runtime.gateways import Gateways
from service_catalog import naming
from service_catalog.catalog import Catalog
from service_catalog.changes import Writer
from service_catalog.git_catalog.catalog import GitCatalog
from service_catalog.problems import CatalogError

if TYPE_CHECKING:  # it loads what checks signatures
    from portal.auth.ci import Ci
    from portal.auth.cli_login import CliLogins


class GatewaysByEnvironment:
    """Connects once per environment, and anew when its entry changed; the gateways keep their clients."""

    def __init__(self, connect: Callable[[str], Gateways], catalog: Catalog):
        self._connect, self._catalog = connect, catalog
        self._connected: dict[str, Gateways] = {}
        self._lock = threading.Lock()

    def __call__(self, environment: str) -> Gateways:
        with self._lock:
            held = self._connected.get(environment)
            if held is None or self._is_outdated(held):
                self._connected[environment] = self._connect(environment)
            return self._connected[environment]

    def _is_outdated(self, held: Gateways) -> bool:
        """While its entry cannot be read, what it said before counts."""
        try:
            return self._catalog.environment(held.environment.name) != held.environment
        except CatalogError:
            return False

    def connected(self) -> dict[str, Gateways]:
        """Those that somebody asked for."""
        with self._lock:
            return dict(self._connected)


@dataclass
class Portal:
    settings: Settings
    catalog: Catalog
    gateways: GatewaysByEnvironment
    collector: Collector[EnvironmentView]
    facts: Collector[Facts]
    """Of the platform: what changes by the hour"""
    provisioning: Provisioning
    foresight: Foresight
    writer: Writer
    """Of changes of the catalog"""
    who: WhoIsAsking
    people: People
    bearers: Bearers
    ci: "Ci | None"
    """None where no CI is trusted"""
    log_tails: LogTails
    follower: Follower | None = None
    """Where the catalog is a clone"""
    readings: AgedCache = field(default_factory=AgedCache)
    searches: AgedCache = field(default_factory=lambda: AgedCache(kept=32))
    """Of logs"""
    names: AgedCache = field(default_factory=lambda: AgedCache(kept=64))
    """That services had before"""
    tasks: AgedCache = field(default_factory=lambda: AgedCache(kept=64))
    """Each by itself"""
    rendered_rows: RenderedRows = field(default_factory=RenderedRows)
    kept_pages: KeptPages = field(default_factory=KeptPages)
    own_metrics: OwnMetrics = field(default_factory=OwnMetrics)
    kept_headers: KeptPages = field(default_factory=lambda: KeptPages(kept=1024))
    """What they say of whom they are sent to"""

    def environment_names(self) -> list[str]:
        """The local one first: it is where a newcomer works."""
        return sorted(self.catalog.environment_names(), key=lambda name: (name != naming.LOCAL, name))

    @cached_property
    def cli_logins(self) -> "CliLogins":
        from portal.auth.cli_login import CliLogins  # it loads what seals codes

        return CliLogins(self.settings.secret_key())

    @property
    def git_catalog(self) -> GitCatalog | None:
        """None where changes are written into files."""
        return self.writer if isinstance(self.writer, GitCatalog) else None

    def close(self) -> None:
        """Stops what runs beside the requests: the collector's thread and the children of provisioning."""
        self.collector.close()
        self.facts.close()
        self.bearers.close()
        self.people.close()
        self.provisioning.close()
        self.foresight.close()
        if self.follower:
            self.follower.close()


def portal() -> Portal:
    held = current_app.extensions["slipway"]
    assert isinstance(held, Portal)
    return held


def begin_to_write() -> None:
    """Said right before a write of several steps: whoever gets no answer from here on cannot tell how far it came."""
    g.has_begun_to_write = True


def has_begun_to_write() -> bool:
    return bool(g.get("has_begun_to_write"))
