"""The service index: one object a service, so that a list of them all is read at once."""

from pydantic import AwareDatetime

from service_catalog.records.asked import AskedRelease
from service_catalog.records.record import Part, Record, Text
from service_catalog.records.releases import Release


class FailedProvisioning(Part):
    """The service was changed by Pulumi, or tried to be, and did not come through."""

    when: AwareDatetime
    who: str
    sentence: Text
    details: tuple[Text, ...] = ()
    """What the tasks left behind, or the failures of single resources"""
    is_rollback: bool = False
    """Everything was provisioned, and then ECS went back"""


class IndexEntry(Record):
    """``heads/<service>.json``: what the service's other objects add up to, and how the last `slipway up` ended."""

    env: dict[str, int] = {}
    """Newest version by env file"""
    last: Release | None = None
    """The newest release, with its outcome if it ended"""
    live: Release | None = None
    """The newest release that succeeded"""
    tried: Release | None = None
    """The newest release that was no roll back: what it held is not staged, however it ended"""
    held: dict[str, int] = {}
    """Newest version that any release held, by env file"""
    acknowledged: int = 0
    """Number of the newest release of which somebody has said that its failure was seen"""
    asked: AskedRelease | None = None
    """The newest release that somebody asked for where another has to confirm it"""
    answered: int = 0
    """Number of the newest that was answered"""
    applied: str | None = None
    """Fingerprint of what was provisioned, released and verified; None while a run is under way"""
    is_under_way: bool = False
    """A run of `slipway up` began and has not come through to its end: it goes on, or died"""
    failed_provisioning: FailedProvisioning | None = None
    """The last run of `slipway up` on this service, if it did not come through"""
    is_doubted: bool = False
    """Somebody found a newest release that cannot be read: who reads indexes alone has to look at it, too"""

    @property
    def waits_for_second(self) -> AskedRelease | None:
        """A release that was asked for, as long as nobody answered and nothing was released since."""
        newest = self.last.number if self.last else 0
        is_open = self.asked and self.asked.number > self.answered and self.asked.after == newest
        return self.asked if is_open else None
