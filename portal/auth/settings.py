"""How people sign in, as whoever serves the portal says it. Apart from what does it, so that a portal without sign-in
loads none of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from portal.auth.claims import TeamsClaim

OIDC_SCOPE = "openid profile email"
"""What every provider knows; some put groups into their answers only to who asks for a scope more"""


@dataclass(frozen=True)
class OidcClient:
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    teams: TeamsClaim = field(default_factory=TeamsClaim)
    scope: str = OIDC_SCOPE


@dataclass(frozen=True)
class AlbSignIn:
    load_balancer: str
    """Its whole ARN"""
    issuer: str
    client_id: str
    teams: TeamsClaim = field(default_factory=TeamsClaim)
    keys_url: str = ""
    """Where the keys are; empty: the public place of the load balancer's region"""

    def key_url(self, id: str) -> str:
        region = self.load_balancer.split(":")[3]
        return f"{self.keys_url or f'https://public-keys.auth.elb.{region}.amazonaws.com'}/{id}"


@dataclass(frozen=True)
class Limits:
    """Of a session."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    claims: timedelta = timedelta(minutes=15)
    """How old what the identity provider said of somebody may become, before it is asked again"""


@dataclass(frozen=True)
class CiTrust:
    """Jobs of a CI that may do something, by what its provider says of them."""

    issuer: str
    audience: str
    """What the job asked its provider to sign the token for: the portal's address"""
    claims: Mapping[str, str]
    """Each has to be in the token, and to be this very text"""
    team: str
    """For which it acts: what that team may not, the job may not"""
    actions: tuple[str, ...]
    services: tuple[str, ...]
    environments: tuple[str, ...]

    def fits(self, said: Mapping[str, Any]) -> bool:
        is_ours = said.get("iss") == self.issuer and self.is_for(said.get("aud"))
        return is_ours and all(said.get(name) == text for name, text in self.claims.items())

    def is_for(self, audience: Any) -> bool:
        return self.audience == audience or (isinstance(audience, list) and self.audience in audience)

    def words(self, said: Mapping[str, Any]) -> str:
        """As it stands in releases."""
        found = (said.get(name) for name in ("repository", "project_path", "ref"))
        return " ".join(str(it) for it in found if it)[:100] or str(said.get("sub", ""))[:100]


SignIn = OidcClient | AlbSignIn | Literal["none", "sample"]
