"""Where `slipway login` leads: whoever is signed in says what the command may do, and is led back to it."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal import token_form
from portal.auth.gate import person
from portal.auth.rights import needs
from portal.context import portal
from portal.security import hold_back_from_caches
from portal.token_form import ACTIONS, TokenForm
from runtime.bucket import api_tokens

if TYPE_CHECKING:  # it loads what seals codes
    from portal.auth.cli_login import LoginRequest

bp = Blueprint("cli_logins", __name__, url_prefix="/cli-login")

_DAYS = "30"


@bp.get("")
def ask() -> str:
    name = request.args.get("name", "")[: token_form.NAME_MAX]
    return _page(_login_request(), TokenForm(name=name, actions=tuple(ACTIONS), days=_DAYS))


@bp.post("")
@needs("make-token")
def answer() -> ResponseReturnValue:
    """No token is made yet: the command fetches it with the code, and with what only it knows."""
    wanted = _login_request()
    if request.form.get("do") != "allow":
        return _back(wanted, error="denied")
    form = token_form.read(request.form, person(), portal().catalog)
    if form.problems:
        return _page(wanted, form), 422
    now, (id, _secret) = portal().settings.now(), api_tokens.new_secret()
    token = token_form.token(form, person(), id, "", now)
    return _back(wanted, code=portal().cli_logins.code(token, wanted.challenge, now))


def _login_request() -> "LoginRequest":
    from portal.auth import cli_login

    wanted = cli_login.login_request(request.args)
    if wanted is None:
        abort(404)
    return wanted


def _back(wanted: "LoginRequest", **said: str) -> ResponseReturnValue:
    hold_back_from_caches()
    return redirect(f"{wanted.origin}/?{urlencode({**said, 'state': wanted.state})}", 303)


def _page(wanted: "LoginRequest", form: TokenForm) -> str:
    hold_back_from_caches()
    g.form_leads_to = wanted.origin
    return render_template("tokens/cli_login.html", form=form, wanted=wanted, actions=ACTIONS, teams=())
