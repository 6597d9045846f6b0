"""What is live, what is in progress, what is staged: read off the facts, with no AWS call.

*Live* is what the last release that came through brought, as its carrier shows it. A revision of no release is *changed
outside*. *Staged* is what is newer than the live release pins and was in no release yet; what a failed release held is
*rolled back*, not staged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service_catalog.records.provisioned import Provisioned
from service_catalog.records.releases import Contents, Release


@dataclass(frozen=True)
class Live:
    revision: str | None = None
    """ARN of the task definition that is live; None while nothing was released"""
    release: Release | None = None
    """The release that it is; None with a revision means "changed outside\""""
    in_progress: Release | None = None
    """The release in progress"""
    was_live: Release | None = None
    """While nothing is live: the newest release that came through, whose image and env an `up` brings back"""
    rolled_back: Release | None = None
    """The newest release, if it did not come through: what it held is not staged"""
    staged_env: Mapping[str, int] = field(default_factory=dict)
    """Newest versions that no release has held yet, by env file"""
    staged_definition: bool = False
    """The catalog provisioned something that no release has held yet"""

    @property
    def changed_outside(self) -> bool:
        return self.revision is not None and self.release is None

    @property
    def contents(self) -> Contents | None:
        return self.release.contents if self.release else None

    @property
    def ran(self) -> Release | None:
        """The release that runs, or that ran last: what is not said otherwise stays as it has it."""
        return self.release or self.was_live


def read(
    live_revision: str | None,
    releases: Sequence[Release],
    newest_env: Mapping[str, int],
    provisioned: Provisioned | None,
) -> Live:
    """``releases`` newest first, reaching back to the live one."""
    newest = releases[0] if releases else None
    release = next((it for it in releases if it.revision == live_revision), None)
    ended_badly = newest if newest and newest.outcome and newest.outcome.status != "succeeded" else None
    pinned = release.contents.env if release else {}
    came_through = (it for it in releases if it.outcome and it.outcome.status == "succeeded")
    return Live(
        revision=live_revision,
        release=release,
        in_progress=newest if newest and not newest.outcome else None,
        was_live=None if live_revision else next(came_through, None),
        rolled_back=ended_badly,
        staged_env=staged_env(pinned, newest_env, releases),
        staged_definition=_is_staged(release, releases, provisioned),
    )


def staged_env(pinned: Mapping[str, int], newest_env: Mapping[str, int], releases: Iterable[Release]) -> dict[str, int]:
    """A version that a later release held, and lost with it, is not staged."""
    tried = list(releases)
    return {
        file: version
        for file, version in newest_env.items()
        if version > pinned.get(file, 0) and not any(version <= it.contents.env.get(file, 0) for it in tried)
    }


def _is_staged(release: Release | None, releases: Sequence[Release], provisioned: Provisioned | None) -> bool:
    if provisioned is None or (release and holds(release, provisioned)):
        return False
    return not any(holds(it, provisioned) for it in _tried(release, releases, provisioned))


def _tried(release: Release | None, releases: Sequence[Release], provisioned: Provisioned) -> Sequence[Release]:
    """Limits may be those of an old release again, and are new all the same; an ARN never comes back."""
    if release is None or release.kind == "roll-back" or release.contents.definition != provisioned.definition:
        return releases
    return [it for it in releases if it.number > release.number]


def holds(release: Release, provisioned: Provisioned) -> bool:
    """Is what the catalog provisioned last in this release? Other limits that somebody wanted are no difference."""
    has_limits = release.scaled or release.tasks == provisioned.tasks
    return release.contents.definition == provisioned.definition and has_limits
