import json
from typing import Any

import pytest

from infra.components.queue import Queue, QueueArgs
from infra.service_parts import ServiceParts
from service_catalog import model
from tests.builders import a_worker, an_environment
from tests.infra import schema
from tests.infra.recorder import Recorder

QUEUE = "aws:sqs/queue:Queue"
KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ECS = [{"name": "ClusterName", "value": "slipway-dev"}, {"name": "ServiceName", "value": "mailer"}]


def parts_of(engine: Recorder, queue: dict[str, Any] | None = None, **said: Any) -> ServiceParts:
    parts: list[ServiceParts] = []
    service = a_worker(**({"scaling": {}, "tasks": {"min": 1, "max": 4}} | said))
    args = QueueArgs(service, an_environment(), model.Queue.model_validate(queue or {}))
    engine.run(lambda: parts.append(Queue("mailer", args).parts))
    return parts[0]


def test_a_message_that_nobody_can_handle_ends_in_the_dead_letter_queue(engine):
    parts_of(engine, {"retries": 3, "visibility_seconds": 120})

    own, dead = engine.all(QUEUE)

    assert own.inputs == {
        "name": "dev_mailer",
        "visibilityTimeoutSeconds": 120,
        "messageRetentionSeconds": 345600,
        "receiveWaitTimeSeconds": 20,
        "redrivePolicy": own.inputs["redrivePolicy"],
        "sqsManagedSseEnabled": True,
    }
    assert json.loads(own.inputs["redrivePolicy"]) == {
        "deadLetterTargetArn": "arn:aws:queue:ap-northeast-1:123456789012:mailer-dead",
        "maxReceiveCount": 3,
    }
    assert dead.inputs == {
        "name": "dev_mailer_dead",
        "messageRetentionSeconds": 1209600,
        "sqsManagedSseEnabled": True,
    }


def test_nobody_elses_dead_letters_come_there(engine):
    parts_of(engine)
    allow = engine.one("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")
    assert allow.document("redriveAllowPolicy") == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": ["arn:aws:queue:ap-northeast-1:123456789012:mailer"],
    }


def test_both_queues_are_fifo_or_neither_and_names_say_so(engine):
    parts_of(engine, {"fifo": True})
    assert [(made.inputs["name"], made.inputs["fifoQueue"]) for made in engine.all(QUEUE)] == [
        ("dev_mailer.fifo", True),
        ("dev_mailer_dead.fifo", True),
    ]


def test_a_key_of_ones_own_encrypts_both_and_the_worker_may_use_it(engine):
    parts = parts_of(engine, {"key_arn": KEY})
    assert [made.inputs["kmsMasterKeyId"] for made in engine.all(QUEUE)] == [KEY, KEY]
    assert parts.task_statements[1] == {
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:DescribeKey"],
        "Resource": [KEY],
    }


@pytest.mark.parametrize(("queue", "name"), [({}, "dev_mailer"), ({"existing": "orders.fifo"}, "orders.fifo")])
def test_the_worker_may_receive_from_its_queue_and_nothing_else(engine, queue, name):
    [statement] = parts_of(engine, queue).task_statements
    assert statement["Resource"] == [f"arn:aws:sqs:ap-northeast-1:123456789012:{name}"]
    assert statement["Action"] == [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:GetQueueUrl",
        "sqs:GetQueueAttributes",
    ]


def test_an_existing_queue_is_used_as_it_is(engine):
    parts = parts_of(engine, {"existing": "orders"}, alarms={"dead_letters": 1, "message_age_seconds": 60})
    url = "https://sqs.ap-northeast-1.amazonaws.com/123456789012/orders"
    assert engine.all(QUEUE) == []
    assert parts.environment == ({"name": "QUEUE_URL", "value": url},)
    assert parts.record == (
        {
            "queue": {
                "url": url,
                "name": "orders",
                "arn": "arn:aws:sqs:ap-northeast-1:123456789012:orders",
                "dead_letter_url": None,
                "dead_letter_name": None,
            }
        },
    )
    # Which queue its dead letters go to is not known.
    assert [alarm.measure for alarm in parts.alarms] == ["message_age_seconds"]


def test_messages_that_wait_long_and_dead_letters_call(engine):
    alarms = parts_of(engine, alarms={"dead_letters": 5, "message_age_seconds": 600}).alarms
    assert [(alarm.measure, alarm.threshold, alarm.metric, alarm.dimensions) for alarm in alarms] == [
        ("message_age_seconds", 600, "ApproximateAgeOfOldestMessage", {"QueueName": "dev_mailer"}),
        ("dead_letters", 5, "ApproximateNumberOfMessagesVisible", {"QueueName": "dev_mailer_dead"}),
    ]


def test_without_a_backlog_to_hold_nothing_scales_by_the_queue(engine):
    assert parts_of(engine).scaling == ()


def test_the_backlog_is_shared_by_the_tasks_that_run(engine):
    [policy] = parts_of(engine, scaling={"backlog_per_task": 100}).scaling

    tracked = policy.arguments["target_tracking_scaling_policy_configuration"]
    metrics = {metric["id"]: metric for metric in tracked["customized_metric_specification"]["metrics"]}

    assert (policy.name, tracked["target_value"]) == ("backlog-per-task", 100)
    assert metrics["tasks"]["metric_stat"] == {
        "metric": {"namespace": "AWS/ECS", "metric_name": "CPUUtilization", "dimensions": ECS},
        "stat": "SampleCount",
    }
    assert metrics["waiting"]["metric_stat"]["metric"]["dimensions"] == [{"name": "QueueName", "value": "dev_mailer"}]
    assert metrics["one"]["expression"] == "waiting * 0 + 1"
    assert metrics["per_task"]["expression"] == "SUM([waiting, working]) / MAX([one, tasks])"
    assert [id_ for id_, metric in metrics.items() if metric["return_data"]] == ["per_task"]


def test_from_zero_an_alarm_starts_the_first_task(engine):
    _, first = parts_of(engine, scaling={"backlog_per_task": 100}, tasks={"min": 0, "max": 4}).scaling

    queries = {query["id"]: query for query in first.alarm["metric_queries"]}

    assert first.arguments["step_scaling_policy_configuration"]["step_adjustments"] == [
        {"metric_interval_lower_bound": "0", "scaling_adjustment": 1}
    ]
    assert first.alarm["name"] == "dev-mailer-first-task"
    assert list(queries) == ["waiting", "tasks", "none", "without_task"]
    assert queries["without_task"]["expression"] == "IF(MAX([none, tasks]) < 1, waiting, 0)"
    assert (first.alarm["threshold"], first.alarm["treat_missing_data"]) == (1, "notBreaching")


def test_all_of_it_is_something_the_aws_provider_knows(engine):
    parts_of(engine, {"fifo": True, "key_arn": KEY})
    made = [made for made in engine.made if made.type.startswith("aws:")]
    assert [problem for resource in made for problem in schema.problems(resource)] == []
