"""Which of a service's alarms roll its deployments back."""

from service_catalog.model import Alarms, Service

_FIELDS = ("cpu_percent", "memory_percent", "unhealthy_targets", "message_age_seconds", "dead_letters")
"""Of ``alarms``, but for what only runs have"""


def alarm_fields(alarms: Alarms) -> tuple[str, ...]:
    """Those that ask for an alarm."""
    return tuple(name for name in _FIELDS if getattr(alarms, name) is not None)


def heeded_fields(service: Service) -> tuple[str, ...]:
    named = service.deployment.alarms
    return alarm_fields(service.alarms) if "all" in named else tuple(named)
