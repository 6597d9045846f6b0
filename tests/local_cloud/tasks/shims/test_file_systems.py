"""A directory in EFS, as tasks of the local cloud mount it."""

from pathlib import Path
from typing import Any

import pytest

from tests.local_cloud.services import CLUSTER, SampleService
from tests.local_cloud.waiting import eventually


@pytest.fixture
def uploads(service: SampleService) -> dict[str, Any]:
    """A volume in a file system that the network reaches."""
    efs, ec2 = service.aws("efs"), service.aws("ec2")
    made = efs.create_file_system(CreationToken=service.name, Encrypted=True)["FileSystemId"]
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    efs.create_mount_target(FileSystemId=made, SubnetId=subnet)
    point = efs.create_access_point(FileSystemId=made, RootDirectory={"Path": "/uploads"})["AccessPointId"]
    return volume(made, point)


def volume(file_system: str, access_point: str) -> dict[str, Any]:
    through = {"accessPointId": access_point, "iam": "ENABLED"}
    told = {"fileSystemId": file_system, "transitEncryption": "ENABLED", "authorizationConfig": through}
    return {"name": "uploads", "efsVolumeConfiguration": told}


def a_definition(service: SampleService, volume: dict[str, Any]) -> str:
    logs = {"awslogs-group": "/tests", "awslogs-region": "ap-northeast-1", "awslogs-stream-prefix": "ecs"}
    program = {
        "name": "app",
        "image": "hello:1.0.0",
        "portMappings": [{"containerPort": 8080}],
        "mountPoints": [{"sourceVolume": "uploads", "containerPath": "/uploads"}],
        "logConfiguration": {"logDriver": "awslogs", "options": logs},
    }
    registered = service.ecs.register_task_definition(
        family=service.name,
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[program],
        volumes=[volume],
    )
    return registered["taskDefinition"]["taskDefinitionArn"]


def directory(service: SampleService, task: dict[str, Any]) -> Path:
    """Which the first line of its log names."""
    stream = f"ecs/app/{task['taskArn'].rpartition('/')[2]}"

    def first_line() -> str:
        events = service.aws("logs").filter_log_events(logGroupName="/tests", logStreamNames=[stream])["events"]
        return events[0]["message"] if events else ""

    note = eventually(first_line)
    assert "is not mounted: the directory" in note
    return Path(note.split()[8].rstrip(";"))


def test_all_tasks_share_it_and_what_they_left_is_there_for_the_next(service, uploads):
    service.create(a_definition(service, uploads), count=2)
    assert service.settled() == "SUCCESSFUL"
    first, second = service.running()
    files = directory(service, first)
    assert directory(service, second) == files
    left = {it.name for it in files.iterdir()}
    assert len(left) == 2

    service.update(desiredCount=0)
    eventually(lambda: not service.running())
    service.update(desiredCount=1)
    eventually(lambda: len({it.name for it in files.iterdir()}) == 3)
    assert left < {it.name for it in files.iterdir()}


def test_it_goes_with_its_file_system(service, uploads):
    told, efs = uploads["efsVolumeConfiguration"], service.aws("efs")
    service.create(a_definition(service, uploads))
    assert service.settled() == "SUCCESSFUL"
    files = directory(service, service.running()[0])
    service.ecs.delete_service(cluster=CLUSTER, service=service.name, force=True)

    for target in efs.describe_mount_targets(FileSystemId=told["fileSystemId"])["MountTargets"]:
        efs.delete_mount_target(MountTargetId=target["MountTargetId"])
    efs.delete_file_system(FileSystemId=told["fileSystemId"])

    assert not files.exists()


def stopped_because(service: SampleService, definition: str) -> str:
    [task] = service.ecs.run_task(cluster=CLUSTER, taskDefinition=definition, launchType="FARGATE")["tasks"]

    def reason() -> str:
        [now] = service.ecs.describe_tasks(cluster=CLUSTER, tasks=[task["taskArn"]])["tasks"]
        return now.get("stoppedReason", "") if now["lastStatus"] == "STOPPED" else ""

    return str(eventually(reason))


def test_without_mount_target_or_by_a_foreign_access_point_no_task_starts(service, uploads):
    told = uploads["efsVolumeConfiguration"]
    unreached = service.aws("efs").create_file_system(CreationToken=f"{service.name}-other")["FileSystemId"]

    without = a_definition(service, volume(unreached, told["authorizationConfig"]["accessPointId"]))
    foreign = a_definition(service, volume(told["fileSystemId"], "fsap-0123"))

    assert f'Failed to resolve "{unreached}.efs.' in stopped_because(service, without)
    assert "mount.nfs4: access denied by server" in stopped_because(service, foreign)
