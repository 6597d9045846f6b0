from infra.documents import service_dashboard
from infra.documents.widgets import metric
from infra.service_parts import Alarm, Chart
from tests.builders import an_environment

CHART = Chart("Requests", (metric("AWS/ApplicationELB", "RequestCount", {"LoadBalancer": "app/1"}, label="all"),))
ALARM = Alarm("cpu_percent", 80, "AWS/ECS", "CPUUtilization", {})


def test_alarms_stand_above_what_the_features_measure():
    alarms, first, *_, fourth = service_dashboard.body(an_environment(), "orders", [CHART] * 4, [ALARM])["widgets"]

    assert alarms["properties"]["alarms"] == [
        "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:dev_orders_cpu_percent"
    ]
    assert (alarms["y"], first["y"], fourth["y"]) == (0, 6, 12)
    assert first["properties"]["metrics"] == [
        ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", "app/1", {"label": "all"}]
    ]


def test_a_service_without_alarms_has_no_list_of_them():
    [only] = service_dashboard.body(an_environment(), "orders", [CHART], [])["widgets"]
    assert (only["type"], only["y"]) == ("metric", 0)
