"""The tokens of the API that somebody may see, and revoke: their own, those of their teams, and all for the platform
team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.auth import Person
from portal.context import portal
from runtime.bucket.api_tokens import ApiTokens, KnownToken
from service_catalog.records.portal import ApiToken


@dataclass(frozen=True)
class TokenRow:
    token: ApiToken
    revoked_by: str
    """Empty while nobody has"""
    is_over: bool
    used_at: datetime | None
    """Give or take an hour; None where it never was"""


def gateway() -> ApiTokens:
    return portal().gateways(portal().settings.home).api_tokens


def of(person: Person) -> Sequence[TokenRow]:
    """Those that let somebody in first, then the newest."""
    known, uses, now = gateway().all(), gateway().last_uses(), portal().settings.now()
    rows = [_row(it, uses.get(it.token.id), now) for it in known.values() if is_theirs(person, it.token)]
    return sorted(rows, key=lambda row: (bool(row.revoked_by) or row.is_over, -row.token.when.timestamp()))


def is_theirs(person: Person, token: ApiToken) -> bool:
    return person.is_platform or (token.team in person.teams if token.team else token.made_by == person.id)


def _row(known: KnownToken, used_at: datetime | None, now: datetime) -> TokenRow:
    token = known.token
    return TokenRow(token, known.revoked.who if known.revoked else "", token.expires <= now, used_at)
