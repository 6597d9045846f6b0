"""Writes that carry an idempotency key: each is done once, however often it is sent.

A key is claimed before the act and holds its answer after it, in objects that never change. Where nothing was changed
for want of AWS, the next attempt is claimed anew. Where an attempt has no answer, somebody is still at it, or died:
nobody guesses which.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from runtime.aws.errors import Conflict, Invalid
from runtime.bucket.objects import Objects
from runtime.bucket.records import parsed
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.portal import RequestAnswer, RequestClaim

_JSON = "application/json"
_ATTEMPTS = 99


class KeyUsed(Invalid):
    """Another request came under the same key before."""


class StillAnswering(Conflict):
    """The same request came before, and how it ended is not known."""


@dataclass(frozen=True)
class Claim:
    prefix: str
    attempt: int
    answer: RequestAnswer | None = None
    """What the same request was answered with before: then nothing is to be done"""


class Requests:
    def __init__(self, objects: Objects, now: Callable[[], datetime]):
        self._objects, self._now = objects, now

    def claim(self, who: str, key: str, digest: str) -> Claim:
        """Raises KeyUsed and StillAnswering."""
        prefix = naming.request_prefix(who, key)
        for attempt in range(1, _ATTEMPTS + 1):
            claim = RequestClaim(digest=digest, when=self._now())
            if self._objects.create(naming.request_key(prefix, attempt), claim.to_json(), _JSON):
                return Claim(prefix, attempt)
            answer = self._answered(prefix, attempt, digest)
            if answer.outcome == "answered":
                return Claim(prefix, attempt, answer)
        raise StillAnswering(say("this was tried too often under one Idempotency-Key; look, then send another key"))

    def answer(self, claim: Claim, answer: RequestAnswer) -> None:
        self._objects.create(naming.request_answer_key(claim.prefix, claim.attempt), answer.to_json(), _JSON)

    def _answered(self, prefix: str, attempt: int, digest: str) -> RequestAnswer:
        keys = naming.request_key(prefix, attempt), naming.request_answer_key(prefix, attempt)
        claimed, answered = self._objects.read_many(keys)
        if claimed and parsed(RequestClaim, keys[0], claimed.body).digest != digest:
            raise KeyUsed(say("another request came under this Idempotency-Key before; each takes a key of its own"))
        if answered is None:
            raise StillAnswering(
                say(
                    "the same request came before under this Idempotency-Key, and how it ended is not known yet; wait "
                    "a moment, and look before you send it under another key"
                )
            )
        return parsed(RequestAnswer, keys[1], answered.body)
