"""The list of services: which state each is in, why, and who has to act. Pure, over what the collector holds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import nlargest

from portal.kinds import KINDS, Kind
from portal.text.language import N_
from portal.text.states import NOT_KNOWN, State
from runtime.aws.alarms import Alarm
from service_catalog.differences import EntryChange
from service_catalog.model import Schedule
from service_catalog.records.asked import AskedRelease
from service_catalog.records.provisioned import Workload
from service_catalog.records.releases import OutcomeStatus


@dataclass(frozen=True)
class EnvCell:
    """One env file of a service: the version that runs, the one in progress, the one that waits."""

    file: str
    live: int | None = None
    in_progress: int | None = None
    staged: int | None = None


@dataclass(frozen=True)
class EndedRelease:
    service: str
    number: int
    status: OutcomeStatus
    when: datetime


@dataclass(frozen=True)
class Row:
    name: str
    owner: str
    state: State
    kind: Workload = "web"
    is_read: bool = True
    """False when a record cannot be read without which nothing else is known of it"""
    why: str = ""
    culprit: str = ""
    """The release that ``why`` speaks of, in words"""
    running: int = 0
    desired: int = 0
    image: str = ""
    image_in_progress: str = ""
    env: tuple[EnvCell, ...] = ()
    definition_staged: bool = False
    catalog_changes: tuple[EntryChange, ...] = ()
    """What the catalog says by now, and is not provisioned yet"""
    new_tasks: int | None = None
    """How many tasks of the release in progress run"""
    released_at: datetime | None = None
    released_by: str = ""
    alarms: tuple[Alarm, ...] = ()
    """Those that ring"""
    schedule: Schedule | None = None
    """Of a job"""
    asked: AskedRelease | None = None
    """A release that waits for a second person"""
    ended: EndedRelease | None = None
    """The newest release, once it has come to its end"""

    @property
    def is_short(self) -> bool:
        return self.running < self.desired

    @property
    def env_staged(self) -> bool:
        return any(cell.staged for cell in self.env)

    @property
    def states(self) -> list[str]:
        """What the chips above the list find it by."""
        staged = ["staged"] if self.env_staged or self.definition_staged else []
        changed = ["catalog-changed"] if self.catalog_changes else []
        return [self.state.key, *staged, *changed, *(["asked"] if self.asked else [])]

    @property
    def search(self) -> str:
        return " ".join((self.name, self.image, self.image_in_progress, self.owner, self.released_by)).lower()

    @property
    def group(self) -> str:
        if self.state is NOT_KNOWN:
            return "not-known"
        if self.state.tone in ("bad", "wait"):
            return "attention"
        if self.state.tone == "move":
            return "rolling-out"
        if self.state.tone != "ok" or len(self.states) > 1:
            return "waiting"
        return "steady"


GROUPS = {
    "attention": N_("Needs attention"),
    "rolling-out": N_("Rolling out"),
    "waiting": N_("Waiting for a person"),
    "steady": N_("Steady"),
    "not-known": NOT_KNOWN.word,
}
_TONES = {"bad": 0, "wait": 1, "move": 2}


@dataclass(frozen=True)
class Filter:
    """What was asked for in the address. The script filters in the browser by the same three."""

    q: str = ""
    owner: str = ""
    state: str = ""

    def fits(self, row: Row) -> bool:
        return (
            all(word in row.search for word in self.q.lower().split())
            and self.owner in ("", row.owner)
            and (not self.state or self.state in row.states)
        )


@dataclass(frozen=True)
class Group:
    word: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Section:
    """The services of one kind."""

    kind: Kind
    by_state: Sequence[Group]
    by_release: Sequence[Group]
    """One group, the newest release first"""

    def groups(self, sort: str) -> Sequence[Group]:
        return self.by_release if sort == BY_RELEASE else self.by_state


@dataclass(frozen=True)
class Listing:
    """All rows, put in order and counted once for everybody who looks."""

    total: int
    sections: Sequence[Section]
    attention: Sequence[Row]
    """Of all kinds"""
    counts: Counter[str]
    """How many services each chip stands for"""
    owners: Sequence[str]
    running: int
    desired: int
    ended: Sequence[EndedRelease]
    """Releases that came to their end last, the last one first"""

    def ended_since(self, moment: datetime) -> Sequence[EndedRelease]:
        return [it for it in self.ended if it.when > moment]


BY_RELEASE = "released"
_ENDS = 5
"""More that end within minutes are in the rows, as everything is"""
_NEVER = datetime.min.replace(tzinfo=UTC)


def of(rows: Iterable[Row]) -> Listing:
    rows = sorted(rows, key=lambda row: (_TONES.get(row.state.tone, 3), row.name))
    by_kind = [(kind, [row for row in rows if row.kind == name]) for name, kind in KINDS.items()]
    return Listing(
        total=len(rows),
        sections=[_section(kind, of_kind) for kind, of_kind in by_kind if of_kind],
        attention=[row for row in rows if row.group == "attention"],
        counts=Counter(key for row in rows for key in row.states),
        owners=sorted({row.owner for row in rows if row.owner}),
        running=sum(min(row.running, row.desired) for row in rows),
        desired=sum(row.desired for row in rows),
        ended=_ended_last(rows),
    )


def _ended_last(rows: Sequence[Row]) -> Sequence[EndedRelease]:
    return nlargest(_ENDS, (row.ended for row in rows if row.ended), key=lambda it: it.when)


def _section(kind: Kind, rows: Sequence[Row]) -> Section:
    by_group: dict[str, list[Row]] = {key: [] for key in GROUPS}
    for row in rows:
        by_group[row.group].append(row)
    newest = sorted(rows, key=lambda row: row.released_at or _NEVER, reverse=True)
    return Section(
        kind,
        by_state=[Group(word, by_group[key]) for key, word in GROUPS.items() if by_group[key]],
        by_release=[Group(N_("Newest release first"), newest)],
    )
