"""What people did to a service."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.api.told.base import Told
from portal.text.translate import said
from runtime.bucket.audit import Act
from runtime.bucket.records import Unreadable


class ActTold(Told):
    action: str
    service: str
    who: str
    why: str
    when: datetime
    status: str | None
    """done, refused, denied; null where nobody knows how it ended"""
    reason: str
    through: str
    token: str
    about: dict[str, Any]
    """Names and numbers: never a value"""

    @classmethod
    def of(cls, it: Act) -> "ActTold":
        entry, origin = it.entry, it.entry.origin
        return cls(
            action=entry.action,
            service=entry.service,
            who=entry.who,
            why=said(entry.why),
            when=entry.when,
            status=it.outcome.status if it.outcome else None,
            reason=said(it.outcome.reason) if it.outcome else "",
            through=origin.through if origin else "",
            token=origin.token if origin else "",
            about=entry.about,
        )


class AuditTold(Told):
    acts: list[ActTold]
    """Newest first"""
    unreadable: int
    """How many more there are that nobody can read"""

    @classmethod
    def of(cls, acts: Sequence[Act | Unreadable]) -> "AuditTold":
        found = [ActTold.of(it) for it in acts if isinstance(it, Act)]
        return cls(acts=found, unreadable=len(acts) - len(found))
