"""Services on ECS Managed Instances, on the running local cloud: ECS takes an instance that fits the task."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_cloud.services import LOG_GROUP
from tests.local_cloud.waiting import eventually

ARM = {"requiresCompatibilities": ["MANAGED_INSTANCES"], "runtimePlatform": {"cpuArchitecture": "ARM64"}}


class Managed:
    def __init__(self, aws: Any, name: str):
        self.ecs, self.logs, self.name = aws("ecs"), aws("logs"), name
        ec2 = aws("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24", AvailabilityZone="ap-northeast-1c")
        self.subnet = subnet["Subnet"]["SubnetId"]
        self.ecs.create_cluster(clusterName=name)
        self.ecs.put_cluster_capacity_providers(
            cluster=name, capacityProviders=["FARGATE"], defaultCapacityProviderStrategy=[]
        )
        self.offer(cluster=name, vCpuCount={"min": 2}, memoryMiB={"min": 1}, excludedInstanceTypes=["c7*.*"])

    def offer(self, cluster: str | None, name: str = "", **requirements: Any) -> None:
        template = {
            "ec2InstanceProfileArn": "arn:aws:iam::000000000000:instance-profile/i",
            "networkConfiguration": {"subnets": [self.subnet], "securityGroups": ["sg-1"]},
            **({"instanceRequirements": requirements} if requirements else {}),
        }
        role = "arn:aws:iam::000000000000:role/r"
        self.ecs.create_capacity_provider(
            name=name or self.name,
            **({"cluster": cluster} if cluster else {}),
            managedInstancesProvider={"infrastructureRoleArn": role, "instanceLaunchTemplate": template},
        )

    def definition(self, **more: Any) -> str:
        container = {"name": "app", "image": "hello:1.0.0", "portMappings": [{"containerPort": 8080}]}
        usual = {"networkMode": "awsvpc", "cpu": "1024", "memory": "3072", "containerDefinitions": [container], **ARM}
        made = self.ecs.register_task_definition(family=self.name, **(usual | more))
        found: str = made["taskDefinition"]["taskDefinitionArn"]
        return found

    def serve(self, count: int, **more: Any) -> None:
        said = {
            "taskDefinition": self.definition(),
            "capacityProviderStrategy": [{"capacityProvider": self.name, "weight": 1}],
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": [self.subnet]}},
            **more,
        }
        self.ecs.create_service(cluster=self.name, serviceName="web", desiredCount=count, **said)

    def tasks(self) -> list[dict[str, Any]]:
        arns = self.ecs.list_tasks(cluster=self.name, serviceName="web")["taskArns"]
        found = self.ecs.describe_tasks(cluster=self.name, tasks=arns)["tasks"] if arns else []
        return [task for task in found if task["lastStatus"] == "RUNNING"]

    def instance_types(self) -> list[str]:
        arns = self.ecs.list_container_instances(cluster=self.name)["containerInstanceArns"]
        if not arns:
            return []
        asked = self.ecs.describe_container_instances(cluster=self.name, containerInstances=arns)
        attributes = [it["attributes"] for it in asked["containerInstances"]]
        return sorted(it["value"] for of in attributes for it in of if it["name"] == "ecs.instance-type")

    def offered(self) -> list[str]:
        [cluster] = self.ecs.describe_clusters(clusters=[self.name])["clusters"]
        found: list[str] = cluster["capacityProviders"]
        return found


@pytest.fixture
def managed(prepared, fresh_name) -> Iterator[Managed]:
    made = Managed(prepared, fresh_name)
    yield made
    with suppress(made.ecs.exceptions.ServiceNotFoundException):
        made.ecs.delete_service(cluster=made.name, service="web", force=True)


def refused(call: Any, *given: Any, **said: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(*given, **said)
    return str(error.value)


def test_ecs_takes_the_smallest_instance_that_may_be_taken_and_fits_and_ends_it_when_it_is_idle(managed):
    managed.serve(3)
    tasks = eventually(lambda: managed.tasks() if len(managed.tasks()) == 3 else [])

    assert managed.instance_types() == ["m7g.large", "m7g.large"]  # two tasks fit one
    assert {(it["launchType"], it["capacityProviderName"]) for it in tasks} == {("MANAGED_INSTANCES", managed.name)}
    assert {it["availabilityZone"] for it in tasks} == {"ap-northeast-1c"}

    managed.ecs.update_service(cluster=managed.name, service="web", desiredCount=0)
    assert eventually(lambda: managed.instance_types() == [])


def test_a_task_with_a_gpu_stands_on_an_instance_that_has_one_and_its_log_says_that_it_gets_none(managed, fresh_name):
    managed.offer(
        managed.name, f"{fresh_name}-gpu", vCpuCount={"min": 1}, memoryMiB={"min": 1}, acceleratorCount={"min": 1}
    )
    options = {"awslogs-group": LOG_GROUP, "awslogs-region": "ap-northeast-1", "awslogs-stream-prefix": "ecs"}
    container = {
        "name": "app",
        "image": "hello:1.0.0",
        "resourceRequirements": [{"type": "GPU", "value": "1"}],
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }
    definition = managed.definition(containerDefinitions=[container], runtimePlatform={"cpuArchitecture": "X86_64"})
    on_gpus = [{"capacityProvider": f"{fresh_name}-gpu", "weight": 1}]
    managed.serve(1, taskDefinition=definition, capacityProviderStrategy=on_gpus)

    [task] = eventually(managed.tasks)
    assert managed.instance_types() == ["g5.xlarge"]
    stream = f"ecs/app/{task['taskArn'].rpartition('/')[2]}"
    lines = eventually(lambda: managed.logs.get_log_events(logGroupName=LOG_GROUP, logStreamName=stream)["events"])
    assert any("resourceRequirements give no GPU" in it["message"] for it in lines)


def test_a_task_that_no_instance_fits_waits_and_says_so(managed):
    managed.serve(1, taskDefinition=managed.definition(cpu="262144"))
    [service] = managed.ecs.describe_services(cluster=managed.name, services=["web"])["services"]
    events = eventually(lambda: [it["message"] for it in service["events"]])
    assert "was unable to place a task because no container instance met all" in " ".join(events)
    assert managed.instance_types() == []


def test_it_stands_in_its_cluster_whoever_says_what_else_does(managed):
    assert managed.offered() == ["FARGATE", managed.name]
    put = managed.ecs.put_cluster_capacity_providers
    assert "Cannot associate Managed Instances" in refused(
        put, cluster=managed.name, capacityProviders=["FARGATE", managed.name], defaultCapacityProviderStrategy=[]
    )
    managed.serve(0)
    put(cluster=managed.name, capacityProviders=["FARGATE_SPOT"], defaultCapacityProviderStrategy=[])
    assert managed.offered() == ["FARGATE_SPOT", managed.name]


def test_it_is_not_deleted_while_a_service_names_it(managed):
    managed.serve(0)
    delete = managed.ecs.delete_capacity_provider
    assert "in use" in refused(delete, capacityProvider=managed.name)
    managed.ecs.delete_service(cluster=managed.name, service="web", force=True)
    delete(capacityProvider=managed.name)
    assert managed.offered() == ["FARGATE"]


def test_it_is_nobodys_without_a_cluster(managed, fresh_name):
    assert "cluster provided is invalid" in refused(managed.offer, None, f"{fresh_name}-other")


def test_what_aws_does_not_run_on_it_is_refused(managed):
    on_fargate = managed.definition(requiresCompatibilities=["FARGATE"], cpu="1024", memory="2048")
    assert "does not support launch_type MANAGED_INSTANCES" in refused(managed.serve, 1, taskDefinition=on_fargate)
    assert "'bridge' is not supported" in refused(managed.definition, networkMode="bridge")
    spread = [{"type": "spread", "field": "instanceId"}]
    assert "strategies are not supported" in refused(managed.serve, 1, placementStrategy=spread)
