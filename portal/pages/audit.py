"""What everybody did in an environment, newest first: filtered, page by page, and as a file."""

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from portal import exports
from portal.context import portal
from portal.data import service_view
from portal.data.service_view import PageHead
from portal.exports import Row
from portal.text.audit import ACTIONS, STATUSES
from portal.text.language import _
from runtime.aws.errors import Invalid
from runtime.bucket.audit import Act, Found, Search
from runtime.bucket.records import Unreadable
from service_catalog.problems import for_message

bp = Blueprint("audit", __name__, url_prefix="/<environment>")

SHOWN = 50
EXPORTED = 1000
FILTERS = ("service", "who", "action", "status", "since", "until")


@bp.get("/audit")
def index(environment: str) -> ResponseReturnValue:
    return _page(environment, {name: request.args.get(name, "").strip() for name in FILTERS})


@bp.get("/services/<service>/history")
def of_service(environment: str, service: str) -> ResponseReturnValue:
    typed = {name: request.args.get(name, "").strip() for name in FILTERS}
    return _page(environment, {**typed, "service": service}, service_view.head(environment, service))


@bp.get("/audit.<any({forms}):form>".format(forms=", ".join(exports.FORMS)))
def export(environment: str, form: str) -> Response:
    typed = {name: request.args.get(name, "").strip() for name in FILTERS}
    found = portal().gateways(environment).audit.search(_search(typed), request.args.get("after", ""), EXPORTED)
    rows = [_row(act) for act in found.acts]
    name = f"slipway-{environment}-audit-{portal().settings.now():%Y-%m-%d}"
    return exports.answer(name, form, rows, environment=environment, older_after=found.last)


def _page(environment: str, typed: dict[str, str], head: PageHead | None = None) -> ResponseReturnValue:
    problems = {name: _no_day(typed[name]) for name in ("since", "until") if typed[name] and not _is_day(typed[name])}
    trail = portal().gateways(environment).audit
    found = Found([], "") if problems else trail.search(_search(typed), request.args.get("after", ""), SHOWN)
    asked = {name: value for name, value in typed.items() if value}
    page = render_template(
        "audit/list.html",
        problems=problems,
        head=head,
        found=found,
        typed=typed,
        asked=asked,
        is_filtered=bool(set(asked) - ({"service"} if head else set())) or "after" in request.args,
        actions=ACTIONS,
        statuses=STATUSES,
        services=portal().catalog.service_names(environment),
    )
    return page, 422 if problems else 200


def _search(typed: dict[str, str]) -> Search:
    since, until = _day(typed["since"]), _day(typed["until"], whole=timedelta(days=1))
    return Search(typed["service"], typed["who"], typed["action"], typed["status"], since, until)


def _day(typed: str, whole: timedelta = timedelta(0)) -> datetime | None:
    """Where it begins, or after the whole of it, in UTC: a trail that several countries read has one clock."""
    if not typed:
        return None
    if not _is_day(typed):
        raise Invalid(_no_day(typed))
    day = date.fromisoformat(typed)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + whole


def _is_day(typed: str) -> bool:
    try:
        return date.fromisoformat(typed) < date.max  # there is a day after it
    except ValueError:
        return False


def _no_day(typed: str) -> str:
    return _("%(typed)s is no day; write it as 2026-11-28.", typed=for_message(typed))


def _row(act: Act | Unreadable) -> Row:
    if isinstance(act, Unreadable):
        return dict.fromkeys(_COLUMNS, "") | {"result": "unreadable", "reason": act.sentence}
    entry, outcome, origin = act.entry, act.outcome, act.entry.origin
    values = (
        entry.when,
        entry.who,
        origin.person if origin else "",
        origin.through if origin else "",
        origin.address if origin else "",
        origin.token if origin else "",
        entry.action,
        entry.service,
        outcome.status if outcome else "unknown",
        outcome.reason if outcome else "",
        entry.why,
        [f"{name}={value}" for name, value in entry.about.items()],
    )
    return dict(zip(_COLUMNS, values, strict=True))


_COLUMNS = (
    *("when", "who", "person", "through", "address", "token"),
    *("action", "service", "result", "reason", "why", "about"),
)
