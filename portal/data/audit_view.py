"""The last that people did to a service beside releasing it, as its page tells it from the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.context import portal
from portal.data import service_view
from runtime.aws.errors import GatewayError
from runtime.bucket.audit import Act
from runtime.bucket.records import Unreadable

_SHOWN = 5


@dataclass(frozen=True)
class AuditView:
    acts: Sequence[Act | Unreadable] = ()
    """Newest first"""
    problem: str = ""
    """Why there are none"""


def of(environment: str, service: str) -> AuditView:
    """A page without them is better than no page."""
    trail = portal().gateways(environment).audit
    key, now = (environment, service, "audit"), portal().settings.now
    try:
        reading = portal().readings.get(key, lambda: trail.newest(service, _SHOWN), now, service_view.FRESH_SECONDS)
    except GatewayError as problem:
        return AuditView(problem=problem.sentence)
    return AuditView(reading.value)
