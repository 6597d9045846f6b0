"""Load balancers and APIs for browsers: a loopback port for each.

MiniStack forwards by a load balancer's own rules, but only to who addresses it by DNS name, and no browser resolves
that. What comes in at a port is handed to MiniStack as a request to the port's load balancer. Rules that ask for a
host are met at ``<host>.localhost:<port>``; anything else carries the load balancer's own name. No port speaks TLS: of
a load balancer that does, it leads to what stands behind the TLS. What comes in at the port of an API is a request to
that API, whatever host it asks for. A Network Load Balancer has a port for each of its listeners, and its bytes go to a
task as they come.
"""

import asyncio
import json
from collections.abc import Callable, Container, Coroutine, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from local_cloud.emulators.datagrams import forward_datagrams
from local_cloud.emulators.forwarding import Choose, forward
from local_cloud.emulators.process import free_port, is_free
from local_cloud.emulators.record import ports
from local_cloud.emulators.request_guard import AsgiApp, Receive, Scope, Send, cross_origin_guard, guarded, page_guard
from local_cloud.emulators.upgrades import serve, serve_upgrades

Origins = Callable[[], Iterable[str]]
Serving = Callable[[], Coroutine[Any, Any, None]]


class LoadBalancerPorts:
    """Remembers in ``record`` (host name to port) which port leads where, so that links stay good over a restart."""

    def __init__(self, app: AsgiApp, record: Path, is_secure: Callable[[str], bool] = lambda dns_name: False):
        """``is_secure``: whether the load balancer of this DNS name has a listener for HTTPS."""
        self._app = app
        self._is_secure = is_secure
        self._record = record
        self._open: dict[str, asyncio.Task[None]] = {}

    def open_for(
        self,
        load_balancers: Iterable[tuple[str, str, str]],
        apis: Mapping[str, Origins],
        listeners: Mapping[str, Choose],
        of_datagrams: Container[str] = (),
    ) -> None:
        """``load_balancers`` as (name, DNS name, "" or ":9000" for a listener beside the usual ones), ``apis`` as host
        name and which origins it allows at the moment, ``listeners`` of Network Load Balancers as "DNS name:port" and
        who takes a connection or, ``of_datagrams``, what a client sends; those that have a port keep it. Call it on the
        server's loop."""
        wanted: dict[str, Serving] = {
            f"{dns_name}{port}": partial(
                self._serve,
                f"{dns_name}{port}",
                partial(_to_load_balancer, self._app, name, dns_name, self._is_secure, port),
                True,
            )
            for name, dns_name, port in load_balancers
        }
        wanted |= {host: partial(self._serve, host, partial(_to_api, self._app, host, it)) for host, it in apis.items()}
        wanted |= {
            listener: partial(self._forward, listener, choose, listener in of_datagrams)
            for listener, choose in listeners.items()
        }
        for host, serving in wanted.items():
            if host not in self._open or self._open[host].done():  # done: its port was taken in between
                self._open[host] = asyncio.get_running_loop().create_task(serving())
        for host in self._open.keys() - wanted.keys():
            self._open.pop(host).cancel()

    async def _forward(self, listener: str, choose: Choose, takes_datagrams: bool) -> None:
        await (forward_datagrams if takes_datagrams else forward)(self._port(listener), choose)

    async def _serve(self, host: str, app: Callable[[], AsgiApp], takes_upgrades: bool = False) -> None:
        await (serve_upgrades if takes_upgrades else serve)(self._port(host), app())

    def _port(self, host: str) -> int:
        known = ports(self._record)
        port = known.get(host, 0)
        if not port or not is_free(port):
            port = free_port()
        fresh = self._record.with_suffix(".tmp")
        fresh.write_text(json.dumps(known | {host: port}))
        fresh.replace(self._record)
        return port


def _to_load_balancer(
    app: AsgiApp, name: str, dns_name: str, is_secure: Callable[[str], bool], port: str = ""
) -> AsgiApp:
    def to_rules(scope: Scope) -> Scope:
        return _to_rules(scope, name, dns_name, port or (":443" if is_secure(dns_name) else ""))

    return guarded(_readdressing(app, to_rules), page_guard)


def _to_api(app: AsgiApp, host: str, origins: Origins) -> AsgiApp:
    return guarded(_readdressing(app, lambda scope: _to_host(scope, host)), cross_origin_guard(origins))


def _readdressing(app: AsgiApp, readdressed: Callable[[Scope], Scope]) -> AsgiApp:
    async def readdressing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(scope["type"])  # how an ASGI app says that it does not take part
        await app(readdressed(scope), receive, send)

    return readdressing


def _to_host(scope: Scope, host: str) -> Scope:
    others = [(key, value) for key, value in scope["headers"] if key != b"host"]
    return {**scope, "headers": [*others, (b"host", host.encode())]}


def _to_rules(scope: Scope, name: str, dns_name: str, port: str) -> Scope:
    asked = next((value.decode("latin-1") for key, value in scope["headers"] if key == b"host"), "")
    virtual = asked.rpartition(":")[0].removesuffix(".localhost")
    if "." not in virtual or virtual == "127.0.0.1":
        return _to_host(scope, f"{dns_name}{port}")
    # Under another host MiniStack finds the load balancer by this prefix, and takes it off again.
    prefix = f"/_alb/{name}"
    raw_path = prefix.encode() + scope.get("raw_path", scope["path"].encode())
    return {**_to_host(scope, f"{virtual}{port}"), "path": prefix + scope["path"], "raw_path": raw_path}
