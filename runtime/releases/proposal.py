"""What a release would change: what is there compared with what would run. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.aws import task_definitions
from runtime.aws.task_definitions import Definition, DefinitionChange
from runtime.releases import limits
from runtime.releases.carriers import CarrierState
from runtime.releases.live import Live
from runtime.releases.request import ReleaseRequest
from service_catalog import model
from service_catalog.differences import EntryChange, differences
from service_catalog.messages import Message, say
from service_catalog.records.provisioned import Provisioned, TaskLimits, Workload
from service_catalog.records.releases import Contents, FirstRun, Kind, Release

_RUN_MINUTES: int = model.Run.model_fields["timeout_minutes"].default
_BEFORE_RELEASE_MINUTES: int = model.BeforeRelease.model_fields["timeout_minutes"].default


@dataclass(frozen=True)
class Proposal:
    live: Contents | None
    wanted: Contents
    kind: Kind
    definition_changes: list[DefinitionChange]
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
    schedule: Message | None = None
    """What the scaling schedule makes of these limits"""
    tasks_now: TaskLimits | None = None
    """The limits of what is live"""
    entries: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None
    """The catalog's, of what is live and of what would run; None where a record is older than its entry"""
    first_run: FirstRun | None = None
    """What has to succeed before anything is changed"""
    owner: str = ""
    """By the catalog's entry of what would run"""

    @property
    def entry_changes(self) -> list[EntryChange]:
        return differences(*self.entries) if self.entries else []

    @property
    def in_progress(self) -> Release | None:
        """The release that has to end first"""
        return self.newest if self.newest and not self.newest.outcome else None

    @property
    def seen(self) -> str:
        """Says whether what is started is what was reviewed: what runs, and what would run."""
        shown = (self.live, self.wanted, [str(change) for change in self.definition_changes])
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]

    @property
    def differs(self) -> bool:
        """From what is live: otherwise the same would run again."""
        return self.live != self.wanted or bool(self.definition_changes)


@dataclass(frozen=True)
class Now:
    """What is read before anything is decided."""

    newest: Release | None
    state: CarrierState
    live: Live
    live_document: Definition | None
    contents: Contents | None
    stays: Contents | None
    """What a request that leaves something out keeps: what is live, else what was live last"""
    provisioned: Provisioned
    read_at: datetime


@dataclass(frozen=True)
class Target:
    contents: Contents
    workload: Workload
    tasks: TaskLimits | None
    scaled: bool
    """These are meant, though the catalog says others"""
    document: Definition
    entry: Mapping[str, Any] | None
    problems: list[str]
    first_run: FirstRun | None = None
    """Of an earlier release that never came through: what it began with is still to succeed"""


def propose(request: ReleaseRequest, now: Now, target: Target, problems: list[str], notes: list[str]) -> Proposal:
    kind = _kind(request, now, target)
    return Proposal(
        live=now.contents,
        wanted=target.contents,
        kind=kind,
        definition_changes=_definition_changes(now, target),
        problems=problems,
        notes=notes,
        newest=now.newest,
        tasks=target.tasks,
        scaling=_scaling(request, now, target),
        schedule=_schedule(now, target),
        tasks_now=_limits(now),
        entries=_entries(now, target),
        first_run=_first_run(request, kind, target),
        owner=(target.entry or {}).get("owner", ""),
    )


def _kind(request: ReleaseRequest, now: Now, target: Target) -> Kind:
    if request.to is not None:
        return "roll-back"
    if now.contents is None or now.contents.image != target.contents.image:
        return "deploy"
    if now.contents == target.contents and request.tasks is not None and _limits(now) != target.tasks:
        return "scale"
    if now.contents.definition != target.contents.definition or _limits(now) != target.tasks:
        return "definition"
    return "env" if dict(now.contents.env) != dict(target.contents.env) else "deploy"


def _limits(now: Now) -> TaskLimits | None:
    return now.live.release.tasks if now.live.release else None


def _definition_changes(now: Now, target: Target) -> list[DefinitionChange]:
    if now.live_document is None:
        return []
    changes = task_definitions.differences(now.live_document, target.document)
    limits = _limits(now)
    if limits and target.tasks and limits != target.tasks:
        changes.append(DefinitionChange("tasks", str(limits), str(target.tasks)))
    return changes


def _entries(now: Now, target: Target) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    before = now.live.release.entry if now.live.release else None
    return None if before is None or target.entry is None else (before, target.entry)


def _first_run(request: ReleaseRequest, kind: Kind, target: Target) -> FirstRun | None:
    """What came through before waits for no migration, which was made for what came later; nor does another number of
    tasks."""
    entry = target.entry or {}
    if request.try_first:
        return FirstRun(command=(), timeout_seconds=entry.get("run", {}).get("timeout_minutes", _RUN_MINUTES) * 60)
    if kind == "roll-back":
        return target.first_run
    before = entry.get("before_release")
    if before is None or kind == "scale":
        return None
    minutes = before.get("timeout_minutes", _BEFORE_RELEASE_MINUTES)
    return FirstRun(command=tuple(before["command"]), timeout_seconds=minutes * 60)


def scaling_ends(ran: Release, tasks: TaskLimits) -> Message:
    """With a definition that is applied: ``ran`` was scaled for now, or paused."""
    if ran.tasks and ran.tasks.max == 0:
        return say("This ends its pause: %(tasks)s tasks run again.", tasks=str(tasks))
    return say("It is no longer scaled for now: %(was)s → %(tasks)s tasks.", was=str(ran.tasks), tasks=str(tasks))


def _scaling(request: ReleaseRequest, now: Now, target: Target) -> Message | None:
    ran = now.live.ran
    if request.tasks is not None and target.scaled and request.tasks.max > 0:
        return say(
            "These limits hold until somebody applies a changed definition, here or by `slipway up`; an unchanged "
            "catalog entry leaves them."
        )
    if ran is None or not ran.scaled or request.tasks is not None or target.tasks is None:
        return None
    if target.tasks == ran.tasks:
        if target.tasks.max == 0:
            return say("It stays paused: nothing starts until somebody resumes it, or applies a changed definition.")
        return say("It stays scaled for now: %(tasks)s tasks.", tasks=str(target.tasks))
    return scaling_ends(ran, target.tasks)


def _schedule(now: Now, target: Target) -> Message | None:
    schedule, tasks = now.provisioned.scaling_schedule, target.tasks
    if tasks is None or not schedule:
        return None
    if limits.suspends_schedule(tasks, target.scaled):
        return say("The scaling schedule changes nothing until the catalog's limits are back.")
    return limits.schedule_sentence(tasks, schedule, now.read_at)
