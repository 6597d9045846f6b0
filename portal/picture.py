"""What the list shows of one environment: the catalog's names joined with one batched look at AWS.

A service of the catalog that AWS does not know, one that AWS knows and the catalog does not, and an entry that nobody
can read are rows too: a list that hides what is wrong is worse than none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portal import look
from portal.listing import EnvCell, Row
from portal.look import State
from runtime import snapshot
from runtime.gateways import Gateways
from runtime.records import Outcome
from service_catalog.catalog import Catalog
from service_catalog.model import Service
from service_catalog.problems import CatalogError

_STATES: Mapping[snapshot.Status, State] = {
    "not released": look.NO_RELEASE,
    "deploying": look.ROLLING_OUT,
    "rolling back": look.ROLLING_BACK,
    "healthy": look.HEALTHY,
    "degraded": look.FAILING,
    "rolled back": look.ROLLED_BACK,
    "stopped": look.STOPPED,
    "changed outside": look.CHANGED_OUTSIDE,
    "missing": look.FAILING,
}


_TRIED = (look.ROLLED_BACK, look.FAILED, look.STOPPED)
"""States that come of a release that was given up"""


@dataclass(frozen=True)
class Picture:
    rows: Mapping[str, Row]
    """By name"""
    is_read: bool = True
    """False when AWS has not answered yet, so that only the catalog speaks"""

    @property
    def is_moving(self) -> bool:
        return any(row.state.tone == "move" for row in self.rows.values())


def unread(catalog: Catalog, environment: str) -> Picture:
    """What can be shown of an environment whose AWS never answered."""
    names = catalog.service_names(environment)
    return Picture({name: _catalog_row(catalog, environment, name) for name in names}, is_read=False)


def read(catalog: Catalog, gateways: Gateways) -> Picture:
    """Settles what has ended on the way, so that every release is followed to its end even if nobody looks."""
    environment = gateways.environment.name
    taken = gateways.snapshots.take()
    if [name for name in taken.unsettled if gateways.releases.settle(name)]:
        taken = gateways.snapshots.take()
    known = {row.name: row for row in taken.rows}
    rows = {name: _row(catalog, environment, name, known.get(name)) for name in catalog.service_names(environment)}
    rows |= {name: _running_row(row, look.NOT_IN_CATALOG) for name, row in known.items() if name not in rows}
    return Picture(dict(sorted(rows.items())))


def _catalog_row(catalog: Catalog, environment: str, name: str) -> Row:
    try:
        return Row(name, catalog.service(name, environment).owner, look.NOT_KNOWN)
    except CatalogError as error:
        return Row(name, "", look.BROKEN_ENTRY, str(error.problems[0]))


def _row(catalog: Catalog, environment: str, name: str, known: snapshot.Row | None) -> Row:
    try:
        service = catalog.service(name, environment)
    except CatalogError as error:
        why = str(error.problems[0])
        return _running_row(known, look.BROKEN_ENTRY, why=why) if known else Row(name, "", look.BROKEN_ENTRY, why)
    if known is None:
        return Row(name, service.owner, look.NOT_PROVISIONED)
    return _running_row(known, _state(known), service)


def _running_row(known: snapshot.Row, state: State, service: Service | None = None, why: str = "") -> Row:
    arriving = known.last if known.last and not known.last.outcome else None
    image = look.image_word(known.image) if known.image else ""
    tried = known.last if state in _TRIED and known.last and known.last.outcome else None
    arriving_image = look.image_word(arriving.contents.image) if arriving else ""
    return Row(
        name=known.name,
        owner=service.owner if service else "",
        state=state,
        why=why or _why(known, state),
        culprit=look.release_words(tried.contents) if tried and not why else "",
        running=known.running,
        desired=known.desired,
        image=image,
        image_arriving=arriving_image if arriving_image != image else "",
        env=_cells(known, arriving.contents.env if arriving else {}),
        definition_staged=known.definition_staged and known.live is not None,
        new_tasks=known.tasks_by_revision.get(arriving.revision, 0) if arriving else None,
        released_at=known.last.when if known.last else None,
        released_by=known.last.who if known.last else "",
    )


def _state(known: snapshot.Row) -> State:
    if known.status == "not released" and known.last and known.last.outcome:
        return look.FAILED  # its first release: there was nothing to go back to
    if known.status == "healthy" and known.alarms:
        return look.ALARM
    return _STATES[known.status]


def _cells(known: snapshot.Row, arriving: Mapping[str, int]) -> tuple[EnvCell, ...]:
    if not known.live and not arriving:  # nothing runs: what was saved goes along with the first release
        return tuple(EnvCell(file, number) for file, number in known.env_staged.items())
    files = dict.fromkeys([*known.env_applied, *arriving, *known.env_staged])
    return tuple(
        EnvCell(
            file,
            known.env_applied.get(file),
            arriving.get(file) if arriving.get(file) != known.env_applied.get(file) else None,
            known.env_staged.get(file),
        )
        for file in files
    )


def _why(known: snapshot.Row, state: State) -> str:
    """The second line of a row that needs a look, in the words of what AWS or the release said."""
    outcome: Outcome | None = known.last.outcome if known.last else None
    if state in _TRIED and outcome:
        return look.likely(outcome.reason)
    if state is look.ALARM:
        return ", ".join(alarm.measure for alarm in known.alarms)
    return ""
