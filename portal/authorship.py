"""Whoever makes a change of the catalog, as its commit names them, and what its message says."""

from typing import Any

from portal.auth import Person
from service_catalog.changes import Author, Change, Written

_DONE = {"new": "registered", "changed": "changed", "gone": "retired"}


def author(person: Person) -> Author:
    """Git wants an address; of who has none it is one that nobody reads."""
    known = person.id if "@" in person.id else f"{person.id or 'portal-user'}@users.noreply.slipway"
    return Author(person.name, known)


def change(service: str, text: str | None, base: str | None, why: str) -> Change:
    """Its message is read by whoever reads the repository: what people wrote, else what was done, in English."""
    what = "new" if base is None else "gone" if text is None else "changed"
    return Change(service, text, base, f"{service}: {why or _DONE[what]}")


def about(written: Written) -> dict[str, Any]:
    """For the audit trail."""
    return {name: said for name, said in (("commit", written.commit), ("branch", written.branch)) if said}
