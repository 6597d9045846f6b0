"""The API about itself: who asks, which environments there are, and its description."""

from flask import Blueprint, Response, g, render_template

from portal import compression, rate_limits
from portal.api import description
from portal.api.asked import IdToken, LoginCode
from portal.api.operations import OPERATIONS, operation
from portal.api.problems import CODES
from portal.api.told.about import EnvironmentsTold, GrantedTold, WhoTold
from portal.auth import Untrusted
from portal.auth.bearers import BadToken
from portal.auth.gate import person, protection_of
from portal.auth.rights import needs, open_to_all
from portal.context import begin_to_write, portal
from portal.data import tokens_view
from portal.data.kept_pages import Page
from portal.security import hold_back_from_caches
from portal.text.language import _
from runtime.bucket import api_tokens
from runtime.bucket.api_tokens import KnownToken
from service_catalog.records.audit import PORTAL

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
    """Lists the environments of the catalog, and how they are protected."""
    names = portal().environment_names()
    found = {name: protection_of(name) for name in names}
    return EnvironmentsTold(environments=names, protection={name: it for name, it in found.items() if it})


@operation(bp, "POST", "/token-exchange", answers=GrantedTold, body=IdToken)
@open_to_all
def exchange_token(body: IdToken) -> GrantedTold:
    """Takes the token that the provider of a CI signed for a job (OpenID Connect), and gives one of the API for an
    hour, for what the portal's settings let this very job do. So the CI keeps no secret."""
    hold_back_from_caches()
    rate_limits.count_address("ci tokens", portal().settings.strangers_a_minute)
    ci = portal().ci
    if ci is None:
        raise BadToken(_("The settings of this portal trust no CI."))
    try:
        granted = ci.exchange(body.id_token)
    except Untrusted as error:
        raise BadToken(_("The portal does not take the token of this job: %(why)s.", why=_(str(error)))) from error
    g.person = granted.person
    trail = portal().gateways(portal().settings.home).audit
    trail.note("sign-in", PORTAL, granted.person.name, person=granted.person.id, token=granted.person.token)
    return GrantedTold.of(granted.token, granted.expires, granted.person.name, granted.person.scope)


@operation(bp, "POST", "/login-exchange", answers=GrantedTold, body=LoginCode)
@open_to_all
def exchange_login(body: LoginCode) -> GrantedTold:
    """Takes the code that the portal's page gave a command, with what the command kept to itself, and gives the token
    that somebody allowed there. A code is good for two minutes, and once."""
    hold_back_from_caches()
    rate_limits.count_address("logins", portal().settings.strangers_a_minute)
    try:
        allowed = portal().cli_logins.allowed(body.code, body.verifier, portal().settings.now())
    except Untrusted as error:
        raise BadToken(_("The portal does not take this code: %(why)s.", why=_(str(error)))) from error
    _id, secret = api_tokens.new_secret()
    token = allowed.model_copy(update={"digest": api_tokens.digest(secret)})
    begin_to_write()
    tokens_view.gateway().add(token)
    portal().bearers.put(KnownToken(token))
    return GrantedTold.of(api_tokens.written(token.id, secret), token.expires, token.who, token.scope)


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
    answer = compression.answer(page.pieces, mimetype)
    answer.set_etag(page.tag, weak=True)
    return answer
