"""What the real engine refuses in a stack's state: the rules by which it checks every snapshot it opens and writes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local_cloud.engine import urns

Record = Mapping[str, Any]

MEMBERS = {
    "urn", "custom", "delete", "id", "type", "inputs", "outputs", "parent", "protect", "external", "dependencies",
    "initErrors", "provider", "propertyDependencies", "pendingReplacement", "additionalSecretOutputs", "aliases",
    "customTimeouts", "importID", "retainOnDelete", "deletedWith", "created", "modified", "sourcePosition",
    "stackTrace", "ignoreChanges", "replaceOnChanges",
}  # fmt: skip
"""What a record may say: whatever else it said, the real engine would drop."""


def complaints(records: list[Record]) -> Iterator[str]:
    """Of one stack, in the order of its file."""
    earlier: dict[str, Record] = {}
    for record in records:
        for complaint in _complaints(record, earlier):
            yield f"{record['urn']}: {complaint}"
        earlier[record["urn"]] = record


def _complaints(record: Record, earlier: Mapping[str, Record]) -> Iterator[str]:
    if record["urn"] in earlier and not record.get("delete"):
        yield "stands there twice"
    if record["type"] != urns.type_of(record["urn"]):
        yield f"has the type {record['type']}"
    yield from (f"refers to {urn}, which does not stand before it" for urn in _refers_to(record) if urn not in earlier)
    yield from _complaints_about_parent(record)
    if record["custom"]:
        yield from _complaints_about_custom(record, earlier)
    elif record.get("id") or record.get("provider"):
        yield "is a component with an id or a provider"


def _refers_to(record: Record) -> set[str]:
    by_property = [urn for each in record.get("propertyDependencies", {}).values() for urn in each]
    return {urn for urn in (record.get("parent", ""), *record.get("dependencies", ()), *by_property) if urn}


def _complaints_about_parent(record: Record) -> Iterator[str]:
    stack, project, _, name = record["urn"].removeprefix("urn:pulumi:").split("::", 3)
    if record["urn"] != urns.make(stack, project, record.get("parent", ""), record["type"], name):
        yield "is not named after its parent"


def _complaints_about_custom(record: Record, earlier: Mapping[str, Record]) -> Iterator[str]:
    if not record.get("id"):
        yield "has no id"
    if urns.is_provider(record["type"]):
        yield from _complaints_about_provider(record)
        return
    urn, _, id = record.get("provider", "").rpartition("::")
    if earlier.get(urn, {}).get("id") != id:
        yield "names a provider that does not stand before it"


def _complaints_about_provider(record: Record) -> Iterator[str]:
    settings = {key: value for key, value in record.get("inputs", {}).items() if key != "__internal"}
    if record.get("outputs", {}) != settings:
        yield "says other settings than it was given"
    yield from (f"has {key}, which is no text" for key, value in settings.items() if not isinstance(value, str))
    if "version" in settings and "__internal" not in record["inputs"]:
        yield "has a version without __internal"


def records_of(text: str) -> list[Record]:
    """Of a stack's file. A destroyed stack has none."""
    return list(json.loads(text)["checkpoint"]["latest"].get("resources") or [])
