"""Who asks the API: the person behind the token that a request carries, with the token's narrower rights.

A token is looked up in what was read of the bucket, and never in the bucket itself: one that was made or revoked at
another copy of the portal is known here some seconds later.
"""

import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from werkzeug.exceptions import Unauthorized

from portal.auth import Person, Scope, Untrusted
from portal.data.read_behind import ReadBehind
from portal.data.written_beside import WrittenBeside
from portal.text.language import _
from runtime.aws.errors import Unreachable
from runtime.bucket import api_tokens
from runtime.bucket.api_tokens import KnownToken
from runtime.platform import credentials
from service_catalog.records.portal import ApiToken, SeenPerson, TokenScope

if TYPE_CHECKING:
    from portal.auth.ci import Ci

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
        last_seen: Callable[[str], SeenPerson | None],
        now: Callable[[], datetime],
        ci: "Ci | None" = None,
        fresh_seconds: float = 5.0,
    ):
        self._tokens = ReadBehind("tokens", tokens, now, fresh_seconds)
        self._note_use, self._last_seen, self._now, self._ci = note_use, last_seen, now, ci
        self._ending: tuple[Mapping[str, KnownToken], datetime | None, Sequence[KnownToken]] = ({}, None, ())
        self._noted: dict[str, datetime] = {}
        self._writing = WrittenBeside("use of a token")

    def person(self, header: str) -> Person:
        """Of the whole ``Authorization`` header. Raises BadToken, and Unreachable while nothing was ever read."""
        scheme, _space, text = header.partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise BadToken(_("The API wants a token: `Authorization: Bearer slipway_…`. The page of tokens makes one."))
        if self._ci and text.count(".") == 2:
            return self._of_ci(self._ci, text.strip())
        token = self._valid(text.strip())
        return person_behind(token, None if token.team else self._last_seen(token.made_by))

    def _of_ci(self, ci: "Ci", text: str) -> Person:
        try:
            return ci.person(text)
        except Untrusted as error:
            raise BadToken(_("The token of this job is not valid any more, or never was.")) from error

    def known(self) -> Collection[KnownToken]:
        """All of them, for who looks at pages: minutes old at most, and none while they were never read."""
        return (self._tokens.value(fresh_seconds=_SHOWN_FRESH_SECONDS) or {}).values()

    def ending(self) -> Sequence[KnownToken]:
        """Those of them that end soon or did of late, looked through once a minute: every page asks."""
        held, now = self._tokens.value(fresh_seconds=_SHOWN_FRESH_SECONDS) or {}, self._now()
        minute = now.replace(second=0, microsecond=0)
        of, looked_at, found = self._ending
        if of is not held or looked_at != minute:
            found = [it for it in held.values() if credentials.is_ending(it, now)]
            self._ending = held, minute, found
        return found

    def put(self, known: KnownToken) -> None:
        """What this portal has just written."""
        self._tokens.put({**(self._tokens.value(_PATIENCE_SECONDS) or {}), known.token.id: known})

    def close(self) -> None:
        self._writing.close()

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
        self._writing.write(lambda: self._note_use(id, now))


def person_behind(token: ApiToken, seen: SeenPerson | None) -> Person:
    """``seen``: what was said last of whoever made it; None counts as what was so by then. A team's token is nobody's:
    it acts for the team alone."""
    scope = _scope(token.scope)
    if token.team:
        team = frozenset({token.team})
        id = f"{_TEAM}{token.team}"
        return Person(token.who, id, team, only_in=token.only_in, token=token.id, scope=scope, is_program=True)
    teams, is_platform = (seen.teams, seen.is_platform) if seen else (token.teams, token.is_platform)
    return Person(token.who, token.made_by, frozenset(teams), is_platform, token.only_in, token=token.id, scope=scope)


def _scope(kept: TokenScope) -> Scope:
    return Scope(*(None if it is None else frozenset(it) for it in (kept.actions, kept.services, kept.environments)))
