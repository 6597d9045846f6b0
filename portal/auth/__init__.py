"""Who is asking.

One question, asked once per request: ``person()``. Today the answer is the user of this machine, and the portal serves
loopback only. A sign-in is another class with this face.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Person:
    name: str
    """As it stands in releases and env versions"""


class WhoIsAsking(Protocol):
    def person(self) -> Person:
        """The person behind the current request."""
