"""What somebody should look at before it hurts: failed and old releases, services without owner, alarm or second zone.

Of what is provisioned, as its entry says by now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from runtime.diagnosis import diagnosis
from runtime.service_state import Summary
from runtime.snapshot import Snapshot
from service_catalog import image_references
from service_catalog.differences import entry_of
from service_catalog.messages import Message, say
from service_catalog.model import Service

Check = Literal[
    "release-failed",
    "provisioning-failed",
    "never-released",
    "release-old",
    "one-zone",
    "no-alarms",
    "no-owner",
    "expires",
    "not-rotated",
    "unused",
    "idle",
]


@dataclass(frozen=True)
class Finding:
    service: str
    """Empty for what is the environment's, or a token's"""
    owner: str
    check: Check
    sentence: Message | str
    since: datetime | None = None
    token: str = ""
    """The name of the token that it is about"""
    usd_a_month: float | None = None
    """What it costs"""


def findings(taken: Snapshot, services: Mapping[str, Service], now: datetime, old: timedelta) -> list[Finding]:
    """``services``: the catalog's entries that can be read. ``old``: a release is from then on."""
    return [
        Finding(row.name, service.owner if service else "", check, sentence, since)
        for row in taken.rows
        for service in [services.get(row.name) or entry_of(row.entry)]
        for check, sentence, since in _of(row, service, row.name in services, taken, now - old)
    ]


Found = tuple[Check, Message | str, datetime | None]


def _of(row: Summary, service: Service | None, has_entry: bool, taken: Snapshot, before: datetime) -> Iterator[Found]:
    yield from _releases(row, before)
    if not has_entry:
        yield "no-owner", say("no entry of the catalog says whose it is"), None
    if service is None:
        return
    if service.kind != "task" and all(value is None for _, value in service.alarms):
        yield "no-alarms", say("nobody is told when it is unwell: its entry has no `alarms`"), None
    yield from _zones(row, service, taken)


def _releases(row: Summary, before: datetime) -> Iterator[Found]:
    failed, last = row.failed_provisioning, row.last
    if failed:
        yield "provisioning-failed", diagnosis.in_short(failed.sentence), failed.when
    if last is None:
        yield "never-released", say("it is provisioned, and no release brought an image yet"), None
        return
    if (row.gave_up or row.first_run_failed) and last.outcome:
        reason = diagnosis.in_short(last.outcome.reason)
        image = image_references.short(last.contents.image)
        sentence = say(
            "release %(number)s (%(image)s) did not come through: %(reason)s",
            number=last.number,
            image=image,
            reason=reason,
        )
        yield "release-failed", sentence, last.outcome.when
    elif last.when < before:
        yield "release-old", say("its last release is release %(number)s", number=last.number), last.when


def _zones(row: Summary, service: Service, taken: Snapshot) -> Iterator[Found]:
    """Of those that are to run at all, and that ECS places: one task on each instance is where instances are."""
    if not service.has_ecs_service or row.live is None or row.desired == 0 or service.tasks.daemon:
        return
    running = taken.running.get(row.name)
    zones = [zone for zone in running.by_zone if zone] if running else []
    if row.desired == 1:
        yield "one-zone", say("one task: nothing runs while it is lost"), None
    elif running and len(zones) == 1 and sum(running.by_zone.values()) > 1:
        count, [zone] = sum(running.by_zone.values()), zones
        yield "one-zone", say("all %(count)s tasks run in %(zone)s", count=count, zone=zone), None
