"""Services for programs: the list, which asks AWS nothing, and one with its tasks, its logs and its history."""

from flask import Blueprint, Response, request, url_for

from portal import compression
from portal.api.asked import Logs, Newest, Services
from portal.api.operations import operation
from portal.api.told.audit import AuditTold
from portal.api.told.logs import LineTold, LogsTold
from portal.api.told.releases import ReleaseDetail, ReleaseTold
from portal.api.told.services import ServiceDetail, ServicesTold, ServiceTold
from portal.api.told.tasks import TasksTold, TaskTold
from portal.auth.gate import person
from portal.auth.rights import needs
from portal.context import portal
from portal.data import logs_view, service_view
from portal.data.aged import Aged
from portal.data.environment_view import EnvironmentView
from portal.data.logs_view import Asked
from portal.data.service_facts import ServiceFacts
from portal.data.service_list import Filter
from portal.security import hold_back_from_caches
from portal.text.language import _, current
from portal.text.translate import said
from runtime.aws.ecs_tasks import Task
from runtime.aws.errors import Invalid, Unreachable
from service_catalog.problems import CatalogError

bp = Blueprint("api_services", __name__, url_prefix="/api/v1/environments/<environment>/services")

_FIRST_READING_SECONDS = 2.0


@operation(bp, "GET", "", answers=ServicesTold, query=Services)
@needs("read")
def list_services(environment: str, query: Services) -> Response:
    """Lists services by name, as they were at the time that Slipway-Read-At says."""
    reading = portal().collector.look(environment, _FIRST_READING_SECONDS)
    if reading is None:
        raise Unreachable(
            _("%(environment)s is read for the first time; try again in a moment", environment=environment)
        )
    key = ("api", request.full_path, current().code, person().scope.services)
    page = portal().kept_pages.get(key, (reading,), lambda: _list(environment, reading, query))
    answer = compression.answer(page.pieces, "application/json")
    if reading.value.is_read:
        answer.headers["Slipway-Read-At"] = reading.taken_at.isoformat()
    answer.vary.update(("Authorization", "Accept-Language"))
    answer.cache_control.no_cache = True
    answer.cache_control.private = True
    answer.set_etag(page.tag, weak=True)
    answer.make_conditional(request)
    return answer


def _list(environment: str, reading: Aged[EnvironmentView], query: Services) -> str:
    wanted, only = Filter(query.q, query.owner, query.state), person().scope.services
    rows = reading.value.rows
    names = [
        name
        for name in sorted(rows)
        if name > query.cursor and (only is None or name in only) and wanted.fits(rows[name])
    ]
    shown = names[: query.limit]
    kept = portal().rendered_rows.get(
        ("api", environment, current().code),
        rows,
        lambda row: ServiceTold.of(row).model_dump_json(),
        portal().settings.now(),
    )
    around = ServicesTold(
        environment=environment,
        services=[],
        next=shown[-1] if len(names) > len(shown) else None,
        problem=said(reading.problem),
    ).model_dump_json(exclude={"services"})
    services = ",".join(kept.text(name) for name in shown)
    return f'{{"services":[{services}],{around[1:]}\n'


@operation(bp, "GET", "/<service>", answers=ServiceDetail)
@needs("read")
def show_service(environment: str, service: str) -> ServiceDetail:
    """Tells one service: what is live, what is in progress, what the newest release came to."""
    head, reading = service_view.page(environment, service)
    assert head.row is not None
    found = reading.value
    return ServiceDetail(
        **ServiceTold.of(head.row).model_dump(),
        environment=environment,
        as_of=reading.taken_at,
        problem=said(reading.problem),
        is_provisioned=found.provisioned is not None,
        address=_address(environment, service, found),
        page=url_for("services.show", environment=environment, service=service),
        env_files=list(found.provisioned.env_files) if found.provisioned else [],
        live=ReleaseTold.of(found.live.release) if found.live.release else None,
        in_progress=ReleaseDetail.of(found.live.in_progress, found.progress) if found.live.in_progress else None,
        last=ReleaseTold.of(found.releases[0], found.progress) if found.releases else None,
        diagnosis=said(found.diagnosis.sentence) if found.diagnosis else "",
    )


def _address(environment: str, service: str, found: ServiceFacts) -> str:
    reach = found.provisioned.reach if found.provisioned else None
    if reach is None or not reach.url:
        return ""
    try:
        stands = found.provisioned_entry or portal().catalog.service(service, environment)
    except CatalogError:
        return reach.url
    return portal().settings.address_of(environment, stands, reach.url)


@operation(bp, "GET", "/<service>/tasks", answers=TasksTold)
@needs("read")
def list_tasks(environment: str, service: str) -> TasksTold:
    """Lists the tasks that run, and those that stopped within the hour."""
    _head, reading = service_view.page(environment, service)
    found = reading.value
    return TasksTold(
        running=[_task(found, it) for it in found.running], stopped=[_task(found, it) for it in found.stopped]
    )


def _task(found: ServiceFacts, task: Task) -> TaskTold:
    release = found.release_of(task.revision)
    return TaskTold.of(task, release.number if release else None)


@operation(bp, "GET", "/<service>/logs", answers=LogsTold, query=Logs)
@needs("read")
def read_logs(environment: str, service: str, query: Logs) -> LogsTold:
    """Reads the newest lines, or those that are searched for. Readers of the newest share one look at CloudWatch."""
    hold_back_from_caches()
    service_view.head(environment, service)
    asked = Asked(
        environment,
        service,
        task=query.task,
        words=query.q,
        pattern=query.pattern,
        level=query.level,
        start=query.since,
        until=query.until,
    )
    found = logs_view.newer(asked, query.after) if query.after else logs_view.found(asked)
    if found.refused:
        raise Invalid(found.refused)
    return LogsTold(
        lines=[LineTold.of(it) for it in found.lines],
        next=found.lines[-1].when if found.lines else query.after or found.since,
        problem=said(found.problem),
    )


@operation(bp, "GET", "/<service>/audit", answers=AuditTold, query=Newest)
@needs("read")
def read_audit(environment: str, service: str, query: Newest) -> AuditTold:
    """Lists what people did to the service, and what became of it."""
    service_view.head(environment, service)
    return AuditTold.of(portal().gateways(environment).audit.newest(service, query.limit))
