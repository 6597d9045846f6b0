"""What a run decides by, read before anything is touched: the catalog, what AWS remembers, which stacks there are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from deploy import drift, environment_records, plan, wanted
from deploy.environment_records import EnvironmentRecords
from deploy.plan import Item
from deploy.run import Run
from deploy.wanted import Wanted
from runtime.drift import Drift
from service_catalog.fingerprint import exports_missing
from service_catalog.problems import CatalogError


@dataclass(frozen=True)
class RunInputs:
    """Everything that decides what is to be done."""

    wanted: Wanted
    records: EnvironmentRecords
    stacks: frozenset[str]
    only: Collection[str]
    drifts: Mapping[str, Drift]
    """By service, where AWS is not as it was left"""
    refresh: bool

    @property
    def environment_item(self) -> Item:
        environment = self.wanted.environment
        fingerprint = self.wanted.environment_fingerprint
        item = plan.environment_item(environment.name, fingerprint, self.records.environment, self.stacks)
        return plan.looked_through(item) if self.refresh and item.stack in self.stacks else item

    def lacks_exports(self, item: Item) -> bool:
        """Whether the environment must be provisioned before anybody can say what the service's stack would hold."""
        wanted = self.wanted
        service = wanted.services.get(item.service or "")
        return bool(service and exports_missing(service, wanted.slots[service.name], self.records.exports))

    def service_items(self, fingerprints: Mapping[str, str]) -> list[Item]:
        """Where services were named, only those of them are destroyed that left the catalog."""
        items = plan.service_items(self.wanted.environment.name, fingerprints, self.records.services, self.stacks)
        asked_for = [item for item in items if not self.only or item.service in self.only]
        return [self._as_aws_has_it(item) for item in asked_for]

    def _as_aws_has_it(self, item: Item) -> Item:
        found = plan.drifted(item, self.drifts.get(item.service or ""))
        return plan.looked_through(found) if self.refresh and item.stack in self.stacks else found


def read_inputs(run: Run, only: Collection[str]) -> RunInputs:
    """Reads the catalog, then AWS; touches nothing. Raises CatalogError, GatewayError, EngineRefused."""
    left = _left(run, only) if only else frozenset()
    sought, records = wanted.read(run.catalog, run.environment, only, left), environment_records.read(run.gateways)
    drifts = drift.of_services(run.gateways) if records.services else {}
    return RunInputs(sought, records, run.engine.stacks(), only, drifts, run.refresh_first)


def _left(run: Run, only: Collection[str]) -> frozenset[str]:
    """Named services that left the catalog and are still there. That nothing hides one from it must be sure, as in a
    run over everything. Raises CatalogError."""
    environment = run.environment.name
    unknown = set(only).difference(run.catalog.service_names(environment))
    if not unknown:
        return frozenset()
    recorded = environment_records.read(run.gateways).services
    left = unknown & plan.services_there(environment, recorded, run.engine.stacks())
    if left and (problems := run.catalog.problems()):
        raise CatalogError(problems)
    return frozenset(left)
