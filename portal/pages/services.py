"""The list of services, which asks AWS nothing, and the page of one."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import listing, look, service_facts
from portal.context import portal
from portal.language import N_, _
from portal.listing import Filter
from portal.provisioning_words import is_worth_telling, phase_words, run_words
from portal.sayings import of_problem
from service_catalog import naming
from service_catalog.model import Service
from service_catalog.problems import CatalogError, NoSuchService

bp = Blueprint("services", __name__)
bp.add_app_template_filter(phase_words)
bp.add_app_template_filter(run_words)

_FIRST_READING_SECONDS = 2.0
RELEASES_SHOWN = 5
_CHIPS = (
    look.BROKEN_ENTRY,
    look.DELETED,
    look.NOTHING_RUNS,
    look.FAILING,
    look.FAILED,
    look.ALARM,
    look.PROVISIONING_FAILED,
    look.ROLLED_BACK,
    look.STOPPED,
    look.CHANGED_OUTSIDE,
    look.NOT_IN_CATALOG,
    look.ROLLING_OUT,
    look.STAGED,
    look.CATALOG_CHANGED,
    look.NO_RELEASE,
    look.NOT_PROVISIONED,
)


@bp.get("/")
def first() -> ResponseReturnValue:
    names = portal().environment_names()
    return redirect(url_for(".index", environment=names[0]), 303)


@bp.get("/<environment>/services")
def index(environment: str) -> str:
    reading = portal().collector.look(environment, _FIRST_READING_SECONDS)
    if reading is None:
        return render_template("services/first.html")
    wanted = Filter(*(request.args.get(name, "") for name in ("q", "owner", "state")))
    rows = list(reading.value.rows.values())
    counts = listing.counts(rows)
    return render_template(
        "services/list.html",
        reading=reading,
        rows=rows,
        wanted=wanted,
        groups=listing.groups(rows, wanted),
        chips=_chips(environment, counts, len(rows), wanted),
        owners=sorted({row.owner for row in rows if row.owner}),
        running=sum(min(row.running, row.desired) for row in rows),
        desired=sum(row.desired for row in rows),
        moving=reading.value.is_moving,
        says=", ".join(f"{row.name}: {_(row.state.word)}" for row in rows if row.group == "attention"),
    )


@bp.get("/<environment>/services/<service>")
def show(environment: str, service: str) -> str:
    head, reading = service_facts.page(environment, service)
    found = reading.value
    entry, problems = _entry(environment, service)
    stands = service_facts.provisioned_entry(found) or entry
    listed = portal().collector.held(environment)
    if listed and head.row and (row := listed.value.rows.get(service)) and row.state is not head.row.state:
        portal().collector.outdate(environment)  # the list is behind what this page knows
    run = portal().provisioning.run(service) if environment == naming.LOCAL else None
    url = found.provisioned.url if found.provisioned else None
    repository = found.provisioned.image.repository if found.provisioned else ""
    pinned = found.provisioned.image.pinned if found.provisioned else None
    return render_template(
        "services/show.html",
        head=head,
        reading=reading,
        facts=found,
        measured=service_facts.measured(environment, service, found),
        address=portal().settings.address_of(environment, stands, url) if stands and url else url,
        entry=entry or stands,
        stands=stands,
        problems=problems,
        tags=service_facts.tags(environment, repository) if repository and not pinned else None,
        run=run if run and (run.is_running or is_worth_telling(run, found, portal().settings.now())) else None,
        may_provision=environment == naming.LOCAL,
        releases_shown=RELEASES_SHOWN,
    )


def _entry(environment: str, service: str) -> tuple[Service | None, list[str]]:
    """What the catalog says; a broken entry, or none, does not take the page of what runs away."""
    try:
        return portal().catalog.service(service, environment), []
    except NoSuchService:
        return None, []
    except CatalogError as error:
        return None, [of_problem(problem) for problem in error.problems]


def _chips(environment: str, counts: dict[str, int], total: int, wanted: Filter) -> list[dict[str, Any]]:
    def chip(key: str, word: str, count: int, glyph: str = "", tone: str = "") -> dict[str, Any]:
        q, owner, state = wanted.q or None, wanted.owner or None, key or None
        address = url_for(".index", environment=environment, q=q, owner=owner, state=state)
        return {"key": key, "word": word, "count": count, "glyph": glyph, "tone": tone, "address": address}

    states = [state for state in _CHIPS if counts.get(state.key) or state.key == wanted.state]
    return [
        chip("", N_("All"), total),
        *(chip(state.key, state.word, counts.get(state.key, 0), state.glyph, state.tone) for state in states),
    ]
