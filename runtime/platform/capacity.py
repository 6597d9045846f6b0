"""Who uses which capacity: what runs now by service, team and kind of capacity, and what there will be at the most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from runtime.running_tasks import Capacity, RunningTasks, Used
from runtime.snapshot import Snapshot
from service_catalog.differences import entry_of
from service_catalog.model import Service
from service_catalog.task_counts import most_tasks


@dataclass(frozen=True)
class Use:
    """Of one service."""

    service: str
    """Empty for tasks of the cluster that are none of Slipway's"""
    owner: str
    capacity: str
    """As its entry says; empty where there is none"""
    used: Mapping[Capacity, Used] = field(default_factory=dict)
    """What runs now, copies of runs among it"""
    most: Used | None = None
    """With as many tasks as it may have; None where that is not known, such as for one task on each instance"""

    @property
    def now(self) -> Used:
        return Used.sum(self.used.values())


@dataclass(frozen=True)
class TeamUse:
    owner: str
    services: int
    used: Mapping[Capacity, Used]
    most: Used

    @property
    def now(self) -> Used:
        return Used.sum(self.used.values())


def by_service(taken: Snapshot, owners: Mapping[str, str]) -> list[Use]:
    """Whoever uses most CPU first. ``owners``: by service, as the catalog says."""
    found = [_use(row.name, row.entry, taken, owners) for row in taken.rows]
    if foreign := taken.running.get(""):
        found.append(Use("", "", "", foreign.used))
    return sorted(found, key=lambda it: (-it.now.cpu, -(it.most.cpu if it.most else 0), it.service))


def by_team(uses: Iterable[Use]) -> list[TeamUse]:
    """Whoever uses most CPU first."""
    teams: dict[str, list[Use]] = {}
    for use in uses:
        teams.setdefault(use.owner, []).append(use)
    found = [
        TeamUse(owner, len(its), together(its), Used.sum(it.most for it in its if it.most))
        for owner, its in teams.items()
    ]
    return sorted(found, key=lambda it: (-it.now.cpu, -it.most.cpu, it.owner))


def together(uses: Sequence[Use]) -> dict[Capacity, Used]:
    """By kind of capacity, what there is of it."""
    kinds = dict.fromkeys(kind for use in uses for kind in use.used)
    return {kind: Used.sum(use.used[kind] for use in uses if kind in use.used) for kind in kinds}


def _use(name: str, entry: Mapping[str, object] | None, taken: Snapshot, owners: Mapping[str, str]) -> Use:
    service = entry_of(entry)
    running = taken.running.get(name, RunningTasks())
    used = {kind: _sized(used, service) for kind, used in running.used.items()}
    owner = owners.get(name, "")
    return Use(name, owner, service.compute.capacity if service else "", used, _most(service) if service else None)


def _sized(used: Used, service: Service | None) -> Used:
    """ECS need not tell the size of a task on instances; then its entry does."""
    if used.cpu or service is None:
        return used
    return Used(used.tasks, used.tasks * service.compute.cpu, used.tasks * service.compute.memory_mib)


def _most(service: Service) -> Used | None:
    if service.tasks.daemon:
        return None
    count = most_tasks(service)[0] if service.has_ecs_service else service.run.copies
    return Used(count, count * service.compute.cpu, count * service.compute.memory_mib)
