"""What sidecars leave in the task, and in its roles."""

from typing import Any

from infra.components.sidecars import Sidecars, SidecarsArgs
from infra.service_parts import ServiceParts
from service_catalog.model import Environment
from tests.builders import a_service, an_environment
from tests.infra.recorder import Recorder

ENVIRONMENT = an_environment()
KEY = {"secretsmanager": "datadog", "key": "api_key"}


def parts_of(engine: Recorder, environment: Environment = ENVIRONMENT, **changes: Any) -> ServiceParts:
    service, parts = a_service(**changes), list[ServiceParts]()
    engine.run(lambda: parts.append(Sidecars(SidecarsArgs(environment, service)).parts))
    return parts[0]


def test_a_preset_brings_all_that_its_agent_needs(engine):
    parts = parts_of(
        engine, sidecars=[{"preset": "datadog", "api_key": KEY, "environment": {"DD_SITE": "datadoghq.eu"}}]
    )

    [container] = parts.containers
    assert container["name"] == "datadog-agent"
    assert container["image"] == "public.ecr.aws/datadog/agent:7.84.6"
    assert (container["essential"], container["cpu"], container["memory"]) == (False, 100, 256)
    assert [(it["containerPort"], it["protocol"]) for it in container["portMappings"]] == [(8126, "tcp"), (8125, "udp")]
    assert {it["name"]: it["value"] for it in container["environment"]} == {
        "DD_APM_ENABLED": "true",
        "DD_SITE": "datadoghq.eu",
        "ECS_FARGATE": "true",
    }
    secret = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:datadog"
    assert container["secrets"] == [{"name": "DD_API_KEY", "valueFrom": f"{secret}:api_key::"}]
    assert parts.execution_statements == (
        {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": [f"{secret}-??????"]},
    )
    assert container["logConfiguration"]["options"]["awslogs-group"] == "/slipway/dev/orders-api"


def test_a_preset_tells_the_program_where_it_is_and_starts_before_it(engine):
    parts = parts_of(engine, sidecars=[{"preset": "datadog", "api_key": KEY}])
    assert parts.environment == (
        {"name": "DD_AGENT_HOST", "value": "127.0.0.1"},
        {"name": "DD_ENV", "value": "dev"},
        {"name": "DD_SERVICE", "value": "orders-api"},
    )
    assert parts.container_members == ({"dependsOn": [{"containerName": "datadog-agent", "condition": "START"}]},)


def test_the_collector_may_report_to_xray_and_to_its_own_log_group(engine):
    traces, metrics = parts_of(engine, sidecars=[{"preset": "otel"}]).task_statements
    assert (traces["Resource"], "xray:PutTraceSegments" in traces["Action"]) == (["*"], True)
    group = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/ecs/application/metrics"
    assert metrics["Resource"] == [group, f"{group}:*"]


def test_a_sidecar_of_ones_own_is_what_the_entry_says(engine):
    base = "999999999999.dkr.ecr.eu-west-1.amazonaws.com/base"
    sidecar = {
        "name": "setup",
        "image": {"repository": base, "tag": "1.0.0"},
        "entry_point": ["/bin/setup"],
        "secrets": {"OLD": {"ssm": "/old", "retired": True}},
        "depends_on": {"app": "start"},
        "health": {"command": ["CMD", "check"], "interval_seconds": 5},
        "mounts": [{"volume": "scratch", "path": "/x", "read_only": True}],
    }
    volumes = [{"bind": "scratch", "path": "/tmp"}]

    parts = parts_of(engine, sidecars=[sidecar], volumes=volumes)

    [container] = parts.containers
    assert container["entryPoint"] == ["/bin/setup"]
    assert container["dependsOn"] == [{"containerName": "app", "condition": "START"}]
    assert container["mountPoints"] == [{"sourceVolume": "scratch", "containerPath": "/x", "readOnly": True}]
    assert (container["healthCheck"]["interval"], container["healthCheck"]["timeout"]) == (5, 4)
    assert container["secrets"] == []
    pull, read = parts.execution_statements
    assert pull["Resource"] == ["arn:aws:ecr:eu-west-1:999999999999:repository/base"]
    assert read["Resource"] == ["arn:aws:ssm:ap-northeast-1:123456789012:parameter/old"]
    assert parts.container_members == ()


def test_what_is_in_a_registry_that_several_environments_share_takes_no_right_of_its_own(engine):
    sidecar = {"name": "proxy", "image": {"repository": "proxy", "tag": "1"}}
    shared = an_environment(registry={"account_id": "222222222222"})
    assert parts_of(engine, shared, sidecars=[sidecar]).execution_statements == ()
