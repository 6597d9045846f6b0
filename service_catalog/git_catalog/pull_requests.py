"""The address where a pull request of a branch is opened, by where the repository is."""

import re
from dataclasses import dataclass
from urllib.parse import quote

_SCP = re.compile(r"(?:[^@/]+@)?(?P<host>[^:/]+):(?P<path>[^/].*)")
_URL = re.compile(r"(?:https?|ssh|git)://(?:[^@/]+@)?(?P<host>[^:/]+)(?::\d+)?/(?P<path>.+)")
_CODECOMMIT = re.compile(
    r"codecommit(?:::(?P<region>[a-z0-9-]+))?://(?:[^@/]+@)?(?P<name>.+)"
    r"|(?:https|ssh)://(?:[^@/]+@)?git-codecommit\.(?P<in_url>[a-z0-9-]+)\.amazonaws\.com/v1/repos/(?P<in_path>.+)"
)
TEMPLATES = {
    "github": "https://{host}/{repository}/compare/{base}...{branch}?expand=1",
    "gitlab": "https://{host}/{repository}/-/merge_requests/new"
    "?merge_request%5Bsource_branch%5D={branch}&merge_request%5Btarget_branch%5D={base}",
    "bitbucket": "https://{host}/{repository}/pull-requests/new?source={branch}&dest={base}",
    "codecommit": "https://{region}.console.aws.amazon.com/codesuite/codecommit/repositories/{repository}"
    "/pull-requests/new/refs/heads/{base}/.../refs/heads/{branch}?region={region}",
}


@dataclass(frozen=True)
class Place:
    host: str
    repository: str
    region: str = ""

    @property
    def template(self) -> str:
        """Empty for a host that is none of those."""
        if self.region:
            return TEMPLATES["codecommit"]
        return next((it for name, it in TEMPLATES.items() if name in self.host), "")


def place_of(remote: str) -> Place | None:
    """None for one on this machine."""
    if found := _CODECOMMIT.fullmatch(remote):
        region = found["region"] or found["in_url"] or ""
        return Place("", (found["name"] or found["in_path"]).removesuffix(".git"), region) if region else None
    found = _URL.fullmatch(remote) or _SCP.fullmatch(remote)
    return Place(found["host"], found["path"].strip("/").removesuffix(".git")) if found else None


def link(remote: str, base: str, branch: str, template: str = "") -> str:
    """``template``: of a host of one's own; ``{host}``, ``{repository}``, ``{base}`` and ``{branch}`` are filled in.
    Empty where nobody knows the address."""
    place = place_of(remote)
    wanted = template or (place.template if place else "")
    parts = {"host": place.host, "repository": place.repository, "region": place.region} if place else {}
    words = parts | {"base": quote(base, safe="/"), "branch": quote(branch, safe="/")}
    for name in ("host", "repository", "region", "base", "branch"):
        wanted = wanted.replace(f"{{{name}}}", words.get(name, ""))
    return wanted
