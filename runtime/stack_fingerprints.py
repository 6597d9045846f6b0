"""Whether a stack differs from what the catalog wants, by what AWS remembers of it: no engine's state is opened. Pure.

A stack is up to date when the fingerprint of what the catalog wants equals both the one that Pulumi wrote last, whoever
ran it (``provisioned``), and the one that came through to the end: provisioned, released, verified (``applied``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from runtime.bucket.records import RecordsByService
from service_catalog import naming
from service_catalog.messages import Message, say
from service_catalog.records.provisioned import Provisioned
from service_catalog.records.service_index import IndexEntry

ENVIRONMENT_ENTRY = naming.provisioned_environment_key().removeprefix(naming.PROVISIONED_PREFIX).removesuffix(".json")
"""Key of the environment in the service index: the same name as its provisioned record."""
UP_TO_DATE, NEW, CHANGED = say("up to date"), say("new"), say("changed")


@dataclass(frozen=True)
class StackFingerprints:
    """The fingerprints that AWS keeps of one stack."""

    provisioned: str | None = None
    applied: str | None = None
    is_under_way: bool = False
    """A run began and did not come through to its end"""
    is_unreadable: bool = False
    """Nobody can read them: asked for more, AWS says why"""


def difference(wanted: str, recorded: StackFingerprints, exists: bool) -> Message | None:
    """Why the stack is to be provisioned; None for one that is up to date. ``exists``: the engine holds something."""
    if recorded.is_unreadable:
        return say("its record is unreadable")
    if recorded.provisioned is None:
        return say("the last run stopped half-way") if exists else NEW
    if recorded.provisioned != wanted:
        return CHANGED
    if recorded.is_under_way:
        return say("the last run did not come through to its end")
    if recorded.applied != wanted:
        return say("provisioned by hand, not yet applied")
    return None


def of_stack(fingerprint: str | None, entry: IndexEntry | None) -> StackFingerprints:
    if entry is None:
        return StackFingerprints(fingerprint)
    return StackFingerprints(fingerprint, entry.applied, entry.is_under_way)


def of_services(
    provisioned: RecordsByService[Provisioned], index: RecordsByService[IndexEntry]
) -> Mapping[str, StackFingerprints]:
    """Those that Pulumi provisioned."""
    recorded = {
        name: of_stack(record.fingerprint, index.readable.get(name)) for name, record in provisioned.readable.items()
    }
    without_head = provisioned.readable.keys() & index.unreadable.keys()
    return recorded | dict.fromkeys([*provisioned.unreadable, *without_head], StackFingerprints(is_unreadable=True))
