"""Registering a service: a form made from the model, beside the YAML that it writes."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import draft, form
from portal.context import portal
from portal.draft import Draft
from portal.language import N_, _

bp = Blueprint("registration", __name__, url_prefix="/<environment>/services/new")

GROUPS = (
    (N_("What it is"), ("name", "owner", "description")),
    (
        N_("Its container"),
        ("image.repository", "port", "health.path", "compute.cpu", "compute.memory_mib", "tasks.min", "tasks.max"),
    ),
    (N_("How it is reached"), ("exposure", "exposure.audience", "exposure.host", "exposure.paths")),
    (N_("Its settings"), ("env_files",)),
)
LABELS = {
    "name": N_("Name"),
    "owner": N_("Owner"),
    "description": N_("Description"),
    "image.repository": N_("Image repository"),
    "port": N_("Port"),
    "health.path": N_("Health check path"),
    "compute.cpu": N_("CPU units"),
    "compute.memory_mib": N_("Memory, MiB"),
    "tasks.min": N_("Tasks, at least"),
    "tasks.max": N_("Tasks, at most"),
    "exposure": N_("Reached through the load balancer"),
    "exposure.audience": N_("By whom"),
    "exposure.host": N_("Host name"),
    "exposure.paths": N_("Paths"),
    "env_files": N_("Env files"),
}
"""Of the fields that nearly everybody answers; the others go by their name in the YAML."""


@bp.get("")
def new(environment: str) -> str:
    copy = request.args.get("copy")
    return _page(draft.copied(portal().catalog, copy, environment) if copy else draft.empty(environment))


@bp.post("")
def create(environment: str) -> ResponseReturnValue:
    do = request.form.get("do", "check")
    prefer = {"from-form": "form", "from-yaml": "yaml"}.get(do, "")
    given = draft.posted(request.form, request.form.getlist(draft.ENVIRONMENTS), prefer)
    wanted = draft.checked(given, portal().catalog)
    if wanted.problems or wanted.is_torn:
        return _page(wanted, is_checked=True), 422
    if do != "register":
        return _page(wanted, is_checked=True)
    wanted = draft.added(wanted, portal().catalog)
    if wanted.problems:
        return _page(wanted, is_checked=True), 422
    portal().collector.outdate(environment)
    flash(_("Registered %(name)s. Nothing runs yet.", name=wanted.name), "ok")
    where = environment if environment in wanted.environments else wanted.environments[0]
    return redirect(url_for("services.show", environment=where, service=wanted.name), 303)


def _page(wanted: Draft, is_checked: bool = False) -> str:
    fields = {field.path: field for field in form.FIELDS}
    grouped = {path for _title, paths in GROUPS for path in paths}
    return render_template(
        "registration/new.html",
        draft=wanted,
        is_checked=is_checked,
        labels=LABELS,
        groups=[(title, [fields[path] for path in paths]) for title, paths in GROUPS],
        rest=[field for field in form.FIELDS if field.path not in grouped and len(field.choices) != 1],
        rows=lambda field: form.rows(field, wanted.answers),
        services=portal().catalog.service_names(request.view_args["environment"]) if request.view_args else [],
    )
