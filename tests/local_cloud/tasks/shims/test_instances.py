"""Services on EC2 capacity, on the running local cloud: a group of instances that grows as tasks need it."""

import json
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from tests.local_cloud.waiting import eventually

TWO_A_MACHINE = {"cpu": "1024", "memory": "1024"}
"""Of m7i.large, which has 2048 CPU units."""


class Capacity:
    def __init__(self, aws, name: str, **group):
        self.aws, self.ecs, self.name = aws, aws("ecs"), name
        ec2, groups = aws("ec2"), aws("autoscaling")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"ap-northeast-1{zone}")[
                "Subnet"
            ]["SubnetId"]
            for number, zone in enumerate("ac")
        ]
        template = ec2.create_launch_template(
            LaunchTemplateName=name, LaunchTemplateData={"InstanceType": "m7i.large", "ImageId": "ami-1"}
        )["LaunchTemplate"]["LaunchTemplateId"]
        wanted = {"MinSize": 0, "MaxSize": 3, "NewInstancesProtectedFromScaleIn": True, **group}
        groups.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchTemplate={"LaunchTemplateId": template, "Version": "$Latest"},
            VPCZoneIdentifier=",".join(subnets),
            **wanted,
        )
        [made] = groups.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
        self.ecs.create_cluster(clusterName=name)
        self.provider = {
            "autoScalingGroupArn": made["AutoScalingGroupARN"],
            "managedScaling": {"status": "ENABLED", "targetCapacity": 100},
            "managedDraining": "ENABLED",
            "managedTerminationProtection": "ENABLED",
        }
        self.ecs.create_capacity_provider(name=name, autoScalingGroupProvider=self.provider)
        self.ecs.put_cluster_capacity_providers(
            cluster=name, capacityProviders=["FARGATE", name], defaultCapacityProviderStrategy=[]
        )

    def definition(self, **more) -> str:
        said = {"networkMode": "awsvpc", "requiresCompatibilities": ["EC2"], **TWO_A_MACHINE, **more}
        container = {"name": "app", "image": "hello:1.0.0", "portMappings": [{"containerPort": 8080}]}
        made = self.ecs.register_task_definition(family=self.name, containerDefinitions=[container], **said)
        return made["taskDefinition"]["taskDefinitionArn"]

    def serve(self, count: int, definition: str = "", mode: str = "awsvpc", **more) -> None:
        network = {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}}
        strategy = {"capacityProviderStrategy": [{"capacityProvider": self.name, "weight": 1}]}
        self.ecs.create_service(
            cluster=self.name,
            serviceName="web",
            taskDefinition=definition or self.definition(),
            desiredCount=count,
            **(strategy | more if mode == "bridge" else strategy | network | more),
        )

    def scale(self, count: int) -> None:
        self.ecs.update_service(cluster=self.name, service="web", desiredCount=count)

    def tasks(self) -> list[dict]:
        arns = self.ecs.list_tasks(cluster=self.name, serviceName="web")["taskArns"]
        found = self.ecs.describe_tasks(cluster=self.name, tasks=arns)["tasks"] if arns else []
        return [task for task in found if task["lastStatus"] == "RUNNING"]

    def instances(self) -> list[dict]:
        arns = self.ecs.list_container_instances(cluster=self.name)["containerInstanceArns"]
        asked = self.ecs.describe_container_instances(cluster=self.name, containerInstances=arns)
        return asked["containerInstances"] if arns else []

    def events(self) -> str:
        [service] = self.ecs.describe_services(cluster=self.name, services=["web"])["services"]
        return " ".join(event["message"] for event in service["events"])


@pytest.fixture
def capacity(prepared, fresh_name) -> Iterator[Capacity]:
    made = Capacity(prepared, fresh_name)
    yield made
    with suppress(made.ecs.exceptions.ServiceNotFoundException):
        made.ecs.delete_service(cluster=made.name, service="web", force=True)


def test_instances_come_as_tasks_need_them_and_in_every_zone(capacity):
    assert capacity.instances() == []
    capacity.serve(3)
    tasks = eventually(lambda: capacity.tasks() if len(capacity.tasks()) == 3 else [])

    instances = {it["containerInstanceArn"]: it for it in capacity.instances()}
    assert len(instances) == 2
    assert {task["containerInstanceArn"] for task in tasks} == instances.keys()
    assert {task["availabilityZone"] for task in tasks} == {"ap-northeast-1a", "ap-northeast-1c"}
    assert {(task["launchType"], task["capacityProviderName"]) for task in tasks} == {("EC2", capacity.name)}
    left = {it["name"]: it["integerValue"] for one in instances.values() for it in one["remainingResources"]}
    assert left["CPU"] in (0, 1024)
    attributes = {it["name"]: it["value"] for it in next(iter(instances.values()))["attributes"]}
    assert attributes["ecs.instance-type"] == "m7i.large"


def test_what_finds_no_room_is_told_and_gets_it_once_there_is_more(capacity):
    capacity.serve(7)
    assert eventually(lambda: len(capacity.tasks()) == 6)
    assert len(capacity.instances()) == 3
    assert "was unable to place a task because no container instance met all" in capacity.events()

    groups = capacity.aws("autoscaling")
    groups.update_auto_scaling_group(AutoScalingGroupName=capacity.name, MaxSize=4)

    assert eventually(lambda: len(capacity.tasks()) == 7)


def test_an_instance_that_has_long_been_empty_ends(capacity):
    capacity.serve(4)
    assert eventually(lambda: len(capacity.tasks()) == 4)
    capacity.scale(1)
    [busy] = eventually(lambda: capacity.instances() if len(capacity.instances()) == 1 else [])
    assert [task["containerInstanceArn"] for task in capacity.tasks()] == [busy["containerInstanceArn"]]


def test_tasks_of_an_instance_that_is_gone_run_elsewhere(capacity):
    capacity.serve(1)
    [task] = eventually(capacity.tasks)
    groups, instance = capacity.aws("autoscaling"), capacity.instances()[0]["ec2InstanceId"]
    groups.update_auto_scaling_group(AutoScalingGroupName=capacity.name, MaxSize=0, DesiredCapacity=0)
    assert eventually(lambda: capacity.tasks() == [])

    groups.update_auto_scaling_group(AutoScalingGroupName=capacity.name, MaxSize=3)

    [again] = eventually(capacity.tasks)
    assert again["taskArn"] != task["taskArn"]
    assert [it["ec2InstanceId"] for it in capacity.instances()] != [instance]


def test_the_cluster_counts_its_instances(capacity):
    capacity.serve(1)
    assert eventually(capacity.tasks)
    [cluster] = capacity.ecs.describe_clusters(clusters=[capacity.name])["clusters"]
    assert cluster["registeredContainerInstancesCount"] == 1


def test_a_part_of_a_service_runs_on_spot(service, prepared, fresh_name):
    ecs = prepared("ecs")
    ecs.create_cluster(clusterName=fresh_name)
    ecs.create_service(
        cluster=fresh_name,
        serviceName="web",
        taskDefinition=service.definition(),
        desiredCount=3,
        capacityProviderStrategy=[
            {"capacityProvider": "FARGATE", "base": 1, "weight": 0},
            {"capacityProvider": "FARGATE_SPOT", "weight": 1},
        ],
        networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
    )

    def providers() -> list[str]:
        arns = ecs.list_tasks(cluster=fresh_name)["taskArns"]
        tasks = ecs.describe_tasks(cluster=fresh_name, tasks=arns)["tasks"] if arns else []
        return sorted(task["capacityProviderName"] for task in tasks)

    assert eventually(lambda: providers() == ["FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"])
    arns = ecs.list_tasks(cluster=fresh_name)["taskArns"]
    assert not any("containerInstanceArn" in it for it in ecs.describe_tasks(cluster=fresh_name, tasks=arns)["tasks"])
    ecs.delete_service(cluster=fresh_name, service="web", force=True)


def refused(call, *given, **said) -> str:
    with pytest.raises(ClientError) as error:
        call(*given, **said)
    return str(error.value)


def test_capacity_that_the_cluster_does_not_have_is_refused(capacity):
    unknown = [{"capacityProvider": "elsewhere", "weight": 1}]
    assert "not found" in refused(
        capacity.ecs.run_task,
        cluster=capacity.name,
        taskDefinition=capacity.definition(),
        capacityProviderStrategy=unknown,
    )


def test_a_cluster_without_instances_runs_nothing_on_them(service):
    run = service.ecs.run_task
    assert "No Container Instances" in refused(run, cluster="tests", taskDefinition=service.definition())


def test_capacity_in_use_stays_with_the_cluster(capacity):
    capacity.serve(0)
    put = capacity.ecs.put_cluster_capacity_providers
    assert "in use" in refused(
        put, cluster=capacity.name, capacityProviders=["FARGATE"], defaultCapacityProviderStrategy=[]
    )


def test_termination_protection_wants_instances_that_are_protected(prepared, fresh_name):
    with pytest.raises(ClientError, match="instance protection from scale in"):
        Capacity(prepared, fresh_name, NewInstancesProtectedFromScaleIn=False)


def test_a_definition_for_instances_runs_on_no_fargate_and_a_bridge_has_no_network(capacity):
    definition = capacity.definition(networkMode="bridge")
    fargate = {"capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}]}
    run = capacity.ecs.run_task
    assert "does not support launch_type FARGATE" in refused(
        run, cluster=capacity.name, taskDefinition=definition, **fargate
    )
    assert "not valid for the given networkMode" in refused(capacity.serve, 1, definition)


def test_tasks_stand_where_the_service_wishes(capacity):
    wishes = {
        "placementStrategy": [{"type": "binpack", "field": "cpu"}],
        "placementConstraints": [
            {"type": "distinctInstance"},
            {"type": "memberOf", "expression": "attribute:ecs.availability-zone == ap-northeast-1a"},
        ],
    }
    capacity.serve(3, **wishes)
    tasks = eventually(lambda: capacity.tasks() if len(capacity.tasks()) == 2 else [])
    assert {it["availabilityZone"] for it in tasks} == {"ap-northeast-1a"}
    assert len({it["containerInstanceArn"] for it in tasks}) == 2

    capacity.ecs.update_service(
        cluster=capacity.name, service="web", placementStrategy=[], placementConstraints=[], forceNewDeployment=True
    )
    assert eventually(lambda: len(capacity.tasks()) == 3)


def test_what_the_local_cloud_cannot_place_by_is_refused(capacity):
    constraint = [{"type": "memberOf", "expression": "task:group == service:other"}]
    assert "does not know the placement expression" in refused(capacity.serve, 1, placementConstraints=constraint)
    fargate = [{"capacityProvider": "FARGATE", "weight": 1}]
    definition = capacity.definition(requiresCompatibilities=["FARGATE"])
    told = refused(
        capacity.serve,
        1,
        definition,
        capacityProviderStrategy=fargate,
        placementConstraints=[{"type": "distinctInstance"}],
    )
    assert "not supported with FARGATE" in told


class Balanced:
    """A service without a network of its own behind a load balancer."""

    def __init__(self, capacity: Capacity, kind: str = "instance"):
        self.capacity, self.elb = capacity, capacity.aws("elbv2")
        group = self.elb.create_target_group(
            Name=capacity.name,
            Protocol="HTTP",
            Port=80,
            VpcId="vpc-1",
            TargetType=kind,
            HealthCheckPath="/healthz",
        )["TargetGroups"][0]
        self.group = group["TargetGroupArn"]
        made = self.elb.create_load_balancer(Name=f"bridge-{capacity.name}", Subnets=["subnet-1", "subnet-2"])
        [balancer] = made["LoadBalancers"]
        self.elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.group}],
        )
        self.host = balancer["DNSName"]

    def serve(self, count: int, mode: str = "bridge") -> None:
        definition = self.capacity.definition(networkMode=mode)
        attached = [{"targetGroupArn": self.group, "containerName": "app", "containerPort": 8080}]
        self.capacity.serve(count, definition, mode, loadBalancers=attached)

    def targets(self) -> list[tuple[str, int]]:
        found = self.elb.describe_target_health(TargetGroupArn=self.group)["TargetHealthDescriptions"]
        return sorted((it["Target"]["Id"], it["Target"]["Port"]) for it in found)


def answered(url: str) -> str:
    """By which task."""
    asked = Request(url.replace(urlsplit(url).hostname or "", "127.0.0.1"), headers={"Accept": "application/json"})
    asked.add_header("Host", urlsplit(url).netloc)
    with urlopen(asked, timeout=10) as answer:
        return str(json.loads(answer.read())["task"])


def bindings(task: dict) -> list[tuple[int, int]]:
    return [(it["containerPort"], it["hostPort"]) for one in task["containers"] for it in one["networkBindings"]]


def test_tasks_in_bridge_share_an_instance_at_ports_of_its_own_where_the_load_balancer_finds_them(cloud, capacity):
    balanced = Balanced(capacity)
    balanced.serve(2)
    tasks = eventually(lambda: capacity.tasks() if len(capacity.tasks()) == 2 else [])
    [instance] = capacity.instances()

    assert sorted(binding for it in tasks for binding in bindings(it)) == [(8080, 32768), (8080, 32769)]
    at_instance = [(instance["ec2InstanceId"], port) for port in (32768, 32769)]
    assert eventually(lambda: balanced.targets() == at_instance)

    assert eventually(lambda: len({answered(cloud.url(balanced.host, "/")) for _ in range(20)}) == 2)

    capacity.scale(1)
    [left] = eventually(lambda: capacity.tasks() if len(capacity.tasks()) == 1 else [])
    [(_, port)] = bindings(left)
    assert eventually(lambda: balanced.targets() == [(instance["ec2InstanceId"], port)])


@pytest.mark.parametrize(("kind", "mode"), [("ip", "bridge"), ("instance", "awsvpc")])
def test_a_target_group_of_the_other_kind_is_refused(capacity, kind, mode):
    told = refused(Balanced(capacity, kind).serve, 1, mode)
    assert f"has target type {kind}, which is incompatible with the {mode} network mode" in told


def test_a_daemon_runs_once_on_each_instance_and_keeps_none(capacity):
    ecs, constraint = capacity.ecs, [{"type": "memberOf", "expression": "attribute:slipway.released exists"}]

    def daemon(**more) -> str:
        container = {"name": "app", "image": "hello:1.0.0", "portMappings": [{"containerPort": 8080}]}
        said = {"networkMode": "bridge", "requiresCompatibilities": ["EC2"], "cpu": "128", "memory": "128", **more}
        made = ecs.register_task_definition(family=f"{capacity.name}-d", containerDefinitions=[container], **said)
        return made["taskDefinition"]["taskDefinitionArn"]

    def agents() -> list[dict]:
        arns = ecs.list_tasks(cluster=capacity.name, serviceName="agent")["taskArns"]
        found = ecs.describe_tasks(cluster=capacity.name, tasks=arns)["tasks"] if arns else []
        return [it for it in found if it["lastStatus"] == "RUNNING"]

    said = {"cluster": capacity.name, "serviceName": "agent", "schedulingStrategy": "DAEMON", "launchType": "EC2"}
    waiting = daemon(placementConstraints=constraint)
    assert "desired count" in refused(ecs.create_service, taskDefinition=waiting, desiredCount=1, **said)
    ecs.create_service(taskDefinition=waiting, **said)
    capacity.serve(2, capacity.definition(cpu="896"))  # beside two of which a daemon has room
    assert eventually(lambda: len(capacity.tasks()) == 2)
    assert agents() == []

    ecs.update_service(cluster=capacity.name, service="agent", taskDefinition=daemon())
    assert eventually(lambda: {it["containerInstanceArn"] for it in agents()} == on_instances(capacity))

    capacity.scale(6)
    assert eventually(lambda: len(capacity.instances()) == 3)
    assert eventually(lambda: {it["containerInstanceArn"] for it in agents()} == on_instances(capacity))
    assert len(agents()) == 3

    capacity.scale(0)
    assert eventually(lambda: capacity.instances() == [])
    assert eventually(lambda: agents() == [])
    ecs.delete_service(cluster=capacity.name, service="agent")


def on_instances(capacity: Capacity) -> set[str]:
    return {it["containerInstanceArn"] for it in capacity.instances()}
