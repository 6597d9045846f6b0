"""The records of releases that were asked for, in S3: who asked for what, and what was answered. Each is written once;
the loser of a race reads the winner's object."""

import re

from runtime.aws.errors import Absent, lacking
from runtime.bucket.objects import Objects
from runtime.bucket.records import parsed
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.asked_releases import AskedAnswer, AskedRelease

_JSON = "application/json"
_ASKED = re.compile(r"q(\d{6,})\.json$")
_ANSWERED = re.compile(r"q(\d{6,})\.answer\.json$")


class AskedRecords:
    def __init__(self, objects: Objects):
        self._objects = objects
        # None of them ever changes, so each is read once.
        self._asked: dict[tuple[str, int], AskedRelease] = {}

    def newest_numbers(self, service: str) -> tuple[int, int]:
        """Of what was asked, and of what was answered; 0 where there is none."""
        keys = [it.key for it in self._objects.listing(naming.asked_prefix(service))]
        asked, answered = (
            max((int(match[1]) for match in map(pattern.search, keys) if match), default=0)
            for pattern in (_ASKED, _ANSWERED)
        )
        return asked, answered

    def get(self, service: str, number: int) -> AskedRelease:
        """Raises Absent."""
        if (service, number) not in self._asked:
            key = naming.asked_key(service, number)
            try:
                body = self._objects.read(key).body
            except Absent as error:
                known = range(1, self.newest_numbers(service)[0] + 1)
                raise Absent(lacking(service, say("request"), number, list(known))) from error
            self._asked[service, number] = parsed(AskedRelease, key, body)
        return self._asked[service, number]

    def create(self, asked: AskedRelease) -> bool:
        """False when somebody else has that number."""
        if self._objects.create(naming.asked_key(asked.service, asked.number), asked.to_json(), _JSON):
            return True
        # The key may be taken by this very one, whose answer was lost.
        return self.get(asked.service, asked.number).token == asked.token

    def answer(self, asked: AskedRelease, said: AskedAnswer) -> AskedAnswer:
        """What was said first, by whomever."""
        key = naming.asked_answer_key(asked.service, asked.number)
        return said if self._objects.create(key, said.to_json(), _JSON) else self._read_answer(key)

    def answer_of(self, asked: AskedRelease) -> AskedAnswer | None:
        try:
            return self._read_answer(naming.asked_answer_key(asked.service, asked.number))
        except Absent:
            return None

    def _read_answer(self, key: str) -> AskedAnswer:
        return parsed(AskedAnswer, key, self._objects.read(key).body)
