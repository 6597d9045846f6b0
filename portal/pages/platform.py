"""The platform of an environment, for those who keep it: what waits, what has drifted. Every table can be exported."""

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, Response, render_template

from portal import exports
from portal.data import platform_rows, platform_view
from portal.data.platform_view import PlatformView
from portal.exports import Row
from portal.text.language import N_

bp = Blueprint("platform", __name__)

PARTS = {
    "pending": N_("Pending"),
    "drift": N_("Drift"),
}
"""By endpoint, the words of its tab"""
_ROWS: Mapping[str, Callable[[PlatformView], Sequence[Row]]] = {
    "pending": lambda view: platform_rows.pending(view.pending),
    "drift": lambda view: platform_rows.drift(view.drifted),
}


@bp.get("/<environment>/platform")
def pending(environment: str) -> str:
    return _page(environment, "pending")


@bp.get("/<environment>/platform/drift")
def drift(environment: str) -> str:
    return _page(environment, "drift")


@bp.get(
    "/<environment>/platform/<any({parts}):part>.<any({forms}):form>".format(
        parts=", ".join(PARTS), forms=", ".join(exports.FORMS)
    )
)
def export(environment: str, part: str, form: str) -> Response | tuple[str, int]:
    view = platform_view.of(environment)
    if view is None:
        return render_template("platform/first.html", parts_of_platform=PARTS), 503
    taken_at = view.reading.taken_at
    name = f"slipway-{environment}-{part}-{taken_at:%Y-%m-%d}"
    return exports.answer(name, form, _ROWS[part](view), environment=environment, part=part, as_of=taken_at)


def _page(environment: str, part: str) -> str:
    view = platform_view.of(environment)
    if view is None:
        return render_template("platform/first.html")
    return render_template(f"platform/{part}.html", view=view, reading=view.reading, parts_of_platform=PARTS, part=part)
