"""EC2 Auto Scaling: groups of instances."""

from typing import Any

from local_cloud.aws.cloud import Cloud
from local_cloud.aws.kind import Call, Kind, Look, Named, Step, Values

ZONES = "vpcZoneIdentifiers"
NAMES: dict[str, str | tuple[str, ...]] = {
    "AutoScalingGroupName": "name",
    "LaunchTemplateId": ("launchTemplateId", "id"),
    "NewInstancesProtectedFromScaleIn": "protectFromScaleIn",
    "VPCZoneIdentifier": ZONES,
}


def group(properties: dict[str, Any]) -> dict[str, Any]:
    """The subnets are one text to AWS."""
    return {**properties, ZONES: ",".join(properties[ZONES])} if ZONES in properties else properties


def retag(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    def owned(tag: Values) -> dict[str, Any]:
        of = {"ResourceId": id, "ResourceType": "auto-scaling-group"}
        return {**of, "Key": tag["key"], "Value": tag["value"], "PropagateAtLaunch": tag["propagateAtLaunch"]}

    before, after = (list(tags.get("tags") or ()) for tags in (old, new))
    if written := [owned(tag) for tag in after if tag not in before]:
        cloud.call("autoscaling", "create_or_update_tags", Tags=written)
    keys = {tag["key"] for tag in after}
    if gone := [owned(tag) for tag in before if tag["key"] not in keys]:
        cloud.call("autoscaling", "delete_tags", Tags=gone)


KINDS = [
    Kind(
        "aws:autoscaling/group:Group",
        "autoscaling",
        create=Call("create_auto_scaling_group", reshape=group),
        id="{name}",
        look=Look("describe_auto_scaling_groups", {"AutoScalingGroupNames": ["{id}"]}, "AutoScalingGroups[0]"),
        updates=(
            Call("update_auto_scaling_group", {"AutoScalingGroupName": "{id}"}, reshape=group),
            Step("tags", retag),
        ),
        delete=Call("delete_auto_scaling_group", {"AutoScalingGroupName": "{id}", "ForceDelete": True}),
        fixed="name",
        local="forceDelete waitForCapacityTimeout",
        names=NAMES,
        named=Named(),
        lists_tags=True,
        outputs={"arn": "AutoScalingGroupARN"},
    ),
]
