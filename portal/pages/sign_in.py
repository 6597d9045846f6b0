"""Signing in and out. Whoever is asked to sign in comes back to the page they wanted."""

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.auth import NeedsThePerson, Person, ProviderAway, SignInFailed
from portal.auth.rights import open_to_all
from portal.auth.sample_people import PEOPLE, SamplePeople
from portal.context import portal
from portal.data import tokens_view
from portal.text.language import N_, _
from service_catalog.records.audit import PORTAL, AuditAction, AuditStatus

if TYPE_CHECKING:  # it loads the whole of OAuth
    from portal.auth.oidc import Oidc

bp = Blueprint("sign_in", __name__)

_ALB_COOKIES = tuple(f"AWSELBAuthSessionCookie-{number}" for number in range(4))
"""What a load balancer keeps its session in; it never has more"""


@bp.get("/sign-in")
@open_to_all
def begin() -> ResponseReturnValue:
    """To the identity provider, and back."""
    back = own_path(request.args.get("back", ""))
    return _oidc().begin(_public(url_for(".complete")), back, is_silent="silent" in request.args)


@bp.get("/sign-in/callback")
@open_to_all
def complete() -> ResponseReturnValue:
    who, back, is_new = _oidc().complete()
    g.person = who
    portal().people.told(who)
    if is_new:
        _note("sign-in", who)
    return redirect(own_path(back), 303)


@bp.post("/sign-in/as")
@open_to_all
def choose() -> ResponseReturnValue:
    """Somebody of the demo."""
    asking, wanted = portal().who, request.form.get("person", "")
    if not isinstance(asking, SamplePeople) or wanted not in {it.id for it in PEOPLE}:
        abort(404)
    asking.choose(wanted)
    return redirect(own_path(request.form.get("back", "")), 303)


@bp.get("/you")
def you() -> str:
    held = _oidc().sessions.current() if portal().who.way == "oidc" else None
    return render_template("sign_in/you.html", session=held)


@bp.post("/sign-out")
@open_to_all
def leave() -> ResponseReturnValue:
    if portal().who.way not in ("oidc", "alb"):
        abort(404)  # nobody has signed in, so nobody signs out
    who = portal().who.person()
    if portal().who.way == "oidc":
        _oidc().sessions.end()
    if who:
        _note("sign-out", who)
    return _left()


@bp.post("/sign-out/everywhere")
@open_to_all
def leave_everywhere() -> ResponseReturnValue:
    sessions, who = _oidc().sessions, portal().who.person()
    if who is None:
        return redirect(url_for(".left"), 303)
    if request.form.get("tokens"):
        for token in tokens_view.own_that_let_in(who):
            tokens_view.revoke(token, who)
    sessions.end_everywhere(who, portal().gateways(portal().settings.home).sign_outs.add)
    _note("sign-out-everywhere", who)
    return _left()


@bp.get("/signed-out")
@open_to_all
def left() -> ResponseReturnValue:
    if portal().who.way not in ("oidc", "alb"):
        abort(404)
    provider = _oidc().provider_sign_out(_public(url_for(".left"))) if portal().who.way == "oidc" else ""
    return render_template("sign_in/left.html", provider=provider)


@bp.errorhandler(NeedsThePerson)
def ask_them(error: NeedsThePerson) -> ResponseReturnValue:
    return redirect(url_for(".begin", back=own_path(_oidc().back())), 303)


@bp.errorhandler(ProviderAway)
def away(error: ProviderAway) -> ResponseReturnValue:
    told = _("The identity provider does not answer. Services keep running; try again in a moment.")
    return _failed(_("Nobody can sign in at the moment"), told), 503


@bp.errorhandler(SignInFailed)
def failed(error: SignInFailed) -> ResponseReturnValue:
    said = N_("The identity provider said: %(words)s")
    unbelieved = N_("The answer of the identity provider is not believed: %(words)s")
    told = _(said if error.is_quoted else unbelieved, words=error.sentence)
    _note("sign-in", Person(""), "refused")
    return _failed(_("The sign-in did not come through"), told), 400


def own_path(address: str) -> str:
    """Where a sign-in may lead back to: a page of this portal, and nowhere else."""
    # Browsers leave tabs and line ends out of an address, so that two slashes may come of one.
    is_own = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_own and not address.startswith("/sign") else url_for("services.first")


# The form of ``choose`` stands in pages that are kept for all sessions of a person, so it has no token. Other sites are
# refused all the same, and whom it makes one is a person of the demo.
bp.record_once(lambda state: state.app.extensions["csrf"].exempt(choose))


def _oidc() -> "Oidc":
    if portal().who.way != "oidc":
        abort(404)
    return cast("Oidc", portal().who)


def _public(path: str) -> str:
    return f"{(portal().settings.public_url or request.host_url).rstrip('/')}{path}"


def _failed(title: str, line: str) -> str:
    return render_template("sign_in/failed.html", title=title, line=line)


def _left() -> Response:
    """With what a load balancer keeps, which would sign them in again at once."""
    response = make_response(redirect(url_for(".left"), 303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    if portal().who.way == "alb":
        for name in _ALB_COOKIES:
            response.delete_cookie(name, secure=True, httponly=True)
    return response


def _note(action: AuditAction, who: Person, status: AuditStatus = "done") -> None:
    trail = portal().gateways(portal().settings.home).audit
    trail.note(action, PORTAL, who.name, status=status, person=who.id, teams=sorted(who.teams))
