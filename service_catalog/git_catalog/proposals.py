"""Changes that were pushed to a branch of their own and are not merged yet."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from service_catalog.git_catalog import pull_requests
from service_catalog.git_catalog.catalog import PREFIX, GitCatalog
from service_catalog.git_catalog.commands import CommandFailed

log = logging.getLogger(__name__)

_FORMAT = "%(refname)%00%(objectname)%00%(authorname)%00%(authordate:iso-strict)%00%(contents:subject)"


@dataclass(frozen=True)
class Proposal:
    branch: str
    who: str
    when: datetime
    message: str
    services: tuple[str, ...]
    """Whose entries it changes"""
    link: str
    """Opens its pull request; empty where nobody knows the address"""


def proposals(git_catalog: GitCatalog, template: str = "") -> list[Proposal]:
    """Newest first, as of the last fetch. What the default branch says by now is merged, squashed or not."""
    return sorted(_proposals(git_catalog, template), key=lambda it: it.when, reverse=True)


def _proposals(of: GitCatalog, template: str) -> Iterator[Proposal]:
    root = f"refs/remotes/{of.remote}/" if of.remote else "refs/heads/"
    url = of.remote_url
    for line in of.git("for-each-ref", f"--format={_FORMAT}", f"{root}{PREFIX}").splitlines():
        ref, commit, who, when, message = line.split("\0")
        try:
            changed = of.git("diff", "--name-only", f"{of.base}...{commit}").splitlines()
        except CommandFailed as error:  # somebody pushed what began elsewhere: no change of this catalog
            log.warning("branch is no proposal branch=%s error=%s", ref, error.said)
            continue
        entries = {path: service for path in changed if (service := of.service_of(path))}
        if not entries or of.git.says("diff", "--quiet", of.base, commit, "--", *entries):
            continue
        branch, services = ref.removeprefix(root), tuple(entries.values())
        link = pull_requests.link(url, of.default, branch, template)
        yield Proposal(branch, who, datetime.fromisoformat(when), message, services, link)
