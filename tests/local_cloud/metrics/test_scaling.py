import json

import pytest

from local_cloud.metrics.scalable_targets import TaskCounts
from local_cloud.metrics.scaling import CALM_SECONDS, PAUSE_SECONDS, Scaler, stepped, tracked
from tests.local_cloud.services import CLUSTER
from tests.local_cloud.waiting import eventually

RESOURCE = "service/shop/orders"


def tracking(target: float, **specification: object) -> dict[str, object]:
    predefined = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
    configuration = {"TargetValue": target, **(specification or predefined)}
    return {
        "PolicyName": "track",
        "PolicyARN": "arn:track",
        "PolicyType": "TargetTrackingScaling",
        "ResourceId": RESOURCE,
        "TargetTrackingScalingPolicyConfiguration": configuration,
    }


def stepping(*steps: dict[str, float], kind: str = "ChangeInCapacity") -> dict[str, object]:
    return {"StepScalingPolicyConfiguration": {"AdjustmentType": kind, "StepAdjustments": list(steps)}}


@pytest.mark.parametrize(
    ("tasks", "value", "wanted"), [(2, 120, 4), (2, 61, 3), (2, 58, 2), (4, 20, 2), (1, 0, 0), (2, None, None)]
)
def test_tracking_asks_for_as_many_tasks_as_bring_the_metric_to_its_target(tasks, value, wanted):
    assert tracked(tracking(60), tasks, value) == wanted


def test_steps_are_chosen_by_how_far_the_metric_is_over_the_threshold():
    policy = stepping(
        {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 1},
        {"MetricIntervalLowerBound": 10, "ScalingAdjustment": 5},
    )
    assert [stepped(policy, 2, breach) for breach in (-1, 0, 9, 10)] == [2, 3, 3, 7]
    below = stepping(
        {"MetricIntervalLowerBound": -20, "MetricIntervalUpperBound": 0, "ScalingAdjustment": -1},
        {"MetricIntervalUpperBound": -20, "ScalingAdjustment": -2},
    )
    assert [stepped(below, 5, breach) for breach in (-1, -19, -20)] == [4, 4, 3]
    assert stepped(stepping({"ScalingAdjustment": 4}, kind="ExactCapacity"), 2, 0) == 4


class Shop:
    """One service, and what CloudWatch says of its CPU."""

    def __init__(self) -> None:
        self.tasks, self.cpu, self.time = 2, 50.0, 0.0
        self.target: dict[str, object] = {"ResourceId": RESOURCE, "MinCapacity": 1, "MaxCapacity": 5}
        counts = TaskCounts(lambda *_: self.tasks, self.scale)
        self.scaler = Scaler(self, counts, self, now=lambda: self.time)

    def describe(self, what: str) -> list[dict[str, object]]:
        return {"ScalableTargets": [self.target], "ScalingPolicies": [tracking(50)]}[what]

    def set_bounds(self, resource: str, least: int, most: int) -> None:
        raise AssertionError("policies keep to the bounds")

    def scale(self, cluster: str, service: str, count: int) -> None:
        assert (cluster, service) == ("shop", "orders")
        self.tasks = count

    def after(self, seconds: float) -> int:
        self.time += seconds
        self.scaler.look()
        return self.tasks

    # What MiniStack's module answers.
    def _dims_from_list(self, dimensions: object) -> object:
        return dimensions

    def _dims_key(self, dimensions: object) -> str:
        return json.dumps(dimensions)

    @property
    def _metrics(self) -> dict[tuple[str, str, str], list[dict[str, float]]]:
        where = [{"Name": "ClusterName", "Value": "shop"}, {"Name": "ServiceName", "Value": "orders"}]
        return {("AWS/ECS", "CPUUtilization", json.dumps(where)): [{"Timestamp": self.time, "Value": self.cpu}]}

    def _calc_stats(self, points: list[dict[str, float]]) -> float:
        return points[-1]["Value"]

    def _stat_value(self, stats: float, name: str, points: object) -> float:
        return stats


def test_a_busy_service_gets_more_tasks_up_to_its_limit():
    shop = Shop()
    shop.cpu = 100
    assert shop.after(1) == 4
    assert shop.after(1) == 4, "the first change does not show yet"
    assert shop.after(PAUSE_SECONDS) == 5


def test_tasks_are_taken_away_after_a_while_of_calm():
    shop = Shop()
    shop.cpu = 10
    assert [shop.after(1), shop.after(CALM_SECONDS / 2), shop.after(CALM_SECONDS / 2)] == [2, 2, 1]


def test_a_moment_of_work_ends_the_calm():
    shop = Shop()
    shop.cpu = 10
    shop.after(1)
    shop.cpu = 50
    shop.after(CALM_SECONDS - 1)
    shop.cpu = 10
    assert shop.after(2) == 2


@pytest.mark.parametrize(("way", "cpu", "other"), [("Out", 100, 10), ("In", 10, 100)])
def test_scaling_one_way_is_suspended_without_the_other(way, cpu, other):
    shop = Shop()
    shop.target["SuspendedState"] = {f"DynamicScaling{way}Suspended": True}
    shop.cpu = cpu
    assert [shop.after(1), shop.after(CALM_SECONDS)] == [2, 2]
    shop.cpu = other
    shop.after(1)
    assert shop.after(CALM_SECONDS) != 2


class Steps(Shop):
    """It is scaled by one step for more and one for less, each set off by an alarm."""

    ringing = ""

    def describe(self, what: str) -> list[dict[str, object]]:
        up = stepping({"MetricIntervalLowerBound": 0, "ScalingAdjustment": 2})
        down = stepping({"MetricIntervalUpperBound": 0, "ScalingAdjustment": -1})
        shared = {"PolicyType": "StepScaling", "ResourceId": RESOURCE}
        policies = [{**shared, **up, "PolicyARN": "up"}, {**shared, **down, "PolicyARN": "down"}]
        return {"ScalableTargets": [self.target], "ScalingPolicies": policies}[what]

    @property
    def _alarms(self) -> dict[str, dict[str, object]]:
        where = [{"Name": "ClusterName", "Value": "shop"}, {"Name": "ServiceName", "Value": "orders"}]
        metric = {"Namespace": "AWS/ECS", "MetricName": "CPUUtilization", "Dimensions": where, "Statistic": "Average"}
        lines = {"up": 80, "down": 30}
        return {
            name: {
                **metric,
                "Period": 60,
                "EvaluationPeriods": 1,
                "Threshold": line,
                "AlarmActions": [name],
                "StateValue": "ALARM" if name == self.ringing else "OK",
            }
            for name, line in lines.items()
        }


@pytest.mark.parametrize(("ringing", "cpu", "tasks"), [("", 50, 3), ("up", 90, 5), ("down", 10, 2)])
def test_steps_alone_move_the_count_while_their_alarm_rings_and_not_at_all_otherwise(ringing, cpu, tasks):
    shop = Steps()
    shop.tasks, shop.ringing, shop.cpu = 3, ringing, cpu
    shop.after(1)
    assert shop.after(CALM_SECONDS) == tasks


def test_a_worker_that_sleeps_is_woken_by_its_queue(service):
    """As the program provisions it: metric math finds messages without a task, and an alarm takes the first step."""
    aws, name = service.aws, service.name
    service.create(service.definition("worker:1.0.0", port=None), count=0)
    url = aws("sqs").create_queue(QueueName=name)["QueueUrl"]
    where = {"ServiceNamespace": "ecs", "ResourceId": f"service/{CLUSTER}/{name}"}
    where |= {"ScalableDimension": "ecs:service:DesiredCount"}
    scaling = aws("application-autoscaling")
    scaling.register_scalable_target(**where, MinCapacity=0, MaxCapacity=3)
    step = {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}
    steps = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [step]}
    policy = scaling.put_scaling_policy(
        **where, PolicyName=name, PolicyType="StepScaling", StepScalingPolicyConfiguration=steps
    )
    aws("cloudwatch").put_metric_alarm(
        AlarmName=f"{name}_first_task",
        AlarmActions=[policy["PolicyARN"]],
        Metrics=[
            series("waiting", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", QueueName=name),
            series("tasks", "AWS/ECS", "CPUUtilization", "SampleCount", ClusterName=CLUSTER, ServiceName=name),
            {"Id": "none", "Expression": "waiting * 0", "ReturnData": False},
            {"Id": "alone", "Expression": "IF(MAX([none, tasks]) < 1, waiting, 0)", "ReturnData": True},
        ],
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Threshold=1,
        EvaluationPeriods=1,
        TreatMissingData="notBreaching",
    )
    assert service.describe()["desiredCount"] == 0
    aws("sqs").send_message(QueueUrl=url, MessageBody="{}")
    assert eventually(lambda: service.describe()["runningCount"] == 1)


def series(id: str, namespace: str, metric: str, stat: str, **dimensions: str) -> dict[str, object]:
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    which = {"Namespace": namespace, "MetricName": metric, "Dimensions": named}
    return {"Id": id, "MetricStat": {"Metric": which, "Stat": stat, "Period": 60}, "ReturnData": False}
