"""One small object per service that sums up its versions: an index for readers, never used to claim anything.

It is merged by maximum after the immutable object was written, so a late writer cannot turn it back. If it is lost it
is rebuilt from the keys. What is not derived stands here too: how the runs of `slipway up` ended (``applied``,
``failed_provisioning``).
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping

from runtime.aws.errors import Absent, GatewayError
from runtime.bucket.asked_records import AskedRecords
from runtime.bucket.cached_listing import CachedListing
from runtime.bucket.objects import Objects, Stored
from runtime.bucket.records import DamagedObjects, RecordsByService, Unreadable, parsed
from runtime.bucket.release_records import ReleaseRecords
from service_catalog import naming
from service_catalog.records.asked import AskedRelease
from service_catalog.records.releases import Release
from service_catalog.records.service_index import FailedProvisioning, IndexEntry

log = logging.getLogger(__name__)

_TRIES = 40
_ENV_KEY = re.compile(r"/([^/]+)/v(\d{6,})\.env$")


class ServiceIndex:
    def __init__(self, objects: Objects, records: ReleaseRecords, asked: AskedRecords[AskedRelease]):
        self._objects, self._records, self._asked = objects, records, asked
        self._listing = CachedListing(objects, naming.SERVICE_INDEX_PREFIX)
        self._damaged = DamagedObjects()

    def read(self, service: str) -> IndexEntry:
        """As written, else rebuilt from the keys. Raises Unreadable."""
        return self._stored(service)[0]

    def all(self) -> RecordsByService[IndexEntry]:
        """Of services that have one."""
        readable, unreadable = {}, {}
        for key, stored in self._listing.read().items():
            service = key.removeprefix(naming.SERVICE_INDEX_PREFIX).removesuffix(".json")
            try:
                readable[service] = self._parsed(service, stored)
            except Unreadable as error:
                unreadable[service] = error
        return RecordsByService(readable, unreadable)

    def saw_env(self, service: str, versions: Mapping[str, int]) -> None:
        self._change(service, lambda entry: merged(entry, IndexEntry(env=dict(versions))))

    def saw_release(self, release: Release) -> None:
        """The newest. No release waits for its index: settling writes it again."""
        seen, read = of_release(release), {"is_doubted": False}
        self._change_if_it_can_be(release.service, lambda entry: merged(entry, seen).model_copy(update=read))

    def saw_acknowledgement(self, service: str, number: int) -> None:
        self._change_if_it_can_be(service, lambda entry: merged(entry, IndexEntry(acknowledged=number)))

    def saw_asked(self, asked: AskedRelease) -> None:
        self._change_if_it_can_be(asked.service, lambda entry: merged(entry, IndexEntry(asked=asked)))

    def saw_answer(self, asked: AskedRelease) -> None:
        seen = IndexEntry(asked=asked, answered=asked.number)
        self._change_if_it_can_be(asked.service, lambda entry: merged(entry, seen))

    def doubt(self, service: str) -> None:
        """Its newest release cannot be read; once it can, ``saw_release`` ends that."""
        self._change_if_it_can_be(service, lambda entry: entry.model_copy(update={"is_doubted": True}))

    def mark_applied(self, service: str, fingerprint: str) -> None:
        """Everything up to ``fingerprint`` was provisioned, released and verified."""
        done = {"applied": fingerprint, "is_under_way": False, "failed_provisioning": None}
        self._change(service, lambda entry: entry.model_copy(update=done))

    def clear_applied(self, service: str) -> None:
        """Before a run: if it dies half-way, the next one does the service again."""
        self._change(service, lambda entry: entry.model_copy(update={"applied": None, "is_under_way": True}))

    def mark_failed_provisioning(self, service: str, failed: FailedProvisioning) -> None:
        """It stays until a run comes through."""
        self._change(service, lambda entry: entry.model_copy(update={"failed_provisioning": failed}))

    def _change_if_it_can_be(self, service: str, change: Callable[[IndexEntry], IndexEntry]) -> None:
        try:
            self._change(service, change)
        except GatewayError as error:
            log.warning("index outdated service=%s error=%s", service, error.code or type(error).__name__)

    def _change(self, service: str, change: Callable[[IndexEntry], IndexEntry]) -> None:
        key = naming.service_index_key(service)
        for _attempt in range(_TRIES):
            entry, etag = self._stored(service)
            wanted = change(entry)
            if etag and wanted == entry:
                return
            if self._objects.replace(key, wanted.to_json(), "application/json", etag):
                return
        # Readers see an older index until the next write; what counts is written already.
        log.warning("index outdated service=%s", service)

    def _stored(self, service: str) -> tuple[IndexEntry, str | None]:
        key = naming.service_index_key(service)
        try:
            stored = self._objects.read(key)
        except Absent:
            return self._from_keys(service), None
        return self._parsed(service, stored), stored.etag

    def _parsed(self, service: str, stored: Stored) -> IndexEntry:
        """A damaged one counts as lost, and the next write mends it; a newer version's is left to newer versions."""
        try:
            return parsed(IndexEntry, naming.service_index_key(service), stored.body)
        except Unreadable as error:
            if error.is_newer:
                raise
            self._damaged.tell(stored, error)
            return self._from_keys(service)

    def _from_keys(self, service: str) -> IndexEntry:
        entry = IndexEntry(env=newest_versions(it.key for it in self._objects.listing(naming.env_prefix(service))))
        number, answered = self._asked.newest_numbers(service)
        asked = self._asked.get(service, number) if number else None
        acknowledged = self._records.newest_acknowledged(service)
        entry = merged(entry, IndexEntry(acknowledged=acknowledged, asked=asked, answered=answered))
        for release in self._records.newest_first(service):
            entry = merged(entry, of_release(release))
            if entry.live and entry.tried:
                break
        return entry


def newest_versions(keys: Iterable[str]) -> dict[str, int]:
    """``env/<service>/<file>/v000042.env`` … as ``{file: newest}``."""
    newest: dict[str, int] = {}
    for match in filter(None, map(_ENV_KEY.search, keys)):
        newest[match[1]] = max(int(match[2]), newest.get(match[1], 0))
    return newest


def of_release(release: Release) -> IndexEntry:
    """Without the entry, which the record keeps: an index of a thousand services stays small."""
    release = release.model_copy(update={"entry": None})
    succeeded = release.outcome is not None and release.outcome.status == "succeeded"
    return IndexEntry(
        last=release,
        live=release if succeeded else None,
        tried=None if release.kind == "roll-back" else release,
        held=release.env,
    )


def merged(one: IndexEntry, other: IndexEntry) -> IndexEntry:
    """The newer of everything, whichever came first; what else is said is the first one's."""
    newer = {
        "env": _newest(one.env, other.env),
        "last": _newer(one.last, other.last),
        "live": _newer(one.live, other.live),
        "tried": _newer(one.tried, other.tried),
        "held": _newest(one.held, other.held),
        "acknowledged": max(one.acknowledged, other.acknowledged),
        "asked": max(filter(None, (one.asked, other.asked)), key=lambda asked: asked.number, default=None),
        "answered": max(one.answered, other.answered),
    }
    return one.model_copy(update=newer)


def _newest(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {file: max(one.get(file, 0), other.get(file, 0)) for file in sorted({*one, *other})}


def _newer(one: Release | None, other: Release | None) -> Release | None:
    found = [release for release in (one, other) if release]
    return max(found, key=lambda release: (release.number, release.outcome is not None), default=None)
