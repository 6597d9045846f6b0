"""Is the portal up: asks nothing of AWS, since a portal with old data is better than none."""

from flask import Blueprint

from portal.auth.rights import open_to_all

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@open_to_all
def show() -> tuple[str, int, dict[str, str]]:
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
