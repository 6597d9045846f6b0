"""Who may talk to an emulator: programs of this machine, never a web page.

An emulator has no authentication, and whoever reaches it can start programs. A page open in a browser reaches
loopback too: by a plain cross-site request (which carries an Origin or Sec-Fetch-Site header), or by a name of its own
that it lets resolve to 127.0.0.1 (then the Host header gives it away).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Guard = Callable[[str, Mapping[str, str]], str]
"""Method and headers (names in lower case) in, the reason to refuse out; empty when the request may pass."""


def api_guard(method: str, headers: Mapping[str, str]) -> str:
    """For AWS APIs, which no browser calls."""
    if not is_local_host(headers.get("host", ""), also=(".amazonaws.com",)):
        return "the Host header is no name of this machine"
    if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
        return "AWS calls from a web page are refused; call from a program"
    return ""


def page_guard(method: str, headers: Mapping[str, str]) -> str:
    """For programs that are opened in a browser: links from anywhere may lead here, foreign scripts may not call."""
    if not is_local_host(headers.get("host", "")):
        return "the Host header is no name of this machine"
    if "origin" in headers and urlsplit(headers["origin"]).netloc != headers["host"]:
        return "the request comes from another site"
    followed_link = method in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"
    if headers.get("sec-fetch-site", "none") == "cross-site" and not followed_link:
        return "the request comes from another site"
    return ""


def cross_origin_guard(origins: Callable[[], Iterable[str]]) -> Guard:
    """Like ``page_guard``, but for scripts of sites that may call: an API says which those are."""

    def guard(method: str, headers: Mapping[str, str]) -> str:
        reason = page_guard(method, headers)
        is_allowed = is_local_host(headers.get("host", "")) and {headers.get("origin"), "*"} & set(origins())
        return "" if is_allowed else reason

    return guard


def is_local_host(host: str, also: tuple[str, ...] = ()) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name.lower() in ("127.0.0.1", "localhost") or name.lower().endswith((".localhost", *also))


def guarded(app: AsgiApp, guard: Guard) -> AsgiApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await app(scope, receive, send)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if not (reason := guard(scope.get("method", "GET"), headers)):
            return await app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
        return await send({"type": "http.response.body", "body": reason.encode()})

    return answer


def guarded_wsgi(app: WsgiApp, guard: Guard) -> WsgiApp:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        if not (reason := guard(environ["REQUEST_METHOD"], headers)):
            return app(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain")])
        return [reason.encode()]

    return answer
