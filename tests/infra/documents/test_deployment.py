from typing import Any

import pytest

from infra.documents.deployment import arguments
from service_catalog.model import Deployment


def configured(**said: Any) -> dict[str, Any]:
    found: dict[str, Any] = arguments(Deployment.model_validate(said))["deployment_configuration"]
    return found


def test_recreate_stops_before_it_starts():
    said = arguments(Deployment(strategy="recreate"))
    percents = (said["deployment_minimum_healthy_percent"], said["deployment_maximum_percent"])
    assert percents == (0, 100)
    assert said["availability_zone_rebalancing"] == "DISABLED"
    assert said["deployment_configuration"] == {"strategy": "ROLLING", "bake_time_in_minutes": "0"}


@pytest.mark.parametrize(
    ("said", "configuration"),
    [
        ({"strategy": "blue-green"}, {"strategy": "BLUE_GREEN", "bake_time_in_minutes": "5"}),
        ({"strategy": "blue-green", "bake_minutes": 0}, {"strategy": "BLUE_GREEN", "bake_time_in_minutes": "0"}),
        (
            {"strategy": "canary", "canary": {"percent": 2.5, "bake_minutes": 20}, "bake_minutes": 15},
            {
                "strategy": "CANARY",
                "bake_time_in_minutes": "15",
                "canary_configuration": {"canary_percent": 2.5, "canary_bake_time_in_minutes": "20"},
            },
        ),
        (
            {"strategy": "linear"},
            {
                "strategy": "LINEAR",
                "bake_time_in_minutes": "5",
                "linear_configuration": {"step_percent": 10.0, "step_bake_time_in_minutes": "6"},
            },
        ),
    ],
)
def test_requests_are_shifted_as_the_entry_says(said, configuration):
    assert configured(**said) == configuration
