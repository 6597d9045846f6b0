"""From a program's stdout to its log groups, by way of the router's own process."""

import gzip
import json
import re

import pytest

from tests.local_cloud.services import BUCKET
from tests.local_cloud.waiting import eventually

ROUTER = "public.ecr.aws/aws-observability/aws-for-fluent-bit:init-3.4.15"
PARSERS = "[PARSER]\n    Name json\n    Format json\n"
ROUTES = """
[SERVICE]
    Flush 0.1
    HTTP_Server On

[FILTER]
    Name modify
    Match app-firelens-*
    Condition Key_Value_Matches $log step\\x20done
    Set route steps

[FILTER]
    Name rewrite_tag
    Match app-firelens-*
    Rule $route . routed.$route false

[OUTPUT]
    Name cloudwatch_logs
    Match app-firelens-*
    Log_Group_Name /NAME
    Log_Stream_Name ecs/app/${ECS_TASK_ID}
    Log_Key log

[OUTPUT]
    Name cloudwatch_logs
    Match routed.steps
    Log_Group_Name /NAME/steps
    Log_Stream_Name ecs/app/${ECS_TASK_ID}
    Log_Key log
"""


@pytest.fixture
def groups(prepared, fresh_name):
    logs, names = prepared("logs"), [f"/{fresh_name}", f"/{fresh_name}/steps", f"/{fresh_name}/_router"]
    for name in names:
        logs.create_log_group(logGroupName=name)
    return names


def definition(service, routes, image="job:1.0.0", **app):
    files = {"parsers": PARSERS, "routes": routes.replace("NAME", service.name)}
    for name, text in files.items():
        service.aws("s3").put_object(Bucket=BUCKET, Key=f"logs/{service.name}/{name}.conf", Body=text.encode())
    arns = [f"arn:aws:s3:::{BUCKET}/logs/{service.name}/{name}.conf" for name in files]
    options = {"awslogs-group": f"/{service.name}/_router", "awslogs-region": "ap-northeast-1"}
    router = {
        "name": "log-router",
        "image": ROUTER,
        "essential": True,
        "environment": [{"name": f"aws_fluent_bit_init_s3_{n}", "value": arn} for n, arn in enumerate(arns)],
        "firelensConfiguration": {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "false"}},
        "logConfiguration": {"logDriver": "awslogs", "options": options | {"awslogs-stream-prefix": "ecs"}},
        "healthCheck": {"command": ["CMD-SHELL", "curl -sf http://127.0.0.1:2020/api/v1/uptime || exit 1"]},
    }
    container = {
        "name": "app",
        "image": image,
        "essential": True,
        "dependsOn": [{"containerName": "log-router", "condition": "HEALTHY"}],
        "logConfiguration": {"logDriver": "awsfirelens"},
        **app,
    }
    return service.register([router, container])


def run(service, revision):
    """The task once it has stopped."""
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    started = service.ecs.run_task(
        cluster="tests", taskDefinition=revision, launchType="FARGATE", networkConfiguration=network
    )
    arn = started["tasks"][0]["taskArn"]

    def stopped():
        [task] = service.ecs.describe_tasks(cluster="tests", tasks=[arn])["tasks"]
        return task if task["lastStatus"] == "STOPPED" else None

    task = eventually(stopped)
    assert task
    return task


def messages(service, group, task, container="app"):
    stream = f"ecs/{container}/{task['taskArn'].rpartition('/')[2]}"
    logs = service.aws("logs")
    try:
        events = logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [json.loads(event["message"])["message"] for event in events if event["message"].startswith("{")]


def test_every_line_of_a_task_ends_in_the_log_group_of_its_route(service, groups):
    settings = [{"name": "STEPS", "value": "3"}, {"name": "STEP_SECONDS", "value": "0"}]
    task = run(service, definition(service, ROUTES, environment=settings))

    own, steps, _ = groups
    assert {it["name"]: it.get("exitCode") for it in task["containers"]}["app"] == 0
    assert eventually(lambda: len(messages(service, own, task)) == 2)
    assert messages(service, own, task) == ["started", "finished"]
    assert messages(service, steps, task) == ["step done"] * 3


def test_a_directive_that_the_router_does_not_know_fails_the_start_by_its_name(service, groups):
    task = run(service, definition(service, ROUTES.replace("Set route steps", "Rename a b")))

    assert task["stopCode"] == "TaskFailedToStart"
    key = f"logs/{service.name}/routes.conf"
    assert f"refuses {key}: line 6: [FILTER] modify: rename a b" in task["stoppedReason"]
    assert messages(service, groups[0], task) == []


def test_lines_for_a_log_group_that_is_gone_are_told_by_the_router(service, groups):
    own, steps, of_router = groups
    service.aws("logs").delete_log_group(logGroupName=steps)
    task = run(service, definition(service, ROUTES, environment=[{"name": "STEP_SECONDS", "value": "0"}]))

    assert eventually(lambda: any("lines are lost" in it for it in messages(service, of_router, task, "log-router")))
    assert messages(service, own, task) == ["started", "finished"]


ELSEWHERE = """
[OUTPUT]
    Name s3
    Match routed.steps
    Bucket archive-NAME
    S3_Key_Format /steps/date=%Y-%m-%d/hour=%H/%H%M%S-$UUID.gz
    Use_Put_Object On
    Compression gzip
    Upload_Timeout 5m
    Log_Key log

[OUTPUT]
    Name kinesis_firehose
    Match routed.steps
    Region ap-northeast-1
    Delivery_Stream NAME
    Log_Key log
"""


def test_lines_reach_a_bucket_and_a_stream_before_the_task_is_gone(service, groups):
    s3, firehose = service.aws("s3"), service.aws("firehose")
    for bucket in (f"archive-{service.name}", f"streamed-{service.name}"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    firehose.create_delivery_stream(
        DeliveryStreamName=service.name,
        ExtendedS3DestinationConfiguration={
            "RoleARN": "arn:aws:iam::000000000000:role/x",
            "BucketARN": f"arn:aws:s3:::streamed-{service.name}",
        },
    )
    settings = [{"name": "STEPS", "value": "3"}, {"name": "STEP_SECONDS", "value": "0"}]
    of_steps = ROUTES.rindex("[OUTPUT]")
    task = run(service, definition(service, ROUTES[:of_steps] + ELSEWHERE, environment=settings))

    own, steps, _ = groups
    assert eventually(lambda: len(messages(service, own, task)) == 2)
    assert messages(service, steps, task) == []
    [put] = eventually(lambda: s3.list_objects_v2(Bucket=f"archive-{service.name}").get("Contents", []))
    assert re.fullmatch(r"steps/date=\d{4}-\d\d-\d\d/hour=\d\d/\d{6}-[0-9a-f]{8}\.gz", put["Key"])
    lines = (
        gzip.decompress(s3.get_object(Bucket=f"archive-{service.name}", Key=put["Key"])["Body"].read())
        .decode()
        .splitlines()
    )
    assert [json.loads(line)["message"] for line in lines] == ["step done"] * 3
    streamed = s3.list_objects_v2(Bucket=f"streamed-{service.name}")["Contents"]
    texts = [s3.get_object(Bucket=f"streamed-{service.name}", Key=it["Key"])["Body"].read() for it in streamed]
    assert b"".join(texts).count(b"step done") == 3
