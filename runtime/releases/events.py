"""What programs are told of a release, as a message of the environment's topic."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from runtime.aws.event_topic import EventTopic
from runtime.bucket.release_records import describe
from service_catalog.model import Environment
from service_catalog.records.events import Event, EventOutcome, EventRelease
from service_catalog.records.releases import Outcome, OutcomeStatus, Release


class ReleaseEvents:
    def __init__(self, topic: EventTopic, environment: Environment):
        self._topic, self._environment = topic, environment

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
                **self._about(release.service, release.entry, f"releases/{release.number}"),
            )
        )

    def _about(self, service: str, entry: Any, page: str) -> dict[str, Any]:
        events, environment = self._environment.events, self._environment.name
        portal = events.portal.rstrip("/") if events and events.portal else ""
        return {
            "environment": environment,
            "service": service,
            "owner": (entry or {}).get("owner", ""),
            "page": f"{portal}/{environment}/services/{quote(service)}/{page}" if portal else "",
        }


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
