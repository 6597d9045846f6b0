from infra.documents.step_scaling import step_policies
from service_catalog.model import ScalingStep

UP, MORE = ScalingStep(above=60, add=1), ScalingStep(above=85, add=3)
DOWN, LESS = ScalingStep(below=30, remove=1), ScalingStep(below=10, remove=2)


def adjustments(*steps):
    return [
        (policy.name, policy.arguments["step_scaling_policy_configuration"]["step_adjustments"])
        for policy in step_policies(steps, "dev", "orders-api")
    ]


def test_lines_are_counted_from_the_first_one_to_be_crossed():
    assert adjustments(MORE, LESS, UP, DOWN) == [
        (
            "cpu-percent-out",
            [
                {"scaling_adjustment": 1, "metric_interval_lower_bound": "0", "metric_interval_upper_bound": "25"},
                {"scaling_adjustment": 3, "metric_interval_lower_bound": "25"},
            ],
        ),
        (
            "cpu-percent-in",
            [
                {"scaling_adjustment": -1, "metric_interval_lower_bound": "-20", "metric_interval_upper_bound": "0"},
                {"scaling_adjustment": -2, "metric_interval_upper_bound": "-20"},
            ],
        ),
    ]


def test_an_alarm_of_its_own_measure_sets_each_way_off():
    memory = ScalingStep(measure="memory_percent", below=20, remove=1)
    out, less = (policy.alarm for policy in step_policies([UP, memory], "dev", "orders-api"))

    assert (out["metric_name"], out["threshold"], out["comparison_operator"], out["evaluation_periods"]) == (
        "CPUUtilization",
        60,
        "GreaterThanOrEqualToThreshold",
        2,
    )
    assert (less["metric_name"], less["threshold"], less["comparison_operator"], less["evaluation_periods"]) == (
        "MemoryUtilization",
        20,
        "LessThanThreshold",
        10,
    )
    assert less["dimensions"] == {"ClusterName": "slipway-dev", "ServiceName": "orders-api"}
    assert {out["name"], less["name"]} == {"dev-orders-api-cpu-percent-out", "dev-orders-api-memory-percent-in"}


def test_without_steps_there_is_no_policy():
    assert step_policies([], "dev", "orders-api") == []
