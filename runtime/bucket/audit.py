"""The audit trail: who did what, when and from where, in objects that nobody can change or delete.

An entry is written before the act is tried, and its outcome after it, each once. So nothing is done that the trail does
not hold: where the entry cannot be written, the act is not begun. And nothing is told otherwise than it was:

- AWS refused the act: the outcome says so, and why.
- The act was done, but its outcome could not be written: the act counts, whoever did it is not told of a failure, and
  the trail says that the end is not known. So it does where AWS did not answer, or where the process died half-way.

What leaves a record of its own (an env version, a release, a commit), and what was denied, is noted once, when it is
over. Where a request came from is the same for all that it does, so whoever takes it says so once: ``came_from``.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile
from typing import Any

from runtime.aws.errors import GatewayError, InDoubt, NotWritten, Unreachable
from runtime.bucket.objects import Objects
from runtime.bucket.records import Unreadable, parsed
from runtime.counts import Counts
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.audit import AuditAction, AuditEntry, AuditOutcome, AuditStatus, Origin

log = logging.getLogger(__name__)

_JSON = "application/json"
_OUTCOME = ".outcome.json"
_LOOKED_AT = 1000
_KEPT = 4096

came_from: ContextVar[Origin] = ContextVar("came_from")
"""Nothing said: a command on somebody's machine"""


@dataclass(frozen=True)
class Act:
    entry: AuditEntry
    outcome: AuditOutcome | None
    """None where nobody knows how it ended"""


@dataclass(frozen=True)
class Search:
    """What is looked for; what is empty is not asked."""

    service: str = ""
    who: str = ""
    """A part of the name, in any case"""
    action: str = ""
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def reaches(self, id: str) -> bool:
        return self.since is None or id <= naming.audit_id_before(self.since)

    def fits(self, act: Act | Unreadable) -> bool:
        """What nobody can read may be anything."""
        if isinstance(act, Unreadable):
            return True
        status = act.outcome.status if act.outcome else "unknown"
        return (
            self.who.casefold() in act.entry.who.casefold()
            and self.action in ("", act.entry.action)
            and self.status in ("", status)
        )


@dataclass(frozen=True)
class Found:
    acts: Sequence[Act | Unreadable]
    last: str
    """The id to go on after; empty where nothing is older"""


class AuditTrail:
    def __init__(
        self,
        objects: Objects,
        now: Callable[[], datetime],
        new_token: Callable[[], str] = lambda: secrets.token_hex(4),
        kept: int = _KEPT,
    ):
        self._objects, self._now, self._new_token, self._kept = objects, now, new_token, kept
        self.failures = Counts()
        """What could not be written: ``entry``, whose act was not begun or has no trace, or ``outcome``"""
        self._bodies: dict[str, bytes] = {}
        """By key: none ever changes, so each is read once"""

    @contextmanager
    def entry(self, action: AuditAction, service: str, who: str, why: str = "", **about: Any) -> Iterator[None]:
        """Around the act. ``about`` holds names and numbers only: no value of a setting, no secret.

        Raises NotWritten, or whatever else stops the entry from being written, before the act is begun.
        """
        id, entry = self._entry(action, service, who, why, about)
        self._begin(id, entry)
        try:
            yield
        except (Unreachable, InDoubt):
            raise  # whether it was done, nobody knows
        except GatewayError as error:
            self._end(id, entry, AuditOutcome(status="refused", when=self._now(), reason=error.sentence))
            raise
        self._end(id, entry, AuditOutcome(status="done", when=self._now()))

    def note(
        self,
        action: AuditAction,
        service: str,
        who: str,
        why: str = "",
        *,
        status: AuditStatus = "done",
        reason: str = "",
        **about: Any,
    ) -> None:
        """Of what is over. It counts whether this can be written or not, so AWS's silence is told in the log alone."""
        id, entry = self._entry(action, service, who, why, about)
        entry = entry.model_copy(update={"outcome": AuditOutcome(status=status, when=entry.when, reason=reason)})
        _log(entry, status)
        try:
            self._create(id, entry)
        except GatewayError as error:
            self.failures.add("entry")
            log.warning("audit entry not written service=%s id=%s error=%s", service, id, error.code)

    def search(self, wanted: Search, after: str = "", limit: int = 50) -> Found:
        """Newest first. ``after`` is the id that an earlier page ended with. Looks at no more than ``_LOOKED_AT``."""
        prefix = naming.audit_prefix(wanted.service) if wanted.service else naming.audit_index_prefix()
        start = after or (naming.audit_id_before(wanted.until) if wanted.until else "")
        # No id holds a tilde, and what belongs to an id sorts before it.
        listing = self._objects.listing(prefix, f"{prefix}{start}~" if start else "")
        ids = ((naming.audit_id_of(it.key), _service_of(it.key)) for it in listing if not it.key.endswith(_OUTCOME))
        looked_at = islice(takewhile(lambda it: wanted.reaches(it[0]), ids), _LOOKED_AT)
        found: list[Act | Unreadable] = []
        last = ""
        while chunk := list(islice(looked_at, limit)):
            for (id, _service), act in zip(chunk, self._acts(chunk), strict=True):
                last = id
                if act is not None and wanted.fits(act):
                    found.append(act)
                if len(found) == limit:
                    return Found(found, last)
        return Found(found, last if next(ids, None) else "")

    def _acts(self, ids: Sequence[tuple[str, str]]) -> list[Act | Unreadable | None]:
        """None for what was never begun: its index was written, and nothing more."""
        keys = [naming.audit_key(service, id) for id, service in ids]
        bodies = self._read(keys)
        bodies |= self._read([_outcome_of(key) for key in bodies if _may_have_outcome(key, bodies)])
        return [_act(key, _outcome_of(key), bodies) if key in bodies else None for key in keys]

    def _read(self, keys: Sequence[str]) -> dict[str, bytes]:
        """By key. What was read longest ago is forgotten first: a trail has no end, and memory has one. What is asked
        for is handed out all the same."""
        held = {key: body for key in keys if (body := self._bodies.get(key)) is not None}
        stored = self._objects.read_many([key for key in keys if key not in held])
        read = {it.key: it.body for it in stored if it}
        self._bodies |= read
        for key in list(self._bodies)[: max(len(self._bodies) - self._kept, 0)]:
            self._bodies.pop(key, None)
        return held | read

    def newest(self, service: str, limit: int) -> Sequence[Act | Unreadable]:
        return self.search(Search(service), limit=limit).acts

    def _entry(
        self, action: AuditAction, service: str, who: str, why: str, about: dict[str, Any]
    ) -> tuple[str, AuditEntry]:
        when = self._now()
        entry = AuditEntry(
            service=service, action=action, who=who, why=why, when=when, about=about, origin=came_from.get(Origin())
        )
        return naming.audit_id(when, self._new_token()), entry

    def _create(self, id: str, entry: AuditEntry) -> None:
        # No two acts draw the same key: one that is taken is this entry, whose answer was lost.
        self._objects.create(naming.audit_key(entry.service, id), entry.to_json(), _JSON)
        self._objects.create(naming.audit_index_key(entry.service, id), b"", _JSON)

    def _begin(self, id: str, entry: AuditEntry) -> None:
        try:
            self._create(id, entry)
        except GatewayError as error:
            self.failures.add("entry")
            if not isinstance(error, Unreachable):
                raise
            sentence = say(
                "AWS did not answer when it was asked to write this into the audit trail of %(service)s, so it was not "
                "begun; try again",
                service=entry.service,
            )
            raise NotWritten(sentence) from error

    def _end(self, id: str, entry: AuditEntry, outcome: AuditOutcome) -> None:
        _log(entry, outcome.status)
        try:
            self._objects.create(naming.audit_outcome_key(entry.service, id), outcome.to_json(), _JSON)
        except GatewayError as error:
            self.failures.add("outcome")
            log.warning("audit outcome not written service=%s id=%s error=%s", entry.service, id, error.code)


def _may_have_outcome(key: str, bodies: Mapping[str, bytes]) -> bool:
    entry = _act(key, "", bodies)
    return isinstance(entry, Act) and entry.outcome is None


def _act(key: str, outcome: str, bodies: Mapping[str, bytes]) -> Act | Unreadable:
    """``outcome`` is the key of its outcome, where it has one of its own."""
    try:
        ended = parsed(AuditOutcome, outcome, bodies[outcome]) if outcome in bodies else None
        entry = parsed(AuditEntry, key, bodies[key])
        return Act(entry, ended or entry.outcome)
    except Unreadable as error:
        return error


def _service_of(key: str) -> str:
    """Of an entry, whose folder it is; or of its index, which says it at its end."""
    if key.startswith(naming.audit_index_prefix()):
        return key.rpartition("/")[2].partition(".")[2]
    return key.split("/")[1]


def _log(entry: AuditEntry, status: AuditStatus) -> None:
    said = (entry.action, status, entry.service, entry.who, entry.why, entry.about)
    log.info("audited action=%s status=%s service=%s who=%s why=%s about=%s", *said)


def _outcome_of(key: str) -> str:
    return f"{key.removesuffix('.json')}{_OUTCOME}"
