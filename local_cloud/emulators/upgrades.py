"""WebSockets through the ports of load balancers.

MiniStack answers requests, and passes none on that wants to become something else. So a request for a WebSocket goes
through its rules like any other, with sign-in, weights and all, up to the target that they choose. There it is not
sent: from then on bytes are carried between that target and the client, as they come.
"""

import asyncio
import http
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote

from local_cloud.emulators.forwarding import carry
from local_cloud.emulators.process import free_port
from local_cloud.emulators.request_guard import AsgiApp, Scope
from local_cloud.tasks.addresses import Endpoint

_HERE = "127.0.0.1"


@dataclass
class Chosen:
    """What the rules decided for a request."""

    endpoint: Endpoint | None = None
    head: bytes = b""
    """As the target gets it"""


_to_be_chosen: ContextVar[Chosen] = ContextVar("to_be_chosen")


def install(alb: Any) -> None:
    """Before whoever leads requests to where targets really listen, so that it is asked here too."""
    proxy = alb._proxy_http_target

    async def proxied(
        target: dict[str, Any],
        group: dict[str, Any],
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query: Any,
        raw_query: str | None = None,
    ) -> Any:
        if (chosen := _to_be_chosen.get(None)) is None:
            return await proxy(target, group, method, path, headers, body, query, raw_query)
        chosen.endpoint = str(target["Id"]), int(target["Port"])
        asked = f"{path}?{raw_query}" if raw_query else path
        lines = [f"{method} {asked} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        chosen.head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        return http.HTTPStatus.SWITCHING_PROTOCOLS.value, {}, b""

    alb._proxy_http_target = proxied


async def serve(port: int, app: AsgiApp) -> None:
    """Requests alone, until it is cancelled."""
    from hypercorn.asyncio import serve as served
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"{_HERE}:{port}"]
    config.accesslog = config.errorlog = None
    # Its own type of an application asks for more than ASGI does.
    await served(cast(Any, app), config, shutdown_trigger=asyncio.Event().wait)


async def serve_upgrades(port: int, app: AsgiApp) -> None:
    """WebSockets too. All else is answered by a server behind, which sees each client's address."""
    behind = _HERE, free_port()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await _head(reader)
            client = writer.get_extra_info("peername")
            if request := _websocket(head):
                await _tunnel(request, client, app, reader, writer)
            else:
                await carry(reader, writer, behind, head, client[0])
        except OSError:
            pass  # one of both hung up
        finally:
            writer.close()

    async with await asyncio.start_server(connected, _HERE, port):
        await serve(behind[1], app)


async def _head(reader: asyncio.StreamReader) -> bytes:
    """As far as it can be read; whatever is no request, the server behind refuses."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as broken_off:
        return broken_off.partial
    except asyncio.LimitOverrunError:
        return b""


@dataclass(frozen=True)
class _Request:
    method: str
    target: str
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    def scope(self, client: tuple[str, int]) -> Scope:
        path, _, query = self.target.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": self.headers,
            "client": client,
            "server": None,
        }


def _websocket(head: bytes) -> _Request | None:
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    headers = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
    words = first.decode("latin-1").split(" ")
    if len(words) != 3 or (b"upgrade", b"websocket") not in [(name, value.lower()) for name, value in headers]:
        return None
    return _Request(words[0], words[1], headers)


async def _tunnel(
    request: _Request,
    client: tuple[str, int],
    app: AsgiApp,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    chosen, answer = Chosen(), _Answer()
    _to_be_chosen.set(chosen)
    await app(request.scope(client), _Body().receive, answer.send)
    if chosen.endpoint:
        try:
            return await carry(reader, writer, chosen.endpoint, chosen.head)
        except ConnectionRefusedError:
            answer = _Answer()
    writer.write(answer.as_bytes())
    return await writer.drain()


class _Body:
    """Of a request that has none. Who sent it waits."""

    def __init__(self) -> None:
        self._messages: Iterator[dict[str, Any]] = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive(self) -> dict[str, Any]:
        for message in self._messages:
            return message
        await asyncio.Event().wait()
        raise AssertionError("nobody ends the wait but who cancels it")


class _Answer:
    """What is said to a request that leads to no target."""

    def __init__(self) -> None:
        self._status = http.HTTPStatus.BAD_GATEWAY.value
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = b""

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message["headers"])
        else:
            self._body += message.get("body", b"")

    def as_bytes(self) -> bytes:
        framing = (b"connection", b"content-length", b"transfer-encoding")
        headers = [(name, value) for name, value in self._headers if name.lower() not in framing]
        headers += [(b"Content-Length", str(len(self._body)).encode()), (b"Connection", b"close")]
        reason = http.HTTPStatus(self._status).phrase.encode()
        first = b"HTTP/1.1 %d %s" % (self._status, reason)
        return b"\r\n".join([first, *(b"%s: %s" % it for it in headers), b"", self._body])
