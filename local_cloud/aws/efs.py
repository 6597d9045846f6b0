"""EFS: file systems, where they are reached, by which ways in, and who may."""

import json
from typing import Any

from local_cloud.aws.cloud import Cloud
from local_cloud.aws.kind import Call, Kind, Look, Values

ARN = "arn:{partition}:elasticfilesystem:{region}:{account}:"
FILE_SYSTEM = {"FileSystemId": "{fileSystemId}"}
POLICY = Call("put_file_system_policy", FILE_SYSTEM)
BACKUP = Call("put_backup_policy", FILE_SYSTEM)
MADE_FOR_EVER = "availabilityZoneName creationToken encrypted kmsKeyId performanceMode"


def find_access_point(cloud: Cloud, inputs: Values) -> str | None:
    """It has no name: it is told by its tags, provided that one alone has them."""
    tags = inputs.get("tags") or {}
    found = cloud.call("efs", "describe_access_points", FileSystemId=inputs["fileSystemId"])["AccessPoints"]
    alike = [it["AccessPointId"] for it in found if tags and {t["Key"]: t["Value"] for t in it["Tags"]} == tags]
    return alike[0] if len(alike) == 1 else None


def without_id(cloud: Cloud, inputs: Values, described: dict[str, Any]) -> dict[str, Any]:
    """EFS gives a policy an id, where it has none."""
    policy = json.loads(described["Policy"])
    if "Id" not in json.loads(inputs.get("policy") or "{}"):
        policy.pop("Id", None)
    return {**described, "Policy": json.dumps(policy)}


KINDS = [
    Kind(
        "aws:efs/fileSystem:FileSystem",
        "efs",
        create=Call("create_file_system"),
        id="FileSystemId",
        look=Look("describe_file_systems", {"FileSystemId": "{id}"}, "FileSystems[0]"),
        find=Look("describe_file_systems", {"CreationToken": "{creationToken}"}, "FileSystems[0]"),
        updates=(
            Call("update_file_system", {"FileSystemId": "{id}"}),
            Call("put_lifecycle_configuration", {"FileSystemId": "{id}"}),
        ),
        delete=Call("delete_file_system", {"FileSystemId": "{id}"}),
        fixed=MADE_FOR_EVER,
        tags="{id}",
        outputs={"arn": "FileSystemArn", "dnsName": "{id}.efs.{region}.amazonaws.com"},
    ),
    Kind(
        "aws:efs/fileSystemPolicy:FileSystemPolicy",
        "efs",
        create=POLICY,
        id="{fileSystemId}",
        look=Look("describe_file_system_policy", {"FileSystemId": "{id}"}),
        updates=(POLICY,),
        delete=Call("delete_file_system_policy", {"FileSystemId": "{id}"}),
        fixed="fileSystemId",
        complete=without_id,
    ),
    Kind(
        "aws:efs/backupPolicy:BackupPolicy",
        "efs",
        create=BACKUP,
        id="{fileSystemId}",
        look=Look("describe_backup_policy", {"FileSystemId": "{id}"}, "BackupPolicy"),
        updates=(BACKUP,),
        delete=Call("put_backup_policy", {"FileSystemId": "{id}", "BackupPolicy": {"Status": "DISABLED"}}),
        fixed="fileSystemId",
    ),
    Kind(
        "aws:efs/mountTarget:MountTarget",
        "efs",
        create=Call("create_mount_target"),
        id="MountTargetId",
        look=Look("describe_mount_targets", {"MountTargetId": "{id}"}, "MountTargets[0]"),
        find=Look("describe_mount_targets", FILE_SYSTEM, "MountTargets[?SubnetId == '{subnetId}'] | [0]"),
        updates=(Call("modify_mount_target_security_groups", {"MountTargetId": "{id}"}),),
        delete=Call("delete_mount_target", {"MountTargetId": "{id}"}),
        fixed="fileSystemId ipAddress ipAddressType ipv6Address subnetId",
        outputs={"availabilityZoneName": "AvailabilityZoneName", "ipAddress": "IpAddress"},
    ),
    Kind(
        "aws:efs/accessPoint:AccessPoint",
        "efs",
        create=Call("create_access_point"),
        id="AccessPointId",
        look=Look("describe_access_points", {"AccessPointId": "{id}"}, "AccessPoints[0]"),
        find=find_access_point,
        delete=Call("delete_access_point", {"AccessPointId": "{id}"}),
        fixed="fileSystemId posixUser rootDirectory",
        tags="{id}",
        outputs={"arn": "AccessPointArn", "fileSystemArn": ARN + "file-system/{fileSystemId}"},
    ),
]
