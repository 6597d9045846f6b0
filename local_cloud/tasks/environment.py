"""What ECS puts into a container's environment: files from S3, secrets from SSM and Secrets Manager, by its own rules.

Knows where nothing is: whoever asks says how an object, a parameter or a secret is read.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

FILES_AT_MOST = 10


class CannotStart(Exception):
    """A task cannot start; the text is ECS's own ``stoppedReason``. It never holds a value."""


ReadObject = Callable[[str, str], bytes | None]
"""Bucket and key to contents; None when there is none."""
ReadParameter = Callable[[str], str | None]
"""Name or ARN to the decrypted value."""
ReadSecret = Callable[[str, str, str], str | None]
"""ARN or name, version stage, version id (either may be empty) to the secret string."""


def parse(text: str) -> dict[str, str]:
    """One environment file. No quotes, no trimming, no expansion; empty values vanish; the last line wins."""
    found = {}
    for line in text.split("\n"):
        key, _, value = line.removesuffix("\r").partition("=")
        if not line.startswith("#") and key and value:
            found[key] = value
    return found


def from_files(files: Sequence[Mapping[str, str]], read: ReadObject) -> dict[str, str]:
    """``environmentFiles`` as in a container definition: the first file that has a key wins. Raises CannotStart."""
    if len(files) > FILES_AT_MOST:
        raise CannotStart(f"{_FILES_FAILED}: at most {FILES_AT_MOST} files are allowed, got {len(files)}")
    found: dict[str, str] = {}
    for file in files:
        found = _contents(file["value"], read) | found
    return found


_FILES_FAILED = (
    "ResourceInitializationError: failed to download env files: file download command: non empty error stream"
)


def _contents(arn: str, read: ReadObject) -> dict[str, str]:
    bucket, _, key = arn.rpartition(":")[2].partition("/")
    if not key.endswith(".env"):
        raise CannotStart(f"{_FILES_FAILED}: env file {key} from bucket {bucket} must have a .env extension")
    body = read(bucket, key)
    if body is None:
        raise CannotStart(
            f"{_FILES_FAILED}: service call has been retried 1 time(s): "
            f"failed to download env file {key} from bucket {bucket}: NoSuchKey: The specified key does not exist."
        )
    return parse(body.decode("utf-8", errors="replace"))


def from_secrets(
    secrets: Sequence[Mapping[str, str]], read_parameter: ReadParameter, read_secret: ReadSecret
) -> dict[str, str]:
    """``secrets`` as in a container definition. Raises CannotStart for the first that cannot be had."""
    found = {}
    for secret in secrets:
        source = secret["valueFrom"]
        is_secret = ":secretsmanager:" in source
        found[secret["name"]] = _secret(source, read_secret) if is_secret else _parameter(source, read_parameter)
    return found


_SECRETS_FAILED = (
    "ResourceInitializationError: unable to pull secrets or registry auth: "
    "execution resource retrieval failed: unable to retrieve secret"
)


def _parameter(source: str, read: ReadParameter) -> str:
    value = read(source)
    if value is None:
        raise CannotStart(f"{_SECRETS_FAILED}s from ssm: invalid parameters: {source}")
    return value


def _secret(source: str, read: ReadSecret) -> str:
    """A source is the secret's ARN (seven parts), then, or not, ``:json-key:version-stage:version-id``."""
    parts = [*source.split(":"), "", "", ""]
    key, stage, version = parts[7:10]
    arn = ":".join(source.split(":")[:7])
    text = read(arn, stage, version)
    if text is None:
        raise CannotStart(
            f"{_SECRETS_FAILED} from asm: service call has been retried 1 time(s): failed to fetch secret {arn} from "
            "secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret."
        )
    return _one_key(text, key, arn) if key else text


def _one_key(text: str, key: str, arn: str) -> str:
    try:
        fields: Any = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise CannotStart(f"{_SECRETS_FAILED} from asm: secret {arn} is not JSON, so it has no key {key}")
    if key not in fields:
        raise CannotStart(
            f"{_SECRETS_FAILED} from asm: retrieved secret from Secrets Manager did not contain json key {key}"
        )
    return fields[key] if isinstance(fields[key], str) else json.dumps(fields[key])
