import time

import pytest

from local_cloud.metrics.alarms import state_of

ALARM = {"ComparisonOperator": "GreaterThanOrEqualToThreshold", "Threshold": 85, "EvaluationPeriods": 3}


@pytest.mark.parametrize(
    ("values", "treat_missing", "expected"),
    [
        ([90, 90, 90], "missing", "ALARM"),
        ([90, 84, 90], "missing", "OK"),
        ([90, 90], "notBreaching", "OK"),
        ([90, 90], "breaching", "ALARM"),
        ([90, 90], "missing", "ALARM"),
        ([], "notBreaching", "OK"),
        ([], "breaching", "ALARM"),
        ([], "missing", "INSUFFICIENT_DATA"),
        ([], "ignore", None),
    ],
)
def test_an_alarm_rings_when_each_period_breaches(values, treat_missing, expected):
    assert state_of(ALARM | {"TreatMissingData": treat_missing}, values) == expected


def test_an_alarm_may_ask_for_some_of_its_periods():
    assert state_of(ALARM | {"DatapointsToAlarm": 2}, [90, 10, 90]) == "ALARM"


def put_alarm(cloudwatch, name, service):
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Tests",
        MetricName="CPUUtilization",
        Dimensions=[{"Name": "ServiceName", "Value": service}],
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=85,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )


def put(cloudwatch, service, value):
    data = {"MetricName": "CPUUtilization", "Dimensions": [{"Name": "ServiceName", "Value": service}], "Value": value}
    cloudwatch.put_metric_data(Namespace="Tests", MetricData=[data])


def states(cloudwatch, *names):
    found = cloudwatch.describe_alarms(AlarmNames=list(names))["MetricAlarms"]
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in found}


def test_a_busy_service_rings_its_own_alarm_and_no_others(aws, fresh_name):
    cloudwatch = aws("cloudwatch")
    busy, calm = f"{fresh_name}-busy", f"{fresh_name}-calm"
    put_alarm(cloudwatch, busy, busy)
    put_alarm(cloudwatch, calm, calm)

    put(cloudwatch, calm, 1)
    put(cloudwatch, busy, 99)

    assert states(cloudwatch, busy, calm) == {busy: "ALARM", calm: "OK"}


def test_an_alarm_says_what_crossed_its_threshold(aws, fresh_name):
    cloudwatch = aws("cloudwatch")
    put_alarm(cloudwatch, fresh_name, fresh_name)
    put(cloudwatch, fresh_name, 99)
    [alarm] = cloudwatch.describe_alarms(AlarmNames=[fresh_name])["MetricAlarms"]
    assert alarm["StateReason"] == "Threshold Crossed: 99 GreaterThanOrEqualToThreshold 85"


def test_ministack_still_takes_other_services_metrics_for_an_alarms_own():
    """When this fails, MiniStack has caught up: take ``local_cloud.metrics.alarms`` away."""
    from ministack.services import cloudwatch

    alarm = ALARM | {"AlarmName": "a", "Namespace": "Bare", "MetricName": "CPU", "EvaluationPeriods": 1}
    alarm |= {"Dimensions": [{"Name": "ServiceName", "Value": "calm"}], "StateValue": "OK"}
    cloudwatch._store_datum("Bare", "CPU", {"ServiceName": "busy"}, time.time(), "Percent", 99, None, None, None)
    cloudwatch._evaluate_alarm(alarm)
    assert alarm["StateValue"] == "ALARM"
    cloudwatch.reset()
