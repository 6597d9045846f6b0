"""What the pages of an environment's platform show, from what the collector holds: none of them asks AWS."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.context import portal
from portal.data.aged import Aged
from portal.data.environment_view import EnvironmentView
from runtime.platform import drifted, pending
from runtime.platform.drifted import Drifted
from runtime.platform.pending import Pending

_PATIENCE_SECONDS = 2.0
_FRESH_SECONDS = 5.0
"""A thousand fingerprints take a third of a second: they are worked out for all who look meanwhile"""


@dataclass(frozen=True)
class PlatformView:
    reading: Aged[EnvironmentView]
    pending: Sequence[Pending]
    drifted: Sequence[Drifted]


def of(environment: str) -> PlatformView | None:
    """None while nothing was read yet at all."""
    if portal().collector.look(environment, _PATIENCE_SECONDS) is None:
        return None
    key, now = (environment, "platform"), portal().settings.now
    return portal().readings.get(key, lambda: _worked_out(environment), now, _FRESH_SECONDS).value


def _worked_out(environment: str) -> PlatformView:
    reading = portal().collector.held(environment)
    assert reading is not None
    taken, catalog = reading.value.taken, portal().catalog
    if taken is None:
        return PlatformView(reading, (), ())
    return PlatformView(
        reading,
        pending.pending(catalog, catalog.environment(environment), taken),
        drifted.drifted(catalog.service_names(environment), taken),
    )
