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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from runtime.aws.errors import GatewayError, InDoubt, NotWritten, Unreachable
from runtime.bucket.objects import Objects
from runtime.bucket.records import Unreadable, parsed
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.audit import AuditAction, AuditEntry, AuditOutcome, AuditStatus, Origin

log = logging.getLogger(__name__)

_JSON = "application/json"
_OUTCOME = ".outcome.json"

came_from: ContextVar[Origin] = ContextVar("came_from")
"""Nothing said: a command on somebody's machine"""


@dataclass(frozen=True)
class Act:
    entry: AuditEntry
    outcome: AuditOutcome | None
    """None where nobody knows how it ended"""


class AuditTrail:
    def __init__(
        self,
        objects: Objects,
        now: Callable[[], datetime],
        new_token: Callable[[], str] = lambda: secrets.token_hex(4),
    ):
        self._objects, self._now, self._new_token = objects, now, new_token
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
            log.warning("audit entry not written service=%s id=%s error=%s", service, id, error.code)

    def newest(self, service: str, limit: int) -> list[Act | Unreadable]:
        """Newest first. Costs one listing, and reads what was not read before."""
        # Each act has two objects at most, and the listing begins with the newest.
        listed = [it.key for it in islice(self._objects.listing(naming.audit_prefix(service)), 2 * limit)]
        entries = [key for key in listed if not key.endswith(_OUTCOME)][:limit]
        outcomes = {key: _outcome_of(key) for key in entries if _outcome_of(key) in listed}
        fresh = [key for key in (*entries, *outcomes.values()) if key not in self._bodies]
        self._bodies |= {stored.key: stored.body for stored in self._objects.read_many(fresh) if stored}
        return [self._act(key, outcomes.get(key, "")) for key in entries if key in self._bodies]

    def _act(self, key: str, outcome: str) -> Act | Unreadable:
        """``outcome`` is the key of its outcome; empty where there is none."""
        try:
            ended = parsed(AuditOutcome, outcome, self._bodies[outcome]) if outcome in self._bodies else None
            entry = parsed(AuditEntry, key, self._bodies[key])
            return Act(entry, ended or entry.outcome)
        except Unreadable as error:
            return error

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
        except Unreachable as error:
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
            log.warning("audit outcome not written service=%s id=%s error=%s", entry.service, id, error.code)


def _log(entry: AuditEntry, status: AuditStatus) -> None:
    said = (entry.action, status, entry.service, entry.who, entry.why, entry.about)
    log.info("audited action=%s status=%s service=%s who=%s why=%s about=%s", *said)


def _outcome_of(key: str) -> str:
    return f"{key.removesuffix('.json')}{_OUTCOME}"
