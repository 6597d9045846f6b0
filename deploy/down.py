"""``slipway down``: the reverse of ``up``. Services first; then, if none was named, the environment."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace

from deploy import environment_records, plan, wanted
from deploy.engine import EngineRefused
from deploy.left_slots import free_left_slots
from deploy.plan import Item
from deploy.results import Result
from deploy.run import MayDestroy, Run
from runtime.aws.errors import GatewayError
from service_catalog.messages import joined, say
from service_catalog.records.provisioned import Provisioned


class NotConfirmed(Exception):
    """The question was not answered with yes, so nothing was touched."""


def down(run: Run, only: Collection[str], may_destroy: MayDestroy) -> list[Result]:
    """Raises CatalogError for a name that neither runs nor is in the catalog, NotConfirmed, and EngineRefused where
    something is protected."""
    environment, stacks = run.environment.name, run.engine.stacks()
    there = plan.services_there(environment, environment_records.read(run.gateways).services, stacks)
    wanted.named(run.catalog, environment, set(only) - there)  # known to the catalog, so just not there
    waves = _naming_callers(run, plan.all_gone(environment, only or there, stacks, whole=not only))
    _refuse_protected(run, [item for wave in waves for item in wave])
    if waves and not may_destroy([item for wave in waves for item in wave]):
        raise NotConfirmed(f"nothing was destroyed in {environment}")
    results: list[Result] = []
    for wave in waves:
        results += _skipped(wave) if any(result.is_bad for result in results) else run.each(run.destroy, wave)
    free_left_slots(run, results)
    return results


def _naming_callers(run: Run, waves: list[list[Item]]) -> list[list[Item]]:
    """Whoever is asked for a yes hears who would ask a destroyed service in vain."""
    doomed = {item.service for wave in waves for item in wave}
    with suppress(GatewayError):  # then nobody is known to call it, and it may well have to go for that
        records = run.gateways.provisioned.all().readable
        return [[_with_callers(item, records, doomed) for item in wave] for wave in waves]
    return waves


def _with_callers(item: Item, records: Mapping[str, Provisioned], doomed: Collection[str | None]) -> Item:
    callers = sorted(name for name, it in records.items() if item.service in it.connections and name not in doomed)
    if not callers:
        return item
    return replace(item, why=say("%(why)s; %(callers)s would lose it", why=item.why, callers=", ".join(callers)))


def _refuse_protected(run: Run, items: Collection[Item]) -> None:
    """Asked before anything is destroyed: services go first, but the protected resources are the environment's."""
    held = {item.stack: names for item in items if (names := run.engine.protected(item.stack))}
    if held:
        what = joined(
            "; ",
            [say("%(stack)s holds %(names)s", stack=stack, names=", ".join(names)) for stack, names in held.items()],
        )
        raise EngineRefused(
            say(
                "nothing was destroyed: some of it is protected (%(what)s); name the services to destroy, or write "
                "`deletion_protection: false` in the environment's entry and run `slipway up %(environment)s` first",
                what=what,
                environment=run.environment.name,
            )
        )


def _skipped(wave: list[Item]) -> list[Result]:
    return [Result(item.stack, "skipped", item.why, "not tried: something that stands on it is left") for item in wave]
