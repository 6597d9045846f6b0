"""Asked before every page: is somebody signed in, and may they do this. Nothing gets past it by being forgotten: a
write that does not say what it needs is denied to everybody."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, Unauthorized

from portal import rate_limits
from portal.auth import Person
from portal.auth.bearers import BadToken
from portal.auth.rights import OF_THE_CATALOG, Decision, decide
from portal.context import portal
from portal.data import owners
from portal.rate_limits import TooOften
from portal.text.language import _
from runtime.aws.errors import GatewayError
from runtime.aws.silence import Patience, patience
from runtime.bucket.audit import came_from
from service_catalog.model import Protection
from service_catalog.problems import CatalogError, NoSuchEnvironment
from service_catalog.records.audit import PORTAL, AuditAction, Origin

log = logging.getLogger(__name__)

_READS = {"GET", "HEAD", "OPTIONS"}


class NotSignedIn(Unauthorized):
    """Nobody is, or their session has ended."""


class NotAllowed(Forbidden):
    """They are signed in, and may not do this."""

    def __init__(self, decision: Decision):
        super().__init__(decision.why)


def init_app(app: Flask, know_environment: Callable[[], None]) -> None:
    """``know_environment`` is asked in between: whoever is not signed in learns of no environment."""
    app.before_request(_wait_once)
    app.before_request(_require_person)
    app.before_request(_require_moderation)
    app.before_request(_require_fresh_claims)
    app.before_request(know_environment)
    app.before_request(_require_right)
    app.teardown_request(_forget_request)
    app.context_processor(lambda: {"may": may})


def person() -> Person:
    """Of a request that came through the gate."""
    found: Person = g.person
    return found


def may(action: AuditAction, service: str | None = None) -> Decision:
    """In the environment of the current request; templates ask, so that a button says why it cannot be pressed."""
    environment = g.get("environment")
    owner = owners.owner_of(environment.name, service) if environment and service else None
    if environment is None:
        return decide(person(), action, owner, service=service)
    return decide(person(), action, owner, environment.name, environment.protection, service)


def may_in(environment: str, action: AuditAction, service: str) -> Decision:
    """In another environment than that of the request: one entry serves several."""
    owner, who = owners.owner_of(environment, service), person()
    if portal().settings.catalog_is_a_copy and action in OF_THE_CATALOG:
        who = replace(who, only_in="")
    return decide(who, action, owner, environment, protection_of(environment), service)


def protection_of(environment: str) -> Protection | None:
    """Of one whose file cannot be read, the narrowest."""
    try:
        return portal().catalog.environment(environment).protection
    except NoSuchEnvironment:
        return None
    except CatalogError:
        return "platform"


def refuse(decision: Decision, action: AuditAction, service: str | None, **about: Any) -> None:
    """For views that know the owner better than the address does. Raises NotAllowed, with a line in the audit trail."""
    if not decision:
        note_denial(action, service, **about)
        raise NotAllowed(decision)


def note_denial(action: AuditAction, service: str | None, **about: Any) -> None:
    environment, who = g.get("environment"), person()
    if is_api():  # a program that asks on and on fills no trail
        rate_limits.count("denials", who.token, portal().settings.strangers_a_minute)
    place = environment.name if environment else portal().settings.home
    try:
        trail = portal().gateways(place).audit
        trail.note(action, service or PORTAL, who.name, status="denied", teams=sorted(who.teams), **about)
    except GatewayError as error:
        log.warning("denial not in the audit trail who=%s action=%s error=%s", who.name, action, error.code)


def too_often(action: AuditAction, service: str, a_minute: int, **about: Any) -> str:
    """Why not now; empty while they do it no oftener. The first of a minute stands in the audit trail."""
    who = person().id or person().name
    try:
        rate_limits.count(action, who, a_minute)
    except TooOften as error:
        if rate_limits.is_within(f"{action} denied", who, 1):
            trail = portal().gateways(g.environment.name).audit
            trail.note(action, service, person().name, status="denied", reason=f"over {a_minute} a minute", **about)
        return str(error.description)
    return ""


def is_api() -> bool:
    """Programs ask it, with a token: what a browser sends along by itself counts for nothing there."""
    return request.path.startswith("/api/v1/")


def _require_person() -> None:
    g.person = _bearer() if is_api() and not _is_open() else portal().who.person()
    if g.person and portal().who.way == "alb" and not is_api():
        portal().people.told_again(g.person)
    came_from.set(_origin(g.person))
    if g.person is None and not _is_open():
        raise NotSignedIn


def _bearer() -> Person:
    try:
        return portal().bearers.person(request.headers.get("Authorization", ""))
    except BadToken:
        rate_limits.count_address("bad tokens", portal().settings.strangers_a_minute)
        raise


def _require_moderation() -> None:
    """Nobody writes faster than people do, and nobody tries to sign in so often."""
    limits = portal().settings
    if request.endpoint in ("sign_in.begin", "sign_in.complete"):
        rate_limits.count_address("sign-ins", limits.strangers_a_minute)
    elif g.person and request.method not in _READS:
        rate_limits.count("writes", g.person.token or g.person.id or g.person.name, limits.writes_a_minute)


def _require_fresh_claims() -> ResponseReturnValue | None:
    """Whoever reads on for long is asked for again, without being asked: a team that they left is not theirs. A write
    cannot be led away and back, so it waits longer, and then for a sign-in."""
    who = portal().who
    if g.person is None or is_api() or _is_open():
        return None
    if request.method not in _READS and who.is_outdated():
        raise NotSignedIn
    if request.method != "GET" or not who.is_stale():
        return None
    return redirect(url_for("sign_in.begin", back=request.full_path.rstrip("?"), silent=""), 303)


def _require_right() -> None:
    view = _view()
    action: AuditAction | None = getattr(view, "needs", None)
    if action:
        service = (request.view_args or {}).get("service")
        refuse(may(action, service), action, service)
    elif view and (is_api() or request.method not in _READS) and not _is_open():
        raise NotAllowed(Decision(_("Nobody may do this: the page does not say what it needs.")))


def _origin(person: Person | None) -> Origin:
    return Origin(
        through="api" if is_api() else "portal",
        address=request.remote_addr or "",
        person=person.id if person else "",
        token=person.token if person else "",
        request=g.request_id,
    )


def _wait_once() -> None:
    patience.set(Patience())


def _forget_request(_error: BaseException | None) -> None:
    """What the same thread does next came from elsewhere."""
    came_from.set(Origin())
    patience.set(None)


def _is_open() -> bool:
    return request.endpoint == "static" or getattr(_view(), "is_open_to_all", False)


def _view() -> Any:
    """None for an address that no page has."""
    return current_app.view_functions.get(request.endpoint or "")
