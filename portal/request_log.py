"""A line for each request: who asked which page, how it was answered and how long that took.

It names the view, not the address, and nothing that was sent: neither a search nor a value is ever in it. What else is
logged meanwhile, and what the audit trail gets, bears the same request id.
"""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

log = logging.getLogger(__name__)

_ID = re.compile(r"[\w=;:.-]{1,128}", re.ASCII)
_GIVEN_BY = "X-Amzn-Trace-Id"
"""The load balancer's own, which stands in its access log too"""
_PROBES = "health"


def init_app(app: Flask) -> None:
    """First of all, so that its time is that of everything."""
    app.before_request(_begin)
    app.after_request(_tell)


def seconds() -> float:
    """Since the current request began."""
    return time.monotonic() - float(g.began)


def _begin() -> None:
    g.began = time.monotonic()
    given = request.headers.get(_GIVEN_BY, "")
    g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)


def _tell(response: Response) -> Response:
    who = g.get("person")
    log.log(
        logging.DEBUG if request.blueprint == _PROBES else logging.INFO,
        "request method=%s endpoint=%s status=%d ms=%d person=%s request=%s",
        request.method,
        request.endpoint or "-",
        response.status_code,
        round(seconds() * 1000),
        (who.id if who else "") or "-",
        g.request_id,
    )
    response.headers["X-Request-Id"] = g.request_id
    return response
