"""Settings of an env file that become secrets of Secrets Manager or SSM: one review of all that is made and written."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import authorship, env_form
from portal.auth.gate import may, person, refuse
from portal.auth.rights import needs
from portal.context import begin_to_write, portal
from portal.data import env_comparison, env_start, env_texts, secret_move, service_view
from portal.data.env_comparison import Reference, Side
from portal.data.secret_move import Asked, Plan, Result
from portal.pages import catalog_writing
from portal.security import hold_back_from_caches
from portal.text.language import _
from portal.text.translate import of_problem
from runtime.aws.secret_store import WORDS, Store

bp = Blueprint("env_secrets", __name__, url_prefix="/<environment>/services/<service>/env/<file>/secrets")


@bp.before_request
def _values_are_on_these_pages() -> None:
    hold_back_from_caches()


@bp.post("")
@needs("make-secret")
def move(environment: str, service: str, file: str) -> ResponseReturnValue:
    """The review, and with ``do=make`` what it says. The edit goes along in the form: nothing typed is lost."""
    for action in ("save-env", "edit-entry"):
        refuse(may(action, service), action, service)
    plan = _plan(environment, service, file)
    if request.form.get("do") != "make":
        return _review(environment, plan)
    if plan.problems or not all(it.is_confirmed for it in plan.moves if it.is_there):
        return _review(environment, plan), 422
    begin_to_write()
    result = secret_move.carry_out(plan, person())
    service_view.outdate(environment, service)
    if result.saved is None:
        return _review(environment, plan, result), 503
    told = _("v%(number)s holds %(keys)s no longer. Provision the service, then apply it.")
    flash(told % {"number": result.saved.number, "keys": _(", ").join(plan.keys)}, "ok")
    return redirect(url_for("env_files.show", environment=environment, service=service, file=file), 303)


@bp.post("/references")
@needs("edit-entry")
def references(environment: str, service: str, file: str) -> ResponseReturnValue:
    """References that another environment's entry has, written into this one's: never what is behind them."""
    env_texts.entry_with(environment, service, file)
    there = Side(
        request.form.get("environment", ""), request.form.get("service", service), request.form.get("file", file)
    )
    found = env_comparison.references(there, Side(environment, service, file))
    chosen = [it for it in found if it.key in request.form.getlist("reference")]
    catalog, where = portal().catalog, f"services/{service}.yaml"
    base = catalog.entry_text(service)
    wanted = {it.key: it.taken_over.model_dump(exclude_defaults=True) for it in chosen}
    entry = secret_move.with_secrets(base, where, environment, wanted)
    problems = [of_problem(it) for it in catalog.read_text(entry, service, is_new=False)]
    if request.form.get("do") == "write" and chosen and not problems:
        keys = [it.key for it in chosen]
        wish = authorship.change(service, entry, request.form.get("base", ""), f"secrets: {', '.join(keys)}")
        written = portal().writer.write(wish, authorship.author(person()))
        about = {"environments": [environment], "secrets": keys, **authorship.about(written)}
        portal().gateways(environment).audit.note("edit-entry", service, person().name, **about)
        if written.branch:
            return catalog_writing.proposed(environment, written)
        service_view.outdate(environment, service)
        flash(_("The entry names %(keys)s. Provision the service, then apply it.", keys=_(", ").join(keys)), "ok")
        return redirect(url_for("env_comparison.compare", environment=environment, service=service, file=file), 303)
    return render_template(
        "env_files/references.html",
        head=service_view.head(environment, service),
        file=file,
        there=there,
        chosen=chosen,
        base=base,
        diff=secret_move.entry_diff(base, entry),
        problems=problems or ([] if chosen else [_("No reference was chosen.")]),
        missing=_missing(environment, chosen),
        entry_file=where,
    )


def _missing(environment: str, chosen: Sequence[Reference]) -> list[str]:
    """Secrets that are not there yet: no release takes a reference to them."""
    secrets = portal().gateways(environment).secrets
    named = [it.taken_over for it in chosen]
    found = [it.ssm for it in named if it.ssm and not secrets.has_parameter(it.ssm)]
    return found + [
        it.secretsmanager for it in named if it.secretsmanager and not secrets.has_secret(it.secretsmanager)
    ]


def _plan(environment: str, service: str, file: str) -> Plan:
    entry, form = env_texts.entry_with(environment, service, file), request.form
    start = None
    if env_texts.is_sensitive(entry, file):
        start = env_start.of(environment, service, file, request.args, form.get("base", type=int)).text
    keys = form.getlist("move")
    asked = {key: Asked(_store(key), form.get(f"name.{key}", "").strip(), f"there.{key}" in form) for key in keys}
    return secret_move.plan(environment, service, file, env_form.typed(form, start), keys, asked)


def _store(key: str) -> Store:
    return "secretsmanager" if request.form.get(f"store.{key}") == "secretsmanager" else "ssm"


def _review(environment: str, plan: Plan, result: Result | None = None) -> str:
    head = service_view.head(environment, plan.service)
    carried = [(name, value) for name, value in request.form.items(multi=True) if _is_of_edit(name)]
    return render_template(
        "env_files/secrets.html",
        head=head,
        file=plan.file,
        plan=plan,
        result=result,
        stores=WORDS,
        carried=carried,
        message=plan.edit.message or secret_move.message(plan),
        entry_file=f"services/{plan.service}.yaml",
    )


def _is_of_edit(name: str) -> bool:
    own = ("csrf_token", "do", "move", "message", "show", "fix", "import")
    return name not in own and not name.startswith(("store.", "name.", "there."))
