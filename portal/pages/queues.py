"""Dead letters of a worker: what sending them back to the queue does, and doing it."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import why
from portal.auth.gate import person
from portal.auth.rights import needs
from portal.context import begin_to_write, portal
from portal.data import service_view
from portal.text.language import _
from service_catalog.records.provisioned import Queue

bp = Blueprint("queues", __name__, url_prefix="/<environment>/services/<service>/dead-letters")


@bp.get("/send-back")
def review(environment: str, service: str) -> str:
    head, reading = service_view.page(environment, service)
    queue = _with_dead_letters(environment, service)
    depth = portal().gateways(environment).queues.depth(queue)
    return render_template("queues/send_back.html", head=head, reading=reading, queue=queue, dead=depth.dead)


@bp.post("/send-back")
@needs("send-back-dead-letters")
def send_back(environment: str, service: str) -> ResponseReturnValue:
    queue = _with_dead_letters(environment, service)
    begin_to_write()
    portal().gateways(environment).operations.send_back(service, queue, person().name, why.typed())
    service_view.outdate(environment, service)
    flash(_("SQS moves the dead letters back to the queue now."), "ok")
    return redirect(url_for("services.show", environment=environment, service=service), 303)


def _with_dead_letters(environment: str, service: str) -> Queue:
    """A page that no link leads to is not there."""
    provisioned = service_view.facts(environment, service).value.provisioned
    queue = provisioned.queue if provisioned else None
    if queue is None or queue.dead_letter_name is None:
        abort(404)
    return queue
