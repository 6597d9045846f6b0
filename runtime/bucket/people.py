"""What the identity provider said of each person last: a token of theirs may what they may now, and no provider is
asked when a program comes with one."""

import logging
from collections.abc import Mapping

from runtime.aws.errors import Conflict
from runtime.bucket.cached_listing import CachedListing
from runtime.bucket.latest import write_latest
from runtime.bucket.objects import Objects
from runtime.bucket.records import Unreadable, parsed
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.portal import SeenPerson

log = logging.getLogger(__name__)


class People:
    def __init__(self, objects: Objects):
        self._objects = objects
        self._listing = CachedListing(objects, naming.person_prefix())

    def all(self) -> Mapping[str, SeenPerson]:
        """By the key of ``naming.person_key``. One listing, and what is new."""
        found = {}
        for key, stored in self._listing.read().items():
            try:
                found[key] = parsed(SeenPerson, key, stored.body)
            except Unreadable as error:
                log.warning("person cannot be read key=%s error=%s", key, error.fault)
                found[key] = SeenPerson(when=stored.written_at)  # of no team, until they sign in again
        return found

    def saw(self, person: str, seen: SeenPerson) -> None:
        """Raises Conflict when others keep writing the same."""
        if not write_latest(self._objects, naming.person_key(person), seen):
            raise Conflict(say("others keep writing down the teams of this person; try again"))
