"""Objects of the environment's config bucket: create once, replace what was read, list, read many.

The three kinds of write that this house knows: ``create`` never overwrites, ``replace`` only what was read before, and
nothing is ever deleted.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from runtime.aws.clients import Clients
from runtime.aws.errors import Absent, Conflict, translated
from service_catalog.messages import say

_AT_ONCE = 16
_RACES = 5


@dataclass(frozen=True)
class Listed:
    key: str
    etag: str


@dataclass(frozen=True)
class Stored:
    """An object as S3 has it. ``age_seconds`` is by S3's own clock alone."""

    key: str
    etag: str
    written_at: datetime
    age_seconds: float
    body: bytes = b""
    metadata: dict[str, str] = field(default_factory=dict)


class Objects:
    def __init__(self, aws: Clients, bucket: str):
        self._aws, self.bucket = aws, bucket

    def create(
        self, key: str, body: bytes, content_type: str, metadata: dict[str, str] | None = None
    ) -> datetime | None:
        """When, by S3's own clock; None when the key is taken, which may be one's own earlier attempt whose answer was
        lost."""
        for _attempt in range(_RACES):
            try:
                return _date(self._put(key, body, content_type, metadata or {}, IfNoneMatch="*"))
            except Conflict as error:
                # S3 answers 409 while a rival's upload is still open: nobody has won yet, so ask again.
                if error.code != "ConditionalRequestConflict":
                    return None
        raise Conflict(
            say("others keep writing %(words)s; try again in a moment", words=in_words(key)),
            "ConditionalRequestConflict",
        )

    def replace(self, key: str, body: bytes, content_type: str, etag: str | None) -> bool:
        """Writes over exactly what was read (None: nothing was there). False when it is no longer that."""
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            self._put(key, body, content_type, {}, **condition)
        except (Conflict, Absent):
            return False
        return True

    def read(self, key: str) -> Stored:
        """Raises Absent."""
        doing = say("reading %(words)s", words=in_words(key))
        answer = self._aws.call("s3", "get_object", doing, Bucket=self.bucket, Key=key)
        with translated(doing):
            return _stored(key, answer, answer["Body"].read())

    def describe(self, key: str) -> Stored:
        """All but the body. Raises Absent."""
        doing = say("looking at %(words)s", words=in_words(key))
        return _stored(key, self._aws.call("s3", "head_object", doing, Bucket=self.bucket, Key=key))

    def exists(self, key: str) -> bool:
        try:
            self.describe(key)
        except Absent:
            return False
        return True

    def listing(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """In the order of the keys; ``after`` skips everything up to that key."""
        start = {"StartAfter": after} if after else {}
        doing = say("listing %(words)s", words=in_words(prefix))
        pages = self._aws.pages("s3", "list_objects_v2", doing, Bucket=self.bucket, Prefix=prefix, **start)
        for page in pages:
            # Its count is in every listing: what has none is no empty bucket, but not S3's.
            for entry in page["Contents"] if page["KeyCount"] else ():
                yield Listed(entry["Key"], entry["ETag"])

    def read_many(self, keys: Sequence[str]) -> list[Stored | None]:
        """In the order asked for; None for what is not there."""
        if len(keys) < 2:
            return [self._read_or_none(key) for key in keys]
        with ThreadPoolExecutor(min(_AT_ONCE, len(keys))) as pool:
            return list(pool.map(self._read_or_none, keys))

    def _read_or_none(self, key: str) -> Stored | None:
        try:
            return self.read(key)
        except Absent:
            return None

    def _put(
        self, key: str, body: bytes, content_type: str, metadata: dict[str, str], **condition: str
    ) -> dict[str, Any]:
        return self._aws.call(
            "s3",
            "put_object",
            say("writing %(words)s", words=in_words(key)),
            Bucket=self.bucket,
            Key=key,
            Body=body,
            ContentType=content_type,
            Metadata=metadata,
            **condition,
        )


def in_words(key: str) -> str:
    """What people call the objects below a key: ``releases/mail/r000001.json`` → ``the releases of mail``."""
    folder, _, rest = key.partition("/")
    # No service's name holds an underscore: `_environment` stands for the environment itself.
    owner = "" if folder == "portal" else rest.partition("/")[0].removesuffix(".json").replace("_", "the ")
    words = _FOLDERS[folder]
    return say("%(words)s of %(owner)s", words=words, owner=owner) if owner else words


_FOLDERS = {
    "releases": say("the releases"),
    "env": say("the env files"),
    "provisioned": say("the provisioning records"),
    "heads": say("the summaries"),
    "live": say("the live revision"),
    "audit": say("the audit trail"),
    "portal": say("the portal’s own records"),
}


def _stored(key: str, answer: dict, body: bytes = b"") -> Stored:
    written_at = answer["LastModified"]
    age = (_date(answer) - written_at).total_seconds()
    return Stored(key, answer["ETag"], written_at, age, body, answer.get("Metadata", {}))


def _date(answer: dict[str, Any]) -> datetime:
    """When S3 answered."""
    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
