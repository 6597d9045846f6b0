import pulumi_aws as aws

from infra.components.task_count import TaskCount, TaskCountArgs
from service_catalog.model import Scaling
from tests.infra.recorder import Recorder


def a_count(engine: Recorder, scaling: Scaling) -> None:
    def program() -> None:
        service = aws.ecs.Service("orders-api")
        TaskCount("orders-api", TaskCountArgs("dev", "orders-api", scaling, service.arn))

    engine.run(program)


def test_nothing_runs_before_a_release_sets_the_bounds(engine):
    a_count(engine, Scaling())

    target = engine.one("aws:appautoscaling/target:Target")

    assert target.inputs == {
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": "service/slipway-dev/orders-api",
        "minCapacity": 0,
        "maxCapacity": 0,
    }
    assert target.depends_on == ("aws:ecs/service:Service::orders-api",)


def test_bounds_that_releases_set_are_left_alone(engine):
    a_count(engine, Scaling())
    assert engine.one("aws:appautoscaling/target:Target").ignore_changes == ("minCapacity", "maxCapacity")


def test_each_measure_of_the_entry_is_held_by_a_policy_of_its_own(engine):
    a_count(engine, Scaling(cpu_percent=60, memory_percent=70))

    policies = {
        made.name: made.inputs["targetTrackingScalingPolicyConfiguration"]
        for made in engine.all("aws:appautoscaling/policy:Policy")
    }

    assert policies == {
        "orders-api-cpu-percent": {
            "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
            "targetValue": 60,
            "scaleOutCooldown": 60,
            "scaleInCooldown": 300,
        },
        "orders-api-memory-percent": {
            "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageMemoryUtilization"},
            "targetValue": 70,
            "scaleOutCooldown": 60,
            "scaleInCooldown": 300,
        },
    }


def test_without_measures_the_count_stays_where_it_is(engine):
    a_count(engine, Scaling())
    assert engine.all("aws:appautoscaling/policy:Policy") == []
