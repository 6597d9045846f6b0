from typing import Any

import pytest

from service_catalog.model import Deployment, Service
from service_catalog.validation.deployments import is_stuck
from service_catalog.validation.environment_checks import environment_faults
from service_catalog.validation.in_environment import in_environment
from service_catalog.validation.service_checks import service_faults, service_warnings
from tests.builders import a_service, a_service_behind_the_api, a_worker, an_environment
from tests.service_catalog.validation.said import said


def deployed(**deployment: Any) -> Service:
    return a_service(deployment=deployment)


@pytest.mark.parametrize(
    ("service", "fault"),
    [
        (
            deployed(strategy="recreate", maximum_percent=150),
            "deployment.maximum_percent: means nothing with strategy recreate, only with rolling",
        ),
        (
            deployed(strategy="blue-green", minimum_healthy_percent=50),
            "deployment.minimum_healthy_percent: means nothing with strategy blue-green, only with rolling",
        ),
        (
            deployed(bake_minutes=5),
            "deployment.bake_minutes: means nothing with strategy rolling, only with blue-green, canary, linear",
        ),
        (
            deployed(test_listener=True),
            "deployment.test_listener: means nothing with strategy rolling, only with blue-green, canary, linear",
        ),
        (
            a_service_behind_the_api().model_copy(
                update={"deployment": Deployment(strategy="canary", test_listener=True)}
            ),
            "deployment.test_listener: cannot be had with `via: api-gateway`: testers would have to come past the API",
        ),
        (
            deployed(approval={}),
            "deployment.approval: means nothing with strategy rolling, only with blue-green, canary, linear",
        ),
        (
            deployed(strategy="blue-green", approval={"stage": "each-step"}),
            "deployment.approval.stage: goes with canary or linear: blue-green shifts all requests at once",
        ),
        (
            deployed(strategy="linear", canary={"percent": 10}),
            "deployment.canary: means nothing with strategy linear, only with canary",
        ),
        (
            deployed(strategy="canary", linear={}),
            "deployment.linear: means nothing with strategy canary, only with linear",
        ),
        (
            deployed(strategy="canary", canary={"percent": 0.25}),
            "deployment.canary.percent: must be whole, or have one decimal, got 0.25",
        ),
        (
            deployed(strategy="linear", linear={"step_percent": 33.33}),
            "deployment.linear.step_percent: must be whole, or have one decimal, got 33.33",
        ),
        (
            a_service(exposure=None, deployment={"strategy": "canary"}),
            "deployment.strategy: cannot be canary without `exposure`: there are no requests that could be shifted",
        ),
        (
            a_service(exposure={"rules": [{"host": "a.example.com"}]}, deployment={"strategy": "canary"}),
            "exposure.rules: cannot stand beside deployment.strategy: canary, which shifts the requests of one rule",
        ),
        (
            a_service(
                exposure={"via": "nlb", "audience": "public", "protocol": "tcp"}, deployment={"strategy": "blue-green"}
            ),
            "deployment.strategy: cannot be blue-green with `via: nlb`, which knows no requests to shift",
        ),
        (
            a_service(alarms={"cpu_percent": 85}, deployment={"alarms": ["cpu_percent", "memory_percent"]}),
            "deployment.alarms[1]: names memory_percent, an alarm that the entry does not have",
        ),
        (
            a_service(alarms={"cpu_percent": 85}, deployment={"alarms": ["all", "cpu_percent"]}),
            "deployment.alarms: names others beside all",
        ),
        (
            a_worker(deployment={"alarms": ["all"]}),
            "deployment.alarms[0]: cannot be all: the entry has none that a deployment could heed",
        ),
        (
            a_worker(deployment={"strategy": "blue-green"}),
            "deployment.strategy: cannot be blue-green: a worker gets no requests that could be shifted",
        ),
        (
            a_service(tasks={"min": 1, "max": 8}, deployment={"maximum_percent": 150}),
            "deployment.maximum_percent: makes a rollout impossible: "
            "at a count of 1 it could neither start nor stop a task",
        ),
    ],
)
def test_what_goes_together_with_no_strategy_is_refused(service, fault):
    assert said(service_faults(service)) == [fault]


@pytest.mark.parametrize("strategy", ["recreate", "blue-green", "canary", "linear"])
def test_every_strategy_is_enough_by_itself(strategy):
    assert service_faults(deployed(strategy=strategy)) == []


def test_a_worker_may_be_stopped_before_the_next_one_starts():
    assert service_faults(a_worker(deployment={"strategy": "recreate"})) == []


def test_recreate_warns_where_it_takes_more_than_one_task_down():
    recreate = {"strategy": "recreate"}
    [warned] = service_warnings(a_service(tasks={"min": 2}, deployment=recreate))
    assert said([warned]) == ["deployment.strategy: stops all of up to 2 tasks before it starts a new one"]
    assert list(service_warnings(a_service(tasks={"min": 1}, deployment=recreate))) == []
    times = [{"cron": f"0 {hour} * * ? *", "min": count, "max": count} for hour, count in ((8, 3), (20, 1))]
    [warned] = service_warnings(a_service(tasks={"min": 1}, scaling={"schedule": times}, deployment=recreate))
    assert said([warned]) == ["deployment.strategy: stops all of up to 3 tasks before it starts a new one"]


def test_a_rollout_that_is_not_stuck_at_a_count_is_not_stuck_at_any_higher_one():
    for minimum in range(0, 101, 5):
        for maximum in range(100, 205, 5):
            deployment = Deployment(minimum_healthy_percent=minimum, maximum_percent=maximum)
            stuck = [is_stuck(deployment, count) for count in range(1, 40)]
            assert stuck == sorted(stuck, reverse=True)


@pytest.mark.parametrize(
    ("minimum", "maximum", "count", "stuck"),
    [
        (100, 150, 1, True),
        (100, 150, 2, False),
        (100, 200, 1, False),
        (51, 100, 2, True),
        (50, 100, 2, False),
        (0, 100, 1, False),
    ],
)
def test_ecs_rounds_the_minimum_up_and_the_maximum_down(minimum, maximum, count, stuck):
    deployment = Deployment(minimum_healthy_percent=minimum, maximum_percent=maximum)
    assert is_stuck(deployment, count) == stuck


def test_testers_need_a_listener_which_the_environment_declares():
    tested = deployed(strategy="blue-green", test_listener=True)
    [fault] = in_environment(tested, an_environment())
    assert said([fault]) == ["deployment.test_listener: needs the test listener, which dev has not"]
    assert fault.hint == "write load_balancers: { test_listener: { port: 9000 } } into environments/dev.yaml"
    assert in_environment(tested, an_environment(load_balancers={"test_listener": {"port": 9000}})) == []


def test_testers_do_not_ask_where_everybody_does():
    declared = an_environment(load_balancers={"test_listener": {"port": 443}})
    assert said(environment_faults(declared)) == [
        "load_balancers.test_listener.port: must be another port than 80 and 443, which are everybody's, got 443"
    ]


def test_the_test_listener_stands_where_the_api_does_not_and_lets_in_addresses():
    declared = an_environment(
        api={}, load_balancers={"test_listener": {"port": 8080, "source_ips": ["203.0.113.7/24"]}}
    )
    assert said(environment_faults(declared)) == [
        "load_balancers.test_listener.port: must be another port than 8080, at which the API comes in",
        "load_balancers.test_listener.source_ips[0]: must begin at its first address, got '203.0.113.7/24'",
    ]
