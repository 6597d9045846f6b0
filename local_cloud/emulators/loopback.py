"""Asks what listens on this machine, past any proxy that the user's environment names for the world outside."""

import urllib.request
from typing import Any

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(url: str | urllib.request.Request, timeout_seconds: float) -> Any:
    """The open answer, as ``urlopen`` gives it. Raises OSError; HTTPError for an answer that is an error."""
    return _opener.open(url, timeout=timeout_seconds)
