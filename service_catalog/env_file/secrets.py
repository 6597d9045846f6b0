"""Whether a setting looks like a secret: by what its value looks like, else by its name and how random its value is.

Meant to catch what people paste, not to prove anything: a hit can be overridden, and the override is audited.
"""

import math
import re
from collections import Counter

from service_catalog.env_file.grammar import lines

_SIGNATURES = re.compile(
    "|".join(
        (
            r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",  # AWS access key id
            r"\bgh[pousr]_[A-Za-z0-9]{30,}",  # GitHub
            r"\bgithub_pat_[A-Za-z0-9_]{20,}",
            r"\bglpat-[A-Za-z0-9_-]{20,}",  # GitLab
            r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",  # Slack
            r"hooks\.slack\.com/services/T[A-Za-z0-9_]+/",
            r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}",  # Stripe
            r"\bwhsec_[A-Za-z0-9+/=]{20,}",
            r"\bAIza[A-Za-z0-9_-]{35}",  # Google
            r"\bsk-[A-Za-z0-9_-]{20,}",  # model providers
            r"\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,}",  # SendGrid
            r"\bSK[0-9a-f]{32}\b",  # Twilio
            r"\bnpm_[A-Za-z0-9]{36}\b",
            r"\bpypi-[A-Za-z0-9_-]{40,}",
            r"\bdop_v1_[0-9a-f]{40,}",  # DigitalOcean
            r"\bhv[sb]\.[A-Za-z0-9_-]{20,}",  # Vault
            r"-----BEGIN [A-Z ]*PRIVATE KEY",
            r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,}\.",  # a signed JSON web token
        )
    )
)
_URL_PASSWORD = re.compile(r"://[^/\s:@]*:(?P<password>[^/\s@]+)@")
_PASSWORD_INSIDE = re.compile(r"(?i)(?:^|[;?&,\s])(?:password|passwd|pwd)\s*=\s*(?P<password>[^;&,\s]+)")
"""As connection strings and JDBC addresses hold one"""

_WORDS = re.compile(r"[A-Z][A-Z0-9]*(?![a-z])|[A-Z]?[a-z][a-z0-9]*|[0-9]+")
"""Of a name in any spelling: DB_PASS, dbPass, db.pass"""
_PASSWORDS = ("password", "passwd", "passphrase", "secret", "privatekey")
"""Also at the end of a longer word: PGPASSWORD"""
_SHORT_PASSWORDS = {"pass", "pwd", "pw"}
_TOKENS = ("token", "credential", "credentials", "key", "salt", "dsn")
_MAY_FOLLOW = {"base", "value", "old", "new", "current", "previous", "primary", "secondary", "default"}
_MAY_FOLLOW |= {"local", "dev", "development", "test", "stg", "staging", "prod", "production"}
_ASKS_ABOUT = {"forgot", "reset", "change", "show", "hide", "allow", "require", "enable", "disable", "has", "is", "no"}
"""Before a password, they make of it a switch"""
_HARMLESS_KEYS = {"public", "publishable", "sort", "partition", "range", "hash", "primary", "foreign", "row"}
_HARMLESS_KEYS |= {"s3", "object", "bucket", "cache", "redis", "routing", "registry", "index"}
_HEX = re.compile(r"[0-9a-fA-F]{32,}")
_STANDS_FOR_ONE = re.compile(
    r"(?i)(change[_-]?me|example|placeholder|dummy|todo|none|null|true|false|yes|no|on|off|enabled|disabled|required|optional|x+|\*+|\.+|[0-9]{1,4}|<.*>|\$\{.*\}|\{\{.*\}\})"
)
_POINTS_AT_ONE = re.compile(r"(arn:|/[A-Za-z0-9_.-]+(/|$)|https?://|s3://|ssm:|secretsmanager:)")
_RANDOM = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/=_-]{32,}")

_SECRET_LENGTH = 4
"""Of the shortest that anything here takes for one"""
_TOKEN_LENGTH, _TOKEN_ENTROPY = 10, 3.0
_RANDOM_ENTROPY = 4.2
"""Bits a character. Words have about 3, base64 of random bytes 4.5 and more at these lengths."""


def suspected_secrets(text: str) -> list[str]:
    """Keys, in the order of the text, each once. Never the values."""
    return list(dict.fromkeys(line.key for line in lines(text) if line.is_setting and is_suspect(line.key, line.value)))


def is_suspect(key: str, value: str) -> bool:
    if len(value) < _SECRET_LENGTH:
        return False
    if _SIGNATURES.search(value) or _holds_a_password(value):
        return True
    if _STANDS_FOR_ONE.fullmatch(value) or _POINTS_AT_ONE.match(value):
        return False
    words = _words(key)
    if _names_a_password(words):
        return True
    if _names_a_token(words):
        return len(value) >= _TOKEN_LENGTH and _entropy(value) >= _TOKEN_ENTROPY
    if _HEX.fullmatch(value):
        return any("secret" in word or word in ("key", "keys") for word in words) and not _HARMLESS_KEYS & set(words)
    return _RANDOM.fullmatch(value) is not None and _entropy(value) >= _RANDOM_ENTROPY


def _holds_a_password(value: str) -> bool:
    found = _URL_PASSWORD.search(value) or _PASSWORD_INSIDE.search(value)
    return found is not None and not _STANDS_FOR_ONE.fullmatch(found["password"])


def _words(key: str) -> list[str]:
    """Lower case, without what tells one password from the next at its end."""
    words = [word.lower() for word in _WORDS.findall(key)]
    while len(words) > 1 and (words[-1].isdigit() or words[-1] in _MAY_FOLLOW or words[-2:] == ["secret", "key"]):
        words.pop()
    return words


def _names_a_password(words: list[str]) -> bool:
    if not words or words == ["pwd"] or _ASKS_ABOUT & set(words[:-1]):
        return False
    return (
        words[-1].rstrip("0123456789").endswith(_PASSWORDS)
        or words[-1] in _SHORT_PASSWORDS
        or words[-2:] == ["private", "key"]
    )


def _names_a_token(words: list[str]) -> bool:
    return bool(words) and words[-1].endswith(_TOKENS) and not _HARMLESS_KEYS & set(words[-2:-1])


def _entropy(value: str) -> float:
    """Bits a character, after Shannon."""
    shares = [count / len(value) for count in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares)
