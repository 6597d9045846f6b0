from infra.components.alarms import Alarms, AlarmsArgs
from infra.service_parts import Alarm

CPU = Alarm("cpu_percent", 85, "AWS/ECS", "CPUUtilization", {"ServiceName": "orders-api"}, "Average")
DEAD = Alarm("dead_letters", 1, "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": "dead"}, periods=1)


def alarms(engine, *wanted: Alarm) -> list[dict]:
    engine.run(lambda: Alarms("orders-api", AlarmsArgs("dev", "orders-api", wanted, "arn:topic")))
    return engine.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")


def test_an_alarm_calls_the_topic_and_says_when_all_is_well_again(engine):
    assert alarms(engine, CPU) == [
        {
            "name": "dev_orders-api_cpu_percent",
            "alarmDescription": "orders-api in dev: cpu percent at or above 85",
            "namespace": "AWS/ECS",
            "metricName": "CPUUtilization",
            "dimensions": {"ServiceName": "orders-api"},
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


def test_what_features_ask_for_are_alarms_of_their_own(engine):
    cpu, dead = alarms(engine, CPU, DEAD)
    assert (cpu["name"], dead["name"]) == ("dev_orders-api_cpu_percent", "dev_orders-api_dead_letters")
    assert (dead["statistic"], dead["evaluationPeriods"]) == ("Maximum", 1)


def test_what_no_feature_asks_for_does_not_call(engine):
    assert alarms(engine) == []
