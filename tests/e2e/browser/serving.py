"""A portal in front of a platform, served as `slipway local up` serves it: a child process with a lifeline."""

import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat

from cli.local_platform import processes
from local_cloud.emulators.process import free_port
from tests.e2e.platform import Platform

_LOOKS = 600
_LOOK_EVERY_SECONDS = 0.1


@contextmanager
def served(platform: Platform) -> Iterator[str]:
    """Its address, once it answers."""
    state, port = platform.cloud.state, free_port()
    catalog = platform.catalog.directory
    settings = {
        "state": str(state),
        "catalog": str(catalog),
        "port": port,
        "catalog_changes": "commit" if (catalog / ".git").is_dir() else "files",
    }
    child = processes.start("cli.portal_server", settings, state / "logs" / "portal.log")
    try:
        address = f"http://127.0.0.1:{port}"
        _await(f"{address}/healthz", child)
        yield address
    finally:
        processes.stop(child)


def _await(address: str, child: subprocess.Popen[bytes]) -> None:
    """Between two looks it waits for the child to end, which would be the end of waiting."""
    for _ in repeat(None, _LOOKS):
        if _answers(address):
            return
        try:
            code = child.wait(_LOOK_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the portal ended with code {code}; see logs/portal.log in its state")
    raise AssertionError("the portal does not answer; see logs/portal.log in its state")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
