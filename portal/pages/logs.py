"""The last lines that a service, or one of its tasks, printed."""

from flask import Blueprint, render_template, request

from portal import service_facts
from portal.context import portal
from portal.security import hold_back_from_caches

bp = Blueprint("logs", __name__, url_prefix="/<environment>/services/<service>/logs")

LINES = 200
_FRESH_SECONDS = 2.0


@bp.get("")
def index(environment: str, service: str) -> str:
    hold_back_from_caches()  # a program may print its settings
    head, task = service_facts.head(environment, service), request.args.get("task", "")
    logs = portal().gateways(environment).logs
    reading = portal().readings.get(
        (environment, service, "logs", task),
        lambda: logs.of_task(service, task, LINES) if task else logs.of_service(service, LINES),
        portal().settings.now,
        _FRESH_SECONDS,
    )
    return render_template("logs/list.html", head=head, reading=reading, task=task)
