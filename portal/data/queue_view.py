"""What a worker's page says of its queue: how many messages wait, for how long, and how many are dead letters."""

from dataclasses import dataclass
from datetime import timedelta

from portal.context import portal
from portal.data import measured_view, service_view
from runtime.aws.errors import GatewayError
from runtime.aws.queues import QueueDepth
from service_catalog.records.provisioned import Provisioned

_OLDEST_TOLD = timedelta(minutes=5)
"""How long a measured age of the oldest message is taken for that of now; CloudWatch is some minutes late"""


@dataclass(frozen=True)
class QueueView:
    name: str
    depth: QueueDepth | None = None
    oldest_seconds: float | None = None
    """None where CloudWatch did not measure it in the last minutes"""
    problem: str = ""
    """Why there is no depth"""


def of(environment: str, provisioned: Provisioned | None) -> QueueView | None:
    """None for a service that has none. A page without the numbers is better than no page."""
    queue = provisioned.queue if provisioned else None
    if provisioned is None or queue is None:
        return None
    gateway, settings = portal().gateways(environment).queues, portal().settings
    try:
        key = (environment, provisioned.service, "queue")
        reading = portal().readings.get(key, lambda: gateway.depth(queue), settings.now, service_view.FRESH_SECONDS)
    except GatewayError as problem:
        return QueueView(queue.name, problem=problem.sentence)
    if reading.problem:
        return QueueView(queue.name, problem=reading.problem)
    return QueueView(queue.name, reading.value, _oldest_seconds(environment, provisioned))


def _oldest_seconds(environment: str, provisioned: Provisioned) -> float | None:
    try:
        series = measured_view.last_hour(environment, provisioned).value.series.get("oldest")
    except GatewayError:
        return None
    newest = series.points[-1] if series and series.points else None
    return newest.value if newest and portal().settings.now() - newest.when <= _OLDEST_TOLD else None
