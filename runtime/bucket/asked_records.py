"""The records of what was asked for, releases or runs, in S3: who asked for what, and what was answered. Each is
written once; the loser of a race reads the winner's object."""

import re
from collections.abc import Callable
from typing import Generic, TypeVar

from runtime.aws.errors import Absent, lacking
from runtime.bucket.objects import Objects
from runtime.bucket.records import parsed
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.asked import Asked, AskedAnswer

_JSON = "application/json"
_ASKED = re.compile(r"q(\d{6,})\.json$")
_ANSWERED = re.compile(r"q(\d{6,})\.answer\.json$")

T = TypeVar("T", bound=Asked)


class AskedRecords(Generic[T]):
    def __init__(self, objects: Objects, model: type[T], prefix: Callable[[str], str]):
        """``prefix``: where those of a service are."""
        self._objects, self._model, self._prefix = objects, model, prefix
        # None of them ever changes, so each is read once.
        self._asked: dict[tuple[str, int], T] = {}

    def newest_numbers(self, service: str) -> tuple[int, int]:
        """Of what was asked, and of what was answered; 0 where there is none."""
        keys = [it.key for it in self._objects.listing(self._prefix(service))]
        asked, answered = (
            max((int(match[1]) for match in map(pattern.search, keys) if match), default=0)
            for pattern in (_ASKED, _ANSWERED)
        )
        return asked, answered

    def get(self, service: str, number: int) -> T:
        """Raises Absent."""
        if (service, number) not in self._asked:
            key = naming.asked_key(self._prefix(service), number)
            try:
                body = self._objects.read(key).body
            except Absent as error:
                known = range(1, self.newest_numbers(service)[0] + 1)
                raise Absent(lacking(service, say("request"), number, list(known))) from error
            self._asked[service, number] = parsed(self._model, key, body)
        return self._asked[service, number]

    def create(self, asked: T) -> bool:
        """False when somebody else has that number."""
        key = naming.asked_key(self._prefix(asked.service), asked.number)
        if self._objects.create(key, asked.to_json(), _JSON):
            return True
        # The key may be taken by this very one, whose answer was lost.
        return self.get(asked.service, asked.number).token == asked.token

    def answer(self, asked: T, said: AskedAnswer) -> AskedAnswer:
        """What was said first, by whomever."""
        key = self._answer_key(asked)
        return said if self._objects.create(key, said.to_json(), _JSON) else self._read_answer(key)

    def answer_of(self, asked: T) -> AskedAnswer | None:
        try:
            return self._read_answer(self._answer_key(asked))
        except Absent:
            return None

    def _answer_key(self, asked: T) -> str:
        return naming.asked_answer_key(self._prefix(asked.service), asked.number)

    def _read_answer(self, key: str) -> AskedAnswer:
        return parsed(AskedAnswer, key, self._objects.read(key).body)
