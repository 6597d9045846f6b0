"""Light, dark, or as the reader's machine has it: asked by ``?theme=``, then the cookie."""

from flask import Flask, Response, after_this_request, g, request

from portal.text.language import N_

THEMES = {"": N_("As the system"), "light": N_("Light"), "dark": N_("Dark")}
COOKIE = "slipway_theme"
_A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    app.before_request(_choose)
    app.context_processor(lambda: {"theme": current(), "themes": THEMES})


def current() -> str:
    return str(g.get("theme", ""))


def _choose() -> None:
    asked = request.args.get("theme")
    if asked in THEMES:
        after_this_request(lambda response: _remember(response, asked))
    wanted = asked if asked in THEMES else request.cookies.get(COOKIE, "")
    g.theme = wanted if wanted in THEMES else ""


def _remember(response: Response, asked: str) -> Response:
    response.set_cookie(COOKIE, asked, max_age=_A_YEAR, samesite="Lax", httponly=True)
    return response
