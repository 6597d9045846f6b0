"""The records of releases in S3: who claimed which number, whether it goes on, how it ended, who asked to stop it.

A claim without an outcome is in progress. Each object is written once; the loser of a race reads the
winner's object.
"""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from runtime.aws.errors import Absent, Conflict, lacking
from runtime.bucket.objects import Objects
from runtime.bucket.records import Unreadable, parsed
from service_catalog import image_references, naming
from service_catalog.messages import say
from service_catalog.records.releases import (
    Acknowledgement,
    Approval,
    Outcome,
    Release,
    StartDecision,
    StopRequest,
    Told,
)

_JSON = "application/json"
_RECORD = re.compile(r"r(\d{6,})\.json$")
_OUTCOME = re.compile(r"r(\d{6,})\.outcome\.json$")
_ACKNOWLEDGED = re.compile(r"r(\d{6,})\.acknowledged\.json$")


class ReleaseRefused(Conflict):
    """Another release is in progress, or was first. ``theirs`` says which, where it is known."""

    def __init__(self, sentence: str, theirs: Release | None = None):
        self.theirs = theirs
        super().__init__(sentence)


@dataclass(frozen=True)
class History:
    """Some releases of a service, up to the newest."""

    releases: list[Release]
    """Newest first"""
    unreadable: Mapping[int, Unreadable]
    """By number: those whose record, or outcome, nobody can read"""

    @property
    def newest_unreadable(self) -> Unreadable | None:
        """Of the newest release of all: without it nothing can be decided."""
        newest = max(self.unreadable, default=0)
        return self.unreadable[newest] if newest > (self.releases[0].number if self.releases else 0) else None

    def from_newest(self) -> list[Release]:
        """Raises Unreadable where the newest is not among them."""
        if self.newest_unreadable:
            raise self.newest_unreadable
        return self.releases


@dataclass(frozen=True)
class _Numbers:
    claimed: list[int]
    """Rising"""
    ended: frozenset[int]


@dataclass(frozen=True)
class _Claim:
    release: Release
    written_at: datetime


class ReleaseRecords:
    def __init__(self, objects: Objects):
        self._objects = objects
        # None of them ever changes, so each is read once.
        self._claimed: dict[tuple[str, int], _Claim] = {}
        self._decided: dict[tuple[str, int], tuple[StartDecision, datetime]] = {}
        self._outcomes: dict[tuple[str, int], Outcome] = {}

    def newest(self, service: str) -> Release | None:
        return next(self.newest_first(service), None)

    def newest_first(self, service: str) -> Iterator[Release]:
        numbers = self._numbers(service)
        for number in reversed(numbers.claimed):
            yield self._read(service, number, number in numbers.ended)

    def history(self, service: str, limit: int, before: int | None = None) -> History:
        """The newest ``limit``, of those before that number if one is given."""
        numbers = self._numbers(service)
        wanted = [it for it in numbers.claimed if before is None or it < before][-limit:][::-1]
        if not wanted:
            return History([], {})

        def read(number: int) -> Release | Unreadable:
            try:
                return self._read(service, number, number in numbers.ended)
            except Unreadable as error:
                return error

        with ThreadPoolExecutor(min(16, len(wanted))) as pool:
            found = dict(zip(wanted, pool.map(read, wanted), strict=True))
        unreadable = {number: it for number, it in found.items() if isinstance(it, Unreadable)}
        return History([it for it in found.values() if isinstance(it, Release)], unreadable)

    def get(self, service: str, number: int) -> Release:
        """Raises Absent."""
        return self._read(service, number, True)

    def claim(self, release: Release) -> None:
        """Raises ReleaseRefused, which names the release that took this number."""
        key = naming.release_key(release.service, release.number)
        if self._objects.create(key, release.claim_json(), _JSON):
            return
        theirs = self._read(release.service, release.number, False)
        # The key may be taken by this very claim, whose answer was lost: then it is won.
        if theirs.token != release.token:
            raise ReleaseRefused(f"{theirs.who} was first with {describe(theirs)}; look at it, then try again", theirs)

    def end(self, release: Release, outcome: Outcome) -> Release:
        """The release with its outcome, which is whatever was written first."""
        key = naming.outcome_key(release.service, release.number)
        if self._objects.create(key, outcome.to_json(), _JSON):
            return release.model_copy(update={"outcome": outcome})
        return self._read(release.service, release.number, True)

    def decide(self, release: Release, decision: StartDecision) -> StartDecision:
        """What was decided first, by whomever; by oneself, if only the answer to that was lost."""
        key = naming.start_key(release.service, release.number)
        return decision if self._objects.create(key, decision.to_json(), _JSON) else self._read_decision(release)[0]

    def decision(self, release: Release) -> StartDecision | None:
        """None of a release that began with no run, too."""
        if release.first_run is None:
            return None
        try:
            return self._read_decision(release)[0]
        except Absent:
            return None

    def due_at(self, release: Release) -> datetime:
        """Since when it is to be carried out, by S3's own clock: since it was claimed, or decided on."""
        if self.decision(release):
            return self._read_decision(release)[1]
        return self._read_claim(release.service, release.number).written_at

    def seconds_due(self, release: Release) -> float:
        """For how long, by the same clock."""
        key = naming.start_key if self.decision(release) else naming.release_key
        return self._objects.describe(key(release.service, release.number)).age_seconds

    def ask_to_stop(self, release: Release, request: StopRequest) -> None:
        """Remembered before ECS is asked, so that the outcome can say who it was."""
        self._objects.create(naming.stop_key(release.service, release.number), request.to_json(), _JSON)

    def stop_request(self, release: Release) -> StopRequest | None:
        key = naming.stop_key(release.service, release.number)
        try:
            return parsed(StopRequest, key, self._objects.read(key).body)
        except Absent:
            return None

    def acknowledge(self, release: Release, said: Acknowledgement) -> Acknowledgement:
        """What was said first, by whomever."""
        key = naming.acknowledgement_key(release.service, release.number)
        if self._objects.create(key, said.to_json(), _JSON):
            return said
        return parsed(Acknowledgement, key, self._objects.read(key).body)

    def acknowledgement(self, release: Release) -> Acknowledgement | None:
        """Only what ended badly is looked for any."""
        if release.outcome is None or release.outcome.status == "succeeded":
            return None
        key = naming.acknowledgement_key(release.service, release.number)
        try:
            return parsed(Acknowledgement, key, self._objects.read(key).body)
        except Absent:
            return None

    def newest_acknowledged(self, service: str) -> int:
        """0 where none is."""
        keys = (it.key for it in self._objects.listing(naming.release_prefix(service)))
        return max((int(match[1]) for match in map(_ACKNOWLEDGED.search, keys) if match), default=0)

    def approve(self, release: Release, approval: Approval) -> Approval:
        """What was said first, by whomever."""
        key = naming.approval_key(release.service, release.number, approval.hook)
        if self._objects.create(key, approval.to_json(), _JSON):
            return approval
        return parsed(Approval, key, self._objects.read(key).body)

    def is_first_to_tell(self, release: Release, hook: str, told: Told) -> bool:
        """That it waits; of all who see it, one is."""
        key = naming.approval_told_key(release.service, release.number, hook)
        return self._objects.create(key, told.to_json(), _JSON) is not None or (
            parsed(Told, key, self._objects.read(key).body).token == told.token
        )

    def approvals(self, release: Release) -> list[Approval]:
        """Oldest first. Only of a release whose entry asks for some is it looked for any."""
        if (release.entry or {}).get("deployment", {}).get("approval") is None:
            return []
        listed = self._objects.listing(naming.approval_prefix(release.service, release.number))
        found = [parsed(Approval, it.key, self._objects.read(it.key).body) for it in listed]
        return sorted(found, key=lambda approval: approval.when)

    def _numbers(self, service: str) -> _Numbers:
        keys = [it.key for it in self._objects.listing(naming.release_prefix(service))]
        claimed = [int(match[1]) for match in map(_RECORD.search, keys) if match]
        return _Numbers(claimed, frozenset(int(match[1]) for match in map(_OUTCOME.search, keys) if match))

    def _read(self, service: str, number: int, may_have_ended: bool) -> Release:
        release = self._read_claim(service, number).release
        if not may_have_ended:
            return release
        return release.model_copy(update={"outcome": self._read_outcome(service, number)})

    def _read_claim(self, service: str, number: int) -> _Claim:
        if (service, number) not in self._claimed:
            key = naming.release_key(service, number)
            try:
                stored = self._objects.read(key)
            except Absent as error:
                raise Absent(lacking(service, say("release"), number, self._numbers(service).claimed)) from error
            self._claimed[service, number] = _Claim(parsed(Release, key, stored.body), stored.written_at)
        return self._claimed[service, number]

    def _read_decision(self, release: Release) -> tuple[StartDecision, datetime]:
        """With the time when it was written. Raises Absent."""
        decided = self._decided.get((release.service, release.number))
        if decided is None:
            key = naming.start_key(release.service, release.number)
            stored = self._objects.read(key)
            decided = (parsed(StartDecision, key, stored.body), stored.written_at)
            self._decided[release.service, release.number] = decided
        return decided

    def _read_outcome(self, service: str, number: int) -> Outcome | None:
        if (service, number) not in self._outcomes:
            key = naming.outcome_key(service, number)
            try:
                self._outcomes[service, number] = parsed(Outcome, key, self._objects.read(key).body)
            except Absent:
                return None
        return self._outcomes[service, number]


def describe(release: Release) -> str:
    """How a sentence names a release: ``release 43 of orders-api (deploy, v1.9.0)``."""
    return say(
        "release %(number)s of %(service)s (%(kind)s, %(image)s)",
        number=release.number,
        service=release.service,
        kind=release.kind,
        image=image_references.short(release.contents.image),
    )
