from infra.components.alarms import Alarms, AlarmsArgs, LoadBalancerDimensions
from service_catalog import model
from tests.infra.recorder import Recorder

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ROUTED = LoadBalancerDimensions("app/public/1", "targetgroup/orders/2")


def alarms(engine: Recorder, routed: LoadBalancerDimensions | None = ROUTED, **thresholds: int) -> list[dict]:
    args = AlarmsArgs("dev", "orders-api", model.Alarms(**thresholds), "arn:topic", routed)
    engine.run(lambda: Alarms("orders-api", args))
    return engine.of_type(ALARM)


def test_an_alarm_calls_the_topic_and_says_when_all_is_well_again(engine):
    assert alarms(engine, cpu_percent=85) == [
        {
            "name": "dev_orders-api_cpu_percent",
            "alarmDescription": "orders-api in dev: cpu percent at or above 85",
            "namespace": "AWS/ECS",
            "metricName": "CPUUtilization",
            "dimensions": {"ClusterName": "slipway-dev", "ServiceName": "orders-api"},
            "statistic": "Average",
            "period": 60,
            "evaluationPeriods": 3,
            "comparisonOperator": "GreaterThanOrEqualToThreshold",
            "threshold": 85,
            "treatMissingData": "notBreaching",
            "alarmActions": ["arn:topic"],
            "okActions": ["arn:topic"],
        }
    ]


def test_unhealthy_targets_are_counted_behind_the_services_own_load_balancer(engine):
    [alarm] = alarms(engine, unhealthy_targets=2)
    assert (alarm["namespace"], alarm["metricName"], alarm["statistic"]) == (
        "AWS/ApplicationELB",
        "UnHealthyHostCount",
        "Maximum",
    )
    assert alarm["dimensions"] == {"LoadBalancer": "app/public/1", "TargetGroup": "targetgroup/orders/2"}


def test_each_field_is_an_alarm_of_its_own(engine):
    names = [alarm["name"] for alarm in alarms(engine, cpu_percent=85, memory_percent=90, unhealthy_targets=1)]
    assert names == [
        "dev_orders-api_cpu_percent",
        "dev_orders-api_memory_percent",
        "dev_orders-api_unhealthy_targets",
    ]


def test_what_the_entry_does_not_ask_for_does_not_call(engine):
    assert alarms(engine) == []
