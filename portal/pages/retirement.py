"""Retiring a service: what goes and what stays, its name typed; then its entry leaves the catalog."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import authorship, retirement, why
from portal.auth.gate import may_in, note_denial, person, refuse
from portal.auth.rights import needs
from portal.context import begin_to_write, portal
from portal.data import owners, queue_view, service_view
from portal.pages import catalog_writing
from portal.provisioning import AlreadyProvisioning
from portal.registration import draft
from portal.text.language import _
from portal.text.translate import of_problem
from runtime.aws.errors import GatewayError
from service_catalog.changes import Written
from service_catalog.problems import CatalogError, EntryChanged

bp = Blueprint("retirement", __name__, url_prefix="/<environment>/services/<service>/settings/retire")

_EVERYWHERE = "everywhere"


@bp.get("")
def ask(environment: str, service: str) -> str:
    return _page(environment, service)


@bp.post("")
@needs("retire")
def retire(environment: str, service: str) -> ResponseReturnValue:
    plan = retirement.plan(portal().catalog, environment, service)
    if request.form.get("name", "").strip() != service:
        return _page(environment, service, [_("Type %(service)s to say that you mean it.", service=service)]), 422
    if request.form.get("scope") == _EVERYWHERE:
        plan = replace(plan, leaves=plan.exists_in)
    if denied := [it for name in plan.leaves if not (it := may_in(name, "retire", service))]:
        note_denial("retire", service, environments=list(plan.leaves))
        return _page(environment, service, [it.why for it in denied]), 403
    owner = owners.owner_of(environment, service)
    there = [name for name in plan.leaves if _is_there(name, service)]
    provisions = {name: may_in(name, "provision", service) for name in filter(portal().provisioning.may, there)}
    if not plan.exists_in and environment in provisions:
        refuse(provisions[environment], "provision", service)
    begin_to_write()
    written = Written()
    try:
        if plan.exists_in:
            seen = draft.newlines(request.form.get("base", ""))
            wish = authorship.change(service, retirement.text_without(plan), seen, why.typed())
            written = portal().writer.write(wish, authorship.author(person()))
    except EntryChanged:
        return _page(environment, service, [_("Somebody changed its entry since this page was opened.")]), 409
    except CatalogError as error:
        return _page(environment, service, [of_problem(problem) for problem in error.problems]), 422
    trail = portal().gateways(environment).audit
    about: dict[str, Any] = {"owner": owner or "", "environments": list(plan.leaves)}
    trail.note("retire", service, person().name, why.typed(), **about, **authorship.about(written))
    if written.branch:
        return catalog_writing.proposed(environment, written)
    for name in plan.leaves:
        portal().collector.outdate(name)
        service_view.outdate(name, service)
    for name in [name for name, decision in provisions.items() if decision]:  # else the platform team destroys it
        with suppress(AlreadyProvisioning):  # its page offers to destroy it once that is over
            portal().provisioning.retire(name, service)
    if plan.exists_in:
        flash(_("%(service)s left the catalog.", service=service), "ok")
    if environment in there:
        return redirect(url_for("services.show", environment=environment, service=service), 303)
    return redirect(url_for("services.index", environment=environment), 303)


def _is_there(environment: str, service: str) -> bool:
    """Whether AWS holds something of it; where nobody can ask, it may."""
    try:
        return service_view.facts(environment, service).value.provisioned is not None
    except GatewayError:
        return True


def _page(environment: str, service: str, refused: list[str] | None = None) -> str:
    head, reading = service_view.page(environment, service)
    found = reading.value
    return render_template(
        "settings/retire.html",
        head=head,
        facts=found,
        plan=retirement.plan(portal().catalog, environment, service),
        queue=queue_view.of(environment, found.provisioned),
        typed=request.form.get("name", ""),
        scope=request.form.get("scope", ""),
        why=why.typed(),
        refused=refused or [],
    )
