"""What an identity provider says of somebody, as a person of ours. Providers differ in where they put the groups and
how they write them, so the claim is a setting, and a path into the claims is one too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.auth import Person

_NAMES = ("name", "preferred_username", "email", "sub")
"""The first that is there stands in releases"""


@dataclass(frozen=True)
class TeamsClaim:
    path: str = "groups"
    """Members with dots between: ``realm_access.roles``"""
    platform: str = "platform"
    """The team that may do everything"""

    def person(self, claims: Mapping[str, Any]) -> Person:
        teams = frozenset(self._teams(claims))
        name = next(str(claims[key]) for key in _NAMES if claims.get(key))
        return Person(name, str(claims["sub"]), teams, is_platform=self.platform in teams)

    def is_in(self, claims: Mapping[str, Any]) -> bool:
        return self._found(claims) is not None

    def _teams(self, claims: Mapping[str, Any]) -> list[str]:
        found = self._found(claims)
        listed = found.replace(",", " ").split() if isinstance(found, str) else found
        # Some write the groups as paths below a root.
        return [str(it).removeprefix("/") for it in listed] if isinstance(listed, list) else []

    def _found(self, claims: Mapping[str, Any]) -> Any:
        # A claim may have a dot, or a whole address, in its own name.
        if self.path in claims:
            return claims[self.path]
        found: Any = claims
        for member in self.path.split("."):
            found = found.get(member) if isinstance(found, Mapping) else None
        return found
