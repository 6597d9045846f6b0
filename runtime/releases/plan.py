"""From a release request to what would run: read, combined and checked, with nothing touched.

A review page shows a plan as a proposal; a release carries the same plan out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from runtime.aws import task_definitions
from runtime.aws.errors import Absent, Invalid
from runtime.aws.task_definitions import Change, Definition, TaskDefinitions
from runtime.bucket.env_files import EnvFiles
from runtime.bucket.provisioned import ProvisionedRecords
from runtime.bucket.release_records import ReleaseRecords
from runtime.releases import live, rights
from runtime.releases.carriers import Carriers, CarrierState
from runtime.releases.expected_definition import expected_definition
from runtime.releases.live import Live
from runtime.releases.preflight import Preflight
from runtime.releases.request import ReleaseRequest
from service_catalog import image_references, naming, patterns
from service_catalog.differences import Change as EntryChange
from service_catalog.differences import differences, entry_data
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Service
from service_catalog.problems import shown
from service_catalog.records import Contents, Kind, Provisioned, Release, TaskLimits, Workload

NEAR, _REACH = 10, 100
"""How many releases back the live one is looked for, at first and at most; an older one counts as changed outside."""
_TAG_OR_DIGEST = re.compile(f"(?=.{{1,128}}$)(?:{patterns.TAG})|(?:{patterns.DIGEST})")
_MOST_TASKS = 1000
"""As in the catalog"""
_LISTED = 20
"""How many releases back people are told whether one can still go back there"""


@dataclass(frozen=True)
class Proposal:
    live: Contents | None
    wanted: Contents
    kind: Kind
    definition_changes: list[Change]
    """``(what, old, new)`` each"""
    problems: list[str]
    """Why it cannot be released"""
    notes: list[str]
    """What could not be checked"""
    newest: Release | None
    """The release before it, however it ended"""
    tasks: TaskLimits | None = None
    """The limits that it would set; None of a job or task"""
    scaling: Message | None = None
    """What becomes of limits that somebody set on purpose"""
    entry_changes: list[EntryChange] = field(default_factory=list)
    """Between the catalog entries of what is live and of what would run, where both are known"""

    @property
    def in_progress(self) -> Release | None:
        """The release that has to end first"""
        return self.newest if self.newest and not self.newest.outcome else None

    @property
    def differs(self) -> bool:
        """From what is live: otherwise the same would run again."""
        return self.live != self.wanted or bool(self.definition_changes)


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
    kind: Kind
    contents: Contents
    tasks: TaskLimits | None
    scaled: bool
    base: int | None
    document: Definition
    """What is going to be registered, but for its tag"""
    entry: Mapping[str, Any] | None
    """The catalog's entry behind it, where it is known"""
    state: CarrierState
    """Of what is going to carry it"""
    proposal: Proposal
    workload: Workload


@dataclass(frozen=True)
class _Now:
    """What is read before anything is decided."""

    newest: Release | None
    state: CarrierState
    live: Live
    live_document: Definition | None
    contents: Contents | None
    stays: Contents | None
    """What a wish that leaves something out keeps: what is live, else what was live last"""
    provisioned: Provisioned


@dataclass(frozen=True)
class _Target:
    contents: Contents
    workload: Workload
    tasks: TaskLimits | None
    scaled: bool
    """These are meant, though the catalog says others"""
    document: Definition
    entry: Mapping[str, Any] | None
    problems: list[str]


class Plans:
    def __init__(
        self,
        where: Environment,
        definitions: TaskDefinitions,
        records: ReleaseRecords,
        env_files: EnvFiles,
        carriers: Carriers,
        provisioned: ProvisionedRecords,
        preflight: Preflight,
    ):
        self._where, self._definitions, self._records, self._env_files = where, definitions, records, env_files
        self._environment = where.name
        self._carriers, self._provisioned, self._preflight = carriers, provisioned, preflight

    def live(self, service: str) -> Live:
        """What is live, arriving and staged. Raises Absent while it is not provisioned, or was deleted outside."""
        provisioned = self._provisioned.read(service)
        newest_env = {file: self._newest(service, file) for file in provisioned.env_files}
        releases = self._records.history(service, NEAR).from_newest()
        return self._live(self._carriers.state(provisioned), releases, newest_env, provisioned)

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
        proposal = Proposal(
            live=now.contents,
            wanted=target.contents,
            kind=_kind(request, now, target),
            definition_changes=_changes(now, target),
            problems=target.problems + self._refusals(now, target) + found.problems,
            notes=found.notes,
            newest=now.newest,
            tasks=target.tasks,
            scaling=_scaling(request, now, target),
            entry_changes=_entry_changes(now, target),
        )
        return Plan(
            service=service,
            number=now.newest.number + 1 if now.newest else 1,
            kind=proposal.kind,
            contents=target.contents,
            tasks=target.tasks,
            scaled=target.scaled,
            base=now.live.release.number if now.live.release else None,
            document=target.document,
            entry=target.entry,
            state=now.state,
            proposal=proposal,
            workload=target.workload,
        )

    def foresee(self, service: Service, ran: Contents | None) -> Foreseen:
        """What a release of the entry would be asked, before it is provisioned; ``ran`` is what it takes along."""
        template = expected_definition(service, self._where)
        problems: list[str] = []
        image = _image(ReleaseRequest(), task_definitions.app_container(template)["image"], ran, problems)
        env = self._env(service.name, ReleaseRequest(), template, ran, problems)
        document = task_definitions.filled(template, service.name, image, env)
        found = self._preflight.check(service.name, document, entry_data(service))
        return Foreseen(image, env, problems + found.problems, found.notes)

    def lost(self, service: str, entry: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[Message]:
        """Which earlier releases could come back with the rights that ``before`` gives, and cannot with ``entry``."""
        if before and all(before.get(part) == entry.get(part) for part in ("secrets", "image")):
            return []
        return rights.lost(self._released(service), entry, before, self._where)

    def lost_by(self, service: str, proposal: Proposal) -> list[Message]:
        """The same of a release that applies what was provisioned since."""
        entry = self._provisioned.read(service).entry
        if entry is None or (proposal.live and proposal.live.definition == proposal.wanted.definition):
            return []
        return self.lost(service, entry, None) if proposal.kind != "roll-back" else []

    def _released(self, service: str) -> Iterator[tuple[Release, Definition]]:
        """Those that ECS still has. What ran once is no reason to show nothing of what is to come."""
        for release in self._records.history(service, _LISTED).releases:
            with suppress(Absent, Invalid):
                yield release, self._definitions.describe(release.revision)

    def _read(self, service: str, releases: Sequence[Release]) -> _Now:
        provisioned = self._provisioned.read(service)
        state = self._carriers.state(provisioned)
        now_live = self._live(state, releases, {}, provisioned)
        document = self._definitions.describe(now_live.revision) if now_live.revision else None
        contents = now_live.contents or (_contents_outside(document, service) if document else None)
        stays = contents or (now_live.ran.contents if now_live.ran else None)
        return _Now(next(iter(releases), None), state, now_live, document, contents, stays, provisioned)

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

    def _refusals(self, now: _Now, target: _Target) -> list[str]:
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

    def _earlier(self, service: str, number: int) -> _Target:
        """A roll back takes the old release's own revision: it restores everything that ran."""
        release = self._records.get(service, number)
        document = task_definitions.revision_input(
            self._definitions.describe(release.revision), naming.release_family(self._environment, service)
        )
        problems = self.unlike(release)
        return _Target(
            contents=release.contents,
            workload=release.workload,
            tasks=release.tasks,
            scaled=release.scaled,
            document=document,
            entry=release.entry,
            problems=problems,
        )

    def unlike(self, release: Release) -> list[str]:
        """Why the revision is not what the record says it is. An emulator that was killed may have forgotten it, and
        given its number to another."""
        document = self._definitions.describe(release.revision)
        image = task_definitions.app_container(document)["image"]
        env = task_definitions.env_versions(document, release.service)
        if (image, env) == (release.contents.image, dict(release.contents.env)):
            return []
        return [
            say(
                "release %(number)s: its revision %(revision)s holds something else than was released, so it cannot be "
                "gone back to; choose another release",
                number=release.number,
                revision=release.revision.rpartition("/")[2],
            )
        ]

    def _next(self, service: str, request: ReleaseRequest, now: _Now) -> _Target:
        keep = None if request.definition else now.live.release
        arn = keep.contents.definition if keep else now.provisioned.definition
        template = self._definitions.describe(arn)
        problems: list[str] = []
        image = _image(request, task_definitions.app_container(template)["image"], now.stays, problems)
        env = self._env(service, request, template, now.stays, problems)
        document = task_definitions.revision_input(template, naming.release_family(self._environment, service))
        scaled = _kept_scaling(request, now, arn)
        come = scaled or (keep.tasks if keep else now.provisioned.tasks)
        tasks = _limits(request, come, problems)
        return _Target(
            contents=Contents(image, env, arn),
            workload=keep.workload if keep else now.provisioned.kind,
            tasks=tasks,
            scaled=scaled is not None or (request.tasks is not None and tasks != now.provisioned.tasks),
            document=task_definitions.filled(document, service, image, env),
            entry=keep.entry if keep else now.provisioned.entry,
            problems=problems,
        )

    def _env(
        self, service: str, request: ReleaseRequest, template: Definition, now: Contents | None, problems: list[str]
    ) -> dict[str, int]:
        files = task_definitions.env_files(template, service)
        problems += [
            say(
                "env: %(service)s has no env file %(file)s; it has %(files)s",
                service=service,
                file=file,
                files=", ".join(files) or say("none"),
            )
            for file in request.env
            if file not in files
        ]
        wrong = {file: version for file, version in request.env.items() if file in files and version < 1}
        problems += [
            say("env: versions of %(file)s begin at 1, got %(version)s", file=file, version=version)
            for file, version in wrong.items()
        ]
        known = {**(now.env if now else {}), **request.env}
        chosen = {file: known[file] if file in known else self._newest(service, file) for file in files}
        return {file: version for file, version in chosen.items() if version > 0}

    def _newest(self, service: str, file: str) -> int:
        return (self._env_files.numbers(service, file) or [0])[-1]


def _image(request: ReleaseRequest, stands: str, now: Contents | None, problems: list[str]) -> str:
    """The full reference; ``stands`` is what the definition says."""
    if request.image == "":
        problems.append(say("image: must name a tag; without one what is live stays"))
    if not image_references.is_placeholder(stands):
        if request.image and not stands.endswith((f":{request.image}", f"@{request.image}")):
            problems.append(
                say("image: the catalog pins %(image)s; change it there, then run `slipway up`", image=stands)
            )
        return stands
    repository = stands.removesuffix(f":{naming.UNRELEASED}")
    if request.image and not _TAG_OR_DIGEST.fullmatch(request.image):
        problems.append(
            say(
                "image: must be a tag of %(repository)s, or a digest (sha256:…), got %(image)s",
                repository=repository,
                image=shown(request.image),
            )
        )
        return stands
    if request.image:
        return (
            f"{repository}@{request.image}" if request.image.startswith("sha256:") else f"{repository}:{request.image}"
        )
    if now is None:
        problems.append(
            say("image: none is live yet; say which tag of %(repository)s to deploy", repository=repository)
        )
        return stands
    return repository + now.image[len(image_references.repository(now.image)) :]


def scaling_ends(ran: Release, tasks: TaskLimits) -> Message:
    """With a definition that is applied: ``ran`` was scaled for now, or paused."""
    if ran.tasks and ran.tasks.max == 0:
        return say("This ends its pause: %(tasks)s tasks run again.", tasks=str(tasks))
    return say("It is no longer scaled for now: %(was)s → %(tasks)s tasks.", was=str(ran.tasks), tasks=str(tasks))


def _kept_scaling(request: ReleaseRequest, now: _Now, definition: str) -> TaskLimits | None:
    """The limits that somebody set on purpose, as long as nothing else is asked for and no other definition applied."""
    ran = now.live.ran
    is_kept = ran is not None and ran.scaled and request.tasks is None and ran.contents.definition == definition
    return ran.tasks if ran and is_kept else None


def _scaling(request: ReleaseRequest, now: _Now, target: _Target) -> Message | None:
    ran = now.live.ran
    if ran is None or not ran.scaled or request.tasks is not None or target.tasks is None:
        return None
    if target.tasks == ran.tasks:
        if target.tasks.max == 0:
            return say("It stays paused: nothing starts until somebody resumes it.")
        return say("It stays scaled for now: %(tasks)s tasks.", tasks=str(target.tasks))
    return scaling_ends(ran, target.tasks)


def _limits(request: ReleaseRequest, come: TaskLimits | None, problems: list[str]) -> TaskLimits | None:
    """``come`` is what the definition came with."""
    wanted = request.tasks
    if wanted is None:
        return come
    if come is None:
        problems.append(say("tasks: a job or task has none between its runs, so there is nothing to scale"))
    if not 0 <= wanted.min <= wanted.max <= _MOST_TASKS:
        problems.append(
            say(
                "tasks: must be two numbers from 0 to %(most)s, the smaller one first, got %(given)s",
                most=_MOST_TASKS,
                given=str(wanted),
            )
        )
    return wanted


def _kind(request: ReleaseRequest, now: _Now, target: _Target) -> Kind:
    if request.to is not None:
        return "roll-back"
    if now.contents is None or now.contents.image != target.contents.image:
        return "deploy"
    if now.contents == target.contents and request.tasks is not None and _bounds(now) != target.tasks:
        return "scale"
    if now.contents.definition != target.contents.definition or _bounds(now) != target.tasks:
        return "definition"
    return "env" if dict(now.contents.env) != dict(target.contents.env) else "deploy"


def _bounds(now: _Now) -> TaskLimits | None:
    return now.live.release.tasks if now.live.release else None


def _changes(now: _Now, target: _Target) -> list[Change]:
    if now.live_document is None:
        return []
    changes = task_definitions.differences(now.live_document, target.document)
    limits = _bounds(now)
    if limits and target.tasks and limits != target.tasks:
        changes.append(Change("tasks", str(limits), str(target.tasks)))
    return changes


def _entry_changes(now: _Now, target: _Target) -> list[EntryChange]:
    """None where a record is older than its entry."""
    before = now.live.release.entry if now.live.release else None
    return [] if before is None or target.entry is None else differences(before, target.entry)


def _contents_outside(document: Definition, service: str) -> Contents:
    """What a revision of no release holds, as far as it can be read off."""
    image = task_definitions.app_container(document)["image"]
    return Contents(image, task_definitions.env_versions(document, service), definition="")
