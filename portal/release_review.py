"""What the review of a release shows beside the proposal itself: env keys with their values, and what was meant."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from portal.data import service_view
from portal.data.service_view import ServiceView
from runtime.bucket.env_files import EnvFiles
from runtime.releases.plan import Proposal
from runtime.releases.request import ReleaseRequest
from service_catalog import env_file
from service_catalog.env_file import KeyChange
from service_catalog.records import Provisioned

_NEAR = 3


@dataclass(frozen=True)
class FileChange:
    file: str
    old: int
    """0 where the file had no version; so is ``new``"""
    new: int
    changes: list[KeyChange]
    """Values that look like secrets are masked"""
    message: str
    """What its author said of the new version"""

    @property
    def removed(self) -> list[str]:
        return [change.key for change in self.changes if change.kind == "removed"]


def env_changes(
    env_files: EnvFiles, service: str, proposal: Proposal, provisioned: Provisioned | None
) -> list[FileChange]:
    """By file: what the container would get otherwise. What the definition or an earlier file sets is no change."""
    before, wanted = proposal.live.env if proposal.live else {}, proposal.wanted.env
    order = [*(file for file in before if file not in wanted), *wanted]
    texts = {file: _read(env_files, service, file, before.get(file, 0))[0] for file in order}
    found = []
    for file in order:
        if before.get(file, 0) == wanted.get(file, 0):
            continue
        text, message = _read(env_files, service, file, wanted.get(file, 0))
        old = list(texts.values())
        texts[file] = text
        changes = env_file.effective_diff(old, list(texts.values()), _named_keys(provisioned))
        found.append(FileChange(file, before.get(file, 0), wanted.get(file, 0), changes, message))
    return found


def _read(env_files: EnvFiles, service: str, file: str, number: int) -> tuple[str, str]:
    """Text and message; both empty of version 0, which is none."""
    version = env_files.read(service, file, number) if number else None
    return ((version.text or ""), version.message) if version else ("", "")


def _named_keys(provisioned: Provisioned | None) -> set[str]:
    entry = (provisioned and provisioned.entry) or {}
    secrets = {key for key, secret in entry.get("secrets", {}).items() if not secret.get("retired")}
    return {*entry.get("environment", {}), *secrets}


def meant(changes: Sequence[FileChange]) -> str:
    """The reason that was given when the settings were saved, so that nobody has to type it again."""
    return "; ".join(dict.fromkeys(it.message for it in changes if it.message and it.new > it.old))


def tags_near(environment: str, found: ServiceView, release_request: ReleaseRequest) -> list[str]:
    """Tags that are there, for somebody who asked for one that is not: alike ones, else the newest."""
    if not release_request.image or found.provisioned is None:
        return []
    there = [it.tag for it in service_view.tags(environment, found.provisioned.image.repository).tags]
    if release_request.image in there:
        return []
    return difflib.get_close_matches(release_request.image, there, n=_NEAR) or there[:_NEAR]


def took(found: ServiceView) -> timedelta | None:
    """How long the last release that came through took."""
    ends = ((it.outcome, it.when) for it in found.releases)
    return next((end.when - started for end, started in ends if end and end.status == "succeeded"), None)
