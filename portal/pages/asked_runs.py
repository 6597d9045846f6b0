"""Runs that somebody asked for where a second person has to confirm them: look at one, and answer."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import why
from portal.auth.gate import may
from portal.auth.rights import needs
from portal.context import begin_to_write, portal
from portal.data import asked_run_view, asked_view, service_view
from portal.pages.asked import back_to_request
from portal.security import hold_back_from_caches
from runtime.runs import RunInvalid
from runtime.second_person import AskedRefused

bp = Blueprint("asked_runs", __name__, url_prefix="/<environment>/services/<service>/runs/asked")
for refusal in (AskedRefused, RunInvalid):
    bp.register_error_handler(refusal, back_to_request)


@bp.get("/<int:number>")
def show(environment: str, service: str, number: int) -> str:
    hold_back_from_caches()  # values of variables are on it
    head, reading = service_view.page(environment, service)
    it = asked_run_view.of(environment, service, number)
    return render_template(
        "runs/asked.html", head=head, facts=reading.value, it=it, allowed=may("confirm-run", service)
    )


@bp.post("/<int:number>/confirm")
@needs("confirm-run")
def confirm(environment: str, service: str, number: int) -> ResponseReturnValue:
    begin_to_write()
    asking = portal().gateways(environment).asking_runs
    run = asking.confirm(service, number, who=asked_view.who(), why=why.typed())
    service_view.outdate(environment, service)
    return redirect(url_for("runs.show", environment=environment, service=service, run=run), 303)


@bp.post("/<int:number>/decline")
@needs("confirm-run")
def decline(environment: str, service: str, number: int) -> ResponseReturnValue:
    """By whoever asked, it is withdrawn."""
    begin_to_write()
    portal().gateways(environment).asking_runs.decline(service, number, who=asked_view.who(), why=why.typed())
    service_view.outdate(environment, service)
    return redirect(url_for(".show", environment=environment, service=service, number=number), 303)
