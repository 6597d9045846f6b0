import base64
from typing import Any

import pulumi
import pytest

from infra.components.ec2_capacity import Ec2Capacity, Ec2CapacityArgs
from infra.components.network import NetworkOutputs
from service_catalog.model import Ec2Capacity as Wanted
from tests.builders import an_environment
from tests.infra import schema
from tests.infra.recorder import Recorder

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:autoscaling/group:Group"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
SHARED = ("public", "sg-public"), ("internal", "sg-internal")


def made(engine: Recorder, tasks_are_public: bool = False, **said: Any) -> Recorder:
    wanted = Wanted.model_validate({"instance_types": ["m7g.large"], "max": 4} | said)
    network = NetworkOutputs("vpc-1", ["subnet-1"], ["subnet-2", "subnet-3"], (), tasks_are_public)

    def build() -> None:
        cluster = pulumi.ComponentResource("test:Cluster", "dev")
        args = Ec2CapacityArgs(an_environment(), wanted, network, SHARED, "arn:topic", cluster)
        Ec2Capacity("dev-ec2", args)

    engine.run(build)
    return engine


def test_ecs_manages_the_group_drains_it_and_lets_no_instance_end_that_runs_tasks(engine):
    made(engine, target_percent=80, warm_up_seconds=90)
    assert engine.one("aws:ecs/capacityProvider:CapacityProvider").inputs == {
        "name": "slipway-dev-ec2",
        "autoScalingGroupProvider": {
            "autoScalingGroupArn": "arn:aws:group:ap-northeast-1:123456789012:dev-ec2",
            "managedScaling": {"status": "ENABLED", "targetCapacity": 80, "instanceWarmupPeriod": 90},
            "managedDraining": "ENABLED",
            "managedTerminationProtection": "ENABLED",
        },
    }
    assert engine.one(GROUP).inputs["protectFromScaleIn"] is True


def test_the_group_stands_over_the_zones_of_the_tasks_and_its_size_is_ecs_own(engine):
    made(engine, min=1)
    group = engine.one(GROUP).inputs
    assert (group["minSize"], group["maxSize"], "desiredCapacity" in group) == (1, 4, False)
    assert group["vpcZoneIdentifiers"] == ["subnet-2", "subnet-3"]
    assert {tag["key"]: tag["propagateAtLaunch"] for tag in group["tags"]} == {
        "Name": True,
        "slipway:environment": True,
        "AmazonECSManaged": True,
    }


def test_an_instance_asks_for_its_metadata_with_a_token_and_lets_no_container_ask(engine):
    made(engine, disk_gib=60)
    template = engine.one(TEMPLATE).inputs
    assert template["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    [disk] = template["blockDeviceMappings"]
    assert disk["ebs"]["encrypted"] == "true"
    assert disk["ebs"]["volumeSize"] == 60
    script = base64.b64decode(template["userData"]).decode()
    assert {"ECS_CLUSTER=slipway-dev", "ECS_AWSVPC_BLOCK_IMDS=true"} <= set(script.splitlines())


@pytest.mark.parametrize(
    ("kind", "variant"), [("m7g.large", "arm64/"), ("m7i.large", ""), ("g5.xlarge", "gpu/"), ("a1.large", "arm64/")]
)
def test_its_image_is_the_newest_of_ecs_for_its_processor(engine, kind, variant):
    made(engine, instance_types=[kind])
    images = "/aws/service/ecs/optimized-ami/amazon-linux-2023"
    assert engine.one(TEMPLATE).inputs["imageId"] == f"resolve:ssm:{images}/{variant}recommended/image_id"


@pytest.mark.parametrize("public", [True, False])
def test_an_instance_has_a_public_address_only_where_there_is_no_other_way_out(engine, public):
    made(engine, tasks_are_public=public)
    [interface] = engine.one(TEMPLATE).inputs["networkInterfaces"]
    assert interface["associatePublicIpAddress"] == str(public).lower()
    assert engine.one(GROUP).inputs["vpcZoneIdentifiers"] == (["subnet-1"] if public else ["subnet-2", "subnet-3"])


def test_only_load_balancers_reach_it_and_only_where_ecs_passes_requests_on(engine):
    made(engine)
    rules = engine.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert [(it["referencedSecurityGroupId"], it["fromPort"], it["toPort"]) for it in rules] == [
        ("sg-internal", 32768, 65535),
        ("sg-public", 32768, 65535),
    ]


def test_one_type_on_demand_is_what_the_template_says(engine):
    made(engine)
    assert engine.one(TEMPLATE).inputs["instanceType"] == "m7g.large"
    assert "mixedInstancesPolicy" not in engine.one(GROUP).inputs


@pytest.mark.parametrize(
    ("said", "base", "above"),
    [({"spot": {"on_demand": 1}}, 1, 0), ({"instance_types": ["m7g.large", "c7g.large"]}, 0, 100)],
)
def test_spot_or_several_types_are_a_choice_that_the_group_makes(engine, said, base, above):
    made(engine, **said)
    policy = engine.one(GROUP).inputs["mixedInstancesPolicy"]
    shares = policy["instancesDistribution"]
    assert (shares["onDemandBaseCapacity"], shares["onDemandPercentageAboveBaseCapacity"]) == (base, above)
    types = [it["instanceType"] for it in policy["launchTemplate"]["overrides"]]
    assert types == said.get("instance_types", ["m7g.large"])


def test_an_agent_may_serve_its_own_cluster_and_open_a_shell_and_nothing_else(engine):
    made(engine)
    statements = engine.one("aws:iam/rolePolicy:RolePolicy").document("policy")["Statement"]
    rights = {action: it for it in statements for action in it["Action"]}
    assert rights["ecs:RegisterContainerInstance"]["Resource"] == [
        "arn:aws:ecs:ap-northeast-1:123456789012:cluster/slipway-dev"
    ]
    assert rights["ecs:Poll"]["Resource"] == [
        "arn:aws:ecs:ap-northeast-1:123456789012:container-instance/slipway-dev/*"
    ]
    assert {action.partition(":")[0] for action in rights} == {"ecs", "ssm", "ssmmessages"}
    assert "ssm:GetParameter" not in rights


def test_somebody_is_called_when_an_instance_fails_its_checks_and_for_traffic_where_it_is_asked_for(engine):
    made(engine)
    assert [(it["name"], it["metricName"]) for it in engine.of_type(ALARM)] == [
        ("dev__failed_status_checks", "StatusCheckFailed")
    ]
    busy = made(Recorder(), alarms={"network_mbps": 500})
    [_, traffic] = busy.all(ALARM)
    assert (traffic.inputs["name"], traffic.inputs["threshold"]) == ("dev__network_mbps", 500)
    assert traffic.inputs["metricQueries"][-1]["expression"] == "(received + sent) * 8 / 300 / 1000000"
    assert traffic.inputs["alarmActions"] == ["arn:topic"]


def test_all_of_it_is_something_the_aws_provider_knows(engine):
    made(engine, spot={"on_demand": 1}, alarms={"network_mbps": 500})
    found = [it for it in engine.made if it.type.startswith("aws:")]
    assert [problem for resource in found for problem in schema.problems(resource)] == []
