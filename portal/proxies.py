"""How requests reach the portal: through how many proxies, and probes by whatever name.

A proxy adds to ``X-Forwarded-For`` whom it was asked by, after what the client claimed. So exactly as many of its last
members are believed as there are proxies, and what stands before them is anybody's.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.settings import LOOPBACK_NAMES

PROBES = ("/healthz", "/readyz")
METRICS = "/metrics"

_Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def init_app(app: Flask, proxies: int) -> None:
    app.wsgi_app = ProbesByAnyName(app.wsgi_app)  # type: ignore[method-assign]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]


class ProbesByAnyName:
    """A load balancer asks each target by its address, which the portal does not know for its own, and so does
    Prometheus. What is answered there links nowhere."""

    def __init__(self, app: _Wsgi):
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        # Whoever shows a token is no page of another site that gave its own name this machine's address.
        if path in PROBES or (path == METRICS and "HTTP_AUTHORIZATION" in environ):
            environ["HTTP_HOST"] = LOOPBACK_NAMES[0]
        return self._app(environ, start_response)
