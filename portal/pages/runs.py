"""Runs of one service: start one, follow it with its copies, stop it, look back."""

from collections.abc import Mapping

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import run_form
from portal.auth.gate import person, refuse
from portal.auth.protection import may_run_alone
from portal.auth.rights import needs
from portal.context import begin_to_write, portal
from portal.data import asked_run_view, asked_view, service_view
from portal.security import hold_back_from_caches
from portal.text.language import _
from portal.text.translate import said
from runtime.aws.errors import Invalid
from runtime.runs import RunInvalid

bp = Blueprint("runs", __name__, url_prefix="/<environment>/services/<service>/runs")


@bp.get("")
def index(environment: str, service: str) -> str:
    head, reading = service_view.page(environment, service)
    runs = service_view.runs(environment, service)
    is_running = any(run.status == "running" for run in runs or ())
    waiting = asked_run_view.waiting(environment, service)
    return render_template(
        "runs/list.html", head=head, reading=reading, runs=runs, is_running=is_running, waiting=waiting
    )


@bp.get("/new")
def new(environment: str, service: str) -> str:
    _head, reading = service_view.page(environment, service)
    usual = run_form.empty(reading.value.provisioned_entry)
    asked = {name: request.args[name] for name in run_form.FIELDS if name in request.args}
    return _form(environment, service, {**usual, **asked})


@bp.post("")
@needs("start-run")
def start(environment: str, service: str) -> ResponseReturnValue:
    refuse(may_run_alone(g.environment), "start-run", service)
    form, runs = run_form.read(request.form, person().name), portal().gateways(environment).runs
    if form.problems:
        further = [said(it) for it in runs.refusals(service, form.request)]
        return _form(environment, service, form.typed, [*form.problems, *further]), 422
    begin_to_write()
    run = runs.start(service, form.request, request.form.get("run", ""))
    service_view.outdate(environment, service)
    return redirect(url_for(".show", environment=environment, service=service, run=run), 303)


@bp.post("/asked")
@needs("ask-run")
def ask(environment: str, service: str) -> ResponseReturnValue:
    """Where another has to confirm it."""
    if may_run_alone(g.environment):
        raise Invalid(_("runs in %(environment)s need no second person: start it.", environment=environment))
    form, gateways = run_form.read(request.form, person().name), portal().gateways(environment)
    if form.problems:
        further = [said(it) for it in gateways.runs.refusals(service, form.request)]
        return _form(environment, service, form.typed, [*form.problems, *further]), 422
    begin_to_write()
    asked = gateways.asking_runs.ask(service, form.request, who=asked_view.who())
    service_view.outdate(environment, service)
    flash(_("You asked for this run. Nothing was started: another of the team has to confirm it."), "ok")
    return redirect(url_for("asked_runs.show", environment=environment, service=service, number=asked.number), 303)


@bp.get("/<run>")
def show(environment: str, service: str, run: str) -> str:
    hold_back_from_caches()  # the last lines of a program are on it
    head, reading = service_view.page(environment, service)
    found = portal().gateways(environment).runs.read(service, run)
    needs_second = not may_run_alone(g.environment)
    return render_template("runs/show.html", head=head, reading=reading, run=found, needs_second=needs_second)


@bp.post("/<run>/stop")
@needs("stop-run")
def stop(environment: str, service: str, run: str) -> ResponseReturnValue:
    begin_to_write()
    portal().gateways(environment).runs.stop(service, run, who=person().name)
    service_view.outdate(environment, service)
    return redirect(url_for(".show", environment=environment, service=service, run=run), 303)


@bp.errorhandler(RunInvalid)
def refused(error: RunInvalid) -> ResponseReturnValue:
    """The form once more, with all that is wrong above it."""
    where = request.view_args or {}
    return _form(where["environment"], where["service"], request.form, [said(it) for it in error.problems]), 422


def _form(environment: str, service: str, typed: Mapping[str, str], problems: object = ()) -> str:
    """Each time it is shown it is for a run of its own, so that a double press starts one."""
    head, reading = service_view.page(environment, service)
    return render_template(
        "runs/new.html",
        head=head,
        facts=reading.value,
        run=portal().gateways(environment).runs.new_id(),
        typed=typed,
        problems=problems,
        alone=may_run_alone(g.environment),
    )
