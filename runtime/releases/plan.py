"""From a release request to what would run: read, combined and checked, with nothing touched.

A review page shows a plan as a proposal; a release carries the same plan out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from runtime.aws import task_definitions
from runtime.aws.task_definitions import Definition, TaskDefinitions
from runtime.bucket.env_files import EnvFiles
from runtime.bucket.provisioned import ProvisionedRecords
from runtime.bucket.release_records import ReleaseRecords
from runtime.releases import choices, live
from runtime.releases.carriers import Carriers, CarrierState
from runtime.releases.earlier import EarlierReleases
from runtime.releases.expected_definition import expected_definition
from runtime.releases.live import Live
from runtime.releases.preflight import Preflight
from runtime.releases.proposal import Now, Proposal, Target, propose
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from service_catalog.differences import entry_data
from service_catalog.messages import say
from service_catalog.model import Environment, Service
from service_catalog.records.provisioned import Provisioned
from service_catalog.records.releases import Contents, Release

NEAR, _REACH = 10, 100
"""How many releases back the live one is looked for, at first and at most; an older one counts as changed outside."""


@dataclass(frozen=True)
class Foreseen:
    """The release that provisioning an entry would be followed by."""

    image: str
    env: Mapping[str, int]
    problems: list[str]
    notes: list[str]


@dataclass(frozen=True)
class Plan:
    service: str
    number: int
    base: int | None
    """The release that is live"""
    target: Target
    state: CarrierState
    """Of what is going to carry it"""
    proposal: Proposal


class Plans:
    def __init__(
        self,
        where: Environment,
        definitions: TaskDefinitions,
        records: ReleaseRecords,
        env_files: EnvFiles,
        carriers: Carriers,
        provisioned: ProvisionedRecords,
        earlier_releases: EarlierReleases,
        preflight: Preflight,
        now: Callable[[], datetime],
    ):
        self._where, self._definitions, self._records, self._env_files = where, definitions, records, env_files
        self._environment = where.name
        self._carriers, self._provisioned = carriers, provisioned
        self._earlier_releases, self._preflight, self._now = earlier_releases, preflight, now

    def live(self, service: str) -> Live:
        """What is live, in progress and staged. Raises Absent while it is not provisioned, or was deleted outside."""
        provisioned = self._provisioned.read(service)
        newest_env = {file: self._newest(service, file) for file in provisioned.env_files}
        releases = self._records.history(service, NEAR).from_newest()
        return self._live(self._carriers.state(provisioned), releases, newest_env, provisioned)

    def live_revision(self, service: str) -> str | None:
        """ARN of the task definition that is live. Raises Absent likewise."""
        return self.live(service).revision

    def live_among(self, provisioned: Provisioned, state: CarrierState, releases: Sequence[Release]) -> Live:
        """The same, of what was read already: what is said of the one then fits what is said of the other."""
        newest_env = {file: self._newest(provisioned.service, file) for file in provisioned.env_files}
        return self._live(state, releases, newest_env, provisioned)

    def make(self, service: str, request: ReleaseRequest, releases: Sequence[Release]) -> Plan:
        """``releases`` are the newest ones, newest first, listed before anything else is read: if anybody releases from
        there on, the claim of the next number fails. Raises Absent when the service, or the release to go back to, is
        not there."""
        now = self._read(service, releases)
        target = self._earlier(service, request.to) if request.to is not None else self._next(service, request, now)
        found = self._preflight.check(service, target.document, now.provisioned.entry)
        problems = target.problems + self._refusals(now, target) + found.problems
        problems += [*self._moved(now, target), *choices.try_problems(request, target.workload)]
        if request.tasks is None:
            problems += choices.count_problems(target.tasks, target.workload, now.provisioned)
        proposal = propose(request, now, target, problems, found.notes)
        if proposal.first_run and now.provisioned.state_machine is None:
            problems.append(say("runs: the service has no state machine yet, which runs need; provision it again"))
        return Plan(
            service=service,
            number=now.newest.number + 1 if now.newest else 1,
            base=now.live.release.number if now.live.release else None,
            target=target,
            state=now.state,
            proposal=proposal,
        )

    def foresee(self, service: Service, ran: Contents | None) -> Foreseen:
        """What a release of the entry would be asked, before it is provisioned; ``ran`` is what it takes along."""
        template = expected_definition(service, self._where)
        problems: list[str] = []
        image = choices.image(ReleaseRequest(), task_definitions.app_container(template)["image"], ran, problems)
        env = self._env(service.name, ReleaseRequest(), template, ran, problems)
        document = task_definitions.filled(template, service.name, image, env)
        found = self._preflight.check(service.name, document, entry_data(service))
        return Foreseen(image, env, problems + found.problems, found.notes)

    def _read(self, service: str, releases: Sequence[Release]) -> Now:
        provisioned = self._provisioned.read(service)
        state = self._carriers.state(provisioned)
        now_live = self._live(state, releases, {}, provisioned)
        document = self._definitions.describe(now_live.revision) if now_live.revision else None
        contents = now_live.contents or (_contents_outside(document, service) if document else None)
        stays = contents or (now_live.ran.contents if now_live.ran else None)
        return Now(next(iter(releases), None), state, now_live, document, contents, stays, provisioned, self._now())

    def _live(
        self,
        state: CarrierState,
        releases: Sequence[Release],
        newest_env: Mapping[str, int],
        provisioned: Provisioned,
    ) -> Live:
        revision = self._carriers.of(provisioned.kind).live_revision(state)
        found = live.read(revision, releases, newest_env, provisioned)
        if found.ran is None and releases:
            further = self._records.history(provisioned.service, _REACH)
            found = live.read(revision, further.releases, newest_env, provisioned)
            if found.changed_outside and further.unreadable:  # it may well be one of these
                raise next(iter(further.unreadable.values()))
        return found

    def _refusals(self, now: Now, target: Target) -> list[str]:
        carrier = self._carriers.of(now.provisioned.kind)
        if self._carriers.of(target.workload) is carrier:
            return carrier.refusals(now.state, target.document)
        return [
            say(
                "kind: this was released as %(was)s, and the service is %(now)s now; deploy its image instead, which "
                "takes the definition that is provisioned now",
                was=target.workload,
                now=now.provisioned.kind,
            )
        ]

    def _moved(self, now: Now, target: Target) -> list[str]:
        """A definition runs on the capacity that it was made for, and what starts tasks names the one of now."""
        was, wanted = (
            task_definitions.made_for(it)
            for it in (target.document, self._definitions.describe(now.provisioned.definition))
        )
        if was == wanted:
            return []
        return [
            say(
                "capacity: this definition was made for %(was)s, and the service runs on %(now)s now; deploy its image "
                "instead, which takes the definition that is provisioned now",
                was=was,
                now=wanted,
            )
        ]

    def _earlier(self, service: str, number: int) -> Target:
        """A roll back takes the old release's own revision: it restores everything that ran."""
        release = self._records.get(service, number)
        document = task_definitions.revision_input(
            self._definitions.describe(release.revision), naming.release_family(self._environment, service)
        )
        problems = self._earlier_releases.unlike(release)
        came_through = release.outcome is not None and release.outcome.status == "succeeded"
        return Target(
            contents=release.contents,
            workload=release.workload,
            tasks=release.tasks,
            scaled=release.scaled,
            document=document,
            entry=release.entry,
            problems=problems,
            first_run=None if came_through else release.first_run,
        )

    def _next(self, service: str, request: ReleaseRequest, now: Now) -> Target:
        keep = None if request.definition else now.live.release
        arn = keep.contents.definition if keep else now.provisioned.definition
        template = self._definitions.describe(arn)
        problems: list[str] = []
        image = choices.image(request, task_definitions.app_container(template)["image"], now.stays, problems)
        env = self._env(service, request, template, now.stays, problems)
        document = task_definitions.revision_input(template, naming.release_family(self._environment, service))
        scaled = choices.kept_scaling(request, now.live, arn)
        come = scaled or (keep.tasks if keep else now.provisioned.tasks)
        tasks = choices.limits(request, come, now.provisioned, problems)
        return Target(
            contents=Contents(image, env, arn),
            workload=keep.workload if keep else now.provisioned.kind,
            tasks=tasks,
            scaled=scaled is not None or (request.tasks is not None and tasks != now.provisioned.tasks),
            document=task_definitions.filled(document, service, image, env),
            entry=keep.entry if keep else now.provisioned.entry,
            problems=problems,
        )

    def _env(
        self, service: str, request: ReleaseRequest, template: Definition, stays: Contents | None, problems: list[str]
    ) -> dict[str, int]:
        files = task_definitions.env_files(template, service)
        problems += choices.env_problems(request, service, files)
        known = {**(stays.env if stays else {}), **request.env}
        chosen = {file: known[file] if file in known else self._newest(service, file) for file in files}
        return {file: version for file, version in chosen.items() if version > 0}

    def _newest(self, service: str, file: str) -> int:
        return (self._env_files.numbers(service, file) or [0])[-1]


def _contents_outside(document: Definition, service: str) -> Contents:
    """What a revision of no release holds, as far as it can be read off."""
    image = task_definitions.app_container(document)["image"]
    return Contents(image, task_definitions.env_versions(document, service), definition="")
