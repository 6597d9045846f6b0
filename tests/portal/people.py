"""People of several teams, asking in turn: a sign-in whose person a test chooses."""

from portal.auth import Person, Way

OWNER = Person("Sato Yui", "sato", frozenset({"team-commerce"}))
OTHER = Person("Ito Haruka", "ito", frozenset({"team-search"}))
ALONE = Person("Mori Ken", "mori")
PLATFORM = Person("Abe Rin", "abe", frozenset({"platform"}), is_platform=True)


class Chosen:
    way: Way = "none"

    def __init__(self, person: Person | None = OWNER):
        self.now: Person | None = person

    def person(self) -> Person | None:
        return self.now

    def is_stale(self) -> bool:
        return False

    def is_outdated(self) -> bool:
        return False
