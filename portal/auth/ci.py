"""A CI that has no secret: it shows the token that its provider signed for this very job, and is given one of ours for
some minutes.

Which jobs may do what is in the portal's settings, by the claims of their token: whoever can change a service's entry
must not be able to hand it to another repository. Only issuers that stand there are ever asked for their keys.
"""

import base64
import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from portal.auth import Person, ProviderAway, Scope, Untrusted
from portal.auth.fetched import Fetched
from portal.auth.settings import CiTrust
from portal.text.language import N_

log = logging.getLogger(__name__)

LASTS = timedelta(minutes=60)
"""As long as a job waits for the end of its release"""
_ALGORITHMS = ["RS256", "ES256"]
_OURS = "HS256"
_KEYS_LAST = timedelta(minutes=10)
_KEYS_OUTLAST = timedelta(hours=1)
"""While the issuer does not answer"""
_ASKED_AGAIN = timedelta(seconds=30)
_SKEW_SECONDS = 60
_TIMEOUT_SECONDS = 3
_MAX_BYTES = 64 * 1024
_ISSUER = "slipway"


@dataclass(frozen=True)
class Granted:
    token: str
    person: Person
    expires: datetime


class Ci:
    def __init__(self, trusts: Sequence[CiTrust], key: bytes, now: Callable[[], datetime]):
        self._trusts, self._now = trusts, now
        # Of its own, so that what it signs is no session, and a session no token.
        self._key = OctKey.import_key(hashlib.sha256(b"ci tokens " + key).digest())
        self._keys = Fetched(_fetched, now, lasts=_KEYS_LAST, outlasts=_KEYS_OUTLAST, asked_again=_ASKED_AGAIN)

    def exchange(self, id_token: str) -> Granted:
        """Raises Untrusted and ProviderAway."""
        claims = self._claims(id_token)
        trust = next((it for it in self._trusts if it.fits(claims)), None)
        if trust is None:
            raise Untrusted(N_("the portal's settings trust no such job"))
        expires = self._now() + LASTS
        who = f"CI: {trust.words(claims)}"
        said = {
            "iss": _ISSUER,
            "sub": f"{claims['iss']}#{claims.get('sub', '')}",
            "exp": int(expires.timestamp()),
            "jti": f"ci-{secrets.token_hex(6)}",
            "name": who,
            "team": trust.team,
            "scope": {
                "actions": ["read", *trust.actions],
                "services": list(trust.services),
                "environments": list(trust.environments),
            },
        }
        return Granted(jwt.encode({"alg": _OURS}, said, self._key), _person(said), expires)

    def person(self, token: str) -> Person:
        """Of a token of ours. Raises Untrusted."""
        try:
            said = jwt.decode(token, self._key, algorithms=[_OURS]).claims
        except (JoseError, ValueError) as error:
            raise Untrusted(N_("it is none of ours")) from error
        if said.get("iss") != _ISSUER or said["exp"] <= self._now().timestamp():
            raise Untrusted(N_("it has expired"))
        return _person(said)

    def _claims(self, token: str) -> Mapping[str, Any]:
        """Nothing that the token says of itself decides anything but whose key to try, of those that are trusted."""
        if len(token) > _MAX_BYTES:
            raise Untrusted(N_("it is no signed token"))
        issuer = _issuer_said(token)
        if issuer not in {it.issuer for it in self._trusts}:
            raise Untrusted(N_("the portal's settings trust no such issuer"))
        claims = self._verified(token, issuer)
        if not any(it.is_for(claims.get("aud")) for it in self._trusts if it.issuer == issuer):
            raise Untrusted(N_("it is not for this portal"))
        now = self._now().timestamp()
        ends, begins = claims.get("exp"), claims.get("nbf", 0)
        if not isinstance(ends, int | float) or ends + _SKEW_SECONDS < now:
            raise Untrusted(N_("it has expired"))
        if not isinstance(begins, int | float) or begins - _SKEW_SECONDS > now:
            raise Untrusted(N_("it is of the future"))
        return claims

    def _verified(self, token: str, issuer: str) -> Mapping[str, Any]:
        for is_last in (False, True):
            try:
                return jwt.decode(token, self._keys.get(issuer, anew=is_last), algorithms=_ALGORITHMS).claims
            except (JoseError, ValueError) as error:
                if is_last:  # the provider may have changed its keys since they were read
                    raise Untrusted(N_("its signature is not that of its issuer")) from error
        raise AssertionError("each attempt returns or raises")


def _fetched(issuer: str) -> KeySet:
    """The issuer's own address says where its keys are: on the same host, or nowhere."""
    try:
        where = _read(f"{issuer.rstrip('/')}/.well-known/openid-configuration").get("jwks_uri", "")
        if urlsplit(where)[:2] != urlsplit(issuer)[:2]:
            raise ValueError("it names keys on another host")
        return KeySet.import_key_set(_read(where))
    except (requests.RequestException, JoseError, ValueError, AttributeError) as error:
        log.warning("keys of a CI not read issuer=%s error=%s", issuer, error)
        raise ProviderAway from error


def _read(address: str) -> Any:
    answer = requests.get(address, timeout=_TIMEOUT_SECONDS, allow_redirects=False)
    if answer.status_code != 200 or len(answer.content) > _MAX_BYTES:
        raise ValueError(f"{address} answered {answer.status_code}")
    return answer.json()


def _issuer_said(token: str) -> str:
    try:
        return str(_unchecked(token).get("iss", ""))
    except (ValueError, AttributeError, IndexError, RecursionError) as error:
        raise Untrusted(N_("it is no signed token")) from error


def _unchecked(token: str) -> Any:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def _person(said: Mapping[str, Any]) -> Person:
    scope = Scope(*(frozenset(said["scope"][name]) for name in ("actions", "services", "environments")))
    return Person(said["name"], said["sub"], frozenset({said["team"]}), token=said["jti"], scope=scope, is_program=True)
