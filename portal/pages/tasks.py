"""The tasks of one service: those that run, those that stopped within the hour, and each by itself with the way in."""

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from portal.data import service_view, task_view
from service_catalog import naming

bp = Blueprint("tasks", __name__, url_prefix="/<environment>/services/<service>/tasks")


@bp.get("")
def index(environment: str, service: str) -> str:
    head, reading = service_view.page(environment, service)
    return render_template("tasks/list.html", head=head, reading=reading)


@bp.get("/<task>")
def show(environment: str, service: str, task: str) -> ResponseReturnValue:
    head, reading = service_view.page(environment, service)
    found = task_view.of(environment, service, task, reading.value)
    page = render_template(
        "tasks/show.html",
        head=head,
        facts=reading.value,
        id=task,
        found=found,
        exec_log_group=naming.exec_log_group(environment),
    )
    return make_response(page, 200 if found else 404)
