"""Sign-in by the Application Load Balancer before the portal: it signs who somebody is into a header of each request.

Anybody may send such a header, and every load balancer of a region signs with keys from the same place. So nothing is
believed before the signature is checked, and then only what *our* load balancer signed for *our* client, and only until
it expires. What the token says of itself decides nothing but which key to try.
"""

import base64
import binascii
import json
import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import requests
from flask import request
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

from portal.auth import Person, Untrusted, Way
from portal.auth.fetched import Fetched
from portal.auth.settings import AlbSignIn

log = logging.getLogger(__name__)

HEADER = "x-amzn-oidc-data"
_KEY_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KEYS_LAST = timedelta(days=1)
"""None ever changes: another has another id"""
_ASKED_AGAIN = timedelta(seconds=30)
_TIMEOUT_SECONDS = 3
_SKEW_SECONDS = 60
_MAX_BYTES = 16 * 1024


class Alb:
    way: Way = "alb"

    def __init__(self, settings: AlbSignIn, now: Callable[[], datetime]):
        self._settings, self._now = settings, now
        self._keys = Fetched(self._fetched, now, lasts=_KEYS_LAST, outlasts=_KEYS_LAST, asked_again=_ASKED_AGAIN)

    def person(self) -> Person | None:
        token = request.headers.get(HEADER, "")
        if not token:
            return None
        try:
            return self._settings.teams.person(self.claims(token))
        except (Untrusted, requests.RequestException) as error:
            log.warning("load balancer's header refused reason=%s", error)
            return None

    def is_stale(self) -> bool:
        return False  # the load balancer asks again by itself

    def is_outdated(self) -> bool:
        return False

    def claims(self, token: str) -> Mapping[str, Any]:
        """Raises Untrusted; RequestException where the key cannot be fetched."""
        head, body, signature = _parts(token)
        header = _json(head)
        if header.get("alg") != "ES256":
            raise Untrusted("it is not signed with ES256")
        if not self._is_signed(f"{head}.{body}".encode(), _bytes(signature), header):
            raise Untrusted("the signature is not that of its key")
        if header.get("signer") != self._settings.load_balancer:
            raise Untrusted("another load balancer signed it")
        claims = _json(body)
        for said in (header, claims):
            if said.get("iss", self._settings.issuer) != self._settings.issuer:
                raise Untrusted("it is of another identity provider")
        if header.get("iss") != self._settings.issuer or header.get("client") != self._settings.client_id:
            raise Untrusted("it is for another client")
        expires = header.get("exp")
        if not isinstance(expires, int | float) or expires + _SKEW_SECONDS < self._now().timestamp():
            raise Untrusted("it has expired")
        if not claims.get("sub"):
            raise Untrusted("it names nobody")
        return claims

    def _is_signed(self, signed: bytes, signature: bytes, header: Mapping[str, Any]) -> bool:
        # The load balancer keeps the padding, which no standard allows and the signature covers.
        try:
            return bool(JWSRegistry.algorithms["ES256"].verify(signed, signature, self._key(header.get("kid"))))
        except (JoseError, ValueError):
            return False

    def _key(self, id: Any) -> ECKey:
        if not isinstance(id, str) or not _KEY_ID.fullmatch(id):
            raise Untrusted("its key has no id of AWS")
        return self._keys.get(id)

    def _fetched(self, id: str) -> ECKey:
        answer = requests.get(self._settings.key_url(id), timeout=_TIMEOUT_SECONDS, allow_redirects=False)
        if answer.status_code != 200:
            raise Untrusted("AWS knows no such key")
        return ECKey.import_key(answer.text)


def _parts(token: str) -> tuple[str, str, str]:
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _MAX_BYTES:
        raise Untrusted("it is no signed token")
    return parts[0], parts[1], parts[2]


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError) as error:
        raise Untrusted("it is no signed token") from error


def _json(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(_bytes(text))
    except (ValueError, RecursionError) as error:
        raise Untrusted("it is no signed token") from error
    if not isinstance(found, dict):
        raise Untrusted("it is no signed token")
    return found
