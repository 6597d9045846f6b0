"""Services that run all the time and that nobody used for days, and what a month of them costs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from runtime.metrics import Measure, Series
from runtime.platform.checks import Finding
from runtime.platform.costs import Cost
from service_catalog.messages import Message, say
from service_catalog.model import Service
from service_catalog.records.provisioned import Provisioned

DAYS = 14
CPU_PERCENT = 1.0
"""Of what its tasks reserve, as a day's mean: what a program takes that only waits"""
_REQUESTS: Sequence[Measure] = ("requests", "connections")


@dataclass(frozen=True)
class Use:
    """Of one service, in the last whole days."""

    cpu: Sequence[float]
    """A day's mean in percent; none of a day on which nothing ran"""
    requests: float | None
    """Or connections; None where nothing counts them"""


def uses(measured: Mapping[str, Mapping[Measure, Series]], provisioned: Mapping[str, Provisioned]) -> dict[str, Use]:
    return {name: _use(series, provisioned[name]) for name, series in measured.items()}


def _use(series: Mapping[Measure, Series], provisioned: Provisioned) -> Use:
    cpu = [point.value for point in series["cpu"].points] if "cpu" in series else []
    counted = [series[it] for it in _REQUESTS if it in series]
    is_counted = provisioned.reach is not None and bool(counted)
    return Use(cpu, sum(point.value for it in counted for point in it.points) if is_counted else None)


def findings(used: Mapping[str, Use], services: Mapping[str, Service], costs: Sequence[Cost]) -> Iterator[Finding]:
    """``costs``: of the same environment. The dearest first."""
    dollars = {it.service: it.low for it in costs if not it.is_on_instances}
    idle = [name for name, use in used.items() if name in services and _is_idle(use, services[name])]
    for name in sorted(idle, key=lambda name: (-dollars.get(name, 0.0), name)):
        usd = dollars.get(name)
        yield Finding(name, services[name].owner, "idle", _sentence(used[name], usd), usd_a_month=usd)


def _is_idle(use: Use, service: Service) -> bool:
    """Whoever is called past what counts requests, or takes none, must also have had nothing to do."""
    if len(use.cpu) < DAYS or use.requests:
        return False
    return max(use.cpu) < CPU_PERCENT or (use.requests == 0 and service.discovery == "none")


def _sentence(use: Use, usd: float | None) -> Message:
    cpu = f"{max(use.cpu):.1f}"
    what = say("never more than %(cpu)s %% CPU a day in the last %(days)s days", cpu=cpu, days=DAYS)
    if use.requests is not None:
        what = say("no request in the last %(days)s days, at %(cpu)s %% CPU a day at most", days=DAYS, cpu=cpu)
    if not usd:
        return what
    return say("%(what)s; its tasks cost about $%(usd)s a month", what=what, usd=f"{usd:,.0f}")
