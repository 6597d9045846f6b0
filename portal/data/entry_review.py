"""What a changed entry means in each of its environments, before it is written. Asks AWS nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.context import portal
from portal.data import cost_view
from portal.registration import draft
from portal.registration.draft import Draft
from service_catalog.catalog import Catalog
from service_catalog.differences import EntryChange, differences, entry_data
from service_catalog.entry_merge import changed_in_both
from service_catalog.messages import Message
from service_catalog.model import Service
from service_catalog.problems import CatalogError
from service_catalog.yaml_text.reader import read_unclear


@dataclass(frozen=True)
class EntryReview:
    """Of one environment."""

    environment: str
    changes: Sequence[EntryChange]
    """From what the catalog says now"""
    begins: bool = False
    """The service does not exist there yet"""
    ends: bool = False
    was_broken: bool = False
    """Nobody can say what changes: the entry that there was has a problem"""
    waiting: Sequence[EntryChange] = ()
    """What the catalog said before this already, and nobody provisioned"""
    cost: Message | None = None

    @property
    def told(self) -> set[str]:
        """Its sentences."""
        return {it.sentence for it in (*self.changes, *self.waiting)} | ({self.cost} if self.cost else set())

    @property
    def says_nothing(self) -> bool:
        return not (self.changes or self.begins or self.ends or self.was_broken)


def of(wanted: Draft) -> list[EntryReview]:
    """Of an entry without a problem."""
    return list(_reviews(portal().catalog, wanted, draft.existing(wanted.service, wanted.base)))


def _reviews(catalog: Catalog, wanted: Draft, base: Draft) -> Iterator[EntryReview]:
    for name in dict.fromkeys([*base.environments, *wanted.environments]):
        if name not in wanted.environments:
            yield EntryReview(name, (), ends=True)
            continue
        after = catalog.text_service(wanted.text, wanted.service, name)
        if base.is_legible and name not in base.environments:
            yield EntryReview(name, (), begins=True)
            continue
        before = _before(catalog, base, name)
        changes = differences(entry_data(before), entry_data(after)) if before else []
        yield EntryReview(
            name,
            changes,
            was_broken=before is None,
            waiting=_waiting(name, wanted.service),
            cost=cost_view.change(before, after, name),
        )


def _before(catalog: Catalog, base: Draft, environment: str) -> Service | None:
    try:
        return catalog.text_service(base.text, base.service, environment)
    except CatalogError:
        return None


def _waiting(environment: str, service: str) -> Sequence[EntryChange]:
    """As far as the list knows."""
    held = portal().collector.held(environment)
    row = held.value.rows.get(service) if held else None
    return row.catalog_changes if row else ()


@dataclass(frozen=True)
class Conflict:
    """Somebody else changed the entry since this change of it was begun."""

    text: str
    """As theirs reads"""
    changes: Sequence[EntryChange]
    """What they changed"""
    both: Sequence[str]
    """Fields that they and this change say differently"""
    can_be_joined: bool
    """Whether the changes can be made to theirs; not while one of the texts cannot be read"""


def conflict(wanted: Draft, theirs: str) -> Conflict:
    try:
        before, mine, now = (read_unclear(text, "")[0] for text in (wanted.base, wanted.text, theirs))
    except CatalogError:
        return Conflict(theirs, (), (), can_be_joined=False)
    return Conflict(theirs, differences(before, now), changed_in_both(before, mine, now), can_be_joined=True)
