"""A feature that nobody thought of: all that it needs comes in through its parts, and no other file knows of it."""

from typing import Any

import pulumi
import pytest

from infra import service_stack
from infra.components.task_security import TaskSecurity, TaskSecurityArgs
from infra.feature import Feature
from infra.service_parts import Alarm, ScalingPolicy, ServiceParts
from service_catalog import naming
from service_catalog.listener_rules.lock import Slot
from tests.builders import a_service, an_environment
from tests.infra import schema
from tests.infra.recorder import Recorder
from tests.infra.test_exports import WRITTEN


class Proxy(Feature):
    """Each request passes a proxy beside the program, which Service Connect knows and whose alarm ends a rollout."""

    def __init__(self, name: str, security_group_id: pulumi.Input[str]):
        super().__init__("slipway:service:Proxy", name)
        metric = {"Service": name, "Group": security_group_id}
        connect = {"enabled": True, "namespace": "dev.slipway.internal"}
        rollback = {"enable": True, "rollback": True, "alarm_names": [naming.alarm("dev", name, "proxy_errors")]}
        tracked = {"target_value": 9, "predefined_metric_specification": {"predefined_metric_type": "ProxyBusy"}}
        self.parts = ServiceParts(
            containers=({"name": "proxy", "image": "envoy:1", "essential": True, "dependsOn": []},),
            container_members=({"linuxParameters": {"sharedMemorySize": 64}},),
            definition_arguments=({"pid_mode": "task"},),
            port_members=({"appProtocol": "grpc"},),
            service_identity=({"slipway:proxy": "envoy"},),
            service_arguments=(
                {"service_connect_configuration": connect},
                {"alarms": rollback},
                {"network_configuration": {"security_groups": ["sg-proxied"]}},
            ),
            alarms=(Alarm("proxy_errors", 5, "Proxy", "Errors", metric, "Sum"),),
            scaling=(
                ScalingPolicy(
                    "proxy-busy",
                    {
                        "policy_type": "TargetTrackingScaling",
                        "target_tracking_scaling_policy_configuration": tracked,
                    },
                ),
            ),
            record=({"proxy": {"group": security_group_id}},),
        )
        self.register_outputs({})


@pytest.fixture(scope="module")
def engine() -> Recorder:
    engine = Recorder()
    engine.run(build)
    return engine


def build() -> None:
    service, environment = a_service(exec=True), an_environment()
    opts = pulumi.ResourceOptions()
    security = TaskSecurity(service.name, TaskSecurityArgs("dev", service.name, "vpc-1"), opts)
    context = service_stack.ServiceContext(service, environment, Slot("public", 1), WRITTEN, security, opts)
    proxy = Proxy(service.name, security.security_group_id)
    service_stack.assemble(context, [*service_stack.features_of(context), proxy])


def inputs(engine: Recorder, token: str) -> dict[str, Any]:
    return engine.one(token).inputs


def test_a_second_container_runs_beside_the_program(engine):
    containers = engine.one("aws:ecs/taskDefinition:TaskDefinition").document("containerDefinitions")
    assert [container["name"] for container in containers] == ["app", "proxy"]
    assert containers[1] == {"name": "proxy", "image": "envoy:1", "essential": True}


def test_the_program_has_what_every_feature_asks_of_one_member(engine):
    app = engine.one("aws:ecs/taskDefinition:TaskDefinition").document("containerDefinitions")[0]
    assert app["linuxParameters"] == {"initProcessEnabled": True, "sharedMemorySize": 64}


def test_the_ecs_service_gets_an_argument_beside_those_of_other_features(engine):
    service = inputs(engine, "aws:ecs/service:Service")
    assert service["serviceConnectConfiguration"] == {"enabled": True, "namespace": "dev.slipway.internal"}
    assert service["enableExecuteCommand"] is True


def test_the_task_definition_gets_an_argument_beside_those_of_other_features(engine):
    definition = inputs(engine, "aws:ecs/taskDefinition:TaskDefinition")
    assert (definition["pidMode"], definition["networkMode"]) == ("task", "awsvpc")


def test_it_says_more_of_the_port_that_the_program_has_anyway(engine):
    app = engine.one("aws:ecs/taskDefinition:TaskDefinition").document("containerDefinitions")[0]
    [port] = app["portMappings"]
    assert (port["name"], port["containerPort"], port["appProtocol"]) == ("main", 8080, "grpc")


def test_its_tasks_have_a_security_group_more(engine):
    network = inputs(engine, "aws:ecs/service:Service")["networkConfiguration"]
    assert network["securityGroups"] == ["orders-api-id", "sg-proxied"]


def test_another_identity_is_another_ecs_service(engine):
    service = engine.one("aws:ecs/service:Service")
    assert service.inputs["tags"] == {"slipway:port": "8080", "slipway:proxy": "envoy"}
    assert 'tags["slipway:proxy"]' in service.replace_on_changes


def test_an_alarm_of_its_own_calls_the_environments_topic(engine):
    alarm = inputs(engine, "aws:cloudwatch/metricAlarm:MetricAlarm")
    assert (alarm["name"], alarm["threshold"]) == ("dev_orders-api_proxy_errors", 5)
    assert alarm["alarmActions"] == ["arn:topic"]


def test_the_alarm_is_there_before_the_service_that_names_it(engine):
    service = engine.one("aws:ecs/service:Service")
    assert service.inputs["alarms"]["alarmNames"] == ["dev_orders-api_proxy_errors"]
    assert "aws:cloudwatch/metricAlarm:MetricAlarm::orders-api-proxy-errors" in service.depends_on


def test_the_count_of_tasks_follows_a_metric_of_its_own(engine):
    policy = inputs(engine, "aws:appautoscaling/policy:Policy")
    assert policy["targetTrackingScalingPolicyConfiguration"]["targetValue"] == 9


def test_it_knew_the_security_group_and_stands_in_the_record(engine):
    record = engine.one("aws:s3/bucketObjectv2:BucketObjectv2").document("content")
    assert record["proxy"] == {"group": "orders-api-id"}
    assert record["reach"]["url"] == "http://public.example.com/orders"


def test_all_of_it_is_something_the_aws_provider_knows(engine):
    made = [made for made in engine.made if made.type.startswith("aws:")]
    assert [problem for resource in made for problem in schema.problems(resource)] == []
