"""Who asks the API: the person behind the token that a request carries, with the token's narrower rights.

A token is looked up in what was read of the bucket, and never in the bucket itself: one that was made or revoked at
another copy of the portal is known here some seconds later.
"""

import hmac
import logging
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from werkzeug.exceptions import Unauthorized

from portal.auth import Person, Scope, Untrusted
from portal.data.read_behind import ReadBehind
from portal.text.language import _
from runtime.aws.errors import GatewayError, Unreachable
from runtime.bucket import api_tokens
from runtime.bucket.api_tokens import KnownToken
from service_catalog.records.portal import ApiToken, TokenScope

if TYPE_CHECKING:
    from portal.auth.ci import Ci

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 2.0
_SHOWN_FRESH_SECONDS = 300.0
_USE_NOTED_EVERY = timedelta(hours=1)
_TEAM = "team:"


class BadToken(Unauthorized):
    """It lets nobody in. Only who knows its secret part is told why."""

    def __init__(self, sentence: str):
        super().__init__(sentence)


class Bearers:
    def __init__(
        self,
        tokens: Callable[[], Mapping[str, KnownToken]],
        note_use: Callable[[str, datetime], None],
        now: Callable[[], datetime],
        ci: "Ci | None" = None,
        fresh_seconds: float = 5.0,
    ):
        self._tokens = ReadBehind("tokens", tokens, now, fresh_seconds)
        self._note_use, self._now, self._ci = note_use, now, ci
        self._noted: dict[str, datetime] = {}
        self._writers: list[threading.Thread] = []

    def person(self, header: str) -> Person:
        """Of the whole ``Authorization`` header. Raises BadToken, and Unreachable while no token was ever read."""
        scheme, _space, text = header.partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise BadToken(_("The API wants a token: `Authorization: Bearer slipway_…`. The page of tokens makes one."))
        if self._ci and text.count(".") == 2:
            return self._of_ci(self._ci, text.strip())
        return person_behind(self._valid(text.strip()))

    def _of_ci(self, ci: "Ci", text: str) -> Person:
        try:
            return ci.person(text)
        except Untrusted as error:
            raise BadToken(_("The token of this job is not valid any more, or never was.")) from error

    def known(self) -> Collection[KnownToken]:
        """All of them, for who looks at pages: minutes old at most, and none while they were never read."""
        return (self._tokens.value(fresh_seconds=_SHOWN_FRESH_SECONDS) or {}).values()

    def put(self, known: KnownToken) -> None:
        """What this portal has just written."""
        self._tokens.put({**(self._tokens.value(_PATIENCE_SECONDS) or {}), known.token.id: known})

    def close(self) -> None:
        for writer in self._writers:
            writer.join(timeout=5)

    def _valid(self, text: str) -> ApiToken:
        id, secret = api_tokens.split(text)
        held = self._tokens.value(_PATIENCE_SECONDS)
        if held is None:
            raise Unreachable(_("AWS did not answer when it was asked for the tokens of the API; try again"))
        known = held.get(id)
        if known is None or not hmac.compare_digest(known.token.digest, api_tokens.digest(secret)):
            raise BadToken(_("There is no such token."))
        if known.revoked:
            raise BadToken(_("This token was revoked by %(who)s.", who=known.revoked.who))
        if known.token.expires <= self._now():
            raise BadToken(_("This token has expired: make another on the page of tokens."))
        self._use(id)
        return known.token

    def _use(self, id: str) -> None:
        """Noted beside the request, which waits for nothing."""
        now = self._now()
        if id in self._noted and now - self._noted[id] < _USE_NOTED_EVERY:
            return
        self._noted[id] = now
        writer = threading.Thread(target=self._write_use, args=(id, now), name="token use", daemon=True)
        self._writers = [*(it for it in self._writers if it.is_alive()), writer]
        writer.start()

    def _write_use(self, id: str, when: datetime) -> None:
        try:
            self._note_use(id, when)
        except GatewayError as error:
            log.warning("use of a token not written token=%s error=%s", id, error.code)


def person_behind(token: ApiToken) -> Person:
    """A team's token is nobody's: it acts for the team alone."""
    id = f"{_TEAM}{token.team}" if token.team else token.made_by
    teams = frozenset({token.team} if token.team else token.teams)
    is_platform = token.is_platform and not token.team
    return Person(token.who, id, teams, is_platform, token.only_in, token=token.id, scope=_scope(token.scope))


def _scope(kept: TokenScope) -> Scope:
    return Scope(*(None if it is None else frozenset(it) for it in (kept.actions, kept.services, kept.environments)))
