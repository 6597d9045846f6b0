"""What belongs to the portal itself, in the bucket of its home environment."""

from typing import Literal

from pydantic import AwareDatetime

from service_catalog.records.record import Part, Record


class Dated(Record):
    """One that is written over: the latest counts."""

    when: AwareDatetime


class SignOut(Dated):
    """``portal/sign-outs/<digest of the person's id>.json``: every session that began before it has ended."""


class SeenPerson(Dated):
    """``portal/people/<digest of the person's id>.json``: what the identity provider said of somebody last."""

    teams: tuple[str, ...] = ()
    is_platform: bool = False


class TokenScope(Part):
    """What a token may do of what the person behind it may. A list that is None narrows nothing."""

    actions: tuple[str, ...] | None = None
    """AuditActions"""
    services: tuple[str, ...] | None = None
    environments: tuple[str, ...] | None = None


class ApiToken(Record):
    """``portal/tokens/<id>.json``: a token of the API. The token itself is written down nowhere."""

    id: str
    digest: str
    """SHA-256 of its secret part, in hexadecimal: 256 random bits need no salt"""
    name: str
    made_by: str
    """What the identity provider calls whoever made it, for good"""
    made_by_name: str
    team: str = ""
    """Whose it is, if it is a team's and stays when people leave; else it is of whoever made it"""
    teams: tuple[str, ...] = ()
    """Of the person behind it, when it was made: what counts until the identity provider says something of them"""
    is_platform: bool = False
    only_in: str = ""
    """The only environment in which that person changes anything"""
    scope: TokenScope = TokenScope()
    when: AwareDatetime
    expires: AwareDatetime

    @property
    def who(self) -> str:
        """As it stands in releases and env versions."""
        return f"{self.name} ({self.team})" if self.team else self.made_by_name

    @property
    def whose(self) -> str:
        return self.team or self.made_by_name

    def is_of(self, person: str) -> bool:
        """Of that person by themselves. A team's is of nobody."""
        return not self.team and self.made_by == person


class TokenRevocation(Record):
    """``portal/tokens/<id>.revoked.json``."""

    who: str
    when: AwareDatetime


class TokenUse(Dated):
    """``portal/token-uses/<id>.json``: when it was used last, give or take an hour."""


class RequestClaim(Record):
    """``portal/requests/<digest of who and key>/01.json``: somebody began to answer a request of this key."""

    digest: str
    """Of what was asked for"""
    when: AwareDatetime


class RequestAnswer(Record):
    """``portal/requests/<digest of who and key>/01.answer.json``: what it was answered with."""

    outcome: Literal["answered", "not done"]
    """Not done: nothing was changed for want of AWS, so the same request may be tried once more"""
    status: int
    body: str = ""
    """Names and numbers only: no answer to a write holds a value of a setting"""
