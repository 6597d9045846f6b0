"""Whoever makes a change of the catalog, as its commit names them, and what its message says."""

import re
from typing import Any

from portal.auth import Person
from service_catalog.changes import Author, Change, Written

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
"""Git takes no NUL; and on a line of its own a reason could pass for the sign-off of somebody else"""
_DONE = {"new": "registered", "changed": "changed", "gone": "retired"}


def author(person: Person) -> Author:
    """Git wants an address; of who has none it is one that nobody reads."""
    known = person.id if "@" in person.id else f"{person.id or 'portal-user'}@users.noreply.slipway"
    return Author(person.name, known)


def change(service: str, text: str | None, base: str | None, why: str) -> Change:
    """Its message is read by whoever reads the repository: what people wrote, else what was done, in English."""
    what = "new" if base is None else "gone" if text is None else "changed"
    return Change(service, text, base, f"{service}: {_CONTROL.sub(' ', why).strip() or _DONE[what]}")


def about(written: Written) -> dict[str, Any]:
    """For the audit trail."""
    return {name: said for name, said in (("commit", written.commit), ("branch", written.branch)) if said}
