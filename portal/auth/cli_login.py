"""Logging a command line in by the browser: what somebody allowed becomes a code, and the code, once, a token.

The browser hands the code to the command, on the person's own machine. Who sees it on the way can do nothing with it:
it is good for two minutes, for one token, and only together with what the command kept to itself (PKCE, RFC 7636).
The code is the token that it is to become, sealed with the portal's key: so any copy of the portal takes it, and none
keeps anything in between. Its public id is in it, and a token's object is written once: that is why it works once.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import AwareDatetime, ValidationError

from portal.auth import Untrusted
from portal.text.language import N_
from service_catalog.records.portal import ApiToken
from service_catalog.records.record import Part

LASTS = timedelta(minutes=2)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_STATE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_HOW = {"alg": "dir", "enc": "A256GCM"}
_LONGEST = 16 * 1024


class LoginRequest(Part):
    """Of a command that listens on this machine."""

    port: int
    state: str
    """By which it knows its own answer"""
    challenge: str
    """Digest of what it keeps to itself"""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def words(self) -> str:
        """What the command shows too, for whoever compares."""
        return f"{self.challenge[:4]}-{self.challenge[4:8]}"


class _Allowed(Part):
    challenge: str
    until: AwareDatetime
    token: ApiToken


def login_request(said: Mapping[str, str]) -> LoginRequest | None:
    """In an address; None where no command of ours asked."""
    port, state, challenge = (said.get(name, "") for name in ("port", "state", "challenge"))
    if not re.fullmatch("[1-9][0-9]{3,4}", port) or not 1024 <= int(port) <= 65535:
        return None
    if not _STATE.fullmatch(state) or not _CHALLENGE.fullmatch(challenge):
        return None
    return LoginRequest(port=int(port), state=state, challenge=challenge)


class CliLogins:
    def __init__(self, secret: str):
        self._key = OctKey.import_key(hashlib.sha256(f"cli-login {secret}".encode()).digest())

    def code(self, token: ApiToken, challenge: str, now: datetime) -> str:
        """``token`` has no secret part yet."""
        allowed = _Allowed(challenge=challenge, until=now + LASTS, token=token)
        return jwe.encrypt_compact(dict(_HOW), allowed.model_dump_json().encode(), self._key)

    def allowed(self, code: str, verifier: str, now: datetime) -> ApiToken:
        """What the code is good for. Raises Untrusted."""
        try:
            if len(code) > _LONGEST:
                raise ValueError("no code is so long")
            found = _Allowed.model_validate_json(jwe.decrypt_compact(code, self._key).plaintext or b"")
        except (JoseError, ValueError, ValidationError) as error:
            raise Untrusted(N_("it is none of ours")) from error
        if not hmac.compare_digest(challenge_of(verifier), found.challenge):
            raise Untrusted(N_("another command asked for it"))
        if found.until <= now:
            raise Untrusted(N_("it has expired"))
        return found.token


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
