"""S3 refuses what it cannot keep.

MiniStack answers 200 and logs a warning when an object could not be written to disk; after a restart it is gone. So
room is made sure of before the memory changes, and a write that fails all the same is answered as failed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

SLACK = 64 * 1024
"""For what goes with an object: its metadata, its folders, and the version that it displaces."""

INSUFFICIENT_STORAGE = 507

Answer = tuple[int, dict[str, str], bytes]


def install(s3: Any) -> None:
    """Rests on MiniStack's S3 answering one request at a time."""
    failures: list[Exception] = []
    dispatch = s3._dispatch
    s3._atomic_write = _noting(s3._atomic_write, failures)

    def answered(method: str, bucket: str, key: str, headers: Any, body: bytes, query: Any) -> Answer:
        if method not in ("PUT", "POST") or not key:
            return _told(dispatch(method, bucket, key, headers, body, query), failures)
        was_there = key in _objects(s3, bucket)
        try:
            _make_sure_of_room(Path(s3.DATA_DIR), len(body))
        except OSError as error:
            return refusal(error)
        answer = _told(dispatch(method, bucket, key, headers, body, query), failures)
        if answer[0] == INSUFFICIENT_STORAGE and not was_there:  # else somebody would find it, until the next start
            _objects(s3, bucket).pop(key, None)
            s3._delete_persisted_object(bucket, key)
        return answer

    s3._dispatch = answered


def refusal(error: Exception) -> Answer:
    """In S3's own form."""
    said = escape(f"the local cloud cannot write to its disk ({getattr(error, 'strerror', None) or error})")
    body = f"<Error><Code>InsufficientStorage</Code><Message>{said}</Message></Error>"
    return INSUFFICIENT_STORAGE, {"Content-Type": "application/xml"}, body.encode()


def _noting(write: Callable[..., None], failures: list[Exception]) -> Callable[..., None]:
    def noted(*arguments: Any, **more: Any) -> None:
        try:
            write(*arguments, **more)
        except Exception as error:
            failures.append(error)
            raise

    return noted


def _told(answer: Answer, failures: list[Exception]) -> Answer:
    try:
        return refusal(failures[0]) if failures and answer[0] < 300 else answer
    finally:
        failures.clear()


def _make_sure_of_room(folder: Path, size: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder.parent / "room"
    try:
        scratch.write_bytes(bytes(2 * size + SLACK))
    finally:
        scratch.unlink(missing_ok=True)


def _objects(s3: Any, bucket: str) -> dict[str, Any]:
    found: dict[str, Any] = (s3._buckets.get(bucket) or {}).get("objects", {})
    return found
