"""The API about itself: who asks, which environments there are, and its description."""

from flask import Blueprint, Response, render_template

from portal.api import description
from portal.api.operations import OPERATIONS, operation
from portal.api.problems import CODES
from portal.api.told import EnvironmentsTold, WhoTold
from portal.auth.gate import person
from portal.auth.rights import needs, open_to_all
from portal.context import portal
from portal.data.kept_pages import Page

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@operation(bp, "GET", "/whoami", answers=WhoTold)
@needs("read")
def whoami() -> WhoTold:
    """Says who is behind the token, and what the token is for."""
    who = person()
    scope = [None if it is None else sorted(it) for it in (who.scope.actions, who.scope.services)]
    environments = None if who.scope.environments is None else sorted(who.scope.environments)
    return WhoTold(
        name=who.name,
        teams=sorted(who.teams),
        is_platform=who.is_platform,
        token=who.token,
        actions=scope[0],
        services=scope[1],
        environments=environments,
    )


@operation(bp, "GET", "/environments", answers=EnvironmentsTold)
@needs("read")
def environments() -> EnvironmentsTold:
    """Lists the environments of the catalog."""
    return EnvironmentsTold(environments=portal().environment_names())


@bp.get("/openapi.json")
@open_to_all
def openapi() -> Response:
    page = portal().kept_pages.get("openapi", (), description.as_text)
    return _answer(page, "application/json")


@bp.get("/docs")
@open_to_all
def docs() -> str:
    return render_template("api/docs.html", operations=OPERATIONS.values(), codes=CODES)


def _answer(page: Page, mimetype: str) -> Response:
    answer = Response(page.body, mimetype=mimetype)
    answer.set_etag(page.tag)
    return answer
