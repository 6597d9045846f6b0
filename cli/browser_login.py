"""``slipway login`` by the browser: the portal's page says what the command may do, and leads back to this machine with
a code, for which the portal gives the token. Neither stands in an address together with what makes it worth something.
"""

import base64
import hashlib
import secrets
import socket
import threading
import time
import webbrowser
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import click

from cli.errors import Refusal
from cli.portal_client import Login, PortalClient

_WAITS_SECONDS = 300.0
_ANSWER = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>slipway login</title><p>{said} You may close this window."
)


@dataclass
class _Wanted:
    """What was asked of the page, and what came back."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    code: str = field(default="", repr=False)
    is_denied: bool = False

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    @property
    def is_answered(self) -> bool:
        return bool(self.code) or self.is_denied


def token_from(url: str, opens: bool = True) -> str:
    """Raises Refusal where nobody allows it."""
    wanted = _Wanted()
    with HTTPServer(("127.0.0.1", 0), _handler(wanted)) as server:
        said = {"port": server.server_port, "state": wanted.state, "challenge": wanted.challenge, "name": _name()}
        address = f"{url}/cli-login?{urlencode(said)}"
        click.echo(f"say in the browser what this command may do; it shows {_compared(wanted)}:\n  {address}", err=True)
        if opens:  # some browsers end only when they are closed
            threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
        _wait(server, wanted)
    if wanted.is_denied:
        raise Refusal("the token was not allowed")
    body = {"code": wanted.code, "verifier": wanted.verifier}
    return str(PortalClient(Login(url, "")).post("login-exchange", body=body)["access_token"])


def _compared(wanted: _Wanted) -> str:
    """What the page shows too."""
    return f"{wanted.challenge[:4]}-{wanted.challenge[4:8]}"


def _name() -> str:
    return f"slipway on {socket.gethostname().partition('.')[0]}"[:60]


def _wait(server: HTTPServer, wanted: _Wanted) -> None:
    until = time.monotonic() + _WAITS_SECONDS
    while not wanted.is_answered:
        server.timeout = until - time.monotonic()
        if server.timeout <= 0:
            raise Refusal("nobody answered in the browser; `slipway login URL --paste` takes a token from its page")
        server.handle_request()


def _handler(wanted: _Wanted) -> type[BaseHTTPRequestHandler]:
    class Back(BaseHTTPRequestHandler):
        timeout = 10
        """A connection that says nothing holds up nobody"""

        def do_GET(self) -> None:
            said = parse_qs(urlsplit(self.path).query)
            if not secrets.compare_digest(said.get("state", [""])[0].encode(), wanted.state.encode()):
                self.send_error(404)
                return
            wanted.code = said.get("code", [""])[0]
            wanted.is_denied = not wanted.code
            told = "This command is logged in soon." if wanted.code else "The command got no token."
            body = _ANSWER.format(said=told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """An address with a code is written nowhere."""

    return Back
