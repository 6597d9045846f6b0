"""Names of other services, as a container's ``/etc/hosts`` and the DNS of its network would resolve them.

Here the local cloud does, which is asked where ECS tells a task about itself. Whatever it does not know, the machine
may.
"""

import json
import os
import re
import socket
from typing import Any

_ADDRESS = re.compile(r"[\d.]+|.*:.*|localhost|")


def install() -> None:
    """From now on every connection of this program resolves names so."""
    metadata = os.environ.get("ECS_CONTAINER_METADATA_URI_V4")
    if not metadata:
        return
    ask_the_machine = socket.getaddrinfo

    def resolved(host: Any, port: Any, *more: Any, **others: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is None or _ADDRESS.fullmatch(name) or not str(port).isdigit():
            return ask_the_machine(host, port, *more, **others)
        found = _endpoint(f"{metadata}/names/{name}/{port}")
        if found is None and name.endswith(".internal"):  # no name of the internet, so nobody else is asked
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ask_the_machine(*(found or (host, port)), *more, **others)

    socket.getaddrinfo = resolved


def _endpoint(address: str) -> tuple[str, int] | None:
    import urllib.request  # takes as long as all the rest of a program that asks nobody

    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            found = json.load(answer)
    except (OSError, ValueError):
        return None
    return found["address"], found["port"]
