"""What the review of a release shows beside the proposal itself: env keys with their values, what was meant, and what
becomes of the tasks."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.data import service_view
from portal.data.promotion_view import Promotion
from portal.data.service_facts import ServiceFacts
from portal.kinds import Kind
from portal.text import times
from portal.text.language import _, ngettext
from portal.text.releases import limits_words, release_words
from portal.text.translate import said
from portal.why import WHY_MAX
from runtime.bucket.env_files import EnvFiles
from runtime.releases.proposal import Proposal
from runtime.releases.request import ReleaseRequest
from service_catalog import env_file
from service_catalog.env_file import KeyChange
from service_catalog.model import Approval, Deployment
from service_catalog.records.releases import Release

_NEAR = 3
Entry = Mapping[str, Any]
"""The catalog's, as records keep it"""


@dataclass(frozen=True)
class FileChange:
    file: str
    old: int
    """0 where the file had no version; so is ``new``"""
    new: int
    changes: list[KeyChange]
    """Values that look like secrets are masked, and those of sensitive files"""
    message: str
    """What its author said of the new version"""

    @property
    def removed(self) -> list[str]:
        return [change.key for change in self.changes if change.kind == "removed"]


def env_changes(
    env_files: EnvFiles,
    service: str,
    before: Mapping[str, int],
    wanted: Mapping[str, int],
    entry: Entry | None,
    masked: Collection[str],
) -> list[FileChange]:
    """By file: what the container would get otherwise, ``before`` and ``wanted`` being versions by file. What the
    definition, of which ``entry`` tells, or an earlier file sets is no change. Values of ``masked`` files are not
    shown."""
    order = [*(file for file in before if file not in wanted), *wanted]
    texts = {file: _read(env_files, service, file, before.get(file, 0))[0] for file in order}
    found = []
    for file in order:
        if before.get(file, 0) == wanted.get(file, 0):
            continue
        text, message = _read(env_files, service, file, wanted.get(file, 0))
        old = list(texts.values())
        texts[file] = text
        are_masked = [it in masked for it in order]
        changes = env_file.effective_diff(old, list(texts.values()), _named_keys(entry), are_masked)
        found.append(FileChange(file, before.get(file, 0), wanted.get(file, 0), changes, message))
    return found


def _read(env_files: EnvFiles, service: str, file: str, number: int) -> tuple[str, str]:
    """Text and message; both empty of version 0, which is none."""
    version = env_files.read(service, file, number) if number else None
    return ((version.text or ""), version.message) if version else ("", "")


def _named_keys(entry: Entry | None) -> set[str]:
    entry = entry or {}
    secrets = {key for key, secret in entry.get("secrets", {}).items() if not secret.get("retired")}
    return {*entry.get("environment", {}), *secrets}


def meant(changes: Sequence[FileChange], promotion: Promotion | None) -> str:
    """The reason that was given when the settings were saved, or for what is promoted, so that nobody has to type it
    again."""
    said_before = [it.message for it in changes if it.message and it.new > it.old]
    if promotion:
        release, environment = promotion.release, promotion.environment
        origin = _("Release %(number)s of %(environment)s", number=release.number, environment=environment)
        said_before = [_(": ").join(filter(None, (origin, said(release.why)))), *said_before]
    return "; ".join(dict.fromkeys(said_before))[:WHY_MAX]


def tags_near(environment: str, found: ServiceFacts, release_request: ReleaseRequest) -> list[str]:
    """Tags that are there, for somebody who asked for one that is not: alike ones, else the newest."""
    if not release_request.image or found.provisioned is None:
        return []
    there = [it.tag for it in service_view.tags(environment, found.provisioned.image.repository).tags]
    if release_request.image in there:
        return []
    return difflib.get_close_matches(release_request.image, there, n=_NEAR) or there[:_NEAR]


def _took(found: ServiceFacts) -> timedelta | None:
    """How long the last release took that came through without waiting for somebody."""
    ends = ((it.outcome, it.when) for it in found.releases)
    came_through = (it for it in ends if it[0] and it[0].status == "succeeded" and not it[0].approved_by)
    return next((end.when - started for end, started in came_through if end), None)


def button(proposal: Proposal, earlier: Release | None, running: int) -> str:
    """What the button that starts the release says."""
    release = release_words(proposal.wanted)
    if running and not proposal.differs:
        return _("Restart the tasks")
    if earlier and earlier.outcome and earlier.outcome.status == "succeeded":
        return _("Roll back to %(release)s", release=release)
    if earlier:
        return _("Try %(release)s again", release=release)
    if proposal.kind == "scale" and proposal.tasks:
        return _("Pause") if _stops(proposal) else _("Run %(tasks)s tasks", tasks=limits_words(proposal.tasks))
    if proposal.kind == "deploy":
        return _("Deploy %(release)s", release=release)
    return _("Apply %(release)s", release=release)


def consequences(proposal: Proposal, kind: Kind, found: ServiceFacts) -> list[str]:
    """What becomes of the tasks, in sentences."""
    first = [said(proposal.first_run.sentence) + _(".")] if proposal.first_run else []
    return first + _of_tasks(proposal, kind, found)


def _of_tasks(proposal: Proposal, kind: Kind, found: ServiceFacts) -> list[str]:
    running, stands = found.live_tasks, found.provisioned_entry
    if not kind.runs_in_between:
        return [_("This starts nothing else: the next run takes it.")]
    if proposal.scaling and _stops(proposal):
        return [said(proposal.scaling)]
    if _stops(proposal):
        return [_("All tasks stop, and none starts until somebody resumes it, or applies a changed definition.")]
    deployment = stands.deployment if stands else Deployment()
    if stands and stands.tasks.daemon:
        told = [_restart_in_place(running) if running else _("No task runs now. Each EC2 instance gets one.")]
    else:
        told = [_restarts(running, deployment) if running else _("No task runs now. This starts the first.")]
    if deployment.approval:
        told += _approval_words(deployment.approval)
    if proposal.scaling:
        told.append(said(proposal.scaling))
    if proposal.schedule:
        told.append(said(proposal.schedule))
    if took := _took(found):
        told.append(_("The last release took %(time)s.", time=times.duration(took)))
    if proposal.live:
        back = release_words(proposal.live)
        told.append(_("If they do not get healthy, ECS rolls back to %(release)s automatically.", release=back))
    return told


def _restart_in_place(running: int) -> str:
    return ngettext(
        "%(num)s task restarts: on its instance the old one stops before the new one starts.",
        "%(num)s tasks restart: on each instance the old one stops before the new one starts.",
        running,
    )


def _restarts(running: int, deployment: Deployment) -> str:
    if deployment.strategy == "recreate":
        return ngettext(
            "%(num)s task restarts: the old one stops before a new one starts, and nothing answers in between.",
            "%(num)s tasks restart: all old ones stop before new ones start, and nothing answers in between.",
            running,
        )
    return ngettext(
        "%(num)s task restarts: a new one starts and gets healthy before the old one stops.",
        "%(num)s tasks restart: new ones start and get healthy before the old ones stop.",
        running,
    )


def _approval_words(approval: Approval) -> list[str]:
    time = times.duration(timedelta(minutes=approval.timeout_minutes))
    waits = {
        "before-requests": _("It waits for approval before requests go to the new tasks."),
        "each-step": _("It waits for approval before each step that sends more requests to the new tasks."),
        "after-requests": _("It waits for approval once all requests go to the new tasks."),
    }
    return [
        waits[approval.stage],
        _("If nobody comes within %(time)s, it goes on by itself.", time=time)
        if approval.otherwise == "continue"
        else _("If nobody comes within %(time)s, ECS rolls it back.", time=time),
    ]


def _stops(proposal: Proposal) -> bool:
    return proposal.tasks is not None and proposal.tasks.max == 0
