"""What programs are told of a release, as a message of the environment's topic."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from runtime.aws.event_topic import EventTopic
from runtime.aws.traffic_shifts import Pause
from runtime.bucket.release_records import describe
from service_catalog import image_references
from service_catalog.model import Environment
from service_catalog.records.asked import AskedRelease
from service_catalog.records.events import Event, EventOutcome, EventRelease, EventRequest, EventWait
from service_catalog.records.releases import Outcome, OutcomeStatus, Release


class ReleaseEvents:
    def __init__(self, topic: EventTopic, environment: Environment, now: Callable[[], datetime]):
        self._topic, self._environment, self._now = topic, environment, now

    def ended(self, release: Release, outcome: Outcome) -> None:
        """Called by whoever wrote the outcome, and by nobody else: so each end is told once."""
        self._topic.tell(
            Event(
                event="release-ended",
                id=f"{self._environment.name}/{release.service}/releases/{release.number}/ended",
                when=outcome.when,
                sentence=_ended(release, outcome),
                release=_told(release),
                outcome=EventOutcome(
                    status=outcome.status, reason=str(outcome.reason), approved_by=outcome.approved_by
                ),
                **self._about(release.service, _owner(release), f"releases/{release.number}"),
            )
        )

    def waits(self, release: Release, pause: Pause) -> None:
        """Called by one of those who see it."""
        self._topic.tell(
            Event(
                event="approval-waiting",
                id=f"{self._environment.name}/{release.service}/releases/{release.number}/waits/{pause.hook}",
                when=self._now(),
                sentence=f"{describe(release)} by {release.who} waits for approval",
                release=_told(release),
                waits=EventWait(until=pause.until, goes_on=pause.goes_on),
                **self._about(release.service, _owner(release), f"releases/{release.number}"),
            )
        )

    def asked(self, asked: AskedRelease, owner: str) -> None:
        image = image_references.short(asked.image)
        self._topic.tell(
            Event(
                event="release-asked",
                id=f"{self._environment.name}/{asked.service}/asked/{asked.number}",
                when=asked.when,
                sentence=f"{asked.who} asks for a release of {asked.service} ({image}), which another has to confirm",
                request=EventRequest(
                    number=asked.number, image=asked.image, env=asked.env, who=asked.who, why=str(asked.why)
                ),
                **self._about(asked.service, owner, f"releases/asked/{asked.number}"),
            )
        )

    @property
    def are_told(self) -> bool:
        """The environment has a topic for them."""
        return self._topic.is_there

    def _about(self, service: str, owner: str, page: str) -> dict[str, Any]:
        events, environment = self._environment.events, self._environment.name
        portal = events.portal.rstrip("/") if events and events.portal else ""
        return {
            "environment": environment,
            "service": service,
            "owner": owner,
            "page": f"{portal}/{environment}/services/{quote(service)}/{page}" if portal else "",
        }


def _owner(release: Release) -> str:
    return str((release.entry or {}).get("owner", ""))


def _told(release: Release) -> EventRelease:
    return EventRelease(
        number=release.number,
        kind=release.kind,
        image=release.image,
        env=release.env,
        who=release.who,
        why=str(release.why),
        confirmed_by=release.confirmation.who if release.confirmation else "",
        begun=release.when,
    )


def _ended(release: Release, outcome: Outcome) -> str:
    sentence = f"{describe(release)} by {release.who} {_ENDED[outcome.status]}"
    return f"{sentence}: {outcome.reason}" if outcome.reason else sentence


_ENDED: Mapping[OutcomeStatus, str] = {
    "succeeded": "came through",
    "rolled-back": "was rolled back",
    "stopped": "was stopped and rolled back",
    "failed": "failed",
    "not-carried-out": "was not carried out",
}
"""In English: whoever sends a message does not know who reads it"""
