from typing import Any

import pytest

from infra.documents.deployment import arguments, heeding
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


@pytest.mark.parametrize(
    ("approval", "stage", "timeout"),
    [
        ({}, "POST_SCALE_UP", {"timeout_in_minutes": "1440", "action": "ROLLBACK"}),
        ({"stage": "each-step"}, "PRE_PRODUCTION_TRAFFIC_SHIFT", {"timeout_in_minutes": "1440", "action": "ROLLBACK"}),
        (
            {"stage": "after-requests", "timeout_minutes": 5, "otherwise": "continue"},
            "POST_PRODUCTION_TRAFFIC_SHIFT",
            {"timeout_in_minutes": "5", "action": "CONTINUE"},
        ),
    ],
)
def test_an_approval_is_a_pause_at_its_stage(approval, stage, timeout):
    [hook] = configured(strategy="canary", approval=approval)["lifecycle_hooks"]
    assert hook == {"target_type": "PAUSE", "lifecycle_stages": [stage], "timeout_configuration": timeout}


def test_testers_reach_the_new_tasks_while_somebody_is_waited_for():
    [hook] = configured(strategy="blue-green", test_listener=True, approval={})["lifecycle_hooks"]
    assert hook["lifecycle_stages"] == ["POST_TEST_TRAFFIC_SHIFT"]


ALARMS = {"dev_a_cpu_percent": "cpu_percent", "dev_a_dead_letters": "dead_letters"}


def test_alarms_that_are_named_roll_back():
    said = heeding(["dead_letters"], ALARMS)
    assert said == {"alarms": {"alarm_names": ["dev_a_dead_letters"], "enable": True, "rollback": True}}


def test_to_heed_none_needs_the_name_of_one():
    said = heeding([], ALARMS)
    assert said == {"alarms": {"alarm_names": sorted(ALARMS), "enable": False, "rollback": False}}
    assert heeding([], {}) == {}
