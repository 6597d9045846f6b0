import json
from dataclasses import replace
from typing import Any

import pytest

from infra import service_stack
from infra.exports import ListenerExports, ListenerForTestsExports
from service_catalog import naming
from service_catalog.fields import KINDS, tree
from service_catalog.fingerprint import service_fingerprint
from service_catalog.listener_rules.lock import Slot
from service_catalog.model import Service, Sets
from service_catalog.sidecars import set_for_program
from tests.builders import (
    CERTIFICATE,
    ZONE,
    a_job,
    a_service,
    a_service_behind_the_api,
    a_slot,
    a_worker,
    an_environment,
    full_service,
    full_services,
)
from tests.infra import schema
from tests.infra.recorder import Made, Recorder
from tests.infra.test_exports import WRITTEN

ENVIRONMENT = an_environment()
ROUTE = Slot("public", 8804)
PROVIDER = "pulumi:providers:aws"
SERVICE = "aws:ecs/service:Service"
DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
PROVISIONED = "aws:s3/bucketObjectv2:BucketObjectv2"


def built(service: Service, route: Slot | None = ROUTE) -> Recorder:
    engine = Recorder()
    engine.run(lambda: service_stack.build(service, ENVIRONMENT, route, WRITTEN), f"dev.{service.name}")
    return engine


def resources(engine: Recorder) -> list[Made]:
    return [made for made in engine.made if made.type != PROVIDER]


@pytest.fixture(scope="module")
def plain() -> Recorder:
    return built(a_service())


def test_a_service_without_a_network_of_its_own_is_found_at_its_instance_and_lets_nobody_else_in():
    engine = built(a_service(compute={"capacity": "ec2", "network": "bridge"}))
    assert "networkConfiguration" not in engine.one(SERVICE).inputs
    assert engine.one("aws:lb/targetGroup:TargetGroup").inputs["targetType"] == "instance"
    [app] = engine.one(DEFINITION).document("containerDefinitions")
    assert [(it["containerPort"], it["hostPort"]) for it in app["portMappings"]] == [(8080, 0)]
    assert engine.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") == []


def test_a_service_stands_on_the_load_balancer_that_the_lock_says_and_its_name_leads_there():
    service = a_service(
        exposure={"audience": "public", "host": "shop.example.com"},
        deployment={"strategy": "canary", "test_listener": True},
    )
    domain = {"name": "dev.example.com", "certificate_arn": CERTIFICATE, "zone": ZONE}
    second = ListenerExports("arn:second", "sg-second", "app/second/1", "second.example.com")
    tests = {"public-2": ListenerForTestsExports("arn:second-test", 9000)}
    shared = replace(WRITTEN, further={"public-2": second}, further_test=tests)
    engine = Recorder()
    where = an_environment(domain=domain, load_balancers={"test_listener": {"port": 9000}})
    engine.run(lambda: service_stack.build(service, where, Slot("public-2", 16_004), shared), "dev.orders-api")

    rules = engine.of_type("aws:lb/listenerRule:ListenerRule")
    assert [it["listenerArn"] for it in rules] == ["arn:second", "arn:second-test"]
    groups = [it.name for it in engine.all("aws:lb/targetGroup:TargetGroup")]
    assert groups == ["orders-api-p02", "orders-api-p02-alt"]
    [record] = engine.of_type("aws:route53/record:Record")
    assert (record["name"], record["aliases"][0]["name"]) == ("shop.example.com", "second.example.com")
    ingress = engine.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert {it["referencedSecurityGroupId"] for it in ingress} == {"sg-second"}


def test_the_service_stands_without_tasks_until_a_release(plain):
    assert plain.one(SERVICE).inputs == {
        "name": "orders-api",
        "cluster": "arn:cluster",
        "taskDefinition": "arn:aws:taskdefinition:ap-northeast-1:123456789012:orders-api",
        "desiredCount": 0,
        "capacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}],
        "networkConfiguration": {
            "subnets": ["subnet-1", "subnet-2"],
            "securityGroups": ["orders-api-id"],
            "assignPublicIp": False,
        },
        "loadBalancers": [
            {
                "targetGroupArn": "arn:aws:targetgroup:ap-northeast-1:123456789012:orders-api-pub",
                "containerName": "app",
                "containerPort": 8080,
            }
        ],
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "deploymentMinimumHealthyPercent": 100,
        "deploymentMaximumPercent": 200,
        "deploymentConfiguration": {"strategy": "ROLLING", "bakeTimeInMinutes": "0"},
        "healthCheckGracePeriodSeconds": 60,
        "availabilityZoneRebalancing": "ENABLED",
        "enableExecuteCommand": False,
        "tags": {"slipway:port": "8080"},
        "enableEcsManagedTags": True,
        "propagateTags": "SERVICE",
        "forceNewDeployment": True,
        "waitForSteadyState": False,
    }


def test_what_releases_decide_is_never_changed_by_the_program(plain):
    assert plain.one(SERVICE).ignore_changes == ("taskDefinition", "desiredCount")
    scalable_target = plain.one("aws:appautoscaling/target:Target")
    assert scalable_target.ignore_changes == ("minCapacity", "maxCapacity", "suspendedState")


def test_another_port_makes_another_service_once_a_load_balancer_leads_to_it(plain):
    alone = built(a_service(exposure=None), route=None).one(SERVICE)
    assert alone.inputs["tags"] == {"slipway:port": "8080"}
    assert 'tags["slipway:port"]' not in alone.replace_on_changes
    assert 'tags["slipway:port"]' in plain.one(SERVICE).replace_on_changes


def test_other_capacity_makes_another_service():
    service = built(a_service(compute={"capacity": "ec2"})).one(SERVICE)
    assert service.inputs["tags"] == {"slipway:port": "8080", "slipway:capacity": "ec2"}
    assert 'tags["slipway:capacity"]' in service.replace_on_changes


def test_a_daemon_has_no_count_and_its_placeholders_are_for_no_instance():
    engine = built(a_service(tasks={"daemon": True}, compute={"capacity": "ec2"}))

    service = engine.one(SERVICE).inputs
    assert (service["schedulingStrategy"], service["launchType"]) == ("DAEMON", "EC2")
    unwanted = {"desiredCount", "capacityProviderStrategies", "orderedPlacementStrategies", "deploymentMaximumPercent"}
    assert not unwanted & service.keys()
    assert service["deploymentMinimumHealthyPercent"] == 0
    definition = engine.one(DEFINITION).inputs
    assert definition["placementConstraints"] == [{"type": "memberOf", "expression": naming.NEVER_PLACED}]
    assert not [it for it in engine.made if "appautoscaling" in it.type]


def test_the_service_waits_for_its_rule_and_for_the_rights_of_its_tasks(plain):
    assert {
        "aws:lb/listenerRule:ListenerRule::orders-api-8804",
        "aws:iam/rolePolicy:RolePolicy::orders-api-execution",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::orders-api-from-load-balancer",
    } - set(plain.one(SERVICE).depends_on) == set()


def test_the_definition_has_blanks_and_a_family_that_never_runs(plain):
    definition = plain.one(DEFINITION)
    [container] = definition.document("containerDefinitions")
    rest = {key: value for key, value in definition.inputs.items() if key != "containerDefinitions"}

    assert rest == {
        "family": "dev_orders-api_definition",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
        "executionRoleArn": "arn:aws:role:ap-northeast-1:123456789012:orders-api-execution",
        "taskRoleArn": "arn:aws:role:ap-northeast-1:123456789012:orders-api-task",
        "skipDestroy": True,
    }
    assert container["image"] == "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/orders-api:unreleased"
    assert container["environmentFiles"] == [
        {"type": "s3", "value": "arn:aws:s3:::slipway-dev-123456789012/env/orders-api/app/unreleased.env"}
    ]


def test_requests_are_counted_for_each_target_of_the_services_own_group():
    policy = built(a_service(scaling={"requests_per_task": 600})).one("aws:appautoscaling/policy:Policy").inputs
    tracked = policy["targetTrackingScalingPolicyConfiguration"]
    assert tracked["targetValue"] == 600
    assert tracked["predefinedMetricSpecification"] == {
        "predefinedMetricType": "ALBRequestCountPerTarget",
        "resourceLabel": "app/public/1/suffix/orders-api-pub",
    }


def test_requests_are_counted_at_both_target_groups_where_ecs_shifts_them_between_two():
    service = a_service(scaling={"requests_per_task": 600}, deployment={"strategy": "blue-green"})
    policy = built(service).one("aws:appautoscaling/policy:Policy").inputs
    [blue, green, tasks, each] = policy["targetTrackingScalingPolicyConfiguration"]["customizedMetricSpecification"][
        "metrics"
    ]
    groups = [it["metricStat"]["metric"]["dimensions"][1]["value"] for it in (blue, green)]
    assert groups == ["suffix/orders-api-pub", "suffix/orders-api-pub-alt"]
    assert (tasks["metricStat"]["stat"], each["expression"]) == ("SampleCount", "SUM([blue, green]) / tasks")


def test_it_says_that_it_is_provisioned_when_all_the_rest_is(plain):
    last = plain.one(PROVISIONED)

    assert (last.inputs["bucket"], last.inputs["key"]) == ("slipway-dev-123456789012", "provisioned/orders-api.json")
    assert json.loads(last.inputs["content"]) == {
        "version": 1,
        "service": "orders-api",
        "kind": "web",
        "entry": a_service().model_dump(mode="json", exclude_defaults=True),
        "definition": "arn:aws:taskdefinition:ap-northeast-1:123456789012:orders-api",
        "execution_role": "arn:aws:role:ap-northeast-1:123456789012:orders-api-execution",
        "task_role": "arn:aws:role:ap-northeast-1:123456789012:orders-api-task",
        "tasks": {"min": 1, "max": 4},
        "image": {
            "repository": "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/orders-api",
            "tag": None,
            "digest": None,
        },
        "env_files": ["app"],
        "reach": {
            "url": "http://public.example.com/orders",
            "namespace": "AWS/ApplicationELB",
            "dimensions": {"LoadBalancer": "app/public/1", "TargetGroup": "suffix/orders-api-pub"},
            "alternate_dimensions": {},
            "load_balancer": "public.example.com",
            "test_url": "",
        },
        "state_machine": "arn:aws:statemachine:ap-northeast-1:123456789012:orders-api",
        "queue": None,
        "found": None,
        "connections": {},
        "schedule": None,
        "made_repository": None,
        "scaling_schedule": [],
        "log_groups": {},
        "logs_elsewhere": {},
        "file_systems": {},
        "fingerprint": service_fingerprint(a_service(), ENVIRONMENT, ROUTE, WRITTEN.as_mapping()),
    }
    others = {f"{made.type}::{made.name}" for made in resources(plain) if made is not last}
    assert others - set(last.depends_on) == set()


def test_everything_is_made_and_looked_up_through_the_one_provider(plain):
    assert {made.provider for made in resources(plain)} | {provider for _, provider in plain.asked} == {
        "urn:pulumi:stack::slipway::pulumi:providers:aws::dev.orders-api::dev.orders-api-id"
    }
    assert plain.one(PROVIDER).document("defaultTags") == {
        "tags": {"slipway:environment": "dev", "slipway:service": "orders-api"}
    }


def test_the_same_entry_asks_for_the_same_twice(plain):
    assert {(made.type, made.name): made.inputs for made in built(a_service()).made} == {
        (made.type, made.name): made.inputs for made in plain.made
    }


def test_a_service_that_nothing_leads_to_has_neither_route_nor_url():
    engine = built(a_service(exposure=None), route=None)
    assert [made.type for made in resources(engine) if made.type.startswith("aws:lb/")] == []
    assert "loadBalancers" not in engine.one(SERVICE).inputs
    assert "healthCheckGracePeriodSeconds" not in engine.one(SERVICE).inputs
    assert engine.one(PROVISIONED).document("content")["reach"] is None


def test_an_internal_service_stands_on_the_internal_listener():
    engine = built(a_service(exposure={"audience": "internal"}), Slot("internal", 5))
    rule = engine.one("aws:lb/listenerRule:ListenerRule").inputs
    ingress = engine.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs
    assert (rule["listenerArn"], rule["priority"]) == ("arn:internal", 5)
    assert ingress["referencedSecurityGroupId"] == "sg-internal"


def test_a_service_behind_the_api_stands_on_the_apis_listener_and_people_start_at_the_api():
    service = a_service_behind_the_api()
    engine = built(service, a_slot(service))
    reach = engine.one(PROVISIONED).document("content")["reach"]
    assert engine.one("aws:lb/listenerRule:ListenerRule").inputs["listenerArn"] == "arn:api"
    assert reach["url"] == "https://api.example.com/orders"
    assert reach["dimensions"]["LoadBalancer"] == "app/internal/2"


def test_everything_that_an_entry_may_say_reaches_aws():
    engine = built(
        a_service(
            compute={
                "capacity": "fargate-spot",
                "cpu": 1024,
                "memory_mib": 2048,
                "architecture": "arm64",
                "storage_gib": 50,
            },
            scaling={"cpu_percent": 60},
            environment={"LOG_FORMAT": "json"},
            secrets={"URL": {"ssm": "/orders/url"}},
            permissions=[{"queue": "orders", "access": "write"}],
            logs={"retention_days": 7},
            deployment={"minimum_healthy_percent": 0, "maximum_percent": 100},
            exec=True,
            alarms={"unhealthy_targets": 1},
            health={"path": "/up", "grace_seconds": 90, "command": ["CMD-SHELL", "true"]},
        )
    )
    service, definition = engine.one(SERVICE).inputs, engine.one(DEFINITION)
    [container] = definition.document("containerDefinitions")

    assert service["capacityProviderStrategies"] == [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    assert (service["enableExecuteCommand"], service["healthCheckGracePeriodSeconds"]) == (True, 90)
    assert (service["deploymentMaximumPercent"], service["availabilityZoneRebalancing"]) == (100, "DISABLED")
    assert (definition.inputs["cpu"], definition.inputs["runtimePlatform"]["cpuArchitecture"]) == ("1024", "ARM64")
    assert definition.inputs["ephemeralStorage"] == {"sizeInGib": 50}
    assert container["environment"] == [{"name": "LOG_FORMAT", "value": "json"}]
    assert container["secrets"][0]["name"] == "URL"
    assert container["linuxParameters"] == {"initProcessEnabled": True}
    assert container["healthCheck"]["command"] == ["CMD-SHELL", "true"]
    assert _actions(engine, "orders-api-task") > {"sqs:SendMessage", "ssmmessages:OpenDataChannel", "kms:Decrypt"}
    assert [policy.name for policy in engine.all("aws:appautoscaling/policy:Policy")] == ["orders-api-cpu-percent"]
    assert engine.one("aws:cloudwatch/metricAlarm:MetricAlarm").inputs["dimensions"] == {
        "LoadBalancer": "app/public/1",
        "TargetGroup": "suffix/orders-api-pub",
    }


def test_a_worker_gets_its_queue_and_counts_its_tasks_by_it():
    engine = built(a_worker(), None)
    [container] = engine.one(DEFINITION).document("containerDefinitions")
    record = engine.one(PROVISIONED).document("content")

    assert container["environment"] == [{"name": "QUEUE_URL", "value": "https://example.com/mailer"}]
    assert "portMappings" not in container
    assert "sqs:ReceiveMessage" in _actions(engine, "mailer-task")
    assert [policy.name for policy in engine.all("aws:appautoscaling/policy:Policy")] == [
        "mailer-backlog-per-task",
        "mailer-first-task",
    ]
    assert (record["kind"], record["tasks"]) == ("worker", {"min": 0, "max": 4})
    assert (record["queue"]["name"], record["queue"]["dead_letter_name"]) == ("dev_mailer", "dev_mailer_dead")


def test_a_job_has_runs_and_a_schedule_and_nothing_that_always_runs():
    engine = built(a_job(), None)
    record = engine.one(PROVISIONED).document("content")

    assert engine.all(SERVICE) == engine.all("aws:appautoscaling/target:Target") == []
    assert engine.one("aws:scheduler/schedule:Schedule").inputs["target"]["arn"] == record["state_machine"]
    assert (record["kind"], record["tasks"]) == ("job", None)
    assert record["schedule"] == {"name": "nightly", "group": "slipway-dev"}


@pytest.mark.parametrize("service", full_services(), ids=lambda service: service.name)
def test_every_service_is_something_the_aws_provider_knows(service):
    made = [made for made in built(service, a_slot(service)).made if made.type.startswith("aws:")]
    assert [problem for resource in made for problem in schema.problems(resource)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_service_gives_every_field_of_its_kind(kind):
    missing = {field.name for field in tree(Service).parts if kind in field.kinds} - full_service(kind).model_fields_set
    assert missing == set(), "give them in tests/builders.py, so that tests over all features see what they make"


@pytest.mark.parametrize("kind", KINDS)
def test_the_catalog_knows_which_variables_features_set(kind):
    service = full_service(kind)
    containers = built(service, a_slot(service)).one(DEFINITION).document("containerDefinitions")
    [container] = [it for it in containers if it["name"] == naming.CONTAINER]
    by_features = {entry["name"] for entry in container["environment"]} - service.environment.keys()
    given = [info for name, info in Service.model_fields.items() if getattr(service, name)]
    known = {it.variable for info in given for it in info.metadata if isinstance(it, Sets)}
    known |= {variable for _, variable, _ in set_for_program(service)}
    assert by_features == known, "say it beside the field in service_catalog/model: Sets(...)"


def test_exec_has_directories_to_write_to_where_the_root_is_read_only():
    paths = []
    for is_read_only in (False, True):
        engine = built(a_service(exec=True, read_only_root=is_read_only))
        [container] = engine.one(DEFINITION).document("containerDefinitions")
        paths.append([point["containerPath"] for point in container.get("mountPoints", [])])
        assert len(engine.one(DEFINITION).inputs.get("volumes", [])) == len(paths[-1])
    assert paths == [[], ["/managed-agents", "/var/lib/amazon/ssm", "/var/log/amazon/ssm"]]


def test_a_pinned_image_is_part_of_the_definition():
    engine = built(a_service(image={"repository": "docker.io/library/nginx", "tag": "1.29"}))
    [container] = engine.one(DEFINITION).document("containerDefinitions")
    assert container["image"] == "docker.io/library/nginx:1.29"
    assert engine.one(PROVISIONED).document("content")["image"] == {
        "repository": "docker.io/library/nginx",
        "tag": "1.29",
        "digest": None,
    }


def _actions(engine: Recorder, policy: str) -> set[str]:
    [made] = [made for made in engine.all("aws:iam/rolePolicy:RolePolicy") if made.name == policy]
    statements: list[dict[str, Any]] = made.document("policy")["Statement"]
    return {action for statement in statements for action in statement["Action"]}
