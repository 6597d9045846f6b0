"""The entry of a service where it was registered: changed in the same form, reviewed, then written."""

from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import entries, why
from portal.auth.gate import person
from portal.auth.rights import needs
from portal.context import portal
from portal.data import entry_form_view, entry_review, service_view
from portal.pages import catalog_writing
from portal.pages.registration import known
from portal.registration import draft, form, offers, ownership, row_numbers
from portal.registration.draft import Draft
from portal.text.language import _
from service_catalog.git_catalog.proposals import Proposal, proposals
from service_catalog.problems import CatalogError, EntryChanged

bp = Blueprint("settings", __name__, url_prefix="/<environment>/services/<service>/settings")

_MORE = "more:"
_CHOSEN = {"from-form": "form", "from-yaml": "yaml", "save": "yaml", "back": "yaml"}
"""Buttons that say which of form and YAML is meant. The review, which has no form, sends the YAML alone."""


@bp.get("")
def edit(environment: str, service: str) -> ResponseReturnValue:
    service_view.head(environment, service)
    if service not in portal().catalog.service_names(environment):
        return redirect(url_for("retirement.ask", environment=environment, service=service), 303)
    stands = draft.existing(service, portal().catalog.entry_text(service))
    return _page(draft.checked(stands, portal().catalog, portal().settings.now()))


@bp.post("")
@needs("edit-entry")
def change(environment: str, service: str) -> ResponseReturnValue:
    do = request.form.get("do", "check")
    if do.startswith(_MORE):
        path = do.removeprefix(_MORE)
        return _page(_posted(service, row_numbers.with_more(path, request.form)), more=path)
    if do == "kind":
        return _page(_posted(service, form.for_its_kind(request.form)))
    if (answers := offers.taken(do, request.form)) is not None:
        return _page(_posted(service, answers))
    wanted = _posted(service, request.form, _CHOSEN.get(do, ""))
    if do == "known":
        return known(environment, wanted)
    theirs = draft.newlines(portal().catalog.entry_text(service))
    if not wanted.is_torn:
        wanted = _settled(wanted, do, theirs)
    if wanted.base != theirs:
        return _page(wanted, theirs=theirs), 409
    wanted = ownership.checked(draft.checked(wanted, portal().catalog, portal().settings.now()), person())
    wanted = ownership.checked_everywhere(wanted, "edit-entry", is_tried=do == "save")
    if wanted.problems or wanted.is_torn:
        return _page(wanted, is_checked=True), 422
    if do == "review" and wanted.text != wanted.base:
        return _review(environment, wanted)
    if do != "save":
        return _page(wanted, is_checked=do != "back")
    return _saved(environment, wanted)


@bp.get("/resources/<asked>")
def resources(environment: str, service: str, asked: str) -> ResponseReturnValue:
    """What a review was asked: looked for while somebody reads it."""
    foreseen = portal().foresight.look(portal().catalog, asked)
    if foreseen is None:
        abort(404)
    head = service_view.head(environment, service)
    return render_template("settings/resources.html", head=head, asked=asked, foreseen=foreseen)


def _saved(environment: str, wanted: Draft) -> ResponseReturnValue:
    try:
        written = entries.write(environment, wanted, why.typed())
    except EntryChanged as error:
        return _page(wanted, theirs=error.text), 409
    except CatalogError as error:
        return _page(draft.refused(wanted, error), is_checked=True), 422
    if written.branch:
        return catalog_writing.proposed(environment, written)
    flash(_("Saved the entry of %(name)s. What runs stays as it is until it is provisioned.", name=wanted.name), "ok")
    where = environment if environment in wanted.environments else wanted.environments[0]
    return redirect(url_for("services.show", environment=where, service=wanted.name), 303)


def _posted(service: str, given: form.Answers, prefer: str = "") -> Draft:
    return draft.changed(service, given, request.form.getlist(draft.ENVIRONMENTS), prefer)


def _settled(wanted: Draft, do: str, theirs: str) -> Draft:
    """By what somebody chose who was told that the entry is another one by now."""
    if do == "over-theirs":
        return replace(wanted, base=theirs)
    if do == "onto-theirs":
        with suppress(CatalogError):  # one of the three texts cannot be read: it stays as it was typed
            return draft.onto(wanted, theirs)
    return wanted


def _review(environment: str, wanted: Draft) -> str:
    foresight = portal().foresight
    reviews = entry_review.of(wanted)
    seen = {it.environment: it.told for it in reviews if not it.ends and foresight.may(it.environment)}
    return render_template(
        "settings/review.html",
        head=service_view.head(environment, wanted.service),
        draft=wanted,
        why=why.typed(),
        reviews=reviews,
        asked={name: foresight.ask(name, wanted.service, wanted.text, told) for name, told in seen.items()},
    )


def _page(wanted: Draft, is_checked: bool = False, more: str = "", theirs: str | None = None) -> str:
    """``theirs``: what the entry reads since somebody else changed it."""
    environment = str((request.view_args or {})["environment"])
    return render_template(
        "settings/edit.html",
        head=service_view.head(environment, wanted.service),
        why=why.typed(),
        proposed=_proposed(wanted.service),
        conflict=entry_review.conflict(wanted, theirs) if theirs is not None else None,
        **entry_form_view.of(environment, wanted, is_checked, more),
    )


def _proposed(service: str) -> list[Proposal]:
    held = portal()
    if held.git_catalog is None:
        return []
    found = proposals(held.git_catalog, held.settings.pull_request_template)
    return [it for it in found if service in it.services]
