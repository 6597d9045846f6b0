"""What the review of a release shows beside the proposal itself: env keys with their values, and what was meant."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from portal import service_facts
from portal.service_facts import Facts
from runtime.env_files import EnvFiles
from runtime.plans import Proposal
from runtime.records import Wish
from service_catalog import env_file
from service_catalog.env_file import KeyChange

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


def env_changes(env_files: EnvFiles, service: str, proposal: Proposal) -> list[FileChange]:
    """By file: which keys differ between what runs and what would run."""
    before = proposal.live.env if proposal.live else {}
    return [
        _change(env_files, service, file, before.get(file, 0), proposal.wanted.env.get(file, 0))
        for file in dict.fromkeys([*before, *proposal.wanted.env])
        if before.get(file, 0) != proposal.wanted.env.get(file, 0)
    ]


def _change(env_files: EnvFiles, service: str, file: str, old: int, new: int) -> FileChange:
    was, becomes = (env_files.read(service, file, number) if number else None for number in (old, new))
    texts = [(version.text or "") if version else "" for version in (was, becomes)]
    return FileChange(file, old, new, env_file.diff(*texts), becomes.message if becomes else "")


def meant(changes: Sequence[FileChange]) -> str:
    """The reason that was given when the settings were saved, so that nobody has to type it again."""
    return "; ".join(dict.fromkeys(it.message for it in changes if it.message and it.new > it.old))


def tags_near(environment: str, found: Facts, wish: Wish) -> list[str]:
    """Tags that are there, for somebody who asked for one that is not: alike ones, else the newest."""
    if not wish.image or found.provisioned is None:
        return []
    there = [it.tag for it in service_facts.tags(environment, found.provisioned.image.repository).tags]
    if wish.image in there:
        return []
    return difflib.get_close_matches(wish.image, there, n=_NEAR) or there[:_NEAR]


def took(found: Facts) -> timedelta | None:
    """How long the last release that came through took."""
    ends = ((it.outcome, it.when) for it in found.releases)
    return next((end.when - started for end, started in ends if end and end.status == "succeeded"), None)
