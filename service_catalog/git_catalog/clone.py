"""A clone of the catalog's repository, where nobody has made one: a container begins with an empty disk."""

import shutil
import tempfile
from pathlib import Path

from service_catalog.git_catalog.commands import CommandFailed, Git, GitFailed, without_credentials
from service_catalog.messages import say

_SECONDS = 300
"""A long history takes its time"""


def clone(source: str, into: Path) -> Path:
    """The directory of the catalog in it. ``source``: the repository's address and, after a ``#``, that directory. One
    that was cloned before is taken, with the credentials of now; it follows its remote anyway. Raises GitFailed."""
    address, _, within = source.partition("#")
    if not into.exists():
        _clone(address, into)
    elif without_credentials(_origin(into)) == without_credentials(address):
        Git(into)("remote", "set-url", "origin", address)
    else:
        raise GitFailed(
            say("%(directory)s is there already, and no clone of that repository", directory=into),
            say("move it away, or name another state directory"),
        )
    return into / within


def _clone(address: str, into: Path) -> None:
    """Whole or not at all: who is killed meanwhile leaves none that others would take."""
    into.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{into.name}.", dir=into.parent))
    try:
        Git(beside, _SECONDS)("clone", "--quiet", "--", address, "clone")
        (beside / "clone").rename(into)
    except CommandFailed as error:
        raise GitFailed(
            say("the catalog's repository cannot be cloned: %(said)s", said=error.said),
            say("check its address, and the credentials in it"),
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _origin(directory: Path) -> str:
    try:
        return Git(directory)("remote", "get-url", "origin")
    except CommandFailed:
        return ""
