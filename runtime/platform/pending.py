"""What the catalog wants and AWS does not have yet, service by service: to provision, to destroy, to release.

It says what ``slipway preview`` would, as far as that is known without opening the engine's state.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from runtime import stack_fingerprints
from runtime.service_state import Summary
from runtime.snapshot import Snapshot
from runtime.stack_fingerprints import StackFingerprints
from service_catalog.catalog import Catalog
from service_catalog.cost.change import cost_change
from service_catalog.differences import EntryChange, differences, entry_data, entry_of
from service_catalog.fingerprint import environment_fingerprint, exports_missing, service_fingerprint
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Service
from service_catalog.problems import CatalogError, NoSuchService, Problem
from service_catalog.records.releases import Release

Action = Literal["mend", "provision", "destroy", "release"]
"""Whoever acts next: who mends the entry, `slipway up`, `slipway up` after a yes, who releases"""


@dataclass(frozen=True)
class Pending:
    service: str
    """Empty for the environment itself"""
    owner: str
    action: Action
    why: Message
    changes: tuple[EntryChange, ...] = ()
    """What the catalog says otherwise than what is provisioned"""
    cost: Message | None = None
    """What that does to it"""
    definition_staged: bool = False
    """What is provisioned was in no release yet"""
    env_staged: Mapping[str, int] | None = None
    """Newest versions that no release has held, by env file"""
    live: Release | None = None
    is_provisioned: bool = True
    problems: tuple[Problem, ...] = ()
    """Of an entry that nobody can read"""

    @property
    def is_program_changed(self) -> bool:
        """The catalog says nothing else of it, and what it shall be is another thing all the same."""
        return self.why == stack_fingerprints.CHANGED and not self.changes

    @property
    def is_staged(self) -> bool:
        return self.definition_staged or bool(self.env_staged)


def pending(catalog: Catalog, environment: Environment, taken: Snapshot) -> list[Pending]:
    """By name, the environment itself first."""
    found = list(_of_environment(catalog, environment, taken))
    known = {row.name: row for row in taken.rows}
    for name in sorted({*catalog.service_names(environment.name), *taken.stacks}):
        if it := _of_service(catalog, environment, taken, name, known.get(name)):
            found.append(it)
    return found


def _of_environment(catalog: Catalog, environment: Environment, taken: Snapshot) -> Iterator[Pending]:
    try:
        further = catalog.further_load_balancers(environment.name)
    except CatalogError as error:
        yield Pending("", "", "mend", _UNREADABLE, problems=tuple(error.problems))
        return
    wanted = environment_fingerprint(environment, further=further)
    why = stack_fingerprints.difference(wanted, taken.environment_stack, exists=False)
    if why:
        yield Pending("", "", "provision", why, is_provisioned=taken.environment is not None)


def _of_service(
    catalog: Catalog, environment: Environment, taken: Snapshot, name: str, known: Summary | None
) -> Pending | None:
    recorded = taken.stacks.get(name)
    try:
        service = catalog.service(name, environment.name)
        why = _difference(catalog, environment, taken, service, recorded)
    except NoSuchService:
        return Pending(name, "", "destroy", say("no longer in the catalog"), live=known.live if known else None)
    except CatalogError as error:
        is_there, live = recorded is not None, known.live if known else None
        return Pending(
            name, "", "mend", _UNREADABLE, live=live, is_provisioned=is_there, problems=tuple(error.problems)
        )
    staged = _staged(known) if known else {}
    if not (why or staged):
        return None
    return Pending(
        name,
        service.owner,
        "provision" if why else "release",
        why or say("provisioned, and not released yet"),
        changes=_changes(service, known),
        cost=_cost(environment, service, known),
        live=known.live if known else None,
        is_provisioned=recorded is not None,
        **staged,
    )


def _difference(
    catalog: Catalog, environment: Environment, taken: Snapshot, service: Service, recorded: StackFingerprints | None
) -> Message | None:
    """Raises CatalogError. Of what nothing can be foreseen while the environment is not there."""
    slot, called = catalog.slot(service.name, environment.name), catalog.called(service.name, environment.name)
    if taken.environment is None:
        return None if recorded else stack_fingerprints.NEW
    exports = taken.environment.exports
    if exports_missing(service, slot, exports):
        return say("waits for its environment, which has to be provisioned first")
    wanted = service_fingerprint(service, environment, slot, exports, called=called)
    return stack_fingerprints.difference(wanted, recorded or StackFingerprints(), exists=False)


def _changes(service: Service, known: Summary | None) -> tuple[EntryChange, ...]:
    """None of an entry that a record does not hold yet."""
    if known is None or known.entry is None or entry_data(service) == known.entry:
        return ()
    return tuple(differences(known.entry, entry_data(service)))


def _cost(environment: Environment, service: Service, known: Summary | None) -> Message | None:
    before = entry_of(known.entry) if known else None
    return cost_change(before, service, environment) if before else None


def _staged(known: Summary) -> dict[str, Any]:
    """Of what was released at all: before that everything waits for the first release."""
    staged: dict[str, Any] = {}
    if known.live and known.definition_staged:
        staged["definition_staged"] = True
    if known.live and known.env_staged:
        staged["env_staged"] = known.env_staged
    return staged


_UNREADABLE = say("its entry has a problem")
