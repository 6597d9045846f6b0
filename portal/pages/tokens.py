"""Tokens of the API: made for oneself or for a team, shown once, revoked."""

from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import token_form
from portal.auth.gate import person
from portal.auth.rights import needs
from portal.context import portal
from portal.data import tokens_view
from portal.security import hold_back_from_caches
from portal.text.language import _
from portal.token_form import ACTIONS, TokenForm
from runtime.bucket import api_tokens
from runtime.bucket.api_tokens import KnownToken

bp = Blueprint("tokens", __name__, url_prefix="/tokens")


@bp.get("")
def index() -> str:
    return _page(TokenForm(actions=("release", "stop-release")))


@bp.post("")
@needs("make-token")
def make() -> ResponseReturnValue:
    """The answer is the only page that ever shows the token: an address that leads to it there is none."""
    form = token_form.read(request.form, person(), portal().catalog)
    if form.problems:
        return _page(form), 422
    id, secret = api_tokens.new_secret()
    token = token_form.token(form, person(), id, api_tokens.digest(secret), portal().settings.now())
    tokens_view.gateway().add(token)
    portal().bearers.put(KnownToken(token))
    return _page(replace(form, name=""), made=api_tokens.written(id, secret))


@bp.post("/<id>/revoke")
@needs("revoke-token")
def revoke(id: str) -> ResponseReturnValue:
    known = tokens_view.gateway().all().get(id)
    if known is None or not tokens_view.is_theirs(person(), known.token):
        abort(404)
    tokens_view.revoke(known.token, person())
    flash(_("%(name)s is revoked. Other copies of the portal know it within seconds.", name=known.token.name), "ok")
    return redirect(url_for(".index"), 303)


def _page(form: TokenForm, made: str = "") -> str:
    hold_back_from_caches()
    return render_template(
        "tokens/list.html",
        form=form,
        rows=tokens_view.of(person()),
        made=made,
        actions=ACTIONS,
        teams=person().teams,
        address=_address(),
    )


def _address() -> str:
    return (portal().settings.public_url or request.host_url).rstrip("/")
