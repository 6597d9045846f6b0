"""Saves MiniStack's state at quiet moments; by itself it does so on a clean stop only, and kill -9 loses everything.

A save happens when writes have paused for a moment, and at the latest some seconds after the first unsaved one. S3
writes each object to disk at once. Such an object may speak of what MiniStack only remembers (a release's record names
its revision), so before one is written everything is saved that was answered until then: ``settle``.
"""

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

QUIET_SECONDS = 2.0
LONGEST_SECONDS = 10.0
_READS = ("Describe", "List", "Get", "Batch", "Filter", "Query", "Scan", "Search", "Lookup", "Head")
_API_GATEWAY = ("/v2/apis", "/v2/vpclinks", "/v2/domainnames", "/v2/tags")


class Snapshots:
    def __init__(self, save: Callable[[], None], clock: Callable[[], float] = time.monotonic):
        self._save = save
        self._clock = clock
        self._first_unsaved: float | None = None
        self._last_write = 0.0
        self._only_objects = True
        """What is unsaved is on disk already"""
        self._lock = threading.Lock()
        self._saving = threading.Lock()

    def note(self, method: str, headers: dict[str, str], path: str) -> None:
        """A request is about to be answered: remember it if it may have changed something."""
        if is_write(method, headers, path):
            self._note(is_object_write(method, headers, path))

    def note_change(self) -> None:
        """Something changed by itself, such as the state of a deployment."""
        self._note(False)

    def settle(self) -> None:
        """Returns when whatever was answered until now is on disk. Raises OSError, or RuntimeError."""
        with self._saving:
            if not self._only_objects:
                self._save_all()

    def look(self) -> bool:
        """Saves if the moment is right; says whether it did."""
        with self._saving:
            if self._first_unsaved is None or not self._is_time(self._first_unsaved):
                return False
            try:
                self._save_all()
            except (OSError, RuntimeError) as error:  # a full disk; a service that changes faster than it can be copied
                log.warning("the memory could not be saved and will be tried again: %s", error)
                return False
            return True

    def _note(self, is_object: bool) -> None:
        with self._lock:
            self._last_write = self._clock()
            self._first_unsaved = self._first_unsaved or self._last_write
            self._only_objects = self._only_objects and is_object

    def _save_all(self) -> None:
        """What comes in while it saves counts as unsaved."""
        with self._lock:
            unsaved = self._first_unsaved, self._only_objects
            self._first_unsaved, self._only_objects = None, True
        try:
            self._save()
        except Exception:
            with self._lock:
                self._first_unsaved, self._only_objects = unsaved
            raise

    def run(self, sleep: Callable[[float], None] = time.sleep) -> None:
        while True:
            sleep(0.5)
            self.look()

    def _is_time(self, first_unsaved: float) -> bool:
        now = self._clock()
        return now - self._last_write >= QUIET_SECONDS or now - first_unsaved >= LONGEST_SECONDS


def is_write(method: str, headers: dict[str, str], path: str) -> bool:
    """A query-protocol call (EC2, IAM, ELB) counts as a write: its action is in the body, and only engines send it."""
    if path.startswith(("/_", "/v2/", "/v4/")) and not path.startswith(_API_GATEWAY):
        return False
    if "x-amz-target" in headers:
        return not headers["x-amz-target"].rpartition(".")[2].startswith(_READS)
    if "/operation/" in path:  # CloudWatch's binary protocol
        return not path.rpartition("/")[2].startswith(_READS)
    return method not in ("GET", "HEAD", "OPTIONS")


def is_object_write(method: str, headers: dict[str, str], path: str) -> bool:
    """S3 is told by the signature: other services have paths as well."""
    is_s3 = "/s3/aws4_request" in headers.get("authorization", "")
    return is_s3 and method in ("PUT", "POST", "DELETE") and bool(path.strip("/").partition("/")[2])
