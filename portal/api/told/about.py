"""What the API says about itself: who asks, which environments there are, and the tokens it gives."""

from datetime import datetime

from portal.api.told.base import Told
from portal.auth import Scope
from service_catalog.records.portal import TokenScope


class EnvironmentsTold(Told):
    environments: list[str]
    protection: dict[str, str]
    """By environment, those that are protected: four-eyes (one asks for a release, another confirms it) or platform
    (only the platform team releases)"""


class WhoTold(Told):
    name: str
    teams: list[str]
    is_platform: bool
    token: str
    actions: list[str] | None
    """What the token is for; null: whatever the person behind it may"""
    services: list[str] | None
    environments: list[str] | None


class GrantedTold(Told):
    access_token: str
    token_type: str
    """Bearer"""
    expires: datetime
    name: str
    """As it stands in releases"""
    actions: list[str]
    services: list[str]
    environments: list[str]

    @classmethod
    def of(cls, token: str, expires: datetime, name: str, scope: Scope | TokenScope) -> "GrantedTold":
        return cls(
            access_token=token,
            token_type="Bearer",
            expires=expires,
            name=name,
            actions=sorted(scope.actions or ()),
            services=sorted(scope.services or ()),
            environments=sorted(scope.environments or ()),
        )
