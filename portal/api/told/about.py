"""What the API says about itself: who asks, which environments there are, and the tokens it gives."""

from datetime import datetime

from portal.api.told.base import Told


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
