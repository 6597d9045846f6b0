"""Keeps the portal's clone of the catalog as the remote has it, behind the pages: what is merged shows up by itself."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from service_catalog.git_catalog.catalog import GitCatalog
from service_catalog.problems import CatalogError

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0


class Follower:
    def __init__(self, git_catalog: GitCatalog, now: Callable[[], datetime]):
        self._git_catalog, self._now = git_catalog, now
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="catalog-follower", daemon=True)
        self.asked_at: datetime | None = None
        """When the remote was last heard"""
        self.problem = ""
        """Why it was not, since"""

    def start(self) -> None:
        self._thread.start()

    def look(self) -> None:
        try:
            self._git_catalog.follow()
            self.asked_at, self.problem = self._now(), ""
        except CatalogError as error:
            self.problem = error.problems[0].message
            log.warning("catalog does not follow its remote: %s", self.problem)

    def close(self) -> None:
        self._over.set()

    def _follow(self) -> None:
        while not self._over.is_set():
            self.look()
            self._over.wait(EVERY_SECONDS)
