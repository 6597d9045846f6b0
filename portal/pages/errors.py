"""Every error a page may meet, answered with a page: what is so, what was not changed, what to do next."""

import difflib
import logging
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge, SecurityError

from portal.api import problems
from portal.auth.gate import NotAllowed, NotSignedIn, is_api
from portal.auth.sessions import is_refresh
from portal.context import portal
from portal.data.service_view import PageHead
from portal.rate_limits import TooOften
from portal.security import MAX_REQUEST_BYTES, ForeignRequest, UnreadableText, hold_back_from_caches
from portal.text import errors as error_words
from portal.text.language import _
from portal.text.translate import of_problem
from runtime.aws.errors import GatewayError, Unavailable
from runtime.bucket.records import Unreadable
from service_catalog.problems import CatalogError, NoSuchEnvironment, NoSuchService

log = logging.getLogger(__name__)

Fields = list[tuple[str, str]]


def init_app(app: Flask) -> None:
    """Of a request of the API none of these is asked: it is answered with a problem, whatever went wrong."""
    for kind, page in _PAGES.items():
        app.register_error_handler(kind, _by_door(page))
    app.after_request(_say_refusal_in_the_title)


def _by_door(page: Callable[[Any], ResponseReturnValue]) -> Callable[[Any], ResponseReturnValue]:
    return lambda error: problems.of(error) if is_api() else page(error)


def _no_such_service(error: NoSuchService) -> ResponseReturnValue:
    """Of the address: with the nearest name there is. Of anything else asked for: in the error's own words."""
    name, environment = (request.view_args or {}).get("service", ""), g.environment.name
    if not name:
        return _page(404, _("There is no such service"), [of_problem(problem) for problem in error.problems])
    near = difflib.get_close_matches(name, portal().catalog.service_names(environment), n=1)
    title = _("There is no “%(name)s” in %(environment)s", name=name, environment=environment)
    return _page(404, title, [], near=near[0] if near else "")


def _no_such_environment(error: NoSuchEnvironment) -> ResponseReturnValue:
    return _page(404, _("There is no such environment"), [of_problem(problem) for problem in error.problems])


def _catalog(error: CatalogError) -> ResponseReturnValue:
    lines = [_("Nothing was changed.")] if request.method == "POST" else []
    return _page(422, _("The catalog has a problem"), lines + [of_problem(problem) for problem in error.problems])


def _gateway(error: GatewayError) -> ResponseReturnValue:
    status, title = error_words.status_and_title(error)
    return _page(status, title, [*error_words.what_was_done(error), *error_words.lines(error)], sent=_sent())


def _unreadable_record(error: Unreadable) -> ResponseReturnValue:
    """AWS did answer."""
    return _page(
        503, _("A record cannot be read"), [*error_words.what_was_done(error), *error_words.lines(error)], sent=_sent()
    )


def _unavailable(error: Unavailable) -> ResponseReturnValue:
    """What the collector still holds of the service, with its age; without that, only what AWS said."""
    where = request.view_args or {}
    held = portal().collector.held(where["environment"]) if "service" in where else None
    row = held.value.rows.get(where["service"]) if held else None
    if held is None or row is None or request.method == "POST":
        return _gateway(error)
    head = PageHead(row.name, None, held.taken_at if held.value.is_read else None, row.kind)
    return render_template("errors/unavailable.html", head=head, problem=error, row=row, view=held.value), 503


def _outdated_form(error: CSRFError) -> ResponseReturnValue:
    """The session is another one now. What was typed is on the page, to be sent again by a click."""
    hold_back_from_caches()
    return render_template("errors/outdated.html", fields=_sent()), 400


def _not_allowed(error: NotAllowed) -> ResponseReturnValue:
    return _page(403, _("You may not do this"), [_("Nothing was changed."), str(error.description)])


def _not_signed_in(error: NotSignedIn) -> ResponseReturnValue:
    """Who reads is led to the sign-in and back; who sent something finds it on the page."""
    way, back = portal().who.way, request.full_path.rstrip("?")
    if way == "oidc" and request.method in ("GET", "HEAD") and not is_refresh():
        return redirect(url_for("sign_in.begin", back=back), 303)
    hold_back_from_caches()
    return render_template("errors/not_signed_in.html", way=way, back=back, fields=_sent()), 401


def _foreign(error: ForeignRequest) -> ResponseReturnValue:
    return _page(403, _("Another site tried to change something here"), [_("Nothing was changed.")])


def _foreign_host(error: SecurityError) -> ResponseReturnValue:
    """No page: a name that somebody else chose for this machine must not be linked back to."""
    return "The portal answers to 127.0.0.1 and localhost only.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}


def _say_refusal_in_the_title(response: Response) -> Response:
    """The title is what a screen reader says first: whether what was sent was refused."""
    if request.method == "POST" and response.status_code >= 400 and response.mimetype == "text/html":
        refused = _("Error: %(title)s", title="")
        response.set_data(response.get_data(as_text=True).replace("<title>", f"<title>{refused}", 1))
    return response


def _not_found(error: NotFound) -> ResponseReturnValue:
    """A slash too many leads to the page; what stands below a service leads back to it."""
    path = request.path.rstrip("/")
    if request.method == "GET" and path != request.path and _is_page(path):
        return redirect(f"{path}?{query}" if (query := request.query_string.decode()) else path, 308)
    _know_where(path)
    return _page(404, _("There is no such page"), [])


def _is_page(path: str) -> bool:
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return False
    return True


def _know_where(path: str) -> None:
    """Of an address that no page has: the environment and the service that it begins with."""
    match path.split("/"):
        case ["", environment, "services", service, *_rest] if environment in portal().environment_names():
            g.environment = portal().catalog.environment(environment)
            request.view_args = {"service": service}
        case ["", environment, *_rest] if environment in portal().environment_names():
            g.environment = portal().catalog.environment(environment)


def _too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    limit = MAX_REQUEST_BYTES // 1024**2
    lines = [
        _("Nothing was changed."),
        _("A form takes %(limit)s MB at most. Your browser still has what you typed: go back one page.", limit=limit),
    ]
    return _page(413, _("That is too much text"), lines)


def _unreadable(error: UnreadableText) -> ResponseReturnValue:
    return _page(
        400, _("This form is not in UTF-8"), [_("Nothing was changed."), _("Browsers send UTF-8 by themselves.")]
    )


def _too_often(error: TooOften) -> ResponseReturnValue:
    """What was typed is kept, to be sent again."""
    lines = [_("Nothing was changed."), str(error.description)]
    return _page(429, _("Too often"), lines, sent=_sent())


def _http(error: HTTPException) -> ResponseReturnValue:
    return _page(error.code or 500, error.name, [])


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("page failed method=%s endpoint=%s", request.method, request.endpoint)
    return _page(500, _("Slipway made a mistake"), [_("It is written in the portal’s log.")])


def _service() -> str:
    """Whose page it was, if there is such a service."""
    name = str((request.view_args or {}).get("service", ""))
    environment = g.get("environment")
    return name if environment and name in portal().catalog.service_names(environment.name) else ""


def _sent() -> Fields:
    """What a refused write carried, so that the page keeps it."""
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def _page(status: int, title: str, lines: list[str], near: str = "", sent: Fields | None = None) -> ResponseReturnValue:
    if sent:
        hold_back_from_caches()
    environment = g.get("environment")
    back = url_for("services.index", environment=environment.name) if environment else url_for("services.first")
    page = render_template(
        "errors/error.html",
        status=status,
        title=title,
        lines=lines,
        near=near,
        fields=sent,
        back=back,
        service=_service(),
    )
    return page, status


_PAGES: Mapping[type[Exception], Callable[[Any], ResponseReturnValue]] = {
    NoSuchService: _no_such_service,
    NoSuchEnvironment: _no_such_environment,
    CatalogError: _catalog,
    GatewayError: _gateway,
    Unavailable: _unavailable,
    Unreadable: _unreadable_record,
    CSRFError: _outdated_form,
    ForeignRequest: _foreign,
    SecurityError: _foreign_host,
    UnreadableText: _unreadable,
    NotSignedIn: _not_signed_in,
    NotAllowed: _not_allowed,
    NotFound: _not_found,
    RequestEntityTooLarge: _too_large,
    TooOften: _too_often,
    HTTPException: _http,
    Exception: _unexpected,
}
