"""An update sends what changed, and nothing else."""

from typing import Any

import pytest

from local_cloud.aws.cloud import CallFailed, Cloud
from local_cloud.aws.kinds import KINDS
from local_cloud.aws.lifecycle import Lifecycle
from local_cloud.engine.provider import PartlyMade
from tests.local_cloud.aws import emulators

SERVICE = "aws:ecs/service:Service"
OLD = {
    "name": "orders",
    "cluster": "dev",
    "taskDefinition": "dev_orders_definition:1",
    "desiredCount": 0,
    "deploymentMaximumPercent": 200,
    "deploymentMinimumHealthyPercent": 100,
    "deploymentCircuitBreaker": {"enable": True, "rollback": True},
    "healthCheckGracePeriodSeconds": 60,
    "loadBalancers": [{"targetGroupArn": "arn", "containerName": "app", "containerPort": 80}],
    "forceNewDeployment": True,
}


class Told(Cloud):
    """A cloud that writes down what it is told to change, asks nothing of the network, and fails where it shall."""

    def __init__(self, failing: str = ""):
        super().__init__(emulators.access("http://127.0.0.1:1"), "ap-northeast-1")
        self.told: list[tuple[str, dict[str, Any]]] = []
        self._account = "123456789012"
        self._failing = failing

    def call(self, service: str, operation: str, /, **arguments: Any) -> dict[str, Any]:
        if operation == self._failing:
            raise CallFailed(operation, "LimitExceeded", "too many of them")
        if not operation.startswith(("describe", "get", "list", "head")):
            self.told.append((operation, arguments))
        return {
            "describe_services": {"services": [{"serviceArn": "arn", "status": "ACTIVE"}]},
            "create_log_group": {},
            "describe_log_groups": {"logGroups": [{"logGroupName": "/a"}]},
        }.get(operation, {})


def updates(token: str, old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    cloud = Told()
    Lifecycle(KINDS[token], cloud).update("id", old, {"arn": "arn"}, new)
    return cloud.told


def test_a_service_is_not_sent_the_definition_and_count_that_did_not_change():
    assert updates(SERVICE, OLD, {**OLD, "healthCheckGracePeriodSeconds": 90}) == [
        (
            "update_service",
            {"cluster": "dev", "service": "id", "healthCheckGracePeriodSeconds": 90, "forceNewDeployment": True},
        )
    ]


def test_the_deployment_configuration_is_sent_as_the_whole_that_it_is_to_ecs():
    [(_, arguments)] = updates(SERVICE, OLD, {**OLD, "deploymentMaximumPercent": 150})

    assert arguments["deploymentConfiguration"] == {
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "maximumPercent": 150,
        "minimumHealthyPercent": 100,
    }
    assert set(arguments) == {"cluster", "service", "deploymentConfiguration", "forceNewDeployment"}


def test_a_list_that_is_no_longer_given_is_emptied():
    new = {prop: value for prop, value in OLD.items() if prop != "loadBalancers"}

    [(_, arguments)] = updates(SERVICE, OLD, new)

    assert arguments["loadBalancers"] == []


def test_what_only_the_provider_cares_for_is_no_reason_to_call():
    assert updates(SERVICE, OLD, {**OLD, "forceNewDeployment": False, "waitForSteadyState": True}) == []


def test_tags_have_their_own_operations():
    old = {**OLD, "tags": {"kept": "1", "changed": "1", "gone": "1"}}

    assert updates(SERVICE, old, {**OLD, "tags": {"kept": "1", "changed": "2", "new": "1"}}) == [
        (
            "tag_resource",
            {"resourceArn": "id", "tags": [{"key": "changed", "value": "2"}, {"key": "new", "value": "1"}]},
        ),
        ("untag_resource", {"resourceArn": "id", "tagKeys": ["gone"]}),
    ]


def test_bounds_of_a_scalable_target_are_sent_alone():
    old = {
        "serviceNamespace": "ecs",
        "resourceId": "service/dev/orders",
        "scalableDimension": "ecs:service:DesiredCount",
        "minCapacity": 0,
        "maxCapacity": 0,
    }

    [(operation, arguments)] = updates("aws:appautoscaling/target:Target", old, {**old, "maxCapacity": 4})

    assert operation == "register_scalable_target"
    assert arguments["MaxCapacity"] == 4
    assert "MinCapacity" not in arguments


def test_load_balancer_attributes_are_sent_one_by_one():
    old = {"idleTimeout": 30, "dropInvalidHeaderFields": True}

    assert updates("aws:lb/loadBalancer:LoadBalancer", old, {**old, "idleTimeout": 60}) == [
        (
            "modify_load_balancer_attributes",
            {"LoadBalancerArn": "id", "Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]},
        )
    ]


def test_access_logs_that_are_no_longer_given_are_switched_off():
    [(_, arguments)] = updates("aws:lb/loadBalancer:LoadBalancer", {"accessLogs": {"bucket": "b", "enabled": True}}, {})

    assert arguments["Attributes"] == [{"Key": "access_logs.s3.enabled", "Value": "false"}]


def test_logs_without_retention_are_kept_for_ever():
    old = {"name": "/a", "retentionInDays": 7}

    assert updates("aws:cloudwatch/logGroup:LogGroup", old, {"name": "/a"}) == [
        ("delete_retention_policy", {"logGroupName": "id"})
    ]


def test_a_create_that_gets_half_way_says_what_it_achieved():
    kind = KINDS["aws:cloudwatch/logGroup:LogGroup"]
    inputs = {"name": "/a", "retentionInDays": 7, "tags": {"a": "b"}}

    with pytest.raises(PartlyMade) as failure:
        Lifecycle(kind, Told(failing="put_retention_policy")).create(inputs)

    assert failure.value.id == "/a"
    assert failure.value.inputs == {"name": "/a", "tags": {"a": "b"}}


def test_an_update_that_gets_half_way_says_what_it_achieved():
    kind = KINDS["aws:cloudwatch/logGroup:LogGroup"]
    old = {"name": "/a", "retentionInDays": 7}
    new = {"name": "/a", "retentionInDays": 30, "kmsKeyId": "key"}

    with pytest.raises(PartlyMade) as failure:
        Lifecycle(kind, Told(failing="associate_kms_key")).update("/a", old, {}, new)

    assert failure.value.inputs == {"name": "/a", "retentionInDays": 30}


def test_a_refusal_says_which_operation_and_why():
    with pytest.raises(PartlyMade, match=r"put_retention_policy: too many of them \(LimitExceeded\)"):
        Lifecycle(KINDS["aws:cloudwatch/logGroup:LogGroup"], Told(failing="put_retention_policy")).create(
            {"name": "/a", "retentionInDays": 7}
        )


def test_of_an_alarms_queries_only_the_one_that_says_so_is_the_answer():
    metric = {"namespace": "N", "metricName": "M", "period": 60, "stat": "Sum"}
    queries = [{"id": "m", "metric": metric}, {"id": "e", "expression": "m * 2", "returnData": True}]
    old = {"name": "a", "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1, "threshold": 1}
    [(_, told)] = updates("aws:cloudwatch/metricAlarm:MetricAlarm", old, {**old, "metricQueries": queries})
    assert [query["ReturnData"] for query in told["Metrics"]] == [False, True]
