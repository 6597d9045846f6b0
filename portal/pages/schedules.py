"""The schedule of a job: pausing it, and resuming it."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import why
from portal.auth.gate import person
from portal.auth.rights import needs
from portal.context import begin_to_write, portal
from portal.data import service_view
from portal.text.language import _

bp = Blueprint("schedules", __name__, url_prefix="/<environment>/services/<service>/schedule")


@bp.post("/pause")
@needs("pause-schedule")
def pause(environment: str, service: str) -> ResponseReturnValue:
    _switch(environment, service, portal().gateways(environment).operations.pause)
    flash(
        _("The schedule is paused."),
        "ok",
    )
    return redirect(url_for("services.show", environment=environment, service=service), 303)


@bp.post("/resume")
@needs("resume-schedule")
def resume(environment: str, service: str) -> ResponseReturnValue:
    _switch(environment, service, portal().gateways(environment).operations.resume)
    flash(_("The schedule starts runs again."), "ok")
    return redirect(url_for("services.show", environment=environment, service=service), 303)


def _switch(environment: str, service: str, switch: Callable[[str, str, str], None]) -> None:
    """What has no schedule has nothing to pause."""
    if service_view.facts(environment, service).value.schedule is None:
        abort(404)
    begin_to_write()
    switch(service, person().name, why.typed())
    service_view.outdate(environment, service)
