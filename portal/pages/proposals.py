"""Changes of the catalog that wait on branches of their own, as of when the remote was last heard."""

from flask import Blueprint, abort, render_template

from portal.context import portal
from service_catalog.git_catalog.proposals import proposals

bp = Blueprint("proposals", __name__, url_prefix="/<environment>/catalog")


@bp.get("")
def index(environment: str) -> str:
    held = portal()
    if held.git_catalog is None:
        abort(404)
    found = proposals(held.git_catalog, held.settings.pull_request_template)
    return render_template("proposals/list.html", proposals=found, follower=held.follower, git=held.git_catalog)
