"""Env files of services, kept in S3: every save is the next version, and no version ever changes.

The text is kept byte for byte. Author and message travel as one base64url JSON word in the object's metadata, because
botocore refuses anything but ASCII there and S3 takes 2 KB in all.
"""

import base64
import json
import logging
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from runtime.aws.errors import Absent, Conflict, GatewayError, InDoubt, Invalid, NotWritten, Throttled, Unreachable
from runtime.bucket.audit import AuditTrail
from runtime.bucket.objects import Objects, Stored
from runtime.bucket.service_index import ServiceIndex
from service_catalog import env_file, naming
from service_catalog.messages import as_data, from_data, say

log = logging.getLogger(__name__)

MESSAGE_MAX = 300
AUTHOR_MAX = 128
_METADATA_KEY = "slipway"
_METADATA_MAX = 1900
_CONTENT_TYPE = "text/plain; charset=utf-8"
_UNWRITTEN = datetime.min.replace(tzinfo=UTC)
_VERSION = re.compile(r"v(\d{6,})\.env$")


@dataclass(frozen=True)
class EnvVersion:
    service: str
    file: str
    number: int
    author: str
    message: str
    saved_at: datetime
    overridden: tuple[str, ...] = ()
    """Keys whose values look like secrets, and were saved all the same."""
    moved: tuple[str, ...] = ()
    """Keys that became secrets: no release takes this version before its definition hands them over"""
    text: str | None = None
    """None in a history, which reads no texts."""


class EnvFileChanged(Conflict):
    """Somebody saved first. ``theirs`` is the newest version, with its text."""

    def __init__(self, theirs: EnvVersion):
        self.theirs = theirs
        super().__init__(
            say(
                "%(service)s: %(author)s saved version %(number)s of %(file)s.env while you edited it; "
                "merge it with yours and save again",
                service=theirs.service,
                author=theirs.author,
                number=theirs.number,
                file=theirs.file,
            )
        )


class EnvFiles:
    def __init__(self, objects: Objects, service_index: ServiceIndex, audit: AuditTrail):
        self._objects, self._index, self._audit = objects, service_index, audit
        self._moved: dict[tuple[str, str, int], tuple[str, ...]] = {}
        """Of each version that was seen: what was there once is there for good"""
        self._told: dict[tuple[str, str], int] = {}
        self._described = lru_cache(maxsize=4096)(self._describe)

    def newest(self, service: str, file: str) -> EnvVersion | None:
        numbers = self.numbers(service, file)
        if not numbers:
            return None
        self._mend_index(service, file, numbers[-1])
        return self.read(service, file, numbers[-1])

    def read(self, service: str, file: str, number: int) -> EnvVersion:
        """With its text. Raises Absent."""
        try:
            stored = self._objects.read(naming.env_version_key(service, file, number))
        except Absent as error:
            raise Absent(
                say("%(service)s has no version %(number)s of %(file)s.env", service=service, number=number, file=file)
            ) from error
        version = _version(service, file, number, stored, stored.body.decode(errors="replace"))
        self._moved[service, file, number] = version.moved
        return version

    def history(self, service: str, file: str, limit: int = 50) -> list[EnvVersion]:
        """Newest first, without texts."""
        numbers = self.numbers(service, file)[-limit:][::-1]
        if not numbers:
            return []
        with ThreadPoolExecutor(min(16, len(numbers))) as pool:
            return list(pool.map(lambda number: self._described(service, file, number), numbers))

    def numbers(self, service: str, file: str) -> list[int]:
        """Of every version, rising."""
        keys = (entry.key for entry in self._objects.listing(naming.env_prefix(service, file)))
        return [int(match[1]) for match in map(_VERSION.search, keys) if match]

    def exists(self, service: str, file: str, number: int) -> bool:
        """What was there once is there for good, so it is asked for once."""
        if (service, file, number) in self._moved:
            return True
        try:
            self._moved[service, file, number] = self._described(service, file, number).moved
        except Absent:
            return False
        return True

    def moved(self, service: str, file: str, number: int) -> tuple[str, ...]:
        """Keys that became secrets by then. Raises nothing for a version that is not there: it moved none."""
        return self._moved[service, file, number] if self.exists(service, file, number) else ()

    def save(
        self,
        service: str,
        file: str,
        text: str,
        *,
        base: int,
        author: str,
        message: str,
        overridden: Sequence[str] = (),
        moved: Sequence[str] = (),
    ) -> EnvVersion:
        """The version after ``base`` (0: there was none). ``moved`` are keys that are secrets from now on; those of
        ``base`` stay so until the text sets them again.

        Raises EnvFileChanged when ``base`` is no longer the newest, and Invalid with every reason why ECS or a reader
        would not take the text as it was meant. The very same version, saved before, is taken for this one: who lost
        the answer sends it again. Once the write has begun, NotWritten and InDoubt tell of AWS's silence.
        """
        confirmed = set(overridden)
        overridden = tuple(key for key in env_file.suspected_secrets(text) if key in confirmed)
        _refuse_bad(text, overridden, author, message)
        if base and not self.exists(service, file, base):
            raise Invalid(
                say(
                    "%(file)s.env of %(service)s has no version %(base)s to build on; reload and try again",
                    file=file,
                    service=service,
                    base=base,
                )
            )
        before = self.moved(service, file, base) if base else ()
        gone = tuple(key for key in dict.fromkeys((*before, *moved)) if key not in env_file.parse(text))
        wanted = EnvVersion(service, file, base + 1, author, message, _UNWRITTEN, overridden, gone, text)
        said = {"file": file, "version": wanted.number, "keys": list(overridden)}
        audited = self._audit.entry("confirm-no-secrets", service, author, message, **said)
        with audited if overridden else nullcontext():
            version = self._write(wanted, text)
        self._audit.note("save-env", service, author, message, file=file, version=version.number)
        self._mend_index(service, file, version.number)
        log.info("env file saved service=%s file=%s version=%d author=%s", service, file, version.number, author)
        return version

    def _write(self, wanted: EnvVersion, text: str) -> EnvVersion:
        service, file, number = wanted.service, wanted.file, wanted.number
        lost: GatewayError | None = None
        try:
            key = naming.env_version_key(service, file, number)
            saved_at = self._objects.create(key, text.encode(), _CONTENT_TYPE, _metadata(wanted))
            if saved_at:
                return replace(wanted, saved_at=saved_at)
        except (Unreachable, Throttled) as error:
            lost = error
        there = self._found(service, file, number, lost)
        if (there.author, there.message, there.text) != (wanted.author, wanted.message, text):
            raise EnvFileChanged(self._winner(service, file))
        return there

    def _found(self, service: str, file: str, number: int, lost: GatewayError | None) -> EnvVersion:
        """The object found at the key to be written. It may be our own: S3 stored it, but the answer was lost."""
        try:
            return self.read(service, file, number)
        except Absent as error:
            missing = say("AWS did not answer. v%(number)s of %(file)s.env is not there", number=number, file=file)
            raise NotWritten(missing) from (lost or error)
        except GatewayError as error:
            sentence = say(
                "AWS did not answer, so whether v%(number)s of %(file)s.env was saved is not known. "
                "Send it again: what is there already is not saved twice",
                number=number,
                file=file,
            )
            raise InDoubt(sentence) from (lost or error)

    def _mend_index(self, service: str, file: str, number: int) -> None:
        """Also for a version whose saver died before the index was told. It is an index: reading goes on without."""
        if number <= self._told.get((service, file), 0):
            return
        try:
            self._index.saw_env(service, {file: number})
            self._told[service, file] = number
        except GatewayError as error:
            log.warning("index outdated service=%s error=%s", service, error.code)

    def _winner(self, service: str, file: str) -> EnvVersion:
        """Not ``newest``, which mends the index: the winner is about to do that."""
        return self.read(service, file, self.numbers(service, file)[-1])

    def _describe(self, service: str, file: str, number: int) -> EnvVersion:
        return _version(service, file, number, self._objects.describe(naming.env_version_key(service, file, number)))


def _refuse_bad(text: str, overridden: tuple[str, ...], author: str, message: str) -> None:
    confirmed = set(overridden)
    problems: list[str] = [
        say("line %(number)s: %(problem)s", number=it.line, problem=it.message)
        for it in env_file.lint(text)
        if it.level == "error"
    ]
    problems += [
        say("%(key)s looks like a secret: keep it in SSM or Secrets Manager, or confirm that it is none", key=key)
        for key in env_file.suspected_secrets(text)
        if key not in confirmed
    ]
    if len(message) > MESSAGE_MAX:
        problems.append(
            say("message: must be at most %(most)s characters, got %(got)s", most=MESSAGE_MAX, got=len(message))
        )
    if not 0 < len(author) <= AUTHOR_MAX:
        problems.append(say("author: must be 1 to %(most)s characters, got %(got)s", most=AUTHOR_MAX, got=len(author)))
    if problems:
        raise Invalid(*problems)


def _metadata(version: EnvVersion) -> dict[str, str]:
    said = {
        "author": version.author,
        "message": as_data(version.message),
        "overridden": list(version.overridden),
        **({"moved": list(version.moved)} if version.moved else {}),
    }
    word = base64.urlsafe_b64encode(json.dumps(said, ensure_ascii=False).encode()).decode()
    if len(word) > _METADATA_MAX:
        raise Invalid(say("message: too long to keep beside this many confirmed keys; make it shorter"))
    return {_METADATA_KEY: word}


def _read_metadata(stored: Stored) -> dict[str, Any]:
    """Empty for an object that something else wrote: it is still a version, by nobody."""
    try:
        said = json.loads(base64.urlsafe_b64decode(stored.metadata.get(_METADATA_KEY, "")))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _version(service: str, file: str, number: int, stored: Stored, text: str | None = None) -> EnvVersion:
    said = _read_metadata(stored)
    return EnvVersion(
        service=service,
        file=file,
        number=number,
        author=said.get("author", "unknown"),
        message=from_data(said.get("message", "")),
        saved_at=stored.written_at,
        overridden=tuple(said.get("overridden", ())),
        moved=tuple(said.get("moved", ())),
        text=text,
    )
