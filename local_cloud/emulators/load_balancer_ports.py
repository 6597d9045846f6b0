"""Load balancers for browsers: a loopback port for each.

MiniStack forwards by a load balancer's own rules, but only to who addresses it by DNS name, and no browser resolves
that. What comes in at a port is handed to MiniStack as a request to the port's load balancer. Rules that ask for a
host are met at ``<host>.localhost:<port>``; anything else carries the load balancer's own name.
"""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from local_cloud.emulators.process import free_port, is_free
from local_cloud.emulators.request_guard import AsgiApp, Receive, Scope, Send, guarded, page_guard


class LoadBalancerPorts:
    """Remembers in ``record`` (DNS name to port) which port leads where, so that links stay good over a restart."""

    def __init__(self, app: AsgiApp, record: Path):
        self._app = app
        self._record = record
        self._open: dict[str, asyncio.Task[None]] = {}

    def open_for(self, load_balancers: Iterable[tuple[str, str]]) -> None:
        """``load_balancers`` as (name, DNS name); those that have a port keep it. Call it on the server's loop."""
        wanted = dict(load_balancers)
        for name, dns_name in wanted.items():
            if dns_name not in self._open or self._open[dns_name].done():  # done: its port was taken in between
                self._open[dns_name] = asyncio.get_running_loop().create_task(self._serve(name, dns_name))
        for dns_name in self._open.keys() - wanted.values():
            self._open.pop(dns_name).cancel()

    async def _serve(self, name: str, dns_name: str) -> None:
        from hypercorn.asyncio import serve
        from hypercorn.config import Config

        config = Config()
        config.bind = [f"127.0.0.1:{self._port(dns_name)}"]
        config.accesslog = config.errorlog = None
        readdressing: Any = guarded(_readdressing(self._app, name, dns_name), page_guard)
        await serve(readdressing, config, shutdown_trigger=asyncio.Event().wait)

    def _port(self, dns_name: str) -> int:
        known = ports(self._record)
        port = known.get(dns_name, 0)
        if not port or not is_free(port):
            port = free_port()
        fresh = self._record.with_suffix(".tmp")
        fresh.write_text(json.dumps(known | {dns_name: port}))
        fresh.replace(self._record)
        return port


def ports(record: Path) -> dict[str, int]:
    """Empty when there is no record, or when it cannot be read: the next start writes it anew."""
    try:
        return dict(json.loads(record.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return {}


def _readdressing(app: AsgiApp, name: str, dns_name: str) -> AsgiApp:
    async def readdressing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(scope["type"])  # how an ASGI app says that it does not take part
        await app(_readdressed(scope, name, dns_name), receive, send)

    return readdressing


def _readdressed(scope: Scope, name: str, dns_name: str) -> Scope:
    asked = next((value.decode("latin-1") for key, value in scope["headers"] if key == b"host"), "")
    virtual = asked.rpartition(":")[0].removesuffix(".localhost")
    others = [(key, value) for key, value in scope["headers"] if key != b"host"]
    if "." not in virtual or virtual == "127.0.0.1":
        return {**scope, "headers": [*others, (b"host", dns_name.encode())]}
    # Under another host MiniStack finds the load balancer by this prefix, and takes it off again.
    prefix = f"/_alb/{name}"
    raw_path = prefix.encode() + scope.get("raw_path", scope["path"].encode())
    headers = [*others, (b"host", virtual.encode())]
    return {**scope, "path": prefix + scope["path"], "raw_path": raw_path, "headers": headers}
