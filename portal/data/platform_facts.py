"""What the platform's pages show beside the collector's snapshot: quotas, certificates, secrets, who idles.

It changes by the hour, and is read by a collector of its own, rarely and only while somebody looks. Each part is read
by itself: one that AWS refuses, or does not answer, keeps what it said last, with its age, and takes no other away.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from portal.data.aged import Aged
from portal.data.collector import Collector
from portal.data.environment_view import EnvironmentView
from runtime.aws.errors import GatewayError
from runtime.gateways import Gateways
from runtime.platform import capacity, idle
from runtime.platform.certificates import Certificate
from runtime.platform.cluster import Instances
from runtime.platform.kept_secrets import KeptSecret
from runtime.platform.quotas import Quota
from runtime.snapshot import Snapshot
from service_catalog.catalog import Catalog
from service_catalog.differences import EntryChange, differences, entry_of
from service_catalog.model import Secret, Service
from service_catalog.named_secrets import named_secrets
from service_catalog.problems import CatalogError
from service_catalog.records.bill import Bill
from service_catalog.records.provisioned import SERVED

Part = Literal[
    "names",
    "receivers",
    "event-receivers",
    "load-balancers",
    "network",
    "roles",
    "fargate",
    "services",
    "instances",
    "certificates",
    "staged",
    "token-uses",
    "secrets",
    "idle",
    "bill",
]
AGAIN_SECONDS = 30.0
"""After so long it is looked whether something is due"""
_FRESH_SECONDS: Mapping[Part, float] = {"secrets": 3_600.0, "idle": 86_400.0}
"""Of what changes by the day, or costs money"""
QUOTAS: Sequence[Part] = ("load-balancers", "network", "roles", "fargate", "services")


@dataclass(frozen=True)
class Facts:
    parts: Mapping[Part, Aged[Any]] = field(default_factory=dict)
    """Those that AWS answered at least once"""
    problems: Mapping[Part, str] = field(default_factory=dict)
    """Why the others are not there"""
    is_read: bool = True
    is_moving: bool = False

    def _value(self, part: Part) -> Any:
        held = self.parts.get(part)
        return held.value if held else ()

    @property
    def quotas(self) -> list[Quota]:
        """What is nearest to its end first."""
        found: list[Quota] = [quota for part in QUOTAS for quota in self._value(part)]
        return sorted(found, key=lambda it: (-it.share, it.used is None))

    @property
    def service_names(self) -> Sequence[str]:
        """ECS services of the cluster, whoever made them"""
        found: Sequence[str] = self._value("names")
        return found

    @property
    def instances(self) -> Sequence[Instances]:
        found: Sequence[Instances] = self._value("instances")
        return found

    @property
    def certificates(self) -> Sequence[Certificate]:
        found: Sequence[Certificate] = self._value("certificates")
        return found

    @property
    def unconfirmed(self) -> Sequence[str]:
        """Receivers of alarms that hear of none until they confirm"""
        found: Sequence[str] = self._value("receivers")
        return found

    @property
    def unconfirmed_of_events(self) -> Sequence[str]:
        """Receivers of events that hear of none until they confirm"""
        found: Sequence[str] = self._value("event-receivers")
        return found

    @property
    def staged(self) -> Mapping[str, Sequence[EntryChange]]:
        """By service, what its provisioned definition says otherwise than the live one"""
        found: Mapping[str, Sequence[EntryChange]] = self._value("staged") or {}
        return found

    @property
    def token_uses(self) -> Mapping[str, datetime] | None:
        """By id, the last of each; None while they were not read"""
        found: Mapping[str, datetime] | None = self._value("token-uses") if "token-uses" in self.parts else None
        return found

    @property
    def secrets(self) -> Sequence[KeptSecret]:
        found: Sequence[KeptSecret] = self._value("secrets")
        return found

    @property
    def uses(self) -> Mapping[str, idle.Use]:
        """By service, what it did in the last days"""
        found: Mapping[str, idle.Use] = self._value("idle") or {}
        return found

    @property
    def bill(self) -> Bill | None:
        """None where nobody asks Cost Explorer, and until somebody did"""
        found: Bill | None = self._value("bill") or None
        return found

    def oldest(self, parts: Sequence[Part]) -> datetime | None:
        return min((self.parts[part].taken_at for part in parts if part in self.parts), default=None)

    def problems_of(self, parts: Sequence[Part]) -> list[str]:
        """Of what is not there, or is older than it should be."""
        said = [self.problems.get(part) or (part in self.parts and self.parts[part].problem) for part in parts]
        return list(dict.fromkeys(it for it in said if it))


class FactsReader:
    def __init__(
        self,
        catalog: Catalog,
        gateways: Callable[[str], Gateways],
        home: str,
        collector: Collector[EnvironmentView],
        now: Callable[[], datetime],
        fresh_seconds: float,
    ):
        """What is younger is not read again, unless AWS refused it or did not answer. ``home``: where tokens are."""
        self._catalog, self._gateways, self._home = catalog, gateways, home
        self._collector, self._now = collector, now
        self._fresh_seconds = fresh_seconds
        self._held: dict[str, Facts] = {}
        self._released: dict[tuple[str, str, int], Mapping[str, Any] | None] = {}
        """Entries of releases, which never change"""

    def read(self, environment: str) -> Facts:
        facts = self._held.get(environment, Facts())
        for part, read in self._readings(environment).items():
            held = facts.parts.get(part)
            fresh = _FRESH_SECONDS.get(part, self._fresh_seconds)
            if held is None or held.problem or not held.is_fresh(self._now(), fresh):
                facts = self._with(facts, part, read)
        self._held[environment] = facts
        return facts

    def _with(self, facts: Facts, part: Part, read: Callable[[Facts], Any]) -> Facts:
        started = self._now()
        problems = {name: it for name, it in facts.problems.items() if name != part}
        try:
            return replace(facts, parts={**facts.parts, part: Aged(read(facts), started)}, problems=problems)
        except GatewayError as error:
            held = facts.parts.get(part)
            if held is None:
                return replace(facts, problems={**problems, part: error.sentence})
            return replace(facts, parts={**facts.parts, part: replace(held, problem=error.sentence)}, problems=problems)

    def _readings(self, environment: str) -> Mapping[Part, Callable[[Facts], Any]]:
        """In this order: the later may go by the earlier."""
        gateways, held = self._gateways(environment), self._collector.held(environment)
        taken = held.value.taken if held else None
        if taken is None or taken.environment is None:
            return {}
        exports, quotas, cluster = taken.environment.exports, gateways.quotas, gateways.cluster
        used = capacity.together(capacity.by_service(taken, {}))
        here = [used[kind].cpu / 1024 if kind in used else 0.0 for kind in ("fargate", "fargate-spot")]
        return {
            "names": lambda _: cluster.service_names(),
            "receivers": lambda _: gateways.receivers.unconfirmed_of_alarms(),
            "event-receivers": lambda _: gateways.receivers.unconfirmed_of_events(),
            "load-balancers": lambda _: quotas.load_balancers(exports),
            "network": lambda _: quotas.network(exports),
            "roles": lambda _: quotas.roles(),
            "fargate": lambda _: quotas.fargate(*here),
            "services": lambda facts: quotas.services(len(facts.service_names)),
            "instances": lambda _: cluster.instances(),
            "certificates": lambda _: gateways.certificates.all(),
            "staged": lambda _: self._staged(gateways, taken),
            "token-uses": lambda _: self._token_uses(),
            "secrets": lambda _: gateways.kept_secrets.all([*self._secrets(environment, taken)]),
            "idle": lambda _: _uses(gateways),
            "bill": lambda _: gateways.bills.newest(),
        }

    def _token_uses(self) -> Mapping[str, datetime]:
        """None where there is no home to keep them in."""
        is_there = self._home in self._catalog.environment_names()
        return self._gateways(self._home).api_tokens.last_uses() if is_there else {}

    def _secrets(self, environment: str, taken: Snapshot) -> Iterator[Secret]:
        """As the catalog says, and as it is provisioned."""
        entries = naming_secrets(services_of(self._catalog, environment), taken)
        return (secret for its in entries.values() for entry in its for _, secret in named_secrets(entry))

    def _staged(self, gateways: Gateways, taken: Snapshot) -> Mapping[str, Sequence[EntryChange]]:
        found = {}
        for row in taken.rows:
            if row.definition_staged and row.live and row.entry is not None:
                entry = self._entry(gateways, row.name, row.live.number)
                if entry is not None:
                    found[row.name] = differences(entry, row.entry)
        return found

    def _entry(self, gateways: Gateways, service: str, number: int) -> Mapping[str, Any] | None:
        key = (gateways.environment.name, service, number)
        if key not in self._released:
            self._released[key] = gateways.releases.get(service, number).entry
        return self._released[key]


def services_of(catalog: Catalog, environment: str) -> dict[str, Service]:
    """Whose entries can be read."""
    found = {}
    for name in catalog.service_names(environment):
        with suppress(CatalogError):
            found[name] = catalog.service(name, environment)
    return found


def naming_secrets(services: Mapping[str, Service], taken: Snapshot) -> dict[str, list[Service]]:
    """Their entries as the catalog says, and as they are provisioned."""
    found = {name: [it] for name, it in services.items()}
    for row in taken.rows:
        if provisioned := entry_of(row.entry):
            found.setdefault(row.name, []).append(provisioned)
    return found


def _uses(gateways: Gateways) -> dict[str, idle.Use]:
    """Of what ECS keeps running."""
    provisioned = {name: it for name, it in gateways.provisioned.all().readable.items() if it.kind in SERVED}
    measured = gateways.metrics.by_day({name: it.reach for name, it in provisioned.items()}, idle.DAYS)
    return idle.uses(measured, provisioned)


def unread() -> Facts:
    return Facts(is_read=False)
