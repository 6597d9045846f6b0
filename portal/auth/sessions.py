"""Who is signed in, in a signed cookie, so that any number of portals may answer: nothing of it is kept on a server but
that somebody signed out everywhere.

A session ends when nobody used it for a while, and at the latest some hours after it began. Pages that refresh
themselves are nobody who uses it. Each sign-in begins a new one.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request, session

from portal.auth import Person
from portal.auth.settings import Limits
from portal.data.read_behind import ReadBehind
from service_catalog import naming

_KEY = "signed_in"
_NOTED_EVERY = timedelta(minutes=1)
"""How exactly a session knows when it was used last: each time costs a cookie"""
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True)
class Session:
    id: str
    person: Person
    began: datetime
    used: datetime
    told: datetime
    """When the identity provider told who this is"""

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Session":
        name, id, teams, is_platform = kept["person"]
        moments = (datetime.fromtimestamp(kept[key], UTC) for key in ("began", "used", "told"))
        return cls(kept["id"], Person(name, id, frozenset(teams), is_platform), *moments)

    def kept(self) -> dict[str, Any]:
        who = self.person
        moments = {"began": self.began, "used": self.used, "told": self.told}
        return {
            "id": self.id,
            "person": [who.name, who.id, sorted(who.teams), who.is_platform],
            **{key: moment.timestamp() for key, moment in moments.items()},
        }


class Sessions:
    def __init__(
        self,
        limits: Limits,
        now: Callable[[], datetime],
        sign_outs: Callable[[], Mapping[str, datetime]],
        fresh_seconds: float = 15.0,
    ):
        self._limits, self._now = limits, now
        self._sign_outs = ReadBehind("sign-outs", sign_outs, now, fresh_seconds)

    def begin(self, person: Person) -> None:
        """With nothing of the session before it: who knew its cookie knows nothing of this one."""
        session.clear()
        now = self._now()
        session[_KEY] = Session(secrets.token_urlsafe(12), person, now, now, now).kept()

    def renew(self, person: Person) -> bool:
        """The provider told anew who this is. Somebody else's answer begins another session, and so does one where none
        was; says whether it did."""
        held = self.current()
        if held is None or held.person.id != person.id:
            self.begin(person)
            return True
        session[_KEY] = {**Session(held.id, person, held.began, held.used, self._now()).kept()}
        return False

    def current(self) -> Session | None:
        """None for one that has ended."""
        if _KEY not in session:
            return None
        held, now = Session.read(session[_KEY]), self._now()
        is_over = now - held.used > self._limits.idle or now - held.began > self._limits.longest
        if is_over or self._is_signed_out(held):
            return None
        if not is_refresh() and now - held.used > _NOTED_EVERY:
            session[_KEY] = {**session[_KEY], "used": now.timestamp()}
        return held

    def is_stale(self, held: Session) -> bool:
        return self._now() - held.told > self._limits.claims

    def is_outdated(self, held: Session) -> bool:
        """Nobody who looks at pages between two writes comes to this, however long they sat before one."""
        return self._now() - held.told > self._limits.claims + self._limits.idle

    def end(self) -> None:
        session.clear()

    def end_everywhere(self, person: Person, write: Callable[[str, datetime], None]) -> None:
        """``write`` is told the person's id and the moment. Raises what it raises, and then nothing has ended."""
        now = self._now()
        write(person.id, now)
        self._sign_outs.put({**(self._sign_outs.value() or {}), naming.sign_out_key(person.id): now})
        self.end()

    def _is_signed_out(self, held: Session) -> bool:
        # Whoever cannot be looked up, since AWS is silent, can write nothing there either.
        known = self._sign_outs.value(_PATIENCE_SECONDS) or {}
        when = known.get(naming.sign_out_key(held.person.id))
        return when is not None and held.began <= when


def is_refresh() -> bool:
    """A page asks for its own parts, by script: nobody need sit before it."""
    return request.headers.get("Sec-Fetch-Dest") == "empty"
