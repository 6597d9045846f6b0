"""The list of services, which asks AWS nothing, and the page of one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal import compression, theme
from portal.auth.gate import person
from portal.child_runs import ChildRun
from portal.context import portal
from portal.data import (
    connections_view,
    cost_view,
    dashboard_view,
    dns_view,
    measured_view,
    queue_view,
    rollout,
    scaling_schedule_view,
    schedule_view,
    service_list,
    service_view,
    tokens_view,
)
from portal.data.aged import Aged
from portal.data.environment_view import EnvironmentView
from portal.data.kept_pages import WHOEVER, Page
from portal.data.rendered_rows import Rendered
from portal.data.service_facts import ServiceFacts, is_worth_telling
from portal.data.service_list import EndedRelease, Filter, Group, Listing, Row, Section
from portal.kinds import KINDS
from portal.provisioning import is_retirement
from portal.text import states
from portal.text.language import LANGUAGES, N_, _, current
from portal.text.translate import of_problem
from service_catalog.files.unexpected import is_name
from service_catalog.model import Service
from service_catalog.problems import CatalogError, NoSuchService

bp = Blueprint("services", __name__)

_FIRST_READING_SECONDS = 2.0
_END_IS_TOLD = timedelta(minutes=5)
"""As on the page of the service"""
RELEASES_SHOWN = 5
RUNS_SHOWN = 5
_CHIPS = (
    states.BROKEN_ENTRY,
    states.DELETED,
    states.NOTHING_RUNS,
    states.FAILING,
    states.FAILED,
    states.ALARM,
    states.LOG_GROUP_GONE,
    states.PROVISIONING_FAILED,
    states.ROLLED_BACK,
    states.FIRST_RUN_FAILED,
    states.STOPPED,
    states.CHANGED_OUTSIDE,
    states.NOT_IN_CATALOG,
    states.AWAITS_APPROVAL,
    states.ASKED,
    states.ROLLING_OUT,
    states.STAGED,
    states.CATALOG_CHANGED,
    states.PAUSED,
    states.NO_RELEASE,
    states.NOT_PROVISIONED,
)


@bp.get("/")
def first() -> ResponseReturnValue:
    names = portal().environment_names()
    return redirect(url_for(".index", environment=names[0]), 303)


@bp.get("/<environment>/services")
def index(environment: str) -> ResponseReturnValue:
    """Made when something changed, and sent to who does not have it yet: else it costs a 304."""
    reading = portal().collector.look(environment, _FIRST_READING_SECONDS)
    if reading is None:
        return render_template("services/first.html")
    rows = _rendered(environment, reading)
    if reading.problem or "_flashes" in session:  # it tells an age, or a message to one person
        page = Page.of(_list(environment, reading, rows))
    else:
        key = (request.full_path, current().code, theme.current())
        page = portal().kept_pages.get(key, (reading, rows), lambda: _list(environment, reading, rows))
    page = page.sent_to(_whoever)
    answer = compression.answer(page.pieces, "text/html")
    if reading.value.is_read:
        answer.headers["Slipway-Read-At"] = reading.taken_at.isoformat()
    answer.vary.update(("Cookie", "Accept-Language"))
    answer.set_etag(page.tag, weak=True)
    return answer.make_conditional(request)


def _whoever() -> Page:
    key = (person(), current().code, request.full_path, len(tokens_view.ending_of(person())))
    return portal().kept_headers.get(key, (), lambda: render_template("whoever.html"))


def _list(environment: str, reading: Aged[EnvironmentView], rendered: Rendered) -> str:
    wanted = Filter(*(request.args.get(name, "") for name in ("q", "owner", "state")))
    sort = service_list.BY_RELEASE if request.args.get("sort") == service_list.BY_RELEASE else ""
    listed = reading.value.listing
    ended = [] if reading.problem else listed.ended_since(portal().settings.now() - _END_IS_TOLD)
    return render_template(
        "services/list.html",
        is_part="part" in request.args,
        whoever_mark=Markup(WHOEVER),
        reading=reading,
        listing=listed,
        wanted=wanted,
        sort=sort,
        sections=[_section(section, wanted, sort, rendered) for section in listed.sections],
        chips=_chips(environment, listed, wanted, sort),
        addresses={key: _address(environment, wanted, key) for key in ("", service_list.BY_RELEASE)},
        says=_(", ").join([*(f"{row.name}: {_(row.state.word)}" for row in listed.attention), *map(_end_words, ended)]),
        ended={it: _end_words(it) for it in ended},
    )


def _end_words(ended: EndedRelease) -> str:
    state = _(states.OUTCOMES[ended.status].word)
    return f"{ended.service}: {_('Release %(number)s: %(state)s', number=ended.number, state=state)}"


def _section(section: Section, wanted: Filter, sort: str, rendered: Rendered) -> dict[str, Any]:
    groups = [_group(group, wanted, rendered) for group in section.groups(sort)]
    return {"kind": section.kind, "groups": groups, "shown": sum(group["shown"] for group in groups)}


def _group(group: Group, wanted: Filter, rendered: Rendered) -> dict[str, Any]:
    """Rows that do not fit are there, hidden, so that the script need not ask again."""
    found = [(rendered.text(row.name), wanted.fits(row)) for row in group.rows]
    rows = (html if fits else html.replace("<tr", "<tr hidden", 1) for html, fits in found)
    return {"word": group.word, "shown": sum(fits for _html, fits in found), "rows": Markup("".join(rows))}


def _rendered(environment: str, reading: Aged[EnvironmentView]) -> Rendered:
    told = "unread" if not reading.value.is_read else "was" if reading.problem else "now"
    now = portal().settings.now()

    def render(row: Row) -> str:
        macros = current_app.jinja_env.get_template("services/row.html").module
        return str(macros.service_row(row, KINDS[row.kind].column, told, now))  # type: ignore[attr-defined]

    return portal().rendered_rows.get((environment, current().code, told), reading.value.rows, render, now)


@bp.get("/labels/<code>.css")
def labels(code: str) -> ResponseReturnValue:
    """What a cell of the list is called where each row is a card: said once, not on each of a thousand rows."""
    if code not in LANGUAGES:
        abort(404)
    words = {
        ".with-tasks td:nth-child(3)": N_("Tasks"),
        ".with-schedule td:nth-child(3)": N_("Schedule"),
        ".services td:nth-last-child(4)": N_("Image"),
        ".services td:nth-last-child(3)": N_("Env"),
        ".services td:nth-last-child(2)": N_("Owner"),
        ".services td:nth-last-child(1)": N_("Released"),
    }
    rules = [f'{cell}::before {{ content: "{LANGUAGES[code].gettext(word)} "; }}' for cell, word in words.items()]
    text = "\n".join(("@layer adapt { @container (max-width: 46rem) {", *rules, "} }", ""))
    answer = Response(text, mimetype="text/css")
    answer.cache_control.no_cache = True
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/<environment>/services/<service>")
def show(environment: str, service: str) -> str:
    try:
        head, reading = service_view.page(environment, service)
    except NoSuchService:
        return _retired(environment, service)
    found = reading.value
    if found.provisioned is None and service not in portal().catalog.service_names(environment):
        return _retired(environment, service)  # the list is some seconds behind
    entry, problems = _entry(environment, service)
    stands = found.provisioned_entry or entry
    listed = portal().collector.held(environment)
    if listed and head.row and (row := listed.value.rows.get(service)) and row.state is not head.row.state:
        portal().collector.outdate(environment)  # the list is behind what this page knows
    run = _provisioning_run(environment, service, found)
    url = found.provisioned.reach.url if found.provisioned and found.provisioned.reach else None
    repository = found.provisioned.image.repository if found.provisioned else ""
    pinned = found.provisioned.image.pinned if found.provisioned else None
    return render_template(
        "services/show.html",
        head=head,
        reading=reading,
        facts=found,
        rollout=rollout.of(found),
        scaling_schedule=scaling_schedule_view.of(found, portal().settings.now()),
        schedule=schedule_view.of(head.row.schedule if head.row else None, portal().settings.now(), found.schedule),
        is_moving=(head.row is not None and head.row.state.is_moving) or (run is not None and run.is_running),
        measured=measured_view.of(environment, found),
        queue=queue_view.of(environment, found.provisioned),
        connections=connections_view.of(environment, stands, found),
        address=portal().settings.address_of(environment, stands, url) if stands and url else url,
        dashboard=dashboard_view.of(environment, found),
        hosts_to_point=dns_view.of(environment, stands, found),
        test_address=service_view.testers_url(environment, stands, found),
        cost_change=cost_view.change(found.provisioned_entry, entry, environment),
        entry=entry or stands,
        stands=stands,
        cost=cost_view.of(stands, environment) if stands and stands.kind != "task" else None,
        problems=problems,
        tags=service_view.tags(environment, repository) if repository and not pinned else None,
        run=run,
        releases_shown=RELEASES_SHOWN,
        runs=None if head.kind.runs_in_between else service_view.runs(environment, service),
        runs_shown=RUNS_SHOWN,
    )


def _retired(environment: str, service: str) -> str:
    """Whoever watched it go is told that it is gone, also while what destroys it comes to its end."""
    run = portal().provisioning.run(environment, service) if is_name(service) else None
    if run is None or not is_retirement(run) or not (run.is_running or run.succeeded):
        raise NoSuchService(service, portal().catalog.service_names(environment), environment)
    page = "services/retiring.html" if run.is_running else "services/retired.html"
    return render_template(page, service=service, run=run)


def _provisioning_run(environment: str, service: str, found: ServiceFacts) -> ChildRun | None:
    run = portal().provisioning.run(environment, service)
    is_told = run and (run.is_running or is_worth_telling(run, found, portal().settings.now()))
    return run if is_told else None


def _entry(environment: str, service: str) -> tuple[Service | None, list[str]]:
    """What the catalog says; a broken entry, or none, does not take the page of what runs away."""
    try:
        return portal().catalog.service(service, environment), []
    except NoSuchService:
        return None, []
    except CatalogError as error:
        return None, [of_problem(problem) for problem in error.problems]


def _chips(environment: str, listed: Listing, wanted: Filter, sort: str) -> list[dict[str, Any]]:
    def chip(key: str, word: str, count: int, glyph: str = "", tone: str = "") -> dict[str, Any]:
        address = _address(environment, replace(wanted, state=key), sort)
        return {"key": key, "word": word, "count": count, "glyph": glyph, "tone": tone, "address": address}

    counts = listed.counts
    states = [state for state in _CHIPS if counts.get(state.key) or state.key == wanted.state]
    return [
        chip("", N_("All"), listed.total),
        *(chip(state.key, state.word, counts.get(state.key, 0), state.glyph, state.tone) for state in states),
    ]


def _address(environment: str, wanted: Filter, sort: str) -> str:
    q, owner, state = wanted.q or None, wanted.owner or None, wanted.state or None
    return url_for(".index", environment=environment, q=q, owner=owner, state=state, sort=sort or None)
