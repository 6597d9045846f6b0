import hashlib

import pytest

from infra.components.log_group import LogGroup, LogGroupArgs
from infra.components.log_routing import IMAGE, LogRouting, LogRoutingArgs
from infra.documents import fluent_bit
from infra.service_parts import ServiceParts, merged
from service_catalog.model import Logs
from tests.builders import a_service, an_environment
from tests.infra.recorder import Made, Recorder

ENVIRONMENT = an_environment()
LOG_GROUP, OBJECT = "aws:cloudwatch/logGroup:LogGroup", "aws:s3/bucketObjectv2:BucketObjectv2"
ERRORS = {"name": "errors", "when": {"level": "ERROR|FATAL"}, "retention_days": 731}
HEALTH = {"name": "health", "when": {"path": "^/healthz"}, "drop": True}


def logs(**said: object) -> Logs:
    return a_service(logs=said).logs


def routed(engine: Recorder, of: Logs) -> ServiceParts:
    parts: list[ServiceParts] = []
    args = LogRoutingArgs(ENVIRONMENT, "orders-api", of)
    engine.run(lambda: parts.append(LogRouting("orders-api", args).parts))
    return parts[0]


def files(engine: Recorder) -> list[Made]:
    """Parsers, then routes."""
    return sorted((made for made in engine.made if made.type == OBJECT), key=lambda made: made.name)


def test_each_route_that_keeps_lines_has_a_log_group_with_its_own_retention(engine):
    parts = routed(engine, logs(routes=[HEALTH, ERRORS]))

    assert {it["name"]: it["retentionInDays"] for it in engine.of_type(LOG_GROUP)} == {
        "/slipway/dev/orders-api/errors": 731,
        "/slipway/dev/orders-api/_router": 30,
    }
    [record] = parts.record
    assert record == {
        "log_groups": {"errors": "/slipway/dev/orders-api/errors", "_router": "/slipway/dev/orders-api/_router"},
        "logs_elsewhere": {},
    }


def test_the_definition_names_configuration_that_is_called_by_its_hash_and_never_deleted(engine):
    of = logs(routes=[ERRORS])
    [router] = routed(engine, of).containers

    parsers, routes = files(engine)
    text = fluent_bit.routes_file(of, ENVIRONMENT, "orders-api")
    assert (routes.inputs["content"], routes.inputs["bucket"]) == (text, "slipway-dev-123456789012")
    assert routes.inputs["key"] == f"logs/orders-api/{hashlib.sha256(text.encode()).hexdigest()}.conf"
    assert (parsers.retain_on_delete, routes.retain_on_delete) == (True, True)
    bucket = "arn:aws:s3:::slipway-dev-123456789012"
    assert router["environment"] == [
        {"name": "aws_fluent_bit_init_s3_1", "value": f"{bucket}/{parsers.inputs['key']}"},
        {"name": "aws_fluent_bit_init_s3_2", "value": f"{bucket}/{routes.inputs['key']}"},
    ]


def test_other_routes_are_another_object_beside_the_one_that_a_release_pinned(engine):
    later = Recorder()
    routed(engine, logs(routes=[ERRORS]))
    routed(later, logs(routes=[HEALTH, ERRORS]))
    (parsers, before), (same_parsers, after) = ([it.inputs["key"] for it in files(of)] for of in (engine, later))
    assert parsers == same_parsers
    assert before != after


def test_the_program_starts_once_the_router_takes_its_lines_and_never_without(engine):
    parts = routed(engine, logs(routes=[ERRORS], router_memory_mib=200))

    [members], [router] = parts.container_members, parts.containers
    assert members == {
        "logConfiguration": {"logDriver": "awsfirelens"},
        "dependsOn": [{"containerName": "log-router", "condition": "HEALTHY"}],
    }
    rest = {name: value for name, value in router.items() if name != "environment"}
    assert rest == {
        "name": "log-router",
        "image": IMAGE,
        "essential": True,
        "firelensConfiguration": {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "false"}},
        "memoryReservation": 200,
        "healthCheck": {
            "command": ["CMD-SHELL", "curl -sf http://127.0.0.1:2020/api/v1/uptime || exit 1"],
            "interval": 5,
            "timeout": 2,
            "retries": 3,
            "startPeriod": 30,
        },
        "stopTimeout": 60,
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/slipway/dev/orders-api/_router",
                "awslogs-region": "ap-northeast-1",
                "awslogs-stream-prefix": "ecs",
            },
        },
    }
    assert parts.port_mappings == parts.ingress == ()


def test_the_image_of_the_router_is_pinned():
    assert IMAGE.rpartition(":")[2].removeprefix("init-").replace(".", "").isdigit()


def test_the_router_writes_with_the_rights_of_the_program_and_reads_any_releases_configuration(engine):
    parts = routed(engine, logs(routes=[ERRORS]))

    groups = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/slipway/dev/orders-api"
    bucket = "arn:aws:s3:::slipway-dev-123456789012"
    assert [(it["Action"], it["Resource"]) for it in parts.task_statements] == [
        (["s3:GetObject"], [f"{bucket}/logs/orders-api/*"]),
        (["s3:GetBucketLocation"], [bucket]),
        (["logs:CreateLogStream", "logs:PutLogEvents"], [f"{groups}:*", f"{groups}/*:*"]),
    ]
    assert [it["Resource"] for it in parts.execution_statements] == [[f"{groups}/_router:*"]]


RETIRED = [
    logs(routes=[ERRORS | {"retired": True}]),
    logs(multiline={"first_line": r"^\S", "retired": True}),
]


@pytest.mark.parametrize("of", RETIRED)
def test_what_is_retired_keeps_groups_and_rights_for_releases_that_have_it(engine, of):
    parts = routed(engine, of)

    assert "/slipway/dev/orders-api/_router" in [it["name"] for it in engine.of_type(LOG_GROUP)]
    assert (len(parts.task_statements), len(parts.execution_statements)) == (3, 1)
    assert parts.containers == parts.container_members == ()
    assert files(engine) == []


def test_a_program_with_a_router_does_not_write_to_its_log_group_itself(engine):
    both: list[ServiceParts] = []

    def program() -> None:
        of = logs(routes=[ERRORS])
        both.append(LogGroup("orders-api", LogGroupArgs(ENVIRONMENT, "orders-api", of)).parts)
        both.append(LogRouting("orders-api", LogRoutingArgs(ENVIRONMENT, "orders-api", of)).parts)

    engine.run(program)
    assert merged(*(both[0] + both[1]).container_members)["logConfiguration"] == {"logDriver": "awsfirelens"}


ELSEWHERE = [
    {"name": "audit", "when": {"audit": "true"}, "to": "s3"},
    {"name": "access", "when": {"type": "access"}, "to": "s3", "bucket": "access-logs", "retired": True},
    {"name": "events", "when": {"type": "event"}, "to": "firehose", "stream": "orders"},
]


def test_lines_that_go_elsewhere_need_no_log_group_and_their_places_are_told(engine):
    [record] = routed(engine, logs(routes=ELSEWHERE)).record

    assert [it["name"] for it in engine.of_type(LOG_GROUP)] == ["/slipway/dev/orders-api/_router"]
    assert record["logs_elsewhere"] == {
        "audit": "s3://slipway-dev-logs-123456789012/orders-api/audit/",
        "access": "s3://access-logs/orders-api/access/",
        "events": "firehose:orders",
    }


def test_the_task_may_put_objects_below_its_own_prefixes_and_read_none(engine):
    *_, put, stream = routed(engine, logs(routes=ELSEWHERE)).task_statements

    objects = ["access-logs/orders-api/access/*", "slipway-dev-logs-123456789012/orders-api/audit/*"]
    assert (put["Action"], put["Resource"]) == (["s3:PutObject"], [f"arn:aws:s3:::{it}" for it in objects])
    assert (stream["Action"], stream["Resource"]) == (
        ["firehose:PutRecordBatch"],
        ["arn:aws:firehose:ap-northeast-1:123456789012:deliverystream/orders"],
    )
