"""What Route 53 refuses and MiniStack takes: names outside of the zone, and a plain record beside those that share a
name by weight."""

from collections.abc import Iterator, Mapping
from typing import Any

Records = list[Mapping[str, Any]]


def install(route53: Any) -> None:
    change = route53._change_resource_record_sets

    def checked(zone_id: str, body: bytes) -> Any:
        zone, root = route53._zones.get(zone_id), route53._parse_body(body)
        if zone and root is not None:
            changes = list(_changes(route53, root))
            if problem := _problem(zone["name"], route53._records[zone_id], changes):
                return route53._error_response("InvalidChangeBatch", problem)
        return change(zone_id, body)

    route53._change_resource_record_sets = checked


def _changes(route53: Any, root: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    batch = route53._find(root, "ChangeBatch")
    changes = route53._find(batch, "Changes") if batch is not None else None
    for change in route53._findall(changes, "Change") if changes is not None else ():
        record = route53._find(change, "ResourceRecordSet")
        if record is not None:
            yield route53._text(change, "Action"), route53._parse_record_set(record)


def _problem(zone: str, there: Records, changes: list[tuple[str, Mapping[str, Any]]]) -> str | None:
    gone = [_identity(record) for action, record in changes if action == "DELETE"]
    staying = [record for record in there if _identity(record) not in gone]
    for action, record in changes:
        if action == "DELETE":
            continue
        name, type, _ = _identity(record)
        if not f".{name}".endswith(f".{zone.lower()}"):
            return f"RRSet with DNS name {name} is not permitted in zone {zone}"
        others = [it for it in staying if _identity(it)[:2] == (name, type)]
        if any(("SetIdentifier" in it) != ("SetIdentifier" in record) for it in others):
            return (
                f"RRSet with DNS name {name}, type {type}, SetIdentifier {record.get('SetIdentifier')} cannot be "
                "created because a record of another routing policy exists with the same name and type"
            )
        staying.append(record)
    return None


def _identity(record: Mapping[str, Any]) -> tuple[str, str, str]:
    return record["Name"].lower(), record["Type"], record.get("SetIdentifier", "")
