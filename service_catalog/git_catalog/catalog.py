"""A change of the catalog as one commit.

It is made in a work tree of its own, beginning with what the remote has, so that the catalog's own files stay as they
are until it is pushed: where anything fails on the way, nothing of it is there. Somebody else may push in between; then
it begins again with theirs, and a change of the same entry is told as everywhere.
"""

import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from service_catalog.catalog import Catalog
from service_catalog.changes import Author, Change, Written
from service_catalog.files import atomic_write
from service_catalog.git_catalog import pull_requests
from service_catalog.git_catalog.commands import CommandFailed, Git, GitFailed, in_name_of
from service_catalog.listener_rules import lock
from service_catalog.messages import Message, say
from service_catalog.problems import CatalogError

Way = Literal["commit", "branch"]
PREFIX = "slipway/"
"""Of branches that changes are pushed to"""
_TRIES = 3
_REJECTED = re.compile(r"non-fast-forward|fetch first|stale info|cannot lock ref|failed to update ref")


class GitCatalog:
    def __init__(self, catalog: Catalog, way: Way, remote: str = "origin", template: str = ""):
        """Raises GitFailed where the catalog is in no Git repository."""
        self.catalog, self._way, self._template = catalog, way, template
        self._here = Git(catalog.directory)
        try:
            self.top = Path(self._here("rev-parse", "--show-toplevel"))
            self._within = self._here("rev-parse", "--show-prefix").rstrip("/")
            self._git_directory = Path(self._here("rev-parse", "--absolute-git-dir"))
        except CommandFailed as error:
            raise GitFailed(
                say("%(directory)s is in no Git repository", directory=catalog.directory),
                say("take the catalog of a clone, or let changes be written as files"),
            ) from error
        self.git = Git(self.top)
        self.remote = remote if remote in self.git("remote").split() else ""
        self.default = self._default_branch()

    def _default_branch(self) -> str:
        if self.remote and self.git.says("rev-parse", "--verify", "-q", f"refs/remotes/{self.remote}/HEAD"):
            return self.git("rev-parse", "--abbrev-ref", f"{self.remote}/HEAD").removeprefix(f"{self.remote}/")
        return self.git("branch", "--show-current") or "main"

    @property
    def base(self) -> str:
        """The commit that changes begin with."""
        return f"refs/remotes/{self.remote}/{self.default}" if self.remote else f"refs/heads/{self.default}"

    @property
    def remote_url(self) -> str:
        return self.git("remote", "get-url", self.remote) if self.remote else ""

    def paths(self, service: str) -> list[str]:
        """Of what a change of this service touches, within the repository."""
        return [str(Path(self._within) / f"services/{service}.yaml"), self._lock]

    @property
    def _lock(self) -> str:
        return str(Path(self._within) / lock.FILE)

    def service_of(self, path: str) -> str:
        """Whose entry stands there; empty for any other file."""
        found = Path(path)
        is_entry = found.parent == Path(self._within) / "services" and found.suffix == ".yaml"
        return found.stem if is_entry else ""

    # --- writing ---

    def write(self, change: Change, author: Author) -> Written:
        """Raises CatalogError: EntryChanged, GitFailed, or what is wrong with the change; then nothing is changed."""
        with atomic_write.locked(self._git_directory):
            for tries_left in reversed(range(_TRIES)):
                self.fetch()
                commit = self._committed(change, author)
                try:
                    return self._published(change, commit)
                except CommandFailed as error:
                    if not tries_left or not _REJECTED.search(error.said):
                        raise _refused(error) from error
        raise AssertionError

    def fetch(self) -> None:
        """Raises GitFailed."""
        if self.remote:
            try:
                self.git("fetch", "--prune", "--quiet", self.remote)
            except CommandFailed as error:
                raise GitFailed(
                    say("the remote %(remote)s cannot be asked: %(said)s", remote=self.remote, said=error.said),
                    say("nothing was committed; send it again when it answers"),
                ) from error

    def _committed(self, change: Change, author: Author) -> str:
        """On top of the base, and on no branch yet."""
        with self._work_tree() as tree:
            catalog = Catalog(tree / self._within)
            for environment, service in self._freed():
                catalog.free_slots(environment, [service])
            change.apply(catalog)
            git, who = Git(tree), in_name_of(author)
            try:
                git("add", "--all", "--", *self._existing(git, change.service, tree))
                if git.says("diff", "--cached", "--quiet"):
                    return git("rev-parse", "HEAD")
                git("commit", "--quiet", "--message", change.message, as_person=who)
                return git("rev-parse", "HEAD")
            except CommandFailed as error:
                raise _refused(error) from error

    def _existing(self, git: Git, service: str, tree: Path) -> list[str]:
        """Git refuses to add what neither is nor was there."""
        known = set(git("ls-files", "--", *self.paths(service)).splitlines())
        return [path for path in self.paths(service) if path in known or (tree / path).exists()]

    @contextmanager
    def _work_tree(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="slipway-change.") as beside:
            tree = Path(beside) / "tree"
            try:
                self.git("worktree", "add", "--quiet", "--detach", str(tree), self.base)
                yield tree
            except CommandFailed as error:
                raise _refused(error) from error
            finally:
                self.git.says("worktree", "remove", "--force", str(tree))

    def _published(self, change: Change, commit: str) -> Written:
        if self._way == "branch":
            branch = f"{PREFIX}{change.service}-{secrets.token_hex(3)}"
            self._move(commit, branch)
            return Written(commit, branch, pull_requests.link(self.remote_url, self.default, branch, self._template))
        if not self.remote:
            self._follow(commit)
            return Written(commit)
        self._move(commit, self.default)
        try:
            self._follow(commit)
        except CommandFailed as error:
            note = say("it is pushed, and this portal's copy cannot follow: %(said)s", said=error.said)
            return Written(commit, note=note)
        return Written(commit)

    def _move(self, commit: str, branch: str) -> None:
        if self.remote:
            self.git("push", "--quiet", self.remote, f"{commit}:refs/heads/{branch}")
            self.git("update-ref", f"refs/remotes/{self.remote}/{branch}", commit)
        else:
            self.git("branch", branch, commit)

    def _follow(self, commit: str) -> None:
        """Brings the catalog's own files to a commit that comes after theirs; what somebody edits there stays."""
        freed = self._freed()
        if freed:
            self.git("checkout", "--quiet", "HEAD", "--", self._lock)
        try:
            self.git("merge", "--ff-only", "--quiet", commit)
        finally:
            for environment, service in freed:
                self.catalog.free_slots(environment, [service])

    def _freed(self) -> list[tuple[str, str]]:
        """Whose slots `slipway up` freed in the files alone, by environment and service: it ends what left the catalog,
        and the next change takes them along."""
        if self.git.says("diff", "--quiet", "HEAD", "--", self._lock):
            return []
        try:
            committed = lock.read(self.git("show", f"HEAD:{self._lock}").encode())
            marked = {(environment, service) for environment, service, _ in self.catalog.left_slots()}
        except CatalogError:  # somebody edits it by hand
            return []
        gone = [(where, service) for where, service, _ in lock.left(committed) if (where, service) not in marked]
        for environment, service in gone:
            committed = lock.freed(committed, environment, [service])
        is_all = lock.render(committed) == (self.top / self._lock).read_text(encoding="utf-8")
        return gone if is_all else []

    def follow(self) -> None:
        """Brings them to what the remote has by now. Raises GitFailed."""
        with atomic_write.locked(self._git_directory):
            self.fetch()
            try:
                self._follow(self.base)
            except CommandFailed as error:
                raise _refused(error) from error


def _refused(error: CommandFailed) -> GitFailed:
    hint = say("nothing was changed; what you typed is still here")
    return GitFailed(_refusal(error), hint)


def _refusal(error: CommandFailed) -> Message:
    if error.command == "push":
        return say("the push was refused: %(said)s", said=error.said)
    if error.command == "commit":
        return say("the commit was refused, by a hook perhaps: %(said)s", said=error.said)
    return say("git %(command)s failed: %(said)s", command=error.command, said=error.said)
