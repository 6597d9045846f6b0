"""Takes the way to sign in that the settings say, and loads no other."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Flask

from portal.auth import WhoIsAsking
from portal.auth.local import LocalUser
from portal.auth.sample_people import SamplePeople
from portal.auth.sessions import Sessions
from portal.auth.settings import AlbSignIn, OidcClient
from portal.settings import Settings

if TYPE_CHECKING:
    from portal.auth.ci import Ci


def way_in(app: Flask, settings: Settings, sign_outs: Callable[[], Mapping[str, datetime]]) -> WhoIsAsking:
    match settings.sign_in:
        case OidcClient() as client:
            from portal.auth.oidc import Oidc

            return Oidc(app, client, Sessions(settings.session_limits, settings.now, sign_outs), settings.now)
        case AlbSignIn() as signed:
            from portal.auth.alb import Alb

            return Alb(signed, settings.now)
        case "sample":
            return SamplePeople()
        case _:
            return LocalUser(settings.user)


def ci(settings: Settings) -> "Ci | None":
    if not settings.ci:
        return None
    from portal.auth.ci import Ci

    return Ci(settings.ci, settings.secret_key().encode(), settings.now)
