"""AWS's limits, which no schema tells, with the longest names that the catalog allows."""

import json
from functools import partial
from typing import Any

import pytest

from infra import environment_stack, service_stack
from infra.documents.permissions import statements
from infra.documents.policies import document, exec_session
from service_catalog import naming
from service_catalog.validation.in_environment import in_environment
from tests.builders import EVERYTHING, a_job, a_service, a_slot, a_worker, an_environment
from tests.infra.recorder import Made, Recorder
from tests.infra.test_exports import WRITTEN

RANDOM_ENDING = "-1a2b3c4"
"""What Pulumi adds to the name of a resource that is given none."""
NAMES: dict[str, tuple[str, int]] = {
    "aws:appautoscaling/policy:Policy": ("name", 256),
    "aws:autoscaling/group:Group": ("name", 255),
    "aws:cloudwatch/dashboard:Dashboard": ("dashboardName", 255),
    "aws:cloudwatch/logGroup:LogGroup": ("name", 512),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("name", 255),
    "aws:ec2/launchTemplate:LaunchTemplate": ("name", 128),
    "aws:ec2/securityGroup:SecurityGroup": ("name", 255),
    "aws:ecs/capacityProvider:CapacityProvider": ("name", 255),
    "aws:ecs/cluster:Cluster": ("name", 255),
    "aws:ecs/service:Service": ("name", 255),
    "aws:ecs/taskDefinition:TaskDefinition": ("family", 255),
    "aws:iam/instanceProfile:InstanceProfile": ("name", 128),
    "aws:iam/role:Role": ("name", 64),
    "aws:iam/rolePolicy:RolePolicy": ("name", 128),
    "aws:lb/loadBalancer:LoadBalancer": ("name", 32),
    "aws:lb/targetGroup:TargetGroup": ("name", 32),
    "aws:s3/bucket:Bucket": ("bucket", 63),
    "aws:scheduler/schedule:Schedule": ("name", 64),
    "aws:scheduler/scheduleGroup:ScheduleGroup": ("name", 64),
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": ("name", 253),
    "aws:sfn/stateMachine:StateMachine": ("name", 80),
    "aws:sns/topic:Topic": ("name", 256),
    "aws:sqs/queue:Queue": ("name", 80),
}


@pytest.fixture(scope="module")
def made() -> list[Made]:
    environment = an_environment(name="e" * naming.ENVIRONMENT_NAME_MAX, **EVERYTHING)
    service = a_service(
        name="s" * naming.SERVICE_NAME_MAX,
        scaling={"cpu_percent": 60, "memory_percent": 60},
        alarms={"cpu_percent": 80, "memory_percent": 80, "unhealthy_targets": 1},
        permissions=[{"bucket": "content"}],
    )
    engine = Recorder()
    engine.run(lambda: environment_stack.build(environment))
    engine.run(lambda: service_stack.build(service, environment, a_slot(service), WRITTEN))
    longest = "s" * naming.SERVICE_NAME_MAX
    for other in (a_worker(name=longest, queue={"fifo": True}), a_job(name=longest)):
        engine.run(partial(service_stack.build, other, environment, None, WRITTEN))
    return engine.made


def inputs(made: list[Made], token: str) -> list[dict[str, Any]]:
    return [resource.inputs for resource in made if resource.type == token]


@pytest.mark.parametrize("token", NAMES)
def test_given_and_automatic_names_fit(made, token):
    member, limit = NAMES[token]
    names = [
        resource.inputs.get(member, f"{resource.name}{RANDOM_ENDING}") for resource in made if resource.type == token
    ]
    assert names
    assert [name for name in names if len(name) > limit] == []


def test_descriptions_of_security_groups_are_what_ec2_takes(made):
    for group in inputs(made, "aws:ec2/securityGroup:SecurityGroup"):
        assert len(group["description"]) <= 255
        assert group["description"].isascii()


def test_resources_have_fewer_tags_than_aws_takes(made):
    for resource in made:
        own = len(resource.inputs.get("tags", {}))
        # S3 objects take ten, everything else fifty; two come from the provider.
        assert own + 2 <= 10


def test_health_checks_stay_within_what_load_balancers_take(made):
    [group] = inputs(made, "aws:lb/targetGroup:TargetGroup")
    check = group["healthCheck"]
    assert 2 <= check["timeout"] < check["interval"] <= 300
    assert 2 <= check["healthyThreshold"] <= 10


def test_policies_of_a_role_fit(made):
    for policy in inputs(made, "aws:iam/rolePolicy:RolePolicy"):
        assert len(policy["policy"]) <= 10_240


def test_a_rule_with_all_paths_and_a_host_asks_for_no_more_values_than_a_rule_takes():
    paths = [f"/p{index}" for index in range(4)]
    exposure = {"audience": "public", "host": "shop.example.com", "paths": paths}
    engine = Recorder()
    service = a_service(exposure=exposure)
    engine.run(lambda: service_stack.build(service, an_environment(), a_slot(service), WRITTEN))
    conditions = engine.one("aws:lb/listenerRule:ListenerRule").inputs["conditions"]
    assert sum(len(values["values"]) for condition in conditions for values in condition.values()) == 5


@pytest.mark.parametrize("environment", ["xn--a", "sthree-a", "amzn-s3-demo-a"])
def test_no_bucket_begins_as_s3_keeps_to_itself(environment):
    engine = Recorder()
    engine.run(lambda: environment_stack.build(an_environment(name=environment)))
    buckets = engine.all("aws:s3/bucket:Bucket")
    assert [made.inputs.get("bucket", made.name).startswith("slipway-") for made in buckets] == [True, True]


def test_what_the_catalog_lets_pass_fits_a_role_s_policies():
    """The catalog estimates; IAM counts what is no white space."""
    environment = an_environment(name="e" * naming.ENVIRONMENT_NAME_MAX, region="ap-southeast-1")
    engine = Recorder()
    largest = 0
    for count in range(20, 140, 10):
        entry = a_service(
            name="s" * naming.SERVICE_NAME_MAX,
            exec=True,
            secrets={f"K{number}": {"ssm": f"/shared/{'x' * 20}/{number:03}"} for number in range(count)},
            permissions=[{"table": f"{'t' * 20}{number:03}", "access": "read-write"} for number in range(count // 2)],
        )
        if not in_environment(entry, environment):
            largest = count
            engine.run(partial(service_stack.build, entry, environment, a_slot(entry), WRITTEN))
    roles: dict[str, int] = {}
    for policy in inputs(engine.made, "aws:iam/rolePolicy:RolePolicy"):
        text = json.dumps(json.loads(policy["policy"]), separators=(",", ":"))
        roles[policy["role"]] = max(roles.get(policy["role"], 0), len(text))
    assert largest >= 60
    assert 6_000 < max(roles.values()) <= 10_240


@pytest.mark.parametrize("kind", ["bucket", "queue", "table"])
def test_what_the_catalog_takes_fits_into_the_roles_policy_with_keys_and_all(kind):
    key = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890"
    accesses = ["read", "write", "read-write"]
    wanted = [
        {kind: f"some-{kind}-{index:03}", "access": accesses[index % 3], "key_arn": f"{key}{index:02}"}
        for index in range(80)
    ]
    counts = [
        count for count in range(1, 81) if not in_environment(a_service(permissions=wanted[:count]), an_environment())
    ]
    assert 20 < counts[-1] < 80

    granted = a_service(permissions=wanted[: counts[-1]]).permissions
    policy = json.dumps(document(statements(an_environment(), granted)), separators=(",", ":"))
    assert len(policy) + len(json.dumps(exec_session(an_environment(), "arn" * 40, key))) <= 10_240
