"""The catalog of the demo: the samples, in a Git repository in the state directory, with a bare remote beside it.

So that trying the demo leaves the clone of Slipway as it is, and shows what a catalog in Git is like: whatever somebody
changes in the portal is a commit in their name, pushed. It is theirs from the first start on, and outlives what the
local cloud holds.
"""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cli.local_platform import AT_WORK
from service_catalog.catalog import Catalog
from service_catalog.changes import Author, Change
from service_catalog.git_catalog.catalog import GitCatalog
from service_catalog.git_catalog.commands import CommandFailed, Git, GitFailed, in_name_of
from service_catalog.git_catalog.proposals import proposals
from service_catalog.listener_rules import lock

CATALOG, REMOTE = "catalog", "catalog.git"
"""Below the state directory"""
OURS = frozenset({CATALOG, REMOTE, f".{CATALOG}.new", f".{REMOTE}.new"})
"""What an interrupted start may leave among it"""
PROPOSED = "storefront"
_HELD = ("services", "environments", "schema", lock.FILE)
_BRANCH = "main"
_UNSIGNED = ("commit.gpgSign", "false")
"""Commits are made in the names of people whose keys are not here"""
_MAKER = Author("slipway", "slipway@users.noreply.slipway")


@dataclass(frozen=True)
class DemoCatalog:
    state: Path

    @property
    def directory(self) -> Path:
        return self.state / CATALOG

    @property
    def remote(self) -> Path:
        return self.state / REMOTE

    @property
    def is_there(self) -> bool:
        return (self.directory / "environments").is_dir()

    @property
    def is_in_git(self) -> bool:
        """Of its own: the state directory may stand in somebody else's clone."""
        whole = (self.directory / ".git").is_dir() and self.remote.is_dir()
        return whole and shutil.which("git") is not None

    def make(self, samples: Catalog) -> None:
        """At the first start, whole or not at all: what an interrupted one began is begun anew."""
        if self.is_there:
            return
        draft = self._draft(CATALOG)
        try:
            self._clone(draft)
        except (GitFailed, CommandFailed):
            _copy(samples, draft)
            with suppress(GitFailed, CommandFailed):  # plain files then, as `said` says
                self._put_into_git(draft)
        draft.rename(self.directory)

    def leave_proposal(self) -> None:
        """A change that waits to be merged, for somebody to find. Raises CatalogError."""
        catalog = Catalog(self.directory)
        service, (before, after) = PROPOSED, ("cpu_percent: 70", "cpu_percent: 60")
        base = catalog.entry_text(service)
        if not self.is_in_git or before not in base:
            return
        writer = GitCatalog(catalog, "branch")
        if not proposals(writer):
            change = Change(service, base.replace(before, after), base, f"{service}: scale out earlier, for the sale")
            writer.write(change, Author(AT_WORK, "ito-haruka@users.noreply.slipway"))

    def said(self) -> str:
        """Where it is, and what becomes of changes."""
        if self.is_in_git:
            return f"{self.directory}   (a Git repository; what the portal changes is pushed to {self.remote.name})"
        return f"{self.directory}   (plain files, without commits: git is not here, or makes no repository of it)"

    def forget(self) -> None:
        for path in (self.directory, self.remote):
            shutil.rmtree(path, ignore_errors=True)

    def _draft(self, name: str) -> Path:
        self.state.mkdir(parents=True, exist_ok=True)
        draft = self.state / f".{name}.new"
        shutil.rmtree(draft, ignore_errors=True)
        return draft

    def _clone(self, directory: Path) -> None:
        """Where somebody removed the files alone, with all that was pushed. Raises GitFailed, CommandFailed."""
        Git(self.state)("clone", "--quiet", str(self.remote), str(directory))
        _settle(Git(directory))

    def _put_into_git(self, directory: Path) -> None:
        """Raises GitFailed, CommandFailed."""
        git, bare = Git(directory), self._draft(REMOTE)
        git("init", "--quiet", f"--initial-branch={_BRANCH}")
        git("config", *_UNSIGNED)
        git("add", "--all")
        git("commit", "--quiet", "--message", "The sample catalog", as_person=in_name_of(_MAKER))
        git("clone", "--quiet", "--bare", ".", str(bare))
        shutil.rmtree(self.remote, ignore_errors=True)
        bare.rename(self.remote)
        git("remote", "add", "origin", str(self.remote))
        git("fetch", "--quiet", "origin")
        git("remote", "set-head", "origin", _BRANCH)
        git("branch", "--quiet", f"--set-upstream-to=origin/{_BRANCH}")
        _settle(git)


def _copy(samples: Catalog, directory: Path) -> None:
    for name in _HELD:
        source = samples.directory / name
        if source.is_dir():
            shutil.copytree(source, directory / name)
        elif source.exists():
            shutil.copy(source, directory / name)


def _settle(git: Git) -> None:
    git("remote", "set-url", "origin", f"../{REMOTE}")  # so that the state directory may be moved
    git("config", *_UNSIGNED)
