"""Runs for programs: start one, follow it with its copies, stop it; pause and resume the schedule of a job."""

from collections.abc import Callable

from flask import Blueprint, g

from portal.api.asked import Newest, Reason, RunStart
from portal.api.operations import operation
from portal.api.told.base import DoneTold
from portal.api.told.runs import RunDetail, RunsTold, RunTold, StartedTold
from portal.auth.gate import person, refuse
from portal.auth.protection import may_run_alone
from portal.auth.rights import needs
from portal.context import begin_to_write, portal
from portal.data import service_view
from portal.security import hold_back_from_caches
from portal.text.language import _
from runtime.aws.errors import Absent
from runtime.runs import RunRequest

bp = Blueprint("api_runs", __name__, url_prefix="/api/v1/environments/<environment>/services/<service>")


@operation(bp, "GET", "/runs", answers=RunsTold, query=Newest)
@needs("read")
def list_runs(environment: str, service: str, query: Newest) -> RunsTold:
    """Lists runs, newest first. They are kept for 90 days."""
    service_view.head(environment, service)
    found = service_view.runs(environment, service) or ()
    return RunsTold(runs=[RunTold.of(it) for it in found[: query.limit]])


@operation(bp, "GET", "/runs/<run>", answers=RunDetail)
@needs("read")
def show_run(environment: str, service: str, run: str) -> RunDetail:
    """Tells one run with its copies."""
    hold_back_from_caches()  # the last lines of a program are in it
    found = portal().gateways(environment).runs.read(service, run)
    return RunDetail.of(found)


@operation(bp, "POST", "/runs", answers=StartedTold, body=RunStart, status=201)
@needs("start-run")
def start_run(environment: str, service: str, body: RunStart) -> StartedTold:
    """Starts a run of what is live: its own command, or another in its place."""
    refuse(may_run_alone(g.environment), "start-run", service)
    gateways = portal().gateways(environment)
    usual = (gateways.provisioned.read(service).entry or {}).get("run", {}).get("copies", 1)
    asked = RunRequest(
        who=person().name,
        why=body.why,
        copies=body.copies or usual,
        command=body.command or None,
        environment=body.environment,
        cpu=body.cpu,
        memory_mib=body.memory_mib,
        timeout_seconds=body.timeout_minutes * 60 if body.timeout_minutes else None,
    )
    begin_to_write()
    run = gateways.runs.start(service, asked)
    service_view.outdate(environment, service)
    return StartedTold(id=run)


@operation(bp, "POST", "/runs/<run>/stop", answers=DoneTold, body=Reason)
@needs("stop-run")
def stop_run(environment: str, service: str, run: str, body: Reason) -> DoneTold:
    """Stops a run with its tasks. Nothing happens to one that has ended."""
    begin_to_write()
    portal().gateways(environment).runs.stop(service, run, who=person().name)
    service_view.outdate(environment, service)
    return DoneTold(done=True)


@operation(bp, "POST", "/schedule/pause", answers=DoneTold, body=Reason)
@needs("pause-schedule")
def pause_schedule(environment: str, service: str, body: Reason) -> DoneTold:
    """Pauses the schedule of a job: it starts nothing until somebody resumes it."""
    return _switch(environment, service, body, portal().gateways(environment).operations.pause)


@operation(bp, "POST", "/schedule/resume", answers=DoneTold, body=Reason)
@needs("resume-schedule")
def resume_schedule(environment: str, service: str, body: Reason) -> DoneTold:
    """Resumes the schedule of a job. Runs that it missed are not made up for."""
    return _switch(environment, service, body, portal().gateways(environment).operations.resume)


def _switch(environment: str, service: str, body: Reason, switch: Callable[[str, str, str], None]) -> DoneTold:
    if service_view.facts(environment, service).value.schedule is None:
        raise Absent(_("%(service)s has no schedule", service=service))
    begin_to_write()
    switch(service, person().name, body.why)
    service_view.outdate(environment, service)
    return DoneTold(done=True)
