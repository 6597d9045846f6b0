"""The tokens of the API that somebody may see, and revoke: their own, those of their teams, and all for the platform
team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.auth import Person
from portal.context import portal
from runtime.bucket.api_tokens import ApiTokens, KnownToken
from runtime.platform import credentials
from service_catalog.records.portal import ApiToken


@dataclass(frozen=True)
class TokenRow:
    token: ApiToken
    revoked_by: str
    """Empty while nobody has"""
    is_over: bool
    is_ending: bool
    """Soon, or it did of late"""
    used_at: datetime | None
    """Give or take an hour; None where it never was"""


def gateway() -> ApiTokens:
    return portal().gateways(portal().settings.home).api_tokens


def of(person: Person) -> Sequence[TokenRow]:
    """Those that let somebody in first, then the newest."""
    known, uses, now = gateway().all(), gateway().last_uses(), portal().settings.now()
    rows = [_row(it, uses.get(it.token.id), now) for it in known.values() if is_theirs(person, it.token)]
    return sorted(rows, key=lambda row: (bool(row.revoked_by) or row.is_over, -row.token.when.timestamp()))


def seen_by(person: Person) -> list[KnownToken]:
    """As they were read last, minutes ago at most, and without asking AWS."""
    return [it for it in portal().bearers.known() if is_theirs(person, it.token)] if _have_a_home() else []


def ending_of(person: Person) -> list[KnownToken]:
    """Of themselves and of their teams; who may revoke all is not bothered with all."""
    return [it for it in portal().bearers.ending() if _is_own(person, it.token)] if _have_a_home() else []


def _have_a_home() -> bool:
    """The environment in whose bucket tokens are."""
    return portal().settings.home in portal().catalog.environment_names()


def is_theirs(person: Person, token: ApiToken) -> bool:
    return person.is_platform or _is_own(person, token)


def _is_own(person: Person, token: ApiToken) -> bool:
    return token.team in person.teams if token.team else token.is_of(person.id)


def own_that_let_in(person: Person) -> Sequence[ApiToken]:
    """Those that one made for oneself."""
    now = portal().settings.now()
    known = gateway().all().values()
    return [it.token for it in known if it.token.is_of(person.id) and not it.revoked and it.token.expires > now]


def revoke(token: ApiToken, who: Person) -> None:
    portal().bearers.put(gateway().revoke(token, who.name, portal().settings.now()))


def _row(known: KnownToken, used_at: datetime | None, now: datetime) -> TokenRow:
    return TokenRow(
        known.token,
        known.revoked.who if known.revoked else "",
        is_over=known.token.expires <= now,
        is_ending=credentials.is_ending(known, now),
        used_at=used_at,
    )
