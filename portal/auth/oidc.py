"""Sign-in with an identity provider that speaks OpenID Connect: authorization code with PKCE, state and nonce.

Authlib does the protocol. Here stand what the portal makes of it: whom the claims mean, how old they may become, and
what is done while the provider is away. Nothing of a token is kept: who somebody is gets asked again instead, without
asking them (``prompt=none``), so that a team that they left does not stay theirs.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import MismatchingStateError, OAuthError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Flask, request, session
from flask.typing import ResponseReturnValue
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError

from portal.auth import NeedsThePerson, Person, ProviderAway, SignInFailed, Way
from portal.auth.fetched import Fetched
from portal.auth.sessions import Sessions, is_refresh
from portal.auth.settings import OidcClient
from portal.text.language import _

log = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 5
_ASKED_AGAIN = timedelta(seconds=60)
_REMEMBERED = timedelta(hours=1)
"""While one asks anew, the others go by what was so"""
_BACK, _IS_SILENT = "sign_in_back", "sign_in_is_silent"
_NEEDS_THE_PERSON = {"login_required", "interaction_required", "consent_required", "account_selection_required"}


class Oidc:
    way: Way = "oidc"

    def __init__(self, app: Flask, client: OidcClient, sessions: Sessions, now: Callable[[], datetime]):
        self._client, self.sessions = client, sessions
        self._there = Fetched(_is_there, now, lasts=_ASKED_AGAIN, outlasts=_REMEMBERED, asked_again=_ASKED_AGAIN)
        registered = OAuth(app).register(
            "oidc",
            client_id=client.client_id,
            client_secret=client.client_secret,
            server_metadata_url=f"{client.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": client.scope,
                "code_challenge_method": "S256",
                "default_timeout": _TIMEOUT_SECONDS,
            },
        )
        assert isinstance(registered, FlaskOAuth2App)
        self._provider = registered

    def person(self) -> Person | None:
        held = self.sessions.current()
        return held.person if held else None

    def is_stale(self) -> bool:
        """Whoever reads on has to be asked for again. While the provider is away, what it said last counts."""
        held = self.sessions.current()
        return held is not None and self.sessions.is_stale(held) and not is_refresh() and self._answers()

    def is_outdated(self) -> bool:
        held = self.sessions.current()
        return held is not None and self.sessions.is_outdated(held) and self._answers()

    def begin(self, callback: str, back: str, is_silent: bool) -> ResponseReturnValue:
        """To the provider. Raises ProviderAway."""
        if not self._answers():
            raise ProviderAway
        session[_BACK], session[_IS_SILENT] = back, is_silent
        prompt = {"prompt": "none"} if is_silent else {}
        try:
            answer: ResponseReturnValue = self._provider.authorize_redirect(callback, **prompt)
        except (requests.RequestException, ValueError, RuntimeError) as error:
            log.warning("identity provider is away issuer=%s error=%s", self._client.issuer, type(error).__name__)
            raise ProviderAway from error
        return answer

    def complete(self) -> tuple[Person, str, bool]:
        """Who came back from the provider, where they wanted to go, and whether they are new here. Raises SignInFailed,
        NeedsThePerson, ProviderAway."""
        back, was_silent = self.back(), session.get(_IS_SILENT, False)
        if was_silent and request.args.get("error") in _NEEDS_THE_PERSON:
            raise NeedsThePerson
        person = self._person_of_answer()
        if was_silent:
            return person, back, self.sessions.renew(person)
        self.sessions.begin(person)
        return person, back, True

    def back(self) -> str:
        """Where whoever is being asked for wanted to go."""
        return str(session.get(_BACK, "/"))

    def provider_sign_out(self, back: str) -> str:
        """Where the provider ends its own session; empty where it has no such page, or does not answer."""
        try:
            address = self._provider.load_server_metadata().get("end_session_endpoint", "")
        except (requests.RequestException, ValueError, RuntimeError):
            return ""
        asked = urlencode({"client_id": self._client.client_id, "post_logout_redirect_uri": back})
        return f"{address}?{asked}" if address else ""

    def _person_of_answer(self) -> Person:
        try:
            token = self._provider.authorize_access_token(claims_options=self._wanted_claims())
            claims = token.get("userinfo") or {}
            if "sub" not in claims:
                raise SignInFailed(_("it holds no ID token."))
            if not self._client.teams.is_in(claims) and "userinfo_endpoint" in self._provider.load_server_metadata():
                further = self._provider.userinfo(token=token)
                if further.get("sub") != claims["sub"]:
                    raise SignInFailed(_("it speaks of two people."))
                claims = {**further, **claims}
        except requests.RequestException as error:
            raise ProviderAway from error
        except (AuthlibBaseError, JoseError, ValueError) as error:
            log.warning("sign-in failed error=%s description=%s", type(error).__name__, str(error)[:200])
            raise failure(error) from error
        if not self._client.teams.is_in(claims):
            log.warning(
                "identity provider says nothing of teams claim=%s scope=%s", self._client.teams.path, self._client.scope
            )
        return self._client.teams.person(claims)

    def _wanted_claims(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": self._client.issuer},
            "aud": {"essential": True, "value": self._client.client_id},
        }

    def _answers(self) -> bool:
        """Asked once a minute at most: who is sent to a provider that is away does not come back."""
        return self._there.get(self._client.issuer)


def failure(error: AuthlibBaseError | JoseError | ValueError) -> SignInFailed:
    """In words for whoever wanted to sign in."""
    match error:
        case MismatchingStateError():
            return SignInFailed(_("it belongs to another sign-in, or to one that is over. Begin anew."))
        case OAuthError():
            return SignInFailed(error.description or error.error or "", is_quoted=True)
        case ExpiredTokenError():
            return _of_another_time()
        case ClaimError() if error.claim in ("iat", "nbf", "exp"):
            return _of_another_time()
        case ClaimError() if error.claim in ("iss", "aud", "azp"):
            return SignInFailed(_("it is for another client, or of another provider."))
        case ClaimError():
            return SignInFailed(_("it is not the answer to this question: %(claim)s differs.", claim=error.claim))
    return SignInFailed(_("it is not signed as it should be."))


def _of_another_time() -> SignInFailed:
    return SignInFailed(
        _("it is of another time. The clocks of portal and provider differ by minutes: tell whoever runs them.")
    )


def _is_there(issuer: str) -> bool:
    try:
        return requests.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=_TIMEOUT_SECONDS).ok
    except requests.RequestException:
        return False
