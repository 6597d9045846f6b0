"""Secrets at rest as Pulumi's passphrase provider keeps them: AES-256-GCM under a key made from passphrase and salt.

So a ``pulumi`` CLI with the same PULUMI_CONFIG_PASSPHRASE reads what this engine wrote, and the other way round.
"""

import base64
import hashlib
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ITERATIONS = 1_000_000
_CHECKED = "pulumi"
"""What every salt carries encrypted, to tell a wrong passphrase."""


class WrongPassphrase(Exception):
    """The state holds secrets that this passphrase does not open."""


class Passphrase:
    """One stack's cipher. ``state`` reads ``v1:SALT:v1:NONCE:CHECK``; without it one is made at the first secret."""

    def __init__(self, passphrase: str, state: str = "") -> None:
        self._passphrase = passphrase
        self.state = state

    def encrypt(self, plain: str) -> str:
        if not self.state:
            salt = os.urandom(8)
            self.state = f"v1:{_text(salt)}:{_seal(_key(self._passphrase, salt), _CHECKED)}"
        return _seal(self._opened(), plain)

    def decrypt(self, sealed: str) -> str:
        return _unseal(self._opened(), sealed)

    def _opened(self) -> bytes:
        _, salt, check = self.state.split(":", 2)
        key = _key(self._passphrase, base64.b64decode(salt))
        _unseal(key, check)
        return key


@lru_cache(maxsize=64)
def _key(passphrase: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, _ITERATIONS, 32)


def _seal(key: bytes, plain: str) -> str:
    nonce = os.urandom(12)
    return f"v1:{_text(nonce)}:{_text(AESGCM(key).encrypt(nonce, plain.encode(), None))}"


def _unseal(key: bytes, sealed: str) -> str:
    _, nonce, cipher = sealed.split(":")
    try:
        return AESGCM(key).decrypt(base64.b64decode(nonce), base64.b64decode(cipher), None).decode()
    except InvalidTag as error:
        raise WrongPassphrase(
            "the passphrase does not open this stack's secrets; set the one it was made with"
        ) from error


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
