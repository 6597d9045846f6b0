"""No sign-in: the user of this machine, under the name that they chose for themselves. Whoever sits at a machine with
the AWS credentials of its shell may do what those may."""

from portal.auth import Person, Way


class LocalUser:
    way: Way = "none"

    def __init__(self, name: str):
        self._person = Person(name, is_platform=True)

    def person(self) -> Person:
        return self._person

    def is_stale(self) -> bool:
        return False

    def is_outdated(self) -> bool:
        return False
