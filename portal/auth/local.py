"""The user of this machine, under the name that they chose for themselves."""

from portal.auth import Person


class LocalUser:
    def __init__(self, name: str):
        self._person = Person(name)

    def person(self) -> Person:
        return self._person
