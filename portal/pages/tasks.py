"""The tasks of one service: those that run, and those that stopped within the hour, with why."""

from flask import Blueprint, render_template

from portal.data import service_view

bp = Blueprint("tasks", __name__, url_prefix="/<environment>/services/<service>/tasks")


@bp.get("")
def index(environment: str, service: str) -> str:
    head, reading = service_view.page(environment, service)
    return render_template("tasks/list.html", head=head, reading=reading)
