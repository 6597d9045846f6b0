"""Tokens of the API: what each may do, whether it was revoked, when it was used last. A token itself is never kept,
only the digest of its secret part: who reads the bucket can use none of them."""

import hashlib
import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.aws.errors import Conflict
from runtime.bucket.audit import AuditTrail
from runtime.bucket.cached_listing import CachedListing
from runtime.bucket.latest import write_latest
from runtime.bucket.objects import Objects, Stored
from runtime.bucket.records import Unreadable, parsed
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.audit import PORTAL
from service_catalog.records.portal import ApiToken, TokenRevocation, TokenUse

log = logging.getLogger(__name__)

PREFIX = "slipway"
_JSON = "application/json"


@dataclass(frozen=True)
class KnownToken:
    token: ApiToken
    revoked: TokenRevocation | None = None


def new_secret() -> tuple[str, str]:
    """A public id, and what only its owner may know."""
    return secrets.token_hex(6), secrets.token_urlsafe(32)


def written(id: str, secret: str) -> str:
    """As its owner carries it: scanners for leaked secrets find it by its beginning."""
    return f"{PREFIX}_{id}_{secret}"


def split(text: str) -> tuple[str, str]:
    """Id and secret; both empty of what is no token."""
    parts = text.split("_", 2)
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == PREFIX else ("", "")


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokens:
    def __init__(self, objects: Objects, audit: AuditTrail):
        self._objects, self._audit = objects, audit
        self._listing = CachedListing(objects, naming.token_prefix())
        self._uses = CachedListing(objects, naming.token_use_prefix())

    def all(self) -> Mapping[str, KnownToken]:
        """By id. One listing, and what is new. One that cannot be read lets nobody in, and hides no other."""
        stored = self._listing.read()
        found = {}
        for key, it in stored.items():
            if key.endswith(".revoked.json"):
                continue
            try:
                token = parsed(ApiToken, key, it.body)
                found[token.id] = KnownToken(token, _revocation(stored, token.id))
            except Unreadable as error:
                log.warning("token cannot be read key=%s error=%s", key, error.fault)
        return found

    def last_uses(self) -> Mapping[str, datetime]:
        """By id."""
        found = {}
        for key, it in self._uses.read().items():
            with suppress(Unreadable):
                found[key.rpartition("/")[2].removesuffix(".json")] = parsed(TokenUse, key, it.body).when
        return found

    def add(self, token: ApiToken) -> None:
        """Raises Conflict where there is one of that id: what somebody allowed makes one token."""
        about: dict[str, Any] = {
            "token": token.id,
            "name": token.name,
            "team": token.team,
            "expires": token.expires.isoformat(),
        }
        about |= {name: list(those) for name, those in token.scope.model_dump().items() if those is not None}
        with self._audit.entry("make-token", PORTAL, token.made_by_name, **about):
            key = naming.token_key(token.id)
            # The key may be taken by this very token, whose answer was lost.
            if not self._objects.create(key, token.to_json(), _JSON) and not self._is_there(key, token):
                raise Conflict(say("this was taken for a token already"))

    def _is_there(self, key: str, token: ApiToken) -> bool:
        return parsed(ApiToken, key, self._objects.read(key).body).digest == token.digest

    def revoke(self, token: ApiToken, who: str, when: datetime) -> KnownToken:
        """Whoever was first counts."""
        with self._audit.entry("revoke-token", PORTAL, who, token=token.id, name=token.name, of=token.whose):
            revocation = TokenRevocation(who=who, when=when)
            self._objects.create(naming.token_revocation_key(token.id), revocation.to_json(), _JSON)
        return KnownToken(token, revocation)

    def used(self, id: str, when: datetime) -> None:
        """Of several portals that say so at once one counts: it is the same hour."""
        write_latest(self._objects, naming.token_use_key(id), TokenUse(when=when))


def _revocation(stored: Mapping[str, Stored], id: str) -> TokenRevocation | None:
    """One that cannot be read revokes all the same."""
    key = naming.token_revocation_key(id)
    if key not in stored:
        return None
    try:
        return parsed(TokenRevocation, key, stored[key].body)
    except Unreadable:
        return TokenRevocation(who="?", when=stored[key].written_at)
