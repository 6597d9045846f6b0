"""One service as this portal holds it: what was read of it, kept with its age, and what stands above its pages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from portal.context import portal
from portal.data import environment_view, service_reading
from portal.data.aged import Aged
from portal.data.service_facts import ServiceFacts
from portal.data.service_list import Row
from portal.kinds import KINDS, Kind
from runtime import service_state
from runtime.aws.ecr_images import ImageTags
from runtime.aws.errors import Absent
from runtime.runs import Run
from runtime.service_state import Summary
from service_catalog.model import Service
from service_catalog.problems import NoSuchService
from service_catalog.records.provisioned import Workload

FRESH_SECONDS = 2.0
_TAGS_FRESH_SECONDS = 60.0
_RUNS = 50
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True)
class PageHead:
    """Above every page of a service. ``row`` is None while nothing was read yet, and while its state is an old one."""

    name: str
    row: Row | None
    taken_at: datetime | None = None
    workload: Workload = "web"
    """Where no row tells it"""

    @property
    def kind(self) -> Kind:
        return KINDS[self.row.kind if self.row else self.workload]


def head(environment: str, service: str) -> PageHead:
    """Raises NoSuchService for what neither the catalog nor AWS knows. Asks AWS nothing."""
    reading = portal().collector.look(environment, _PATIENCE_SECONDS)
    row = reading.value.rows.get(service) if reading else None
    if row is None and service not in (names := portal().catalog.service_names(environment)):
        raise NoSuchService(service, names, environment)
    return PageHead(service, row, reading.taken_at if reading and reading.value.is_read else None)


def page(environment: str, service: str) -> tuple[PageHead, Aged[ServiceFacts]]:
    """The head says what the page below it says, though the list may be some seconds behind."""
    said, reading = head(environment, service), facts(environment, service)
    row = environment_view.row(portal().catalog, environment, service, _summary(environment, said.row, reading.value))
    if problem := reading.value.held_up_by:
        row = environment_view.held_up(row, problem)
    return replace(said, row=row, taken_at=reading.taken_at), reading


def _summary(environment: str, listed: Row | None, found: ServiceFacts) -> Summary | None:
    """Which alarms ring is taken from the list."""
    if found.provisioned is None:
        return None
    tasks = Counter(task.revision for task in found.running if task.status == "RUNNING")
    ringing = listed.alarms if listed else ()
    is_paused = found.schedule is not None and found.schedule.is_paused
    return service_state.summary(
        environment,
        found.provisioned,
        found.index,
        found.state,
        tasks,
        ringing,
        portal().settings.now(),
        found.lacks_log_group,
        is_paused,
        found.awaits_approval,
    )


def facts(environment: str, service: str) -> Aged[ServiceFacts]:
    gateways = portal().gateways(environment)
    return portal().readings.get(
        (environment, service), lambda: service_reading.read(gateways, service), portal().settings.now, FRESH_SECONDS
    )


def testers_url(environment: str, stands: Service | None, found: ServiceFacts) -> str:
    """Where testers reach the new tasks. Asked only while somebody may want to go there."""
    reach = found.provisioned.reach if found.provisioned else None
    shift = found.progress.shift if found.progress else None
    if not reach or not reach.test_url or not stands or not shift:
        return ""
    return portal().settings.address_of(environment, stands, reach.test_url)


def tags(environment: str, repository: str) -> ImageTags:
    gateways = portal().gateways(environment)
    reading = portal().readings.get(
        (environment, repository, "tags"),
        lambda: gateways.images.tags(repository),
        portal().settings.now,
        _TAGS_FRESH_SECONDS,
    )
    return reading.value


def runs(environment: str, service: str) -> Sequence[Run] | None:
    """The newest, without their copies; None where the service has no state machine yet."""
    gateway = portal().gateways(environment).runs

    def recent() -> Sequence[Run] | None:
        try:
            return gateway.recent(service, _RUNS)
        except Absent:
            return None

    return portal().readings.get((environment, service, "runs"), recent, portal().settings.now, FRESH_SECONDS).value


def outdate(environment: str, service: str) -> None:
    """After a write: what was read before it is not shown as if it were after it."""
    portal().readings.forget((environment, service))
    portal().readings.forget((environment, service, "runs"))
    portal().readings.forget((environment, service, "asked-run"))
    portal().readings.forget((environment, service, "queue"))
    portal().readings.forget((environment, service, "audit"))
    portal().collector.outdate(environment)
