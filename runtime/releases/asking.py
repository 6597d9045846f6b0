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
from runtime.second_person import SecondPerson, Standing, Who
from service_catalog.records.asked import AskedRelease, Wanted
from service_catalog.records.releases import Confirmation, Release

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Look:
    standing: Standing[AskedRelease]
    proposal: Proposal


class Asking(SecondPerson[AskedRelease]):
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
        super().__init__(records, audit, "confirm-release", now, service_index.saw_answer)
        self._service_index, self._releases, self._images = service_index, releases, images
        self._events, self._new_token = events, new_token

    def look(self, service: str, number: int) -> Look:
        """Raises Absent."""
        asked = self._records.get(service, number)
        proposal = self._releases.proposal(service, request_of(asked.wanted))
        return Look(self._standing(asked, self._is_same_world(asked, proposal)), proposal)

    def ask(self, service: str, request: ReleaseRequest, *, who: Who, why: str) -> AskedRelease:
        """Raises what a release of it would: what cannot run is not asked for."""
        self._releases.settle(service)
        proposal = self._releases.proposal(service, request)
        self._releases.refuse(proposal)
        asked = self._create(service, lambda number: self._asked(service, number, request, proposal, who, why))
        self._service_index.saw_asked(asked)
        self._audit.note("ask-release", service, who.name, why, request=asked.number)
        self._events.asked(asked, proposal.owner)
        log.info("release asked for service=%s request=%d who=%s", service, asked.number, who.name)
        return asked

    def confirm(self, service: str, number: int, *, who: Who, why: str = "") -> Release:
        """Starts the release, in the name of whoever asked. Raises AskedRefused, or what the release raises."""
        self._releases.settle(service)
        look = self.look(service, number)
        asked = look.standing.asked
        self._refuse(look.standing, who)
        self._releases.refuse(look.proposal)
        self._answer(asked, "confirmed", who, why)
        confirmation = Confirmation(who=who.name, asked=number)
        return self._releases.release(
            service, request_of(asked.wanted), who=asked.who, why=asked.why, confirmation=confirmation
        )

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
