"""Who is asking, and what they may do.

    rights.py           what every write needs, and who may do it: the owner's team, the platform team
    protection.py       what a release needs beyond that in a protected environment
    gate.py             asked before every page: is somebody signed in, and may they do this
    sessions.py         who is signed in, in a signed cookie, and when that ends
    claims.py           what an identity provider says of somebody, as a person of ours
    fetched.py          what others' servers tell, asked by one and kept: keys, whether a provider answers
    bearers.py          tokens of the API, and the persons behind them
    people.py           what was said last of each of those persons
    ci.py               a CI's own token for one job, taken for one of the API

Ways to sign in, one of which a portal has (``ways.py`` takes the one that ``settings.py`` says):

    local.py            none: the user of this machine, who may do everything; the portal serves loopback only
    sample_people.py    the people of the demo, who change the local cloud alone
    oidc.py             an identity provider that speaks OpenID Connect
    alb.py              the load balancer before the portal, which signs a header
"""

from dataclasses import dataclass
from typing import Literal, Protocol

Way = Literal["none", "sample", "oidc", "alb"]


@dataclass(frozen=True)
class Scope:
    """What a token may do of what the person behind it may. None narrows nothing."""

    actions: frozenset[str] | None = None
    services: frozenset[str] | None = None
    environments: frozenset[str] | None = None

    def allows(self, action: str, service: str | None, environment: str) -> bool:
        return (
            (self.actions is None or action in self.actions)
            and (self.services is None or service is None or service in self.services)
            and (self.environments is None or not environment or environment in self.environments)
        )


@dataclass(frozen=True)
class Person:
    name: str
    """As it stands in releases and env versions"""
    id: str = ""
    """What the identity provider calls them for good: names and addresses change hands"""
    teams: frozenset[str] = frozenset()
    """As owners are spelled in the catalog"""
    is_platform: bool = False
    only_in: str = ""
    """The only environment in which they change anything; empty: wherever they may"""
    token: str = ""
    """The public id of the token by which they ask; empty in a browser"""
    scope: Scope = Scope()
    """Of that token"""
    is_program: bool = False
    """A team's token, or a job of a CI: nobody knows which person acts by it"""


class WhoIsAsking(Protocol):
    way: Way

    def person(self) -> Person | None:
        """The person behind the current request; None while nobody is signed in."""

    def is_stale(self) -> bool:
        """What is known of them is old, and the way there is to ask again."""

    def is_outdated(self) -> bool:
        """It is so old that nobody writes by it, before it was asked again."""


class SignInFailed(Exception):
    """The identity provider did not say who this is; ``sentence`` says why, as far as one may know."""

    def __init__(self, sentence: str, is_quoted: bool = False):
        self.sentence, self.is_quoted = sentence, is_quoted
        """Quoted: in the provider's own words. Else why its answer is not believed"""
        super().__init__(sentence)


class NeedsThePerson(Exception):
    """It would not say so without asking them."""


class ProviderAway(Exception):
    """It does not answer."""


class Untrusted(ValueError):
    """A token that none of those whom the portal trusts signed, or not for this portal, or that is over."""
