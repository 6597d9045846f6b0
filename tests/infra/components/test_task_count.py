import pulumi_aws as aws

from infra.components.task_count import TaskCount, TaskCountArgs
from infra.service_parts import ScalingPolicy, ScheduledAction
from tests.infra.recorder import Recorder

HALF = ScalingPolicy(
    "cpu-percent",
    {
        "policy_type": "TargetTrackingScaling",
        "target_tracking_scaling_policy_configuration": {"target_value": 50},
    },
)
FIRST_TASK = ScalingPolicy(
    "from-zero",
    {"policy_type": "StepScaling", "step_scaling_policy_configuration": {"adjustment_type": "ChangeInCapacity"}},
    {"comparison_operator": "GreaterThanOrEqualToThreshold", "evaluation_periods": 1, "threshold": 1},
)


def a_count(engine: Recorder, *policies: ScalingPolicy, scheduled: tuple[ScheduledAction, ...] = ()) -> None:
    def program() -> None:
        service = aws.ecs.Service("orders-api")
        TaskCount("orders-api", TaskCountArgs("dev", "orders-api", policies, scheduled, service.arn))

    engine.run(program)


def test_nothing_runs_before_a_release(engine):
    a_count(engine)

    target = engine.one("aws:appautoscaling/target:Target")

    assert target.inputs == {
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": "service/slipway-dev/orders-api",
        "minCapacity": 0,
        "maxCapacity": 0,
        "suspendedState": {"scheduledScalingSuspended": True},
    }
    assert target.depends_on == ("aws:ecs/service:Service::orders-api",)


def test_what_releases_set_is_left_alone(engine):
    a_count(engine)
    ignored = engine.one("aws:appautoscaling/target:Target").ignore_changes
    assert ignored == ("minCapacity", "maxCapacity", "suspendedState")


def test_what_features_scale_by_moves_the_services_own_count(engine):
    a_count(engine, HALF)
    assert engine.one("aws:appautoscaling/policy:Policy").name == "orders-api-cpu-percent"
    assert engine.one("aws:appautoscaling/policy:Policy").inputs == {
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": "service/slipway-dev/orders-api",
        "policyType": "TargetTrackingScaling",
        "targetTrackingScalingPolicyConfiguration": {"targetValue": 50},
    }
    assert engine.all("aws:cloudwatch/metricAlarm:MetricAlarm") == []


def test_an_alarm_sets_a_step_policy_off(engine):
    a_count(engine, FIRST_TASK)
    alarm = engine.one("aws:cloudwatch/metricAlarm:MetricAlarm").inputs
    assert alarm["alarmActions"] == ["arn:aws:policy:ap-northeast-1:123456789012:orders-api-from-zero"]
    assert alarm["threshold"] == 1


def test_without_policies_the_count_stays_where_it_is(engine):
    a_count(engine)
    assert engine.all("aws:appautoscaling/policy:Policy") == []


def test_scheduled_actions_set_limits_of_the_same_target(engine):
    arguments = {"schedule": "cron(0 8 * * ? *)", "scalable_target_action": {"min_capacity": 2}}
    a_count(engine, scheduled=(ScheduledAction("schedule-1", arguments),))
    action = engine.one("aws:appautoscaling/scheduledAction:ScheduledAction")
    assert action.inputs == {
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": "service/slipway-dev/orders-api",
        "schedule": "cron(0 8 * * ? *)",
        "scalableTargetAction": {"minCapacity": 2},
    }
    assert "aws:appautoscaling/target:Target::orders-api" in action.depends_on
