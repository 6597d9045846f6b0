"""What the list shows of one environment: the catalog's names joined with one batched look at AWS.

A service of the catalog that AWS does not know, one that AWS knows and the catalog does not, and an entry that nobody
can read are rows too: a list that hides what is wrong is worse than none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from pydantic import ValidationError

from portal.data import service_list
from portal.data.service_list import EndedRelease, EnvCell, Listing, Row
from portal.text import releases, states
from portal.text.states import State
from runtime import service_state
from runtime.bucket.records import Unreadable
from runtime.diagnosis import diagnosis
from runtime.gateways import Gateways
from runtime.service_state import Summary
from runtime.snapshot import Snapshot
from service_catalog import image_references
from service_catalog.catalog import Catalog
from service_catalog.differences import EntryChange, differences, entry_data
from service_catalog.messages import joined
from service_catalog.model import Schedule, Service
from service_catalog.problems import CatalogError, NoSuchService
from service_catalog.records.releases import Release


@dataclass(frozen=True)
class EnvironmentView:
    rows: Mapping[str, Row]
    """By name"""
    is_read: bool = True
    """False when AWS has not answered yet, so that only the catalog speaks"""
    taken: Snapshot | None = None
    """What the rows are of; None while nothing was read"""

    @cached_property
    def is_moving(self) -> bool:
        return any(row.state.is_moving for row in self.rows.values())

    @cached_property
    def listing(self) -> Listing:
        return service_list.of(self.rows.values())


def unread(catalog: Catalog, environment: str) -> EnvironmentView:
    """What can be shown of an environment whose AWS never answered: nothing, where the catalog is gone as well."""
    try:
        names = catalog.service_names(environment)
    except CatalogError:
        names = []
    return EnvironmentView({name: _catalog_row(catalog, environment, name) for name in names}, is_read=False)


def read(catalog: Catalog, gateways: Gateways) -> EnvironmentView:
    """Settles what has ended on the way, so that every release is followed to its end even if nobody looks."""
    environment = gateways.environment.name
    taken = gateways.snapshots.take()
    unreadable: dict[str, Unreadable] = {}
    if [name for name in taken.unsettled if _settled(gateways, name, unreadable)]:
        taken = gateways.snapshots.take()
    known = {summary.name: summary for summary in taken.rows} | dict(taken.unreadable)
    names = sorted({*catalog.service_names(environment), *known})
    rows = {name: row(catalog, environment, name, known.get(name)) for name in names}
    rows |= {name: held_up(rows[name], problem) for name, problem in unreadable.items()}
    return EnvironmentView(rows, taken=taken)


def _settled(gateways: Gateways, name: str, unreadable: dict[str, Unreadable]) -> bool:
    """What cannot be read of one service hides no other."""
    try:
        return gateways.releases.settle(name) is not None
    except Unreadable as error:
        unreadable[name] = error
        return False


def row(catalog: Catalog, environment: str, name: str, known: Summary | Unreadable | None) -> Row:
    """Of the list, and above every page of the service: what both say comes from here."""
    entry: service_state.CatalogEntry = "readable"
    service, problem = None, ""
    try:
        service = catalog.service(name, environment)
    except NoSuchService:
        entry = "absent"
    except CatalogError as error:
        entry, problem = "unreadable", str(error.problems[0])
    state = states.of_service(service_state.status(entry, known))
    if not isinstance(known, Summary):
        kind, schedule = (service.kind, service.schedule) if service else ("web", None)
        why = known.sentence if known else problem
        owner, is_read = service.owner if service else "", not isinstance(known, Unreadable)
        return Row(name, owner, state, kind, is_read, why=why, schedule=schedule)
    return _row(known, state, service, problem)


def held_up(row: Row, problem: Unreadable) -> Row:
    """The record of the newest release cannot be read; what runs is known all the same."""
    return replace(row, state=states.UNREADABLE, why=problem.sentence, culprit="")


def _catalog_row(catalog: Catalog, environment: str, name: str) -> Row:
    said = row(catalog, environment, name, None)
    return said if said.state is states.BROKEN_ENTRY else replace(said, state=states.NOT_KNOWN)


def _row(known: Summary, state: State, service: Service | None, problem: str) -> Row:
    in_progress, last = known.in_progress, known.last
    image = image_references.short(known.image) if known.image else ""
    image_in_progress = image_references.short(in_progress.contents.image) if in_progress else ""
    return Row(
        name=known.name,
        owner=service.owner if service else str((known.entry or {}).get("owner", "")),
        state=state,
        kind=known.kind,
        why=problem or _why(known, state),
        culprit=releases.release_words(last.contents) if last and _is_of_a_release(known, state) else "",
        running=known.running,
        desired=known.desired,
        image=image,
        image_in_progress=image_in_progress if image_in_progress != image else "",
        env=_cells(known, in_progress.contents.env if in_progress else {}),
        definition_staged=known.definition_staged and known.live is not None,
        catalog_changes=_catalog_changes(known, service),
        new_tasks=known.tasks_by_revision.get(in_progress.revision, 0) if in_progress else None,
        released_at=last.when if last else None,
        released_by=last.who if last else "",
        alarms=known.alarms,
        schedule=_schedule(known),
        asked=known.asked,
        ended=_ended(last),
    )


def _ended(last: Release | None) -> EndedRelease | None:
    outcome = last.outcome if last else None
    return EndedRelease(last.service, last.number, outcome.status, outcome.when) if last and outcome else None


def _schedule(known: Summary) -> Schedule | None:
    """The one that is provisioned, and whether it is paused; None where the record, or an older model's, has none."""
    entry = known.entry or {}
    try:
        schedule = Schedule.model_validate(entry["schedule"]) if "schedule" in entry else None
    except ValidationError:
        return None
    return schedule and schedule.model_copy(update={"paused": known.is_paused})


def _catalog_changes(known: Summary, service: Service | None) -> tuple[EntryChange, ...]:
    """What the catalog says by now, and is not provisioned yet."""
    if service is None or known.entry is None or entry_data(service) == known.entry:
        return ()
    return tuple(differences(known.entry, entry_data(service)))


def _cells(known: Summary, in_progress: Mapping[str, int]) -> tuple[EnvCell, ...]:
    if not known.live and not in_progress:  # nothing runs: what was saved goes along with the first release
        return tuple(EnvCell(file, number) for file, number in known.env_staged.items())
    files = dict.fromkeys([*known.env_applied, *in_progress, *known.env_staged])
    return tuple(
        EnvCell(
            file,
            known.env_applied.get(file),
            in_progress.get(file) if in_progress.get(file) != known.env_applied.get(file) else None,
            known.env_staged.get(file),
        )
        for file in files
    )


def _why(known: Summary, state: State) -> str:
    """The second line of a row that needs a look, in the words of what AWS or the release said."""
    if known.lacks_log_group:
        return service_state.LACKS_LOG_GROUP
    if state is states.PROVISIONING_FAILED and known.failed_provisioning:
        return diagnosis.in_short(known.failed_provisioning.sentence)
    if _is_of_a_release(known, state) and known.last and known.last.outcome:
        return diagnosis.in_short(known.last.outcome.reason)
    if state is states.ALARM:
        return joined(", ", [alarm.words for alarm in known.alarms])
    return ""


def _is_of_a_release(known: Summary, state: State) -> bool:
    is_explained = state is states.FIRST_RUN_FAILED or (state in _OF_WHAT_WAS_GIVEN_UP and known.gave_up)
    return is_explained and not known.lacks_log_group


_OF_WHAT_WAS_GIVEN_UP = (states.ROLLED_BACK, states.FAILED, states.STOPPED)
"""States that a release which was given up explains"""
