"""Who is asking, and what they may do.

    rights.py           what every write needs, and who may do it: the owner's team, the platform team, anyone
    gate.py             asked before every page: is somebody signed in, and may they do this
    local.py            no sign-in: the user of this machine, who may do everything; the portal serves loopback only

``person()`` is asked once per request. Every way to sign in is another class with the face of ``WhoIsAsking``.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Person:
    name: str
    """As it stands in releases and env versions"""
    id: str = ""
    """What the identity provider calls them for good: names and addresses change hands"""
    teams: frozenset[str] = frozenset()
    """As owners are spelled in the catalog"""
    is_platform: bool = False


class WhoIsAsking(Protocol):
    def person(self) -> Person | None:
        """The person behind the current request; None while nobody is signed in."""
