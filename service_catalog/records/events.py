"""What an environment's topic tells programs: one message of SNS, as JSON, for each thing that happens.

``docs/events.md`` promises its form to people who never see this code: members are added, never changed or taken away,
and ``version`` rises where that cannot be kept. No value of a setting is ever in it.
"""

from typing import Literal

from pydantic import AwareDatetime

from service_catalog.records.record import Part, Record
from service_catalog.records.releases import Kind, OutcomeStatus

VERSION = 1
EventName = Literal["release-asked", "approval-waiting", "release-ended"]
"""Alarms come by EventBridge, which says ``alarm`` (``infra/documents/alarm_events.py``)"""


class EventRelease(Part):
    """Which release, and who wanted it."""

    number: int
    kind: Kind
    image: str
    """The full reference"""
    env: dict[str, int]
    """Version by env file"""
    who: str
    why: str
    confirmed_by: str = ""
    """Where one asked and another confirmed"""
    begun: AwareDatetime


class EventRequest(Part):
    """A release that somebody asked for, and that a second person has to confirm."""

    number: int
    image: str
    env: dict[str, int]
    who: str
    why: str


class EventWait(Part):
    """For whose word a deployment waits."""

    until: AwareDatetime | None = None
    """None: for as long as it takes"""
    goes_on: bool = False
    """What happens then: it goes on, or back"""


class EventOutcome(Part):
    """How it ended."""

    status: OutcomeStatus
    reason: str = ""
    """All of it in sentences; empty where it came through"""
    approved_by: tuple[str, ...] = ()


class Event(Record):
    version: int = VERSION
    event: EventName
    id: str
    """The same for the same thing, however often it is told: ``dev/orders-api/releases/43/ended``"""
    environment: str
    service: str
    owner: str = ""
    when: AwareDatetime
    sentence: str
    """All of it for people"""
    page: str = ""
    """Of the portal, where the environment says where that is"""
    release: EventRelease | None = None
    request: EventRequest | None = None
    waits: EventWait | None = None
    outcome: EventOutcome | None = None

    @property
    def attributes(self) -> dict[str, str]:
        """By which a subscription may choose."""
        said = {"event": self.event, "service": self.service, "owner": self.owner}
        said["outcome"] = self.outcome.status if self.outcome else ""
        return {name: value for name, value in said.items() if value}
