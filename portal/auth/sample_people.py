"""The people of the demo, so that rights can be tried without an identity provider: a switch in the header says who one
is. They change the local cloud and nothing else."""

from flask import session

from portal.auth import Person, Way
from service_catalog import naming

PEOPLE = (
    Person("Abe Rin", "abe-rin", frozenset({"platform"}), is_platform=True, only_in=naming.LOCAL),
    Person("Sato Yui", "sato-yui", frozenset({"team-commerce"}), only_in=naming.LOCAL),
    Person("Ito Haruka", "ito-haruka", frozenset({"team-payments", "team-web"}), only_in=naming.LOCAL),
)
"""The first is who a newcomer is"""

_KEY = "sample_person"


class SamplePeople:
    way: Way = "sample"

    def person(self) -> Person:
        wanted = session.get(_KEY)
        return next((it for it in PEOPLE if it.id == wanted), PEOPLE[0])

    def is_stale(self) -> bool:
        return False

    def is_outdated(self) -> bool:
        return False

    def choose(self, id: str) -> None:
        """Somebody else begins with nothing of whom they were before."""
        session.clear()
        session[_KEY] = id
