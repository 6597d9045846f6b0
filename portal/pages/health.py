"""Is the portal up, and is it ready for people: two questions of whatever stands before it.

``/healthz`` asks nothing of AWS, since a portal with old data is better than none. ``/readyz`` is for one that has just
started: whether it can read the catalog, and has once read the home environment, in whose bucket stands what people
that sign in need. What was read once is enough: AWS's silence later takes no copy out of service.
"""

from flask import Blueprint

from portal.auth.rights import open_to_all
from portal.context import portal
from service_catalog.problems import CatalogError

bp = Blueprint("health", __name__)

_PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
OK = "ok"


@bp.get("/healthz")
@open_to_all
def show() -> tuple[str, int, dict[str, str]]:
    return f"{OK}\n", 200, _PLAIN


@bp.get("/readyz")
@open_to_all
def ready() -> tuple[str, int, dict[str, str]]:
    """Which part is not; why stands in the log, as anybody may ask here."""
    parts = {"catalog": _catalog()}
    if portal().settings.signs_people_in:
        parts["home environment"] = _home_environment()
    said = "".join(f"{part}: {state}\n" for part, state in parts.items())
    return said, 200 if set(parts.values()) == {OK} else 503, _PLAIN


def _catalog() -> str:
    try:
        portal().catalog.service_names(portal().settings.home)
    except CatalogError:
        return "not readable"
    return OK


def _home_environment() -> str:
    """Asked for until it answers, and never again."""
    home, collector = portal().settings.home, portal().collector
    held = collector.held(home)
    if held is None or not held.value.is_read:
        held = collector.look(home, patience_seconds=1.0)
    return OK if held is not None and held.value.is_read else "not read yet"
