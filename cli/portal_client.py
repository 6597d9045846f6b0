"""A portal, asked by its API: how commands for developers reach it, and how they say what it refused.

Where it is and the token that it wants come from ``slipway login``, or from the variables of a CI.
"""

import contextlib
import json
import os
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from cli.errors import FAILED, Refusal
from service_catalog.problems import for_message

URL, TOKEN = "SLIPWAY_PORTAL", "SLIPWAY_TOKEN"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TIMEOUT_SECONDS = 60
_TRIES = 4
"""Of a request whose answer was lost: a write carries a key, under which it is done once"""
Answer = Any


@dataclass(frozen=True)
class Login:
    url: str
    token: str

    def __repr__(self) -> str:
        return f"Login({self.url!r})"


class PortalRefused(Refusal):
    """What the portal said; ``problem`` is the whole of it."""

    def __init__(self, problem: Mapping[str, Any]):
        self.problem = problem
        super().__init__(str(problem.get("detail") or problem.get("title") or problem.get("status")))

    @property
    def code(self) -> str:
        return str(self.problem.get("code", ""))


class PortalUnsure(PortalRefused):
    """Nobody knows whether it was done."""

    exit_code = FAILED


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Nothing leads a token to another host."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


class PortalClient:
    def __init__(self, login: Login):
        self._login = login
        # The proxy of a company is no way to this machine.
        proxies = urllib.request.ProxyHandler({} if _host(login.url) in _LOOPBACK else None)
        self._opener = urllib.request.build_opener(_NoRedirects, proxies)

    @property
    def url(self) -> str:
        return self._login.url

    def get(self, *path: str | int, **query: object) -> Answer:
        said = {name: value for name, value in query.items() if value not in (None, "")}
        return self._ask("GET", path, f"?{urlencode(said)}" if said else "", None)

    def post(self, *path: str | int, body: Mapping[str, Any] | None = None) -> Answer:
        return self._ask("POST", path, "", {name: it for name, it in (body or {}).items() if it is not None})

    def _ask(self, method: str, path: tuple[str | int, ...], query: str, body: Mapping[str, Any] | None) -> Answer:
        address = f"{self._login.url}/api/v1/{'/'.join(quote(str(it), safe='') for it in path)}{query}"
        headers = {
            "Authorization": f"Bearer {self._login.token}",
            "Accept": "application/json",
            "Accept-Language": "en",
        }
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data, headers, method=method)
        for attempt in range(_TRIES):
            try:
                with self._opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
                    return _json(answer.read(), self._login.url)
            except urllib.error.HTTPError as error:
                problem = _problem(error, self._login.url)
                if problem.code != "too-often" or attempt + 1 == _TRIES:
                    raise problem from None
                time.sleep(min(60, int(error.headers.get("Retry-After") or 1)))
            except OSError as error:
                if attempt + 1 == _TRIES:
                    reason = getattr(error, "reason", error)
                    raise Refusal(f"{self._login.url} does not answer: {reason}; is it the portal's address?") from None
                time.sleep(2**attempt / 4)
        raise AssertionError("each attempt returns or raises")


def client() -> PortalClient:
    """Raises Refusal for who is not logged in."""
    return PortalClient(login())


def login() -> Login:
    """Of the variables, else of `slipway login`."""
    kept = _kept()
    url, token = os.environ.get(URL) or kept.get("url", ""), os.environ.get(TOKEN) or kept.get("token", "")
    if os.environ.get(URL) and not os.environ.get(TOKEN) and kept.get("url") != checked_url(url):
        token = ""  # a token is for the portal that it was given with
    if not url or not token:
        raise Refusal(f"not logged in to a portal; `slipway login URL` does that, or set ${URL} and ${TOKEN}")
    return Login(checked_url(url), token)


def checked_url(url: str) -> str:
    """Raises Refusal for an address by which others could read the token."""
    url = url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refusal(f"{for_message(url)} is no address of a portal; it looks like https://slipway.example.com")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise Refusal(f"{url}: a token goes over https:// only, but to this machine itself")
    return url


def keep(found: Login) -> Path:
    """Where only its owner reads it."""
    path = kept_at()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(draft, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump({"url": found.url, "token": found.token}, file)
    draft.replace(path)
    return path


def forget() -> None:
    with contextlib.suppress(FileNotFoundError):
        kept_at().unlink()


def kept_at() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "slipway" / "portal.json"


def _kept() -> dict[str, str]:
    try:
        said = json.loads(kept_at().read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _problem(error: urllib.error.HTTPError, url: str) -> PortalRefused:
    body = error.read()
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        said = {
            "status": error.code,
            "detail": f"{url} answered {error.code}, and not as a portal; is it the right one?",
        }
    is_unsure = said.get("changed", False) is None
    return PortalUnsure(said) if is_unsure else PortalRefused(said)


def _json(body: bytes, url: str) -> Answer:
    try:
        return json.loads(body)
    except ValueError:
        raise Refusal(f"{url} does not answer as a portal; is it the right address?") from None
