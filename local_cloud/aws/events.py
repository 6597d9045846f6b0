"""EventBridge: rules of the account's own bus, and where they send what fits them."""

from typing import Any

from local_cloud.aws.cloud import Cloud
from local_cloud.aws.kind import Call, Kind, Look, Named, Values


def target(properties: dict[str, Any]) -> dict[str, Any]:
    """The operation takes several; Pulumi has one each."""
    said = {"id": properties["targetId"], "arn": properties["arn"]}
    if transformer := properties.get("inputTransformer"):
        said["inputTransformer"] = {
            "inputPathsMap": transformer.get("inputPaths") or {},
            "inputTemplate": transformer["inputTemplate"],
        }
    return {"rule": properties["rule"], "targets": [said]}


def remove_target(cloud: Cloud, id: str, known: Values) -> None:
    cloud.call("events", "remove_targets", Rule=known["rule"], Ids=[known["targetId"]])


RULE = Call("put_rule", together="*")
TARGET = Call("put_targets", takes="arn inputTransformer rule targetId", reshape=target, together="*")

KINDS = [
    Kind(
        "aws:cloudwatch/eventRule:EventRule",
        "events",
        create=RULE,
        id="{name}",
        look=Look("describe_rule", {"Name": "{id}"}),
        updates=(RULE,),
        delete=Call("delete_rule", {"Name": "{id}"}),
        fixed="name",
        named=Named(longest=64),
        tags="{arn}",
        outputs={"arn": "Arn"},
    ),
    Kind(
        "aws:cloudwatch/eventTarget:EventTarget",
        "events",
        create=TARGET,
        id="{rule}-{targetId}",
        look=Look("list_targets_by_rule", {"Rule": "{rule}"}, "Targets[?Id == '{targetId}'] | [0]"),
        updates=(TARGET,),
        delete=remove_target,
        fixed="rule targetId",
        imported=r"(?P<rule>.+)/(?P<targetId>[^/]+)",
    ),
]
