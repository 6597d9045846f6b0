"""Charts of one service over the hours or days that somebody chooses, and the alarms that watch them."""

from datetime import timedelta

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from portal import charts
from portal.data import metrics_view, service_view
from portal.data.metrics_view import WINDOWS
from portal.text.language import N_, _
from runtime.aws.errors import Invalid
from runtime.metrics import PERIOD
from service_catalog.problems import for_message

bp = Blueprint("metrics", __name__, url_prefix="/<environment>/services/<service>/metrics")

_WORDS = {
    "1h": N_("1 hour"),
    "3h": N_("3 hours"),
    "12h": N_("12 hours"),
    "1d": N_("1 day"),
    "7d": N_("7 days"),
    "30d": N_("30 days"),
}
_DAY = timedelta(days=1)


@bp.get("")
def index(environment: str, service: str) -> ResponseReturnValue:
    head, reading = service_view.page(environment, service)
    chosen = request.args.get("range") or ("1h" if head.kind.runs_in_between else "7d")
    if chosen not in WINDOWS:
        raise Invalid(_("there is no range %(typed)s; choose one on the page of metrics.", typed=for_message(chosen)))
    window = WINDOWS[chosen]
    if "download" in request.args:
        if reading.value.provisioned is None:
            abort(404)
        measured = metrics_view.read(environment, reading.value.provisioned, window)
        answer = Response(charts.as_csv(measured.value), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f'attachment; filename="{service}-{environment}-{chosen}.csv"'
        return answer
    return render_template(
        "metrics/list.html",
        head=head,
        facts=reading.value,
        found=metrics_view.of(environment, reading.value, window),
        ranges=_WORDS,
        chosen=chosen,
        minutes=window.period // PERIOD,
        of_days=window.length >= _DAY,
    )
