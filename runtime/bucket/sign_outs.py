"""Who signed out everywhere, and when: sessions are in cookies, so what ends them all must stand where every copy of
the portal looks."""

import logging
from collections.abc import Mapping
from datetime import datetime

from runtime.aws.errors import Conflict
from runtime.bucket.cached_listing import CachedListing
from runtime.bucket.latest import write_latest
from runtime.bucket.objects import Objects
from runtime.bucket.records import Unreadable, parsed
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.portal import SignOut

log = logging.getLogger(__name__)


class SignOuts:
    def __init__(self, objects: Objects):
        self._objects = objects
        self._listing = CachedListing(objects, naming.sign_out_prefix())

    def all(self) -> Mapping[str, datetime]:
        """When, by the key of ``naming.sign_out_key``. One listing, and what is new."""
        found = {}
        for key, stored in self._listing.read().items():
            try:
                found[key] = parsed(SignOut, key, stored.body).when
            except Unreadable as error:
                log.warning("sign-out cannot be read key=%s error=%s", key, error.fault)
                found[key] = stored.written_at  # it says that much at least
        return found

    def add(self, person: str, when: datetime) -> None:
        """Raises Conflict when others keep writing the same."""
        if not write_latest(self._objects, naming.sign_out_key(person), SignOut(when=when)):
            raise Conflict(say("others keep signing this person out; try again"))
