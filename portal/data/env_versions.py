"""The versions of one env file: which one is live, which one waits to be released, and what became of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.context import portal
from portal.data import service_view
from portal.text import states
from portal.text.states import State
from runtime.bucket.env_files import EnvVersion
from service_catalog.records.releases import Release


@dataclass(frozen=True)
class EnvVersions:
    history: Sequence[EnvVersion]
    """Newest first"""
    live: int
    """0 while no release has brought one"""
    live_since: Release | None
    is_stopped: bool
    live_state: State
    releases: Mapping[int, Sequence[Release]]
    """By version, those that held it, oldest first"""
    not_handed_over: Sequence[str] = ()
    """Keys that left the newest version for secrets, which what is provisioned does not name yet"""

    @property
    def newest(self) -> EnvVersion | None:
        return self.history[0] if self.history else None

    @property
    def staged(self) -> EnvVersion | None:
        """The newest, while it is newer than the live one."""
        return self.newest if self.newest and self.newest.number > self.live else None

    @property
    def last_try(self) -> Release | None:
        """The last release of the staged version."""
        tries = self.releases.get(self.staged.number, ()) if self.staged else ()
        return tries[-1] if tries else None

    @property
    def staged_state(self) -> State:
        """What a release held that did not come through is no longer staged: somebody has to decide anew."""
        if self.last_try is None:
            return states.STAGED
        if self.last_try.outcome is None:
            return states.ROLLING_OUT
        if self.last_try.first_run_failed:
            return states.FIRST_RUN_FAILED
        return states.NOT_CARRIED_OUT if self.last_try.outcome.status == "not-carried-out" else states.ROLLED_BACK

    def state_of(self, version: EnvVersion) -> State | None:
        """None for a version that is history."""
        if version.number == self.live:
            return self.live_state
        return self.staged_state if version == self.staged else None

    @property
    def is_given_up(self) -> bool:
        """Of the newest: a release of it has ended, and an earlier version is live."""
        return bool(self.staged and self.live > 0 and self.last_try and self.last_try.outcome)


def of(environment: str, service: str, file: str) -> EnvVersions:
    found = service_view.facts(environment, service).value
    live = found.live_env.get(file, 0)
    history = portal().gateways(environment).env_files.history(service, file)
    entry = (found.provisioned.entry if found.provisioned else None) or {}
    named = {*entry.get("secrets", {}), *entry.get("environment", {})}
    return EnvVersions(
        history=history,
        live=live,
        live_since=_live_since(found.releases, file, live),
        is_stopped=found.is_stopped,
        live_state=found.live_state,
        releases=_by_version(found.releases, file),
        not_handed_over=[key for key in (history[0].moved if history else ()) if key not in named],
    )


def to_go_on_from(environment: str, service: str, file: str) -> int:
    """The version that is live, where a release of the newest one did not come through; else 0, for the newest."""
    found = service_view.facts(environment, service).value
    live, newest = found.live_env.get(file, 0), found.index.env.get(file, 0)
    tries = _by_version(found.releases, file).get(newest, ())
    return live if 0 < live < newest and tries and tries[-1].outcome else 0


def _by_version(releases: Sequence[Release], file: str) -> Mapping[int, Sequence[Release]]:
    found: dict[int, list[Release]] = defaultdict(list)
    for release in reversed(releases):
        if file in release.contents.env:
            found[release.contents.env[file]].append(release)
    return dict(found)


def _live_since(releases: Sequence[Release], file: str, live: int) -> Release | None:
    """The release that brought it; those that came back since did not change what runs."""
    since = None
    for release in releases:
        if release.outcome and release.outcome.status == "succeeded":
            if release.contents.env.get(file) != live:
                break
            since = release
    return since
