"""Which revision the next run of a job or task takes: an object that its state machine reads itself."""

from dataclasses import dataclass

from runtime.aws.errors import Absent
from runtime.bucket.cached_listing import CachedListing
from runtime.bucket.objects import Objects, Stored
from runtime.bucket.records import DamagedObjects, Unreadable, parsed
from service_catalog import naming
from service_catalog.records.releases import LiveRevision, Release


@dataclass(frozen=True)
class TakenByRuns:
    """As it stands in the bucket."""

    name: str
    revision: str = ""
    """ARN of the task definition; empty while nothing was released"""
    etag: str | None = None
    """Of the object as it was read; None when there is none"""

    @property
    def is_stopped(self) -> bool:
        """Nothing runs for good, so nothing can be stopped for good."""
        return False


class LiveRevisions:
    def __init__(self, objects: Objects):
        self._objects = objects
        self._listing = CachedListing(objects, naming.LIVE_PREFIX)
        self._damaged = DamagedObjects()

    def read(self, service: str) -> TakenByRuns:
        try:
            return self._taken(service, self._objects.read(naming.live_key(service)))
        except Absent:
            return TakenByRuns(service)

    def all(self) -> dict[str, TakenByRuns]:
        """By service; those that were released."""
        found = {}
        for key, stored in self._listing.read().items():
            service = key.removeprefix(naming.LIVE_PREFIX).removesuffix(".json")
            found[service] = self._taken(service, stored)
        return found

    def replace(self, seen: TakenByRuns, release: Release) -> bool:
        """Puts the release in the place of what was seen. False when something else stands there by now."""
        body = LiveRevision(release=release.number, revision=release.revision).to_json()
        if self._objects.replace(naming.live_key(release.service), body, "application/json", seen.etag):
            return True
        # It may be this very write, whose answer was lost.
        return self.read(release.service).revision == release.revision

    def _taken(self, service: str, stored: Stored) -> TakenByRuns:
        try:
            return TakenByRuns(service, parsed(LiveRevision, stored.key, stored.body).revision, stored.etag)
        except Unreadable as error:
            # No run can take anything from it, and the next release puts it right.
            self._damaged.tell(stored, error)
            return TakenByRuns(service, etag=stored.etag)
