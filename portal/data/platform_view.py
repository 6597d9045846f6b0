"""What the pages of an environment's platform show, from what the collectors hold: none of them asks AWS."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.context import portal
from portal.data import platform_facts
from portal.data.aged import Aged
from portal.data.environment_view import EnvironmentView
from portal.data.platform_facts import Facts
from runtime.aws import call_counts
from runtime.aws.call_counts import Rate
from runtime.aws.event_topic import NotTold
from runtime.bucket.api_tokens import KnownToken
from runtime.platform import billed, capacity, checks, costs, credentials, drifted, expiring, idle, pending
from runtime.platform.billed import Billed
from runtime.platform.capacity import Use
from runtime.platform.checks import Finding
from runtime.platform.cluster import unregistered
from runtime.platform.costs import Costs
from runtime.platform.drifted import Drifted
from runtime.platform.pending import Pending
from runtime.snapshot import Snapshot
from service_catalog.model import Environment, Service
from service_catalog.problems import CatalogError

_PATIENCE_SECONDS = 2.0
_FRESH_SECONDS = 5.0
"""A thousand fingerprints take a third of a second: they are worked out for all who look meanwhile"""
_COSTS_FRESH_SECONDS = 30.0
_TOLD = timedelta(days=1)


@dataclass(frozen=True)
class PlatformView:
    environment: str
    reading: Aged[EnvironmentView]
    pending: Sequence[Pending]
    services: Mapping[str, Service]
    """The entries that can be read"""

    @property
    def taken(self) -> Snapshot | None:
        return self.reading.value.taken

    @property
    def drifted(self) -> list[Drifted]:
        if self.taken is None:
            return []
        names = portal().catalog.service_names(self.environment)
        foreign = unregistered(self.facts.service_names, {*self.taken.stacks, *names})
        return drifted.drifted(names, self.taken, foreign)

    @property
    def facts(self) -> Facts:
        """What was read of them by now; they are read behind this."""
        held = portal().facts.look(self.environment)
        return held.value if held else platform_facts.unread()

    @property
    def uses(self) -> list[Use]:
        owners = {name: service.owner for name, service in self.services.items()}
        return capacity.by_service(self.taken, owners) if self.taken else []

    def findings(self, old_days: int, facts: Facts, tokens: Collection[KnownToken]) -> list[Finding]:
        """What is the environment's first, then what is a token's: of ``tokens``, those that somebody may see."""
        now, taken = portal().settings.now(), self.taken
        here = portal().catalog.environment(self.environment)
        return [
            *expiring.certificates(facts.certificates, now),
            *credentials.tokens(tokens, facts.token_uses, self.environment, now),
            *expiring.ended_schedules(self.services, now),
            *(self._of_services(taken, old_days, facts, here, now) if taken else ()),
        ]

    def _of_services(
        self, taken: Snapshot, old_days: int, facts: Facts, here: Environment, now: datetime
    ) -> Iterator[Finding]:
        yield from checks.findings(taken, self.services, now, timedelta(days=old_days))
        naming_them = platform_facts.naming_secrets(self.services, taken)
        yield from credentials.secrets(facts.secrets, naming_them, here, now)
        yield from self.idle(facts)

    def idle(self, facts: Facts) -> list[Finding]:
        return list(idle.findings(facts.uses, self.services, self.costs.dearest(self.environment)))

    @property
    def costs(self) -> Costs:
        """Of every environment of the catalog."""
        catalog, now = portal().catalog, portal().settings.now
        names = portal().environment_names()
        return portal().readings.get("costs", lambda: costs.costs(catalog, names), now, _COSTS_FRESH_SECONDS).value

    @property
    def billed(self) -> Billed | None:
        """None where AWS told of nothing."""
        bill = self.facts.bill
        return billed.billed(bill, {name: it.owner for name, it in self.services.items()}) if bill else None

    @property
    def not_told(self) -> list[NotTold]:
        """What this copy could not tell the environment's topic of in the last day, newest first"""
        return portal().gateways(self.environment).events.not_told_since(portal().settings.now() - _TOLD)

    @property
    def rates(self) -> list[Rate]:
        """Of all environments that share its account and region, and so its buckets."""
        return call_counts.together([portal().gateways(name).calls for name in self.sharing])

    @property
    def sharing(self) -> list[str]:
        """Environments of its account and region, itself among them"""
        here = portal().catalog.environment(self.environment)
        found = []
        for name in portal().environment_names():
            with suppress(CatalogError):
                other = portal().catalog.environment(name)
                if (other.account_id, other.region) == (here.account_id, here.region):
                    found.append(name)
        return found


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
        return PlatformView(environment, reading, (), {})
    waits = pending.pending(catalog, catalog.environment(environment), taken)
    return PlatformView(environment, reading, waits, platform_facts.services_of(catalog, environment))
