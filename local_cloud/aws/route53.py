"""Route 53: records in hosted zones."""

from typing import Any

from local_cloud.aws.cloud import CallFailed, Cloud, input_shape
from local_cloud.aws.kind import Call, Kind, Look, Values
from local_cloud.aws.shapes import fit

VALUES = "aliases records ttl weightedRoutingPolicies"
IDENTITY = "name setIdentifier type"


def change(action: str, properties: Values) -> dict[str, Any]:
    return {"changeBatch": {"changes": [{"action": action, "resourceRecordSet": record_set(properties)}]}}


def record_set(properties: Values) -> dict[str, Any]:
    """As AWS spells it."""
    found = {name: properties.get(name) for name in ("name", "type", "ttl", "setIdentifier")}
    for alias in properties.get("aliases") or ():
        found["aliasTarget"] = {
            "hostedZoneId": alias["zoneId"],
            "dNSName": alias["name"],
            "evaluateTargetHealth": alias["evaluateTargetHealth"],
        }
    for policy in properties.get("weightedRoutingPolicies") or ():
        found["weight"] = policy["weight"]
    found["resourceRecords"] = [{"value": value} for value in properties.get("records") or ()] or None
    return {name: value for name, value in found.items() if value is not None}


def made(properties: dict[str, Any]) -> dict[str, Any]:
    return change("CREATE", properties)


def changed(properties: dict[str, Any]) -> dict[str, Any]:
    return change("UPSERT", properties)


def delete(cloud: Cloud, id: str, known: Values) -> None:
    """AWS deletes what it is told in full."""
    arguments = fit(input_shape("route53", "change_resource_record_sets"), change("DELETE", known), {})
    try:
        cloud.call("route53", "change_resource_record_sets", HostedZoneId=known["zoneId"], **arguments)
    except CallFailed as failure:
        if "but it was not found" not in failure.reason:
            raise


def of_the_record(cloud: Cloud, known: Values, answer: dict[str, Any]) -> dict[str, Any] | None:
    """A change tells nothing of the record that it makes, and a list tells of others too."""
    identity = {name: known[name] for name in ("name", "type", "setIdentifier", "zoneId") if known.get(name)}
    if "ResourceRecordSets" in answer:
        asked = (known["name"].lower(), known["type"], known.get("setIdentifier"))
        found = (it for it in answer["ResourceRecordSets"] if _identity(it) == asked)
        if next(found, None) is None:
            return None
    parts = [identity["zoneId"], identity["name"], identity["type"], identity.get("setIdentifier")]
    return {**identity, "recordId": "_".join(filter(None, parts))}


def _identity(record: dict[str, Any]) -> tuple[str, str, str | None]:
    """AWS spells a wildcard as a number, and ends names with a dot."""
    name = record["Name"].replace(r"\052", "*").rstrip(".")
    return name, record["Type"], record.get("SetIdentifier")


KINDS = [
    Kind(
        "aws:route53/record:Record",
        "route53",
        create=Call(
            "change_resource_record_sets",
            {"HostedZoneId": "{zoneId}"},
            takes=f"{IDENTITY} {VALUES} zoneId",
            reshape=made,
        ),
        made="ChangeInfo",
        id="recordId",
        look=Look(
            "list_resource_record_sets",
            {"HostedZoneId": "{zoneId}", "StartRecordName": "{name}", "StartRecordType": "{type}"},
        ),
        find=Look(
            "list_resource_record_sets",
            {"HostedZoneId": "{zoneId}", "StartRecordName": "{name}", "StartRecordType": "{type}"},
        ),
        updates=(
            Call(
                "change_resource_record_sets",
                {"HostedZoneId": "{zoneId}"},
                takes=VALUES,
                together=f"{IDENTITY} {VALUES}",
                reshape=changed,
            ),
        ),
        delete=delete,
        # The real provider changes the type and the identifier of a record in place; the program never does.
        fixed=f"{IDENTITY} zoneId",
        unique="name",
        complete=of_the_record,
        imported=r"(?P<zoneId>[^_]+)_(?P<name>.+)_(?P<type>[A-Z]+)(?:_(?P<setIdentifier>[^_]+))?",
        outputs={"fqdn": "name"},
    )
]
