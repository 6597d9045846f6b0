"""What the identity provider said of each person last, for the tokens they carry: a team that they left is not theirs
by a token either.

Like the tokens themselves it is looked up in what was read of the bucket: another copy of the portal knows it some
seconds later.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from portal.auth import Person
from portal.data.read_behind import ReadBehind
from portal.data.written_beside import WrittenBeside
from portal.text.language import _
from runtime.aws.errors import Unreachable
from service_catalog import naming
from service_catalog.records.portal import SeenPerson

_PATIENCE_SECONDS = 2.0


class People:
    def __init__(
        self,
        read: Callable[[], Mapping[str, SeenPerson]],
        write: Callable[[str, SeenPerson], None],
        now: Callable[[], datetime],
        fresh_seconds: float = 5.0,
    ):
        self._read = ReadBehind("people", read, now, fresh_seconds)
        self._write, self._now = write, now
        self._told: dict[str, SeenPerson] = {}
        """By this portal"""
        self._writing = WrittenBeside("teams of a person")

    def told(self, person: Person) -> None:
        """The provider has just said who this is."""
        seen = SeenPerson(teams=tuple(sorted(person.teams)), is_platform=person.is_platform, when=self._now())
        self._told[naming.person_key(person.id)] = seen
        self._writing.write(lambda: self._write(person.id, seen))

    def told_again(self, person: Person) -> None:
        """By a provider that says it with each request: most of it is no news."""
        known = self._latest(naming.person_key(person.id), self._read.value() or {})
        if known is None or (frozenset(known.teams), known.is_platform) != (person.teams, person.is_platform):
            self.told(person)

    def last_seen(self, id: str) -> SeenPerson | None:
        """None of whom nothing was ever told here. Raises Unreachable while nothing was ever read."""
        held = self._read.value(_PATIENCE_SECONDS)
        if held is None:
            raise Unreachable(_("AWS did not answer when it was asked for the teams of whose token this is; try again"))
        return self._latest(naming.person_key(id), held)

    def close(self) -> None:
        self._writing.close()

    def _latest(self, key: str, held: Mapping[str, SeenPerson]) -> SeenPerson | None:
        both = [it for it in (self._told.get(key), held.get(key)) if it]
        return max(both, key=lambda it: it.when, default=None)
