"""How people sign in, as whoever serves the portal says it. Apart from what does it, so that a portal without sign-in
loads none of that."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from portal.auth.claims import TeamsClaim


@dataclass(frozen=True)
class OidcClient:
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    teams: TeamsClaim = field(default_factory=TeamsClaim)
    scope: str = "openid profile email"


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


SignIn = OidcClient | AlbSignIn | Literal["none", "sample"]
