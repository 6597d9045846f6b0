"""Measures in MiniStack's process and tells its CloudWatch, in one account and region."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import alb, cloudwatch, ecs, sqs, stepfunctions

from local_cloud.metrics import alarms, executions, kept, requests
from local_cloud.metrics.publisher import Datum, Publisher
from local_cloud.metrics.queues import Queues
from local_cloud.metrics.scalable_targets import AutoScalingApi, TaskCounts
from local_cloud.metrics.scaling import Scaler
from local_cloud.metrics.scheduled_scaling import ScheduledScaling
from local_cloud.metrics.usage import RunningTask, Usage


def install(
    running_tasks: Callable[[], Sequence[RunningTask]], scaling_url: str, account_id: str, region: str
) -> Publisher:
    """From now on requests and executions are counted; ``publish`` of what is returned tells CloudWatch, and scales
    services by what it knows then, as the policies and scheduled actions say that are kept at ``scaling_url``."""
    kept.install(cloudwatch)
    alarms.install(cloudwatch)
    forwarded, executed = requests.Requests(), executions.Executions()
    requests.install(alb, forwarded)
    executions.install(stepfunctions, executed)

    def tasks() -> Sequence[RunningTask]:
        with request_scope(account_id, region):
            return running_tasks()

    def queues() -> list[dict[str, Any]]:
        with request_scope(account_id, region):
            return list(sqs._queues.values())

    def put(data: Sequence[Datum]) -> None:
        with request_scope(account_id, region):
            for namespace, members in _by_namespace(data).items():
                cloudwatch._put_metric_data({}, {"Namespace": namespace, "MetricData": members}, False, True)
            kept.trim(cloudwatch, time.time())

    auto_scaling, counts = AutoScalingApi(scaling_url, account_id, region), TaskCounts(_count, _scale)
    scheduled, scaler = ScheduledScaling(auto_scaling, counts), Scaler(auto_scaling, counts, cloudwatch)

    def scale() -> None:
        with request_scope(account_id, region):
            scheduled.look()
            scaler.look()

    return Publisher([Usage(tasks).data, forwarded.data, Queues(queues).data, executed.data], put, scale)


def _count(cluster: str, service: str) -> int | None:
    found = ecs._services.get(f"{cluster}/{service}")
    return found["desiredCount"] if found and found["status"] == "ACTIVE" else None


def _scale(cluster: str, service: str, count: int) -> None:
    ecs._ACTION_MAP["UpdateService"]({"cluster": cluster, "service": service, "desiredCount": count})


def _by_namespace(data: Sequence[Datum]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for datum in data:
        found[datum.namespace].append(
            {
                "MetricName": datum.metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in datum.dimensions.items()],
                "Values": list(datum.values),
                "Counts": list(datum.values.values()),
                "Unit": datum.unit,
            }
        )
    return found
