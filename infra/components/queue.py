"""The SQS queue that a worker takes its messages from, with a dead-letter queue for those that nobody can handle."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import backlog, permissions
from infra.documents.scaling import ecs_dimensions, target_tracking
from infra.documents.widgets import metric
from infra.feature import Feature
from infra.json_document import json_of
from infra.service_parts import Alarm, Chart, ScalingPolicy, ServiceParts
from service_catalog import model, naming
from service_catalog.queue_retention import DEAD_KEPT_SECONDS, KEPT_SECONDS

_LONG_POLL_SECONDS = 20
_FIRST_TASK_SECONDS = 180
"""So long a first task has to start before another one is sent after it."""


@dataclass(frozen=True)
class QueueArgs:
    service: model.Service
    environment: model.Environment
    queue: model.Queue


@dataclass(frozen=True)
class _Queues:
    """What the rest of the service is told."""

    name: str
    url: Any
    arn: Any
    dead_name: str | None = None
    dead_url: Any = None


class Queue(Feature):
    def __init__(self, name: str, args: QueueArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Queue", name, {}, opts)
        queues = _existing(args) if args.queue.existing else self._own(name, args)
        read = model.Permission(queue=queues.name, access="read", key_arn=args.queue.key_arn)
        self.parts = ServiceParts(
            environment=({"name": "QUEUE_URL", "value": queues.url},),
            task_statements=tuple(permissions.statements(args.environment, [read])),
            scaling=_scaling(args, queues.name),
            alarms=_alarms(args.service.alarms, queues),
            charts=_charts(queues),
            record=({"queue": _record(queues)},),
        )
        self.register_outputs({"url": queues.url})

    def _own(self, name: str, args: QueueArgs) -> _Queues:
        queue, child = args.queue, pulumi.ResourceOptions(parent=self)
        where = (args.environment.name, args.service.name)
        queue_name = naming.queue(*where, fifo=queue.fifo)
        dead_name = naming.dead_letter_queue(*where, fifo=queue.fifo)
        dead = aws.sqs.Queue(
            f"{name}-dead",
            name=dead_name,
            message_retention_seconds=DEAD_KEPT_SECONDS,
            **_kind_and_key(queue),
            opts=child,
        )
        redrive = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": queue.retries}
        own = aws.sqs.Queue(
            name,
            name=queue_name,
            visibility_timeout_seconds=queue.visibility_seconds,
            message_retention_seconds=KEPT_SECONDS,
            receive_wait_time_seconds=_LONG_POLL_SECONDS,
            redrive_policy=json_of(redrive),
            **_kind_and_key(queue),
            opts=child,
        )
        # Nobody else's dead letters end up here, or are sent back from here to this worker.
        only = {"redrivePermission": "byQueue", "sourceQueueArns": [own.arn]}
        allow = json_of(only)
        aws.sqs.RedriveAllowPolicy(f"{name}-dead", queue_url=dead.url, redrive_allow_policy=allow, opts=child)
        return _Queues(queue_name, own.url, own.arn, dead_name, dead.url)


def _existing(args: QueueArgs) -> _Queues:
    """Nothing is asked of AWS: the address of a queue is made of where it is and how it is called."""
    environment, name = args.environment, str(args.queue.existing)
    host = f"sqs.{environment.region}.{environment.dns_suffix}"
    return _Queues(name, f"https://{host}/{environment.account_id}/{name}", environment.arn("sqs", name))


def _kind_and_key(queue: model.Queue) -> dict[str, Any]:
    kind = {"fifo_queue": True} if queue.fifo else {}
    return kind | ({"kms_master_key_id": queue.key_arn} if queue.key_arn else {"sqs_managed_sse_enabled": True})


def _scaling(args: QueueArgs, queue: str) -> tuple[ScalingPolicy, ...]:
    service = args.service
    target = service.scaling.backlog_per_task
    if target is None:
        return ()
    dimensions = ecs_dimensions(args.environment.name, service.name)
    tracked = target_tracking("backlog-per-task", target, backlog.scaling_metric(queue, dimensions))
    # Target tracking multiplies the tasks that run, so it gets down to none and never up from there.
    return (tracked, _first_task(args, queue, dimensions)) if service.tasks.min == 0 else (tracked,)


def _first_task(args: QueueArgs, queue: str, dimensions: dict[str, Any]) -> ScalingPolicy:
    return ScalingPolicy(
        "first-task",
        {
            "policy_type": "StepScaling",
            "step_scaling_policy_configuration": {
                "adjustment_type": "ChangeInCapacity",
                "cooldown": _FIRST_TASK_SECONDS,
                "metric_aggregation_type": "Maximum",
                "step_adjustments": [{"metric_interval_lower_bound": "0", "scaling_adjustment": 1}],
            },
        },
        {
            "name": naming.scaling_alarm(args.environment.name, args.service.name, "first-task"),
            "alarm_description": "Starts a first task when messages wait and none runs",
            "metric_queries": backlog.alarm_queries(queue, dimensions),
            "comparison_operator": "GreaterThanOrEqualToThreshold",
            "threshold": 1,
            "evaluation_periods": 1,
            "treat_missing_data": "notBreaching",
        },
    )


def _alarms(wanted: model.Alarms, queues: _Queues) -> tuple[Alarm, ...]:
    alarms: list[Alarm] = []
    if wanted.message_age_seconds is not None:
        metric, dimensions = "ApproximateAgeOfOldestMessage", {"QueueName": queues.name}
        alarms.append(Alarm("message_age_seconds", wanted.message_age_seconds, "AWS/SQS", metric, dimensions))
    if wanted.dead_letters is not None and queues.dead_name:
        metric, dimensions = "ApproximateNumberOfMessagesVisible", {"QueueName": queues.dead_name}
        alarms.append(Alarm("dead_letters", wanted.dead_letters, "AWS/SQS", metric, dimensions, periods=1))
    return tuple(alarms)


def _charts(queues: _Queues) -> tuple[Chart, ...]:
    own = {"QueueName": queues.name}
    waiting = metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", own, label="waiting")
    in_hand = metric("AWS/SQS", "ApproximateNumberOfMessagesNotVisible", own, label="in hand")
    age = metric("AWS/SQS", "ApproximateAgeOfOldestMessage", own)
    found = [
        Chart("Messages that wait and that are in hand", (waiting, in_hand), "Maximum"),
        Chart("Age of the oldest message, s", (age,), "Maximum"),
    ]
    if queues.dead_name:
        dead = metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": queues.dead_name})
        found.append(Chart("Dead letters", (dead,), "Maximum"))
    return tuple(found)


def _record(queues: _Queues) -> dict[str, Any]:
    return {
        "url": queues.url,
        "name": queues.name,
        "arn": queues.arn,
        "dead_letter_url": queues.dead_url,
        "dead_letter_name": queues.dead_name,
    }
