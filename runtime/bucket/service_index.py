"""One small object per service that sums up its versions: an index for readers, never used to claim anything.

It is merged by maximum after the immutable object was written, so a late writer cannot turn it back. If it is lost it
is rebuilt from the keys. What is not derived stands here too: how the runs of `slipway up` ended (``applied``,
``failed_provisioning``).
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from runtime.aws.errors import Absent, GatewayError
from runtime.bucket.cached_listing import CachedListing
from runtime.bucket.objects import Objects, Stored
from runtime.bucket.records import (
    FailedProvisioning,
    Release,
    Unreadable,
    failed_provisioning_json,
    from_bytes,
    outcome_json,
    read_failed_provisioning,
    read_outcome,
    read_release,
    release_json,
    to_bytes,
)
from runtime.bucket.release_records import ReleaseRecords
from service_catalog import naming

log = logging.getLogger(__name__)

_TRIES = 40
_ENV_KEY = re.compile(r"/([^/]+)/v(\d{6,})\.env$")


@dataclass(frozen=True)
class IndexEntry:
    env: Mapping[str, int] = field(default_factory=dict)
    """Newest version by env file"""
    last: Release | None = None
    """The newest release, with its outcome if it ended"""
    live: Release | None = None
    """The newest release that succeeded"""
    tried: Release | None = None
    """The newest release that was no roll back: what it held is not staged, however it ended"""
    held: Mapping[str, int] = field(default_factory=dict)
    """Newest version that any release held, by env file"""
    applied: str | None = None
    """Fingerprint of what was provisioned, released and verified; None while a run is under way"""
    is_under_way: bool = False
    """A run of `slipway up` began and has not come through to its end: it goes on, or died"""
    failed_provisioning: FailedProvisioning | None = None
    """The last run of `slipway up` on this service, if it did not come through"""


class ServiceIndex:
    def __init__(self, objects: Objects, records: ReleaseRecords):
        self._objects, self._claims = objects, records
        self._listing = CachedListing(objects, naming.SERVICE_INDEX_PREFIX)

    def read(self, service: str) -> IndexEntry:
        """As written, else rebuilt from the keys."""
        return self._stored(service)[0]

    def all(self) -> dict[str, IndexEntry]:
        """By service; those that have one."""
        return {
            (service := key.removeprefix(naming.SERVICE_INDEX_PREFIX).removesuffix(".json")): self._readable(
                service, stored
            )
            for key, stored in self._listing.read().items()
        }

    def saw_env(self, service: str, versions: Mapping[str, int]) -> None:
        self._change(service, lambda head: merged(head, IndexEntry(env=versions)))

    def saw_release(self, release: Release) -> None:
        """No release waits for its index: settling writes it again."""
        try:
            self._change(release.service, lambda head: merged(head, of_release(release)))
        except GatewayError as error:
            log.warning("head left behind service=%s error=%s", release.service, error.code or type(error).__name__)

    def applied(self, service: str) -> str | None:
        return self.read(service).applied

    def mark_applied(self, service: str, fingerprint: str) -> None:
        """Everything up to ``fingerprint`` was provisioned, released and verified."""
        self._change(
            service,
            lambda head: replace(head, applied=fingerprint, is_under_way=False, failed_provisioning=None),
        )

    def clear_applied(self, service: str) -> None:
        """Before a run: if it dies half-way, the next one does the service again."""
        self._change(service, lambda head: replace(head, applied=None, is_under_way=True))

    def mark_failed_provisioning(self, service: str, failed: FailedProvisioning) -> None:
        """It stays until a run comes through."""
        self._change(service, lambda head: replace(head, failed_provisioning=failed))

    def rebuild(self, service: str) -> IndexEntry:
        """From the keys, for a head that is in doubt; keeps what is not derived from them."""
        # The keys are listed after the head was read: who writes in between makes the write fail, and it is done again.
        self._change(service, lambda head: _with_runs_of(head, self._from_keys(service)))
        return self.read(service)

    def _change(self, service: str, change: Callable[[IndexEntry], IndexEntry]) -> None:
        key = naming.service_index_key(service)
        for _attempt in range(_TRIES):
            head, etag = self._stored(service)
            wanted = change(head)
            if etag and wanted == head:
                return
            if self._objects.replace(key, to_bytes(head_json(wanted)), "application/json", etag):
                return
        # Readers see an older index until the next write; what counts is written already.
        log.warning("head left behind service=%s", service)

    def _stored(self, service: str) -> tuple[IndexEntry, str | None]:
        key = naming.service_index_key(service)
        try:
            stored = self._objects.read(key)
        except Absent:
            return self._from_keys(service), None
        return self._readable(service, stored), stored.etag

    def _readable(self, service: str, stored: Stored) -> IndexEntry:
        """A damaged one counts as lost, and the next write mends it."""
        try:
            return from_bytes(naming.service_index_key(service), stored.body, read_head)
        except Unreadable as error:
            log.warning("head is damaged service=%s error=%s", service, error)
            return self._from_keys(service)

    def _from_keys(self, service: str) -> IndexEntry:
        head = IndexEntry(env=newest_versions(it.key for it in self._objects.listing(naming.env_prefix(service))))
        for release in self._claims.newest_first(service):
            head = merged(head, of_release(release))
            if head.live and head.tried:
                break
        return head


def newest_versions(keys: Iterable[str]) -> dict[str, int]:
    """``env/<service>/<file>/v000042.env`` … as ``{file: newest}``."""
    newest: dict[str, int] = {}
    for match in filter(None, map(_ENV_KEY.search, keys)):
        newest[match[1]] = max(int(match[2]), newest.get(match[1], 0))
    return newest


def of_release(release: Release) -> IndexEntry:
    """Without the entry, which the record keeps: an index of a thousand services stays small."""
    release = replace(release, entry=None)
    succeeded = release.outcome is not None and release.outcome.status == "succeeded"
    return IndexEntry(
        last=release,
        live=release if succeeded else None,
        tried=None if release.kind == "roll-back" else release,
        held=release.contents.env,
    )


def merged(one: IndexEntry, other: IndexEntry) -> IndexEntry:
    """The newer of everything, whichever came first; what is said of runs is the first one's."""
    newer = IndexEntry(
        env=_newest(one.env, other.env),
        last=_newer(one.last, other.last),
        live=_newer(one.live, other.live),
        tried=_newer(one.tried, other.tried),
        held=_newest(one.held, other.held),
    )
    return _with_runs_of(one, newer)


def _with_runs_of(runs: IndexEntry, head: IndexEntry) -> IndexEntry:
    return replace(
        head,
        applied=runs.applied,
        is_under_way=runs.is_under_way,
        failed_provisioning=runs.failed_provisioning,
    )


def _newest(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {file: max(one.get(file, 0), other.get(file, 0)) for file in sorted({*one, *other})}


def _newer(one: Release | None, other: Release | None) -> Release | None:
    found = [release for release in (one, other) if release]
    return max(found, key=lambda release: (release.number, release.outcome is not None), default=None)


def head_json(head: IndexEntry) -> dict[str, Any]:
    return {
        "env": dict(head.env),
        "last": _ended_json(head.last),
        "live": _ended_json(head.live),
        "tried": _ended_json(head.tried),
        "held": dict(head.held),
        "applied": head.applied,
        "is_under_way": head.is_under_way,
        "failed_provisioning": head.failed_provisioning and failed_provisioning_json(head.failed_provisioning),
    }


def read_head(said: dict[str, Any]) -> IndexEntry:
    return IndexEntry(
        env=said["env"],
        last=_read_ended(said["last"]),
        live=_read_ended(said["live"]),
        tried=_read_ended(said["tried"]),
        held=said["held"],
        applied=said["applied"],
        # Heads of earlier versions do not say these.
        is_under_way=said.get("is_under_way", False),
        failed_provisioning=read_failed_provisioning(failed) if (failed := said.get("failed_provisioning")) else None,
    )


def _ended_json(release: Release | None) -> dict[str, Any] | None:
    if release is None:
        return None
    return release_json(release) | {"outcome": outcome_json(release.outcome) if release.outcome else None}


def _read_ended(said: dict[str, Any] | None) -> Release | None:
    if said is None:
        return None
    return read_release(said, read_outcome(said["outcome"]) if said["outcome"] else None)
