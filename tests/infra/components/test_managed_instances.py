from typing import Any

import pulumi
import pytest

from infra.components.managed_instances import ManagedInstances, ManagedInstancesArgs
from infra.components.network import NetworkOutputs
from service_catalog.model import ManagedInstances as Wanted
from tests.builders import an_environment
from tests.infra import schema
from tests.infra.recorder import Recorder

PROVIDER = "aws:ecs/capacityProvider:CapacityProvider"


def made(engine: Recorder, **said: Any) -> Recorder:
    network = NetworkOutputs("vpc-1", ["subnet-1"], ["subnet-2", "subnet-3"], (), False)

    def build() -> None:
        offered = pulumi.ComponentResource("test:Offered", "dev")
        args = ManagedInstancesArgs(an_environment(), Wanted.model_validate(said), network, "slipway-dev", [offered])
        ManagedInstances("dev-managed", args)

    engine.run(build)
    return engine


def template(engine: Recorder, **said: Any) -> dict[str, Any]:
    provider = made(engine, **said).one(PROVIDER).inputs["managedInstancesProvider"]
    found: dict[str, Any] = provider["instanceLaunchTemplate"]
    return found


def test_they_belong_to_the_cluster_from_the_start_and_leave_the_choice_to_ecs(engine):
    made(engine)
    provider = engine.one(PROVIDER).inputs
    assert (provider["name"], provider["cluster"]) == ("slipway-dev-managed", "slipway-dev")
    assert provider["managedInstancesProvider"] == {
        "infrastructureRoleArn": "arn:aws:role:ap-northeast-1:123456789012:dev-managed-infrastructure",
        "instanceLaunchTemplate": {
            "ec2InstanceProfileArn": "arn:aws:instanceprofile:ap-northeast-1:123456789012:dev-managed",
            "networkConfiguration": {
                "subnets": ["subnet-2", "subnet-3"],
                "securityGroups": ["managed-instances-dev-id"],
            },
            "storageConfiguration": {"storageSizeGib": 80},
            "monitoring": "BASIC",
        },
        "propagateTags": "CAPACITY_PROVIDER",
    }
    assert provider["tags"]["slipway:environment"] == "dev"


@pytest.mark.parametrize(
    ("said", "requirements"),
    [
        (
            {"instance_types": ["m7g.*"], "vcpus": {"max": 8}},
            {"vcpuCount": {"min": 1, "max": 8}, "memoryMib": {"min": 1}, "allowedInstanceTypes": ["m7g.*"]},
        ),
        (
            {"cpu_manufacturers": ["intel"], "generations": ["current"], "burstable": "required"},
            {
                "vcpuCount": {"min": 1},
                "memoryMib": {"min": 1},
                "cpuManufacturers": ["intel"],
                "instanceGenerations": ["current"],
                "burstablePerformance": "required",
            },
        ),
        (
            {"gpus": {"min": 1, "max": 4}, "memory_mib": {"min": 16384}},
            {
                "vcpuCount": {"min": 1},
                "memoryMib": {"min": 16384},
                "acceleratorTypes": ["gpu"],
                "acceleratorManufacturers": ["nvidia"],
                "acceleratorCount": {"min": 1, "max": 4},
            },
        ),
    ],
)
def test_wishes_are_requirements_among_which_aws_wants_cpu_and_memory(engine, said, requirements):
    assert template(engine, **said)["instanceRequirements"] == requirements


def test_disk_metrics_and_the_end_of_idle_instances_are_as_said(engine):
    found = template(engine, disk_gib=200, detailed_monitoring=True, idle_seconds=0)
    assert (found["storageConfiguration"], found["monitoring"]) == ({"storageSizeGib": 200}, "DETAILED")
    provider = engine.one(PROVIDER).inputs["managedInstancesProvider"]
    assert provider["infrastructureOptimization"] == {"scaleInAfter": 0}


def test_it_waits_for_whatever_else_changes_the_cluster_and_for_its_rights(engine):
    made(engine)
    needs = engine.one(PROVIDER).depends_on
    assert "aws:iam/rolePolicy:RolePolicy::dev-managed-infrastructure" in needs


def statements(engine: Recorder, name: str) -> list[dict[str, Any]]:
    [policy] = [it for it in engine.all("aws:iam/rolePolicy:RolePolicy") if it.name == name]
    found: list[dict[str, Any]] = policy.document("policy")["Statement"]
    return found


def test_ecs_may_pass_on_the_role_of_the_instances_alone_and_touch_only_what_it_made(engine):
    made(engine)
    rights = statements(engine, "dev-managed-infrastructure")
    [passing] = [it for it in rights if it["Action"] == ["iam:PassRole"]]
    assert passing["Resource"] == ["arn:aws:iam::123456789012:role/dev_managed-instances"]
    free = [it["Action"] for it in rights if "Condition" not in it]
    assert all(action.startswith("ec2:Describe") for action in free[-1])
    assert free[:-1] == [["ec2:CreateFleet", "ec2:RunInstances"]]  # in subnets, groups and images that others made


def test_an_instance_may_serve_its_own_cluster_and_nothing_else(engine):
    made(engine)
    rights = {action: it["Resource"] for it in statements(engine, "dev-managed-instances") for action in it["Action"]}
    assert rights["ecs:RegisterContainerInstance"] == ["arn:aws:ecs:ap-northeast-1:123456789012:cluster/slipway-dev"]
    assert rights["ecs:Poll"] == ["arn:aws:ecs:ap-northeast-1:123456789012:container-instance/slipway-dev/*"]
    assert {action.partition(":")[0] for action in rights} == {"ecs"}


def test_nothing_comes_in(engine):
    made(engine)
    assert engine.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") == []


def test_all_of_it_is_something_the_aws_provider_knows(engine):
    made(engine, cpu_manufacturers=["intel"], gpus={"min": 1}, idle_seconds=60)
    found = [it for it in engine.made if it.type.startswith("aws:")]
    assert [problem for resource in found for problem in schema.problems(resource)] == []
