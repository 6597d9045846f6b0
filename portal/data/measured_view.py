"""The last hour of a service in charts, as CloudWatch measured it."""

from dataclasses import dataclass
from datetime import datetime

from portal import charts
from portal.charts import Charts, Mark
from portal.context import portal
from portal.data.aged import Aged
from portal.data.service_facts import ServiceFacts
from portal.text.language import _
from runtime.aws.errors import Unavailable
from runtime.metrics import Measured
from service_catalog.records.provisioned import Provisioned

_FRESH_SECONDS = 20.0


@dataclass(frozen=True)
class MeasuredView:
    charts: Charts
    taken_at: datetime
    problem: str = ""


def of(environment: str, found: ServiceFacts) -> MeasuredView | None:
    """None for a service that neither runs nor ran in the last hour. A page without charts is better than none."""
    if found.provisioned is None:
        return None
    try:
        reading = last_hour(environment, found.provisioned)
    except Unavailable as problem:
        return MeasuredView(Charts([], is_short=False), portal().settings.now(), problem.sentence)
    made = charts.of(reading.value, marks(found))
    return MeasuredView(made, reading.taken_at, reading.problem) if made.drawn or found.running else None


def marks(found: ServiceFacts) -> list[Mark]:
    """Where releases began."""
    return [Mark(it.when, _("release %(number)s", number=it.number)) for it in found.releases]


def last_hour(environment: str, provisioned: Provisioned) -> Aged[Measured]:
    """Raises Unavailable when CloudWatch never answered."""
    service, reach, queue = provisioned.service, provisioned.reach, provisioned.queue
    metrics = portal().gateways(environment).metrics
    return portal().readings.get(
        (environment, service, "metrics"),
        lambda: metrics.measured(service, reach, queue),
        portal().settings.now,
        _FRESH_SECONDS,
    )
