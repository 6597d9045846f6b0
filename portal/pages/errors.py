"""Every error a page may meet, answered with a page: what is so, what was not changed, what to do next."""

import difflib
import logging

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge, SecurityError

from portal.auth.gate import NotAllowed, NotSignedIn
from portal.auth.sessions import is_refresh
from portal.context import has_begun_to_write, portal
from portal.data.service_view import PageHead
from portal.security import MAX_REQUEST_BYTES, ForeignRequest, UnreadableText, hold_back_from_caches
from portal.text.language import _
from portal.text.translate import of_problem, said
from runtime.aws.errors import Absent, Conflict, Denied, GatewayError, InDoubt, Invalid, Unavailable, Unreachable
from runtime.bucket.records import Unreadable
from service_catalog.problems import CatalogError, NoSuchEnvironment, NoSuchService

log = logging.getLogger(__name__)

Fields = list[tuple[str, str]]

_STATUS: tuple[tuple[type[GatewayError], int], ...] = (
    (Absent, 404),
    (Conflict, 409),
    (Invalid, 422),
    (Denied, 503),
    (Unavailable, 503),
    (GatewayError, 503),
)


def init_app(app: Flask) -> None:
    app.register_error_handler(NoSuchService, _no_such_service)
    app.register_error_handler(NoSuchEnvironment, _no_such_environment)
    app.register_error_handler(CatalogError, _catalog)
    app.register_error_handler(GatewayError, _gateway)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(Unreadable, _unreadable_record)
    app.register_error_handler(CSRFError, _outdated_form)
    app.register_error_handler(ForeignRequest, _foreign)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(UnreadableText, _unreadable)
    app.register_error_handler(NotSignedIn, _not_signed_in)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_say_refusal_in_the_title)


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
    status = next(code for kind, code in _STATUS if isinstance(error, kind))
    titles = {
        404: _("It is not there"),
        409: _("Somebody else was first"),
        422: _("This request is not valid"),
        503: _("AWS does not answer as it should"),
    }
    return _page(status, titles[status], [*_what_was_done(error), *_lines(error)], sent=_sent())


def _unreadable_record(error: Unreadable) -> ResponseReturnValue:
    """AWS did answer."""
    return _page(503, _("A record cannot be read"), [*_what_was_done(error), *_lines(error)], sent=_sent())


def _what_was_done(error: GatewayError) -> list[str]:
    """By a write that failed. What a lost answer leaves open is not said to be known."""
    if request.method != "POST":
        return []
    if isinstance(error, InDoubt):
        return [_("It is not known whether this was done.")]
    if isinstance(error, Unreachable) and has_begun_to_write():
        return [_("It is not known whether this was done. Look before you send it again.")]
    return [_("Nothing was changed.")]


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


def _http(error: HTTPException) -> ResponseReturnValue:
    return _page(error.code or 500, error.name, [])


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("page failed method=%s endpoint=%s", request.method, request.endpoint)
    return _page(500, _("Slipway made a mistake"), [_("It is written in the portal’s log.")])


def _lines(error: GatewayError) -> list[str]:
    sentences = error.problems if isinstance(error, Invalid) else [error.sentence]
    return [said(sentence) for sentence in sentences if sentence]


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
