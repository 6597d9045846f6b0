"""``slipway up``: the environment first, since services read its exports; then what left the catalog goes, since a new
service may take its place at the load balancer; then the services, several at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from deploy import drift, environment_records, plan, wanted
from deploy.drift import Drift
from deploy.environment_records import ENVIRONMENT_HEAD, EnvironmentRecords, clear_applied
from deploy.left_slots import free_left_slots
from deploy.one_service import bring_up
from deploy.plan import Item
from deploy.results import Result
from deploy.run import MayDestroy, Run, provisioned, result_of
from deploy.wanted import Wanted
from service_catalog.fingerprint import environment_fingerprint


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
        fingerprint = environment_fingerprint(environment)
        item = plan.environment_item(environment.name, fingerprint, self.records.environment, self.stacks)
        return plan.looked_through(item) if self.refresh and item.stack in self.stacks else item

    def service_items(self, fingerprints: Mapping[str, str]) -> list[Item]:
        """Of one's own accord nothing is destroyed when services were named."""
        items = plan.service_items(self.wanted.environment.name, fingerprints, self.records.services, self.stacks)
        asked_for = [item for item in items if not self.only or item.service in self.only]
        return [self._as_aws_has_it(item) for item in asked_for]

    def _as_aws_has_it(self, item: Item) -> Item:
        found = plan.drifted(item, self.drifts.get(item.service or ""))
        return plan.looked_through(found) if self.refresh and item.stack in self.stacks else found


def read_inputs(run: Run, only: Collection[str]) -> RunInputs:
    """Reads the catalog, then AWS; touches nothing. Raises CatalogError, GatewayError, EngineRefused."""
    sought, records = wanted.read(run.catalog, run.environment, only), environment_records.read(run.gateways)
    drifts = drift.of_services(run.gateways) if records.services else {}
    return RunInputs(sought, records, run.engine.stacks(), only, drifts, run.refresh_first)


def up(run: Run, only: Collection[str], may_destroy: MayDestroy) -> list[Result]:
    inputs = read_inputs(run, only)
    first = _environment(run, inputs)
    if first.is_bad:
        return [first, *_skipped(run, inputs)]
    if first.status != "unchanged":
        inputs = replace(inputs, records=environment_records.read(run.gateways))
    fingerprints = inputs.wanted.fingerprints(inputs.records.exports)
    items = inputs.service_items(fingerprints)
    results = [first, *_gone(run, items, may_destroy), *_services(run, inputs, items, fingerprints)]
    free_left_slots(run, results)
    return results


def _environment(run: Run, inputs: RunInputs) -> Result:
    item = inputs.environment_item
    if item.action == "nothing":
        return _unchanged(item)
    [result] = run.each(lambda item: _provisioned(run, item), [item])
    return result


def _provisioned(run: Run, item: Item) -> Result:
    clear_applied(run.gateways.service_index, ENVIRONMENT_HEAD)
    changes = run.provision(item)
    if changes.ok:
        run.gateways.service_index.mark_applied(ENVIRONMENT_HEAD, environment_fingerprint(run.environment))
    return result_of(item, changes, provisioned(item, changes))


def _gone(run: Run, items: Sequence[Item], may_destroy: MayDestroy) -> list[Result]:
    doomed = [item for item in items if item.action == "destroy"]
    if doomed and not may_destroy(doomed):
        return [
            Result(item.stack, "left-standing", item.why, "no longer in the catalog; left as it is") for item in doomed
        ]
    return run.each(run.destroy, doomed)


def _services(run: Run, inputs: RunInputs, items: Sequence[Item], fingerprints: Mapping[str, str]) -> list[Result]:
    def work(item: Item) -> Result:
        assert item.service is not None
        if item.action == "nothing":
            return _unchanged(item)
        return bring_up(run, item, inputs.wanted.services[item.service], fingerprints[item.service])

    return run.each(work, [item for item in items if item.action != "destroy"])


def _skipped(run: Run, inputs: RunInputs) -> list[Result]:
    stacks = [Item(run.environment.name, name, "provision", "").stack for name in sorted(inputs.wanted.services)]
    return [Result(stack, "skipped", "", "not tried, since the environment did not come through") for stack in stacks]


def _unchanged(item: Item) -> Result:
    return Result(item.stack, "unchanged", item.why, item.why)
