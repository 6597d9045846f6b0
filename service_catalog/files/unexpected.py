"""Files that no entry can be, and what to do with each: passed over in silence, their services would be missed."""

import os
import re

from service_catalog import naming
from service_catalog.messages import say
from service_catalog.problems import Problem
from service_catalog.validation.pydantic_errors import near_name

_BACKUP = re.compile(r".*~|#.*#|.*\.(bak|orig|rej|old|sav|save|swp|swo|tmp)", re.IGNORECASE)
_MEANT_AS_ENTRY = re.compile(r"(?P<stem>.+)\.ya?ml", re.IGNORECASE)


def is_name(name: str) -> bool:
    """Only such a name becomes a part of a path, so none leads out of the catalog."""
    return re.fullmatch(naming.NAME_PATTERN, name) is not None


def stray_problem(directory: str, name: str) -> Problem | None:
    """None for an entry, and for what is hidden."""
    if name.startswith(".") or (name.endswith(".yaml") and is_name(name[:-5])):
        return None
    return Problem(f"{directory}/{os.fsencode(name).decode(errors='replace')}", "", *_told(name))


def _told(name: str) -> tuple[str, str]:
    if _BACKUP.fullmatch(name):
        return say("is a backup, not an entry"), say("remove it")
    meant = _MEANT_AS_ENTRY.fullmatch(name)
    if not meant:
        return say("is not an entry"), say("move it elsewhere; this directory holds entries only, called <name>.yaml")
    better = near_name(meant["stem"])
    if not is_name(better):
        return say("is not the name of an entry"), say("take letters, digits and hyphens, as in orders-api.yaml")
    if is_name(meant["stem"]):
        return say("is not the name of an entry"), say("it ends in .yaml: call it %(name)s.yaml", name=better)
    hint = say("lower-case letters, digits and hyphens only: call it %(name)s.yaml", name=better)
    return say("is not the name of an entry"), hint
