"""Takes a service out of the catalog, in one environment or in all. What is in AWS goes with its stack, afterwards."""

from dataclasses import dataclass

from service_catalog.catalog import Catalog
from service_catalog.problems import CatalogError, NoSuchService
from service_catalog.yaml_text.edit import edited
from service_catalog.yaml_text.reader import read_unclear


@dataclass(frozen=True)
class Retirement:
    service: str
    base: str
    """Its entry; empty where it left the catalog already"""
    exists_in: tuple[str, ...]
    """By its entry"""
    leaves: tuple[str, ...]
    """Environments that it is taken out of"""

    @property
    def remains_in(self) -> tuple[str, ...]:
        return tuple(name for name in self.exists_in if name not in self.leaves)


def plan(catalog: Catalog, environment: str, service: str) -> Retirement:
    """Out of one environment. Of an entry that nobody can read it is not known where else it exists: all of it goes."""
    try:
        text = catalog.entry_text(service)
    except NoSuchService:
        return Retirement(service, "", (), (environment,))
    try:
        named = read_unclear(text, "")[0].get("environments")
    except CatalogError:
        named = None
    exists_in = tuple(named) if isinstance(named, dict) else (environment,)
    if environment not in exists_in:
        return Retirement(service, "", (), (environment,))
    return Retirement(service, text, exists_in, (environment,))


def text_without(retirement: Retirement) -> str | None:
    """What its entry reads then; None where it leaves the catalog altogether."""
    if not retirement.remains_in:
        return None
    entry, _unclear = read_unclear(retirement.base, f"services/{retirement.service}.yaml")
    entry["environments"] = {name: its for name, its in entry["environments"].items() if name in retirement.remains_in}
    return edited(retirement.base, entry)
