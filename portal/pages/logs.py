"""What a service or one of its tasks printed: newest last, older on request, by words, pattern, level and time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from portal.context import portal
from portal.data import logs_view, service_view
from portal.data.logs_view import YEARS, Asked, Found
from portal.security import hold_back_from_caches
from portal.text import console, log_lines
from portal.text.language import N_, _
from runtime.aws.errors import Invalid
from runtime.aws.logs import NO_ROUTE
from service_catalog import naming, sidecars
from service_catalog.problems import CatalogError, for_message

bp = Blueprint("logs", __name__, url_prefix="/<environment>/services/<service>/logs")

LEVELS = {"": N_("All levels"), "warning": N_("Warnings and errors"), "error": N_("Errors")}
SPAN = "span"
_RANGES = {
    "": timedelta(0),
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    SPAN: timedelta(0),
}
RANGES = {
    "": N_("The newest lines"),
    "15m": N_("Last 15 minutes"),
    "1h": N_("Last hour"),
    "6h": N_("Last 6 hours"),
    "1d": N_("Last 24 hours"),
    "7d": N_("Last 7 days"),
    "30d": N_("Last 30 days"),
    SPAN: N_("From … until …"),
}
WAYS = {"": N_("Words"), "pattern": N_("Filter pattern")}
_OWN_GROUP = "_own"
_PLACES = {_OWN_GROUP: N_("Its own log group"), naming.ROUTER_ROUTE: N_("Log router")}
"""What a reader may choose beside routes, whose names hold no underscore"""
_KEPT = ("task", "q", "by", "level", "container", "route", "range", "from", "until", "zone")
"""What a link on the page of logs keeps of its address"""


@bp.get("")
def index(environment: str, service: str) -> ResponseReturnValue:
    hold_back_from_caches()  # a program may print its settings
    head, places = service_view.head(environment, service), logs_view.places(environment, service)
    problems = _time_problems()
    asked = _asked(environment, service, _places(places.routes), problems)
    if "download" in request.args and not problems:
        return _download(environment, service, log_lines.as_text(logs_view.to_download(asked)))
    after = None if problems else _moment("after")
    found = logs_view.newer(asked, after) if after else logs_view.nothing() if problems else logs_view.found(asked)
    is_bare = not found.lines and not asked.is_search and not problems
    lacks_group = is_bare and _lacks_group(environment, service)
    is_known = lacks_group or not is_bare or not asked.task or _knows(environment, service, asked.task)
    page = render_template(
        "logs/part.html" if after else "logs/list.html",
        head=head,
        asked=asked,
        found=found,
        problems=problems,
        lacks_log_group=lacks_group,
        is_known=is_known,
        before=_moment("before"),
        older=_older(asked, found),
        insights=_insights(asked),
        kept={name: request.args[name] for name in _KEPT if request.args.get(name)},
        **_offered(asked, found, _places(places.routes)),
        elsewhere=places.elsewhere,
        zone=_zone(),
    )
    status = 503 if found.is_busy else 422 if found.refused or problems else 200 if is_known else 404
    return make_response(page, status)


def _asked(environment: str, service: str, places: list[tuple[str, str]], problems: Mapping[str, str]) -> Asked:
    """Raises Invalid for what no control of the page sends. ``problems``: fields of which nothing is made."""
    place, words = request.args.get("route", ""), request.args.get("q", "").strip()
    if place and place not in dict(places):
        raise Invalid(_("there is no route %(typed)s; choose one on the page of logs.", typed=for_message(place)))
    is_pattern = _one_of(WAYS, "by", N_("there is no search by %(typed)s; choose one on the page of logs.")) != ""
    start, until = (None, None) if problems else _range()
    return Asked(
        environment,
        service,
        task=request.args.get("task", ""),
        container=request.args.get("container") or naming.CONTAINER,
        route=NO_ROUTE if place == _OWN_GROUP else place or None,
        words="" if is_pattern else words,
        pattern=words if is_pattern else "",
        level=_one_of(LEVELS, "level", N_("there is no level %(typed)s; choose one on the page of logs.")),
        start=start,
        until=_moment("before") or until,
    )


def _one_of(offered: dict[str, str], name: str, refusal: str) -> str:
    asked = request.args.get(name, "")
    if asked not in offered:
        raise Invalid(_(refusal, typed=for_message(asked)))
    return asked


def _range() -> tuple[datetime | None, datetime | None]:
    """Of the times that somebody typed, else of the last hours or days that they chose."""
    chosen = _one_of(RANGES, "range", N_("there is no range %(typed)s; choose one on the page of logs."))
    if chosen == SPAN:
        return _typed_time("from"), _typed_time("until")
    length = _RANGES[chosen]
    now = portal().settings.now()
    # By whole minutes, so that all who ask within one ask for the same.
    return (now.replace(second=0, microsecond=0) - length if length else None), None


def _time_problems() -> dict[str, str]:
    """By field, what was typed there that is no time."""
    if request.args.get("range") != SPAN:
        return {}
    typed = {name: request.args[name] for name in ("from", "until") if request.args.get(name)}
    told = N_("%(typed)s is no time; write it as 2026-11-28T09:30.")
    return {name: _(told, typed=for_message(text)) for name, text in typed.items() if _time_of(text) is None}


def _typed_time(name: str) -> datetime | None:
    return _time_of(request.args.get(name, ""))


def _time_of(typed: str) -> datetime | None:
    """None for what is none."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return found.replace(tzinfo=_zone()) if found.year in YEARS else None


def _zone() -> Any:
    """The reader's, which the script tells; else the server's, in which the clocks of a page stand without it."""
    try:
        return ZoneInfo(request.args.get("zone", ""))
    except (ValueError, OSError, KeyError):
        return datetime.now().astimezone().tzinfo


def _moment(name: str) -> datetime | None:
    asked = request.args.get(name)
    if asked is None:
        return None
    try:
        found = datetime.fromtimestamp(int(asked) / 1000, UTC)
        if found.year not in YEARS:
            raise ValueError(found)
        return found
    except (ValueError, OverflowError, OSError) as error:
        told = _("%(typed)s is no moment of a log; follow “Older lines” on its page.", typed=for_message(asked))
        raise Invalid(told) from error


def _older(asked: Asked, found: Found) -> int | None:
    """Where the next page ends, in milliseconds. The line at its edge stands on both: others may be of its moment."""
    if asked.start and found.since <= asked.start:
        return None
    if asked.until and found.since >= asked.until:
        return _milliseconds(asked.until) - 1
    return _milliseconds(found.since)


def _offered(asked: Asked, found: Found, places: list[tuple[str, str]]) -> dict[str, Any]:
    """What the controls of the page choose from."""
    return {
        "tasks": [(it, it[:8]) for it in sorted({*found.tasks, *([asked.task] if asked.task else [])})],
        "containers": [(it, it) for it in _containers(asked)],
        "places": places,
        "levels": LEVELS,
        "ranges": RANGES,
        "ways": WAYS,
        "examples": log_lines.PATTERN_EXAMPLES,
        "around": _around,
    }


def _around(when: datetime) -> str:
    """What follows the address of the page: all that was printed within a minute of it."""
    begin, end = (f"{when + timedelta(seconds=it):%Y-%m-%dT%H:%M:%S}" for it in (-60, 60))
    kept = {name: request.args[name] for name in ("task", "container") if request.args.get(name)}
    return "?" + urlencode(kept | {"range": SPAN, "from": begin, "until": end, "zone": "UTC"})


def _containers(asked: Asked) -> list[str]:
    """The service's own, those that its entry puts beside it, and the one that is asked for, which may have left it."""
    try:
        beside = sidecars.of_service(portal().catalog.service(asked.service, asked.environment))
    except CatalogError:
        beside = []
    return list(dict.fromkeys([naming.CONTAINER, *(it.name for it in beside if it.name), asked.container]))


def _places(routes: tuple[str, ...]) -> list[tuple[str, str]]:
    """What to ask for, and how it is called, where there is more than one log group."""
    asked = [route or _OWN_GROUP for route in routes]
    return [(it, _(_PLACES[it]) if it in _PLACES else it) for it in asked]


def _insights(asked: Asked) -> str | None:
    environment = portal().catalog.environment(asked.environment)
    groups = portal().gateways(asked.environment).logs.groups(asked.service, asked.container, asked.route)
    return console.logs_insights_address(environment, [it.name for it in groups], asked.words, asked.start, asked.until)


def _knows(environment: str, service: str, task: str) -> bool:
    facts = service_view.facts(environment, service).value
    return any(it.id == task for it in (*facts.running, *facts.stopped))


def _lacks_group(environment: str, service: str) -> bool:
    """Asked only when there is no line: nothing was printed, or there is nowhere to read it."""
    gateways = portal().gateways(environment)
    with_group = gateways.logs.services_with_group(service)
    return with_group is not None and service not in with_group and service in gateways.provisioned.all().readable


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _download(environment: str, service: str, text: str) -> Response:
    answer = Response(text, mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{service}-{environment}.log"'
    return answer
