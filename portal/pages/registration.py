"""Registering a service: a form made from the model, beside the YAML that it writes."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import authorship, why
from portal.auth.gate import person
from portal.auth.rights import needs
from portal.context import begin_to_write, portal
from portal.data import entry_form_view, entry_known
from portal.pages import catalog_writing
from portal.registration import draft, form, offers, ownership, row_numbers
from portal.registration.draft import Draft
from portal.security import hold_back_from_caches
from portal.text.language import _
from service_catalog.fields import KINDS
from service_catalog.problems import CatalogError
from service_catalog.start_from import SOURCES

bp = Blueprint("registration", __name__, url_prefix="/<environment>/services/new")

_MORE = "more:"
_START = "start"
"""Asks for a form that is filled in by what a service has already"""
_KNOWN = "known"
"""Asks, while somebody types, what is known of the answers"""
_KIND = "kind"
"""Asks for the fields of the kind that was chosen"""


@bp.get("")
def new(environment: str) -> str:
    copy, kind = request.args.get("copy"), request.args.get("kind")
    if kind in KINDS:
        return _page(draft.of_kind(kind, environment))
    return _page(draft.copied(portal().catalog, copy, environment) if copy else draft.empty(environment, _only_team()))


def _only_team() -> str:
    """Whose the service will be, where there is no choice."""
    who = person()
    return next(iter(who.teams)) if len(who.teams) == 1 and not who.is_platform else ""


@bp.post("")
@needs("register")
def create(environment: str) -> ResponseReturnValue:
    do = request.form.get("do", "check")
    if do.startswith(_MORE):
        return _with_more_rows(do.removeprefix(_MORE))
    if do == _START:
        return _started(environment)
    if (answers := offers.taken(do, request.form)) is not None:
        return _page(draft.posted(answers, request.form.getlist(draft.ENVIRONMENTS)))
    if do == _KIND:
        return _page(draft.posted(form.for_its_kind(request.form), request.form.getlist(draft.ENVIRONMENTS)))
    prefer = {"from-form": "form", "from-yaml": "yaml"}.get(do, "")
    posted = draft.posted(request.form, request.form.getlist(draft.ENVIRONMENTS), prefer)
    if do == _KNOWN:
        return known(environment, posted)
    wanted = ownership.checked(draft.checked(posted, portal().catalog, portal().settings.now()), person())
    wanted = ownership.checked_everywhere(wanted, "register", is_tried=do == "register")
    if wanted.problems or wanted.is_torn:
        return _page(wanted, is_checked=True), 422
    if do != "register":
        return _page(wanted, is_checked=True)
    begin_to_write()
    try:
        wish = authorship.change(wanted.name, wanted.text, None, why.typed())
        written = portal().writer.write(wish, authorship.author(person()))
    except CatalogError as error:
        return _page(draft.refused(wanted, error), is_checked=True), 422
    where = environment if environment in wanted.environments else wanted.environments[0]
    trail = portal().gateways(where).audit
    trail.note(
        "register",
        wanted.name,
        person().name,
        why.typed(),
        owner=wanted.answers.get("owner", ""),
        environments=list(wanted.environments),
        **authorship.about(written),
    )
    if written.branch:
        return catalog_writing.proposed(environment, written)
    portal().collector.outdate(environment)
    flash(_("Registered %(name)s. Nothing runs yet.", name=wanted.name), "ok")
    return redirect(url_for("services.show", environment=where, service=wanted.name), 303)


def _started(environment: str) -> ResponseReturnValue:
    source, text = request.form.get("source", ""), request.form.get("text", "")
    if source not in SOURCES:
        abort(400)
    hold_back_from_caches()  # what is pasted may hold secrets
    try:
        wanted, left_out = draft.started(source, text, environment)
    except CatalogError as error:
        return _page(draft.empty(environment), unread=error.problems, pasted=(source, text)), 422
    return _page(wanted, left_out=left_out, is_started=True)


def _with_more_rows(path: str) -> str:
    answers = row_numbers.with_more(path, request.form)
    return _page(draft.posted(answers, request.form.getlist(draft.ENVIRONMENTS)), more=path)


def known(environment: str, wanted: Draft) -> str:
    """The part of the form that follows what is typed."""
    facts = entry_known.of(environment, wanted)
    return render_template("registration/known.html", is_fragment=True, draft=wanted, known=facts)


def _page(wanted: Draft, is_checked: bool = False, more: str = "", **start: Any) -> str:
    """``more``: the field for which rows were added. ``start``: what came of a text that was pasted."""
    environment = str((request.view_args or {})["environment"])
    return render_template(
        "registration/new.html",
        why=why.typed(),
        start_kinds=KINDS,
        **start,
        services=portal().catalog.service_names(environment),
        **entry_form_view.of(environment, wanted, is_checked, more),
    )
