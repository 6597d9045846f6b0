"""Directories in EFS: what is made of them, what of that stays, and who may mount them."""

from typing import Any

from infra.components.file_systems import FileSystems, FileSystemsArgs
from infra.service_parts import ServiceParts
from tests.builders import a_service, an_environment
from tests.infra.recorder import Recorder
from tests.infra.test_exports import WRITTEN

FILE_SYSTEM, POLICY = "aws:efs/fileSystem:FileSystem", "aws:efs/fileSystemPolicy:FileSystemPolicy"
BACKUP, ACCESS_POINT = "aws:efs/backupPolicy:BackupPolicy", "aws:efs/accessPoint:AccessPoint"
MOUNT_TARGET, GROUP = "aws:efs/mountTarget:MountTarget", "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ARN = "arn:aws:elasticfilesystem:ap-northeast-1:123456789012:"
UPLOADS: dict[str, Any] = {"efs": "uploads", "path": "/var/uploads"}
THERE = UPLOADS | {"existing": "fs-01234567"}


def parts_of(engine: Recorder, *volumes: dict[str, Any], **environment: Any) -> ServiceParts:
    args = FileSystemsArgs(a_service(volumes=volumes), an_environment(**environment), WRITTEN, "sg-tasks")
    parts: list[ServiceParts] = []
    engine.run(lambda: parts.append(FileSystems("orders-api", args).parts))
    return parts[0]


def test_a_file_system_holds_data_and_outlives_its_service(engine):
    parts_of(engine, UPLOADS)

    made = engine.one(FILE_SYSTEM)
    assert made.inputs == {
        "creationToken": "dev_orders-api_uploads",
        "encrypted": True,
        "throughputMode": "elastic",
        "lifecyclePolicies": [
            {"transitionToIa": "AFTER_30_DAYS"},
            {"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
        ],
        "tags": {"Name": "orders-api-uploads"},
    }
    assert engine.one(BACKUP).inputs["backupPolicy"] == {"status": "ENABLED"}
    kept = {it.type for it in engine.made if it.retain_on_delete}
    assert kept == {FILE_SYSTEM, POLICY, BACKUP, ACCESS_POINT}


def test_nobody_gets_in_without_tls_and_a_right_of_his_own(engine):
    parts_of(engine, UPLOADS)

    [statement] = engine.one(POLICY).document("policy")["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert "elasticfilesystem:ClientMount" in statement["Action"]


def test_only_the_services_tasks_reach_it_in_each_of_their_subnets(engine):
    parts = parts_of(engine, UPLOADS)

    assert [it["subnetId"] for it in engine.of_type(MOUNT_TARGET)] == ["subnet-1", "subnet-2"]
    rule = engine.one(RULE).inputs
    assert (rule["referencedSecurityGroupId"], rule["fromPort"], rule["toPort"]) == ("sg-tasks", 2049, 2049)
    assert rule["securityGroupId"] == engine.of_type(MOUNT_TARGET)[0]["securityGroups"][0]
    # The first tasks would start before they can be let in.
    assert len(parts.prerequisites) == 3


def test_an_existing_network_has_a_mount_target_in_each_private_subnet(engine):
    subnets = {"public_subnet_ids": ["subnet-a", "subnet-b"], "private_subnet_ids": ["subnet-1", "subnet-2"]}
    parts_of(engine, UPLOADS, network={"zones": 4, "existing": {"vpc_id": "vpc-1"} | subnets})
    assert len(engine.all(MOUNT_TARGET)) == 2


def test_tasks_mount_it_by_tls_as_whom_the_access_point_says(engine):
    parts = parts_of(engine, UPLOADS | {"uid": 33, "gid": 33, "permissions": "0755"})

    point = engine.one(ACCESS_POINT).inputs
    assert point["posixUser"] == {"uid": 33, "gid": 33}
    assert point["rootDirectory"] == {
        "path": "/uploads",
        "creationInfo": {"ownerUid": 33, "ownerGid": 33, "permissions": "0755"},
    }
    [volume] = parts.volumes
    assert volume["efs_volume_configuration"]["transit_encryption"] == "ENABLED"
    assert volume["efs_volume_configuration"]["authorization_config"]["iam"] == "ENABLED"
    assert parts.mount_points == ({"sourceVolume": "uploads", "containerPath": "/var/uploads"},)


def test_the_role_mounts_what_the_entry_names_by_access_points_alone(engine):
    [own, there, read] = parts_of(
        engine,
        UPLOADS | {"read_only": True},
        THERE | {"efs": "shared", "path": "/s", "access_point_id": "fsap-04567890"},
        THERE | {"efs": "read", "path": "/r", "access_point_id": "fsap-07890123", "read_only": True},
    ).task_statements

    mount, write = "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"
    assert (own["Action"], there["Action"], read["Action"]) == ([mount, write], [mount, write], [mount])
    points = [it["Condition"]["ArnLike"]["elasticfilesystem:AccessPointArn"] for it in (own, there, read)]
    assert points == [f"{ARN}access-point/{it}" for it in ("*", "fsap-04567890", "fsap-07890123")]


def test_of_a_file_system_that_is_there_only_the_way_in_is_made(engine):
    parts = parts_of(engine, THERE | {"security_group_id": "sg-07890123"})

    assert {it.type for it in engine.made} == {ACCESS_POINT, RULE}
    assert engine.one(RULE).inputs["securityGroupId"] == "sg-07890123"
    assert parts.record == ({"file_systems": {"uploads": "fs-01234567"}},)


def test_one_that_a_service_left_gets_mount_targets_again(engine):
    parts_of(engine, THERE | {"access_point_id": "fsap-04567890", "mount_targets": True})
    assert {it.type for it in engine.made} == {MOUNT_TARGET, GROUP, RULE}


def test_a_retired_one_is_mounted_no_more_and_releases_may_still_mount_it(engine):
    parts = parts_of(engine, UPLOADS | {"retired": True})
    assert (parts.volumes, parts.mount_points) == ((), ())
    assert len(parts.task_statements) == 1
    assert engine.all(FILE_SYSTEM)
