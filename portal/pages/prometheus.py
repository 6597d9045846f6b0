"""What the portal counts of itself, for Prometheus. Not for the world: which services are busy, and when the portal is
blind, is nobody else's.

This machine may ask (so may a collector beside the portal in the same task, which shares its loopback), and whoever has
the token. Whoever comes through a proxy is not this machine, wherever the proxy stands.
"""

import hmac
import ipaddress

from flask import Blueprint, request

from portal.auth.rights import open_to_all
from portal.context import portal
from portal.prometheus import CONTENT_TYPE

bp = Blueprint("prometheus", __name__)

_BY_A_PROXY = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")
_WHO_MAY = "for this machine, or with `Authorization: Bearer $SLIPWAY_METRICS_TOKEN`\n"


@bp.get("/metrics")
@open_to_all
def show() -> tuple[str, int, dict[str, str]]:
    if not (_is_this_machine() or _has_token()):
        return _WHO_MAY, 401, {"Content-Type": "text/plain; charset=utf-8", "WWW-Authenticate": "Bearer"}
    held = portal()
    text = held.own_metrics.text(held.gateways.connected(), held.collector, held.settings.now())
    return text, 200, {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}


def _is_this_machine() -> bool:
    if any(name in request.headers for name in _BY_A_PROXY):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _has_token() -> bool:
    wanted, said = portal().settings.metrics_token, request.authorization
    if not wanted or said is None or said.type != "bearer" or not said.token:
        return False
    return hmac.compare_digest(said.token.encode(), wanted.encode())
