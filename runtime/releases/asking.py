"""Releases under four eyes. A request is good for the world that was reviewed: once something was released since, or
would run otherwise, it is asked for anew."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from runtime.aws.ecr_images import Images
from runtime.bucket.asked_records import AskedRecords
from runtime.bucket.audit import AuditTrail
from runtime.bucket.service_index import ServiceIndex
from runtime.releases.events import ReleaseEvents
from runtime.releases.proposal import Proposal
from runtime.releases.releases import Releases
from runtime.releases.request import ReleaseRequest
from runtime.second_person import AskedState, SecondPerson, Who
from service_catalog.records.asked import AskedAnswer, AskedRelease, Wanted
from service_catalog.records.releases import Confirmation, Release

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Look:
    """What was asked, beside the world of now."""

    asked: AskedRelease
    state: AskedState
    answer: AskedAnswer | None
    proposal: Proposal


class Asking:
    def __init__(
        self,
        records: AskedRecords[AskedRelease],
        service_index: ServiceIndex,
        releases: Releases,
        images: Images,
        audit: AuditTrail,
        events: ReleaseEvents,
        now: Callable[[], datetime],
        new_token: Callable[[], str],
    ):
        self._records, self._service_index, self._releases = records, service_index, releases
        self._images = images
        self._audit, self._events, self._now, self._new_token = audit, events, now, new_token
        self._second = SecondPerson(records, audit, "confirm-release", now, service_index.saw_answer)

    def look(self, service: str, number: int) -> Look:
        """Raises Absent."""
        asked = self._records.get(service, number)
        answer = self._records.answer_of(asked)
        proposal = self._releases.proposal(service, request_of(asked.wanted))
        state = self._second.state(asked, answer, self._is_same_world(asked, proposal))
        return Look(asked, state, answer, proposal)

    def ask(self, service: str, request: ReleaseRequest, *, who: Who, why: str) -> AskedRelease:
        """Raises what a release of it would: what cannot run is not asked for."""
        self._releases.settle(service)
        proposal = self._releases.proposal(service, request)
        self._releases.refuse(proposal)
        asked = self._second.created(service, lambda number: self._asked(service, number, request, proposal, who, why))
        self._service_index.saw_asked(asked)
        self._audit.note("ask-release", service, who.name, why, request=asked.number)
        self._events.asked(asked, proposal.owner)
        log.info("release asked for service=%s request=%d who=%s", service, asked.number, who.name)
        return asked

    def confirm(self, service: str, number: int, *, who: Who, why: str = "") -> Release:
        """Starts the release, in the name of whoever asked. Raises AskedRefused, or what the release raises."""
        self._releases.settle(service)
        look = self.look(service, number)
        self._second.refuse(look.asked, look.state, look.answer, who, self._is_same_world(look.asked, look.proposal))
        self._releases.refuse(look.proposal)
        self._second.answer(look.asked, "confirmed", who, why)
        confirmation = Confirmation(who=who.name, asked=number)
        return self._releases.release(
            service, request_of(look.asked.wanted), who=look.asked.who, why=look.asked.why, confirmation=confirmation
        )

    def decline(self, service: str, number: int, *, who: Who, why: str = "") -> AskedAnswer:
        """By whoever asked, it is withdrawn. Raises AskedRefused where it was answered otherwise before."""
        return self._second.decline(self._records.get(service, number), who, why)

    def _asked(
        self, service: str, number: int, request: ReleaseRequest, proposal: Proposal, who: Who, why: str
    ) -> AskedRelease:
        return AskedRelease(
            number=number,
            service=service,
            wanted=Wanted(
                image=request.image,
                env=dict(request.env),
                definition=request.definition,
                tasks=request.tasks,
                try_first=request.try_first,
                to=request.to,
            ),
            image=proposal.wanted.image,
            digest=self._images.look(proposal.wanted.image).digest,
            env=dict(proposal.wanted.env),
            definition=proposal.wanted.definition,
            seen=proposal.seen,
            after=proposal.newest.number if proposal.newest else 0,
            who=who.name,
            person=who.person,
            why=why,
            when=self._now(),
            token=self._new_token(),
        )

    def _is_same_world(self, asked: AskedRelease, proposal: Proposal) -> bool:
        newest = proposal.newest.number if proposal.newest else 0
        if (newest, proposal.seen) != (asked.after, asked.seen):
            return False
        return not asked.digest or self._images.look(asked.image).digest in ("", asked.digest)


def request_of(wanted: Wanted) -> ReleaseRequest:
    return ReleaseRequest(
        image=wanted.image,
        env=wanted.env,
        definition=wanted.definition,
        tasks=wanted.tasks,
        try_first=wanted.try_first,
        to=wanted.to,
    )
