"""``slipway up``: the environment first, since services read its exports; then what left the catalog goes, since a new
service may take its place at the load balancer; then the services, several at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from deploy import environment_records
from deploy.environment_records import clear_applied
from deploy.inputs import RunInputs, read_inputs
from deploy.left_slots import free_left_slots
from deploy.one_service import bring_up
from deploy.plan import Item, awaited, waves
from deploy.results import Result
from deploy.run import MayDestroy, Run, provisioned, result_of
from deploy.unconfirmed import still_unconfirmed
from runtime import connections
from runtime.stack_fingerprints import ENVIRONMENT_ENTRY


def up(run: Run, only: Collection[str], may_destroy: MayDestroy) -> list[Result]:
    inputs = read_inputs(run, only)
    first = _environment(run, inputs)
    first = replace(first, details=still_unconfirmed(run.gateways, first.details))
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
    [result] = run.each(lambda item: _provisioned(run, inputs, item), [item])
    return result


def _provisioned(run: Run, inputs: RunInputs, item: Item) -> Result:
    clear_applied(run.gateways.service_index, ENVIRONMENT_ENTRY)
    changes = run.provision(item)
    if changes.ok:
        run.gateways.service_index.mark_applied(ENVIRONMENT_ENTRY, inputs.wanted.environment_fingerprint)
    return result_of(item, changes, provisioned(item, changes))


def _gone(run: Run, items: Sequence[Item], may_destroy: MayDestroy) -> list[Result]:
    doomed = [item for item in items if item.action == "destroy"]
    if doomed and not may_destroy(doomed):
        return [
            Result(item.stack, "not-destroyed", item.why, "no longer in the catalog; left as it is") for item in doomed
        ]
    return run.each(run.destroy, doomed)


def _services(run: Run, inputs: RunInputs, items: Sequence[Item], fingerprints: Mapping[str, str]) -> list[Result]:
    def work(item: Item) -> Result:
        assert item.service is not None
        if item.action == "nothing":
            return _unchanged(item)
        return bring_up(run, item, inputs.wanted.services[item.service], fingerprints[item.service])

    wanted = [item for item in items if item.action != "destroy"]
    called = {name: [it.name for it in whom] for name, whom in inputs.wanted.called.items()}
    new = inputs.wanted.services.keys() - inputs.records.services.keys()
    order = waves(wanted, called, new)
    found = {it.stack: it for it in run.each(work, chain(*order), awaited(order, called, new))}
    if any(called.values()):
        late = [item for item in _late(run, wanted) if not found[item.stack].is_bad]
        found |= {it.stack: _together(found[it.stack], it) for it in run.each(work, late)}
    return [found[item.stack] for item in wanted]


def _late(run: Run, items: Sequence[Item]) -> list[Item]:
    """Those of this run that were provisioned before a service that they connect to, as two do that call each other."""
    waiting = connections.waiting(run.gateways.provisioned.all().readable)
    return [
        Item(item.environment, item.service, "provision", waiting[item.service])
        for item in items
        if item.service in waiting
    ]


def _together(first: Result, second: Result) -> Result:
    if second.is_bad:
        return second
    counts = {it: first.counts.get(it, 0) + second.counts.get(it, 0) for it in {**first.counts, **second.counts}}
    release = first.release or second.release
    return replace(first, counts=counts, seconds=first.seconds + second.seconds, release=release)


def _skipped(run: Run, inputs: RunInputs) -> list[Result]:
    stacks = [Item(run.environment.name, name, "provision", "").stack for name in sorted(inputs.wanted.services)]
    return [Result(stack, "skipped", "", "not tried, since the environment did not come through") for stack in stacks]


def _unchanged(item: Item) -> Result:
    return Result(item.stack, "unchanged", item.why, item.why)
