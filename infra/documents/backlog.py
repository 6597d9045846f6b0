"""How many messages there are for each task, as CloudWatch metric math.

Running tasks are counted without Container Insights: each of them samples the service's CPU once a minute, so the
metric's number of samples is the number of tasks. It has no samples while there are none, so what counts them leans on
a metric of the queue, which SQS measures as long as anybody asks it for messages or sends some. Of a queue that nobody
touched for six hours it measures nothing, and begins again up to 15 minutes after the next message.
"""

from collections.abc import Mapping
from typing import Any

_PERIOD_SECONDS = 60

# Of two series MAX and SUM take what is there, and SQS tells of messages that somebody works on only while there are
# some. They count as well: the last task goes when nothing is left to do.
_PER_TASK = {"one": "waiting * 0 + 1", "per_task": "SUM([waiting, working]) / MAX([one, tasks])"}
_WITHOUT_TASK = {"none": "waiting * 0", "without_task": "IF(MAX([none, tasks]) < 1, waiting, 0)"}


def scaling_metric(queue: str, ecs_service: Mapping[str, Any]) -> dict[str, Any]:
    """As Application Auto Scaling tracks it; ``ecs_service`` are CloudWatch's dimensions."""
    metrics = [
        {
            "id": id_,
            "metric_stat": {
                "metric": {
                    "namespace": namespace,
                    "metric_name": metric,
                    "dimensions": [{"name": name, "value": value} for name, value in dimensions.items()],
                },
                "stat": stat,
            },
            "return_data": False,
        }
        for id_, namespace, metric, dimensions, stat in _series(queue, ecs_service)
    ]
    return {"customized_metric_specification": {"metrics": [*metrics, *_expressions(_PER_TASK)]}}


def alarm_queries(queue: str, ecs_service: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As a CloudWatch alarm asks for what waits without a task."""
    metrics = [
        {
            "id": id_,
            "metric": {
                "namespace": namespace,
                "metric_name": metric,
                "dimensions": dict(dimensions),
                "stat": stat,
                "period": _PERIOD_SECONDS,
            },
        }
        for id_, namespace, metric, dimensions, stat in _series(queue, ecs_service)
        if id_ != "working"
    ]
    return [*metrics, *_expressions(_WITHOUT_TASK)]


def _expressions(expressions: Mapping[str, str]) -> list[dict[str, Any]]:
    """The last one is the answer."""
    answer = list(expressions)[-1]
    return [
        {"id": id_, "expression": expression, "return_data": id_ == answer} for id_, expression in expressions.items()
    ]


def _series(queue: str, ecs_service: Mapping[str, Any]) -> list[tuple[str, str, str, Mapping[str, Any], str]]:
    of_queue = {"QueueName": queue}
    return [
        ("waiting", "AWS/SQS", "ApproximateNumberOfMessagesVisible", of_queue, "Maximum"),
        ("working", "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", of_queue, "Maximum"),
        ("tasks", "AWS/ECS", "CPUUtilization", ecs_service, "SampleCount"),
    ]
