"""The last lines that a service, or one of its tasks, printed: newest last, older ones on request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from portal.context import portal
from portal.data import service_view
from portal.data.aged import Aged
from portal.security import hold_back_from_caches
from portal.text import log_lines
from portal.text.language import N_, _
from runtime.aws.errors import Invalid
from runtime.aws.logs import NO_ROUTE, Line
from service_catalog import naming, sidecars
from service_catalog.problems import CatalogError, for_message

bp = Blueprint("logs", __name__, url_prefix="/<environment>/services/<service>/logs")

LINES = 200
SEARCHED_LINES = 1000
LEVELS = {"": N_("All levels"), "warning": N_("Warnings and errors"), "error": N_("Errors")}
_OWN_GROUP = "_own"
_PLACES = {_OWN_GROUP: N_("Its own log group"), naming.ROUTER_ROUTE: N_("Log router")}
"""What a reader may choose beside routes, whose names hold no underscore"""
_FRESH_SECONDS = 2.0


@dataclass(frozen=True)
class _Found:
    lines: list[Line]
    routes: tuple[str, ...]
    elsewhere: Mapping[str, str]
    """Where to look for lines of routes that lead to no log group"""


@bp.get("")
def index(environment: str, service: str) -> ResponseReturnValue:
    hold_back_from_caches()  # a program may print its settings
    head, task = service_view.head(environment, service), request.args.get("task", "")
    container = request.args.get("container") or naming.CONTAINER
    words, level, before, place = request.args.get("q", ""), _level(), _before(), request.args.get("route", "")
    limit = SEARCHED_LINES if words or level else LINES
    reading = _reading(environment, service, task, container, place, limit, before)
    found, places = reading.value.lines, _places(reading.value.routes)
    if place and place not in dict(places):
        raise Invalid(_("there is no route %(typed)s; choose one on the page of logs.", typed=for_message(place)))
    lines = log_lines.chosen(found, words, level)
    if "download" in request.args:
        return _download(environment, service, log_lines.as_text(lines))
    lacks_group = not found and _lacks_group(environment, service)
    is_known = lacks_group or bool(found) or not task or _knows(environment, service, task)
    page = render_template(
        "logs/list.html",
        head=head,
        reading=reading,
        lines=lines,
        read=len(found),
        task=task,
        container=container,
        containers=_containers(environment, service, container),
        place=place,
        places=places,
        elsewhere=reading.value.elsewhere,
        is_known=is_known,
        lacks_log_group=lacks_group,
        words=words,
        level=level,
        levels=LEVELS,
        before=before,
        older=_milliseconds(found[0].when) if found else None,
        asked=_asked(task=task, q=words, level=level, container=request.args.get("container", ""), route=place),
    )
    return make_response(page, 200 if is_known else 404)


def _asked(**said: str) -> dict[str, str]:
    return {name: it for name, it in said.items() if it}


def _containers(environment: str, service: str, chosen: str) -> list[str]:
    """The service's own, those that its entry puts beside it, and the one that is asked for, which may have left it."""
    try:
        beside = sidecars.of_service(portal().catalog.service(service, environment))
    except CatalogError:
        beside = []
    return list(dict.fromkeys([naming.CONTAINER, *(it.name for it in beside if it.name), chosen]))


def _reading(
    environment: str, service: str, task: str, container: str, place: str, limit: int, before: datetime | None
) -> Aged[_Found]:
    gateways = portal().gateways(environment)
    logs = gateways.logs

    def read() -> _Found:
        routes, elsewhere = logs.routes(service), gateways.provisioned.logs_elsewhere(service)
        route = NO_ROUTE if place == _OWN_GROUP else place or None
        if route is not None and route not in routes:
            return _Found([], routes, elsewhere)
        if task:
            return _Found(logs.of_task(service, task, limit, before, container, route), routes, elsewhere)
        return _Found(logs.of_service(service, limit, before, container, route), routes, elsewhere)

    now = portal().settings.now
    if before:  # what was printed by then stays as it is, and nobody else asks for the same moment
        return Aged(read(), now())
    key = (environment, service, "logs", task, container, place, limit)
    return portal().readings.get(key, read, now, _FRESH_SECONDS)


def _places(routes: tuple[str, ...]) -> list[tuple[str, str]]:
    """What to ask for, and how it is called, where there is more than one log group."""
    asked = [route or _OWN_GROUP for route in routes]
    return [(it, _(_PLACES[it]) if it in _PLACES else it) for it in asked]


def _knows(environment: str, service: str, task: str) -> bool:
    facts = service_view.facts(environment, service).value
    return any(it.id == task for it in (*facts.running, *facts.stopped))


def _lacks_group(environment: str, service: str) -> bool:
    """Asked only when there is no line: nothing was printed, or there is nowhere to read it."""
    gateways = portal().gateways(environment)
    with_group = gateways.logs.services_with_group(service)
    return with_group is not None and service not in with_group and service in gateways.provisioned.all().readable


def _before() -> datetime | None:
    asked = request.args.get("before")
    if asked is None:
        return None
    try:
        return datetime.fromtimestamp(int(asked) / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        told = _("%(typed)s is no moment of a log; follow “Older lines” on its page.", typed=for_message(asked))
        raise Invalid(told) from error


def _level() -> str:
    asked = request.args.get("level", "")
    if asked not in LEVELS:
        raise Invalid(_("there is no level %(typed)s; choose one on the page of logs.", typed=for_message(asked)))
    return asked


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _download(environment: str, service: str, text: str) -> Response:
    answer = Response(text, mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{service}-{environment}.log"'
    return answer
