import pytest

from infra import service_stack
from tests.builders import a_job, a_service, a_service_behind_an_nlb, a_slot, a_worker, an_environment, full_environment
from tests.infra.test_exports import WRITTEN

DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
OF_TASKS = ["CPU and memory, %", "Tasks"]
OF_RUNS = ["Runs", "Time of a run, ms"]

BEHIND_AN_NLB = a_service_behind_an_nlb().model_copy(update={"dashboard": True})


def titles(engine, service) -> list[str]:
    engine.run(lambda: service_stack.build(service, full_environment(), a_slot(service), WRITTEN))
    board = engine.one(DASHBOARD)
    assert board.inputs["dashboardName"] == f"slipway-dev_{service.name}"
    return [it["properties"]["title"] for it in board.document("dashboardBody")["widgets"] if it["type"] == "metric"]


@pytest.mark.parametrize(
    ("service", "drawn"),
    [
        (
            a_service(dashboard=True),
            [*OF_TASKS, "Requests", "Answers 4xx and 5xx", "Response time, s", "Healthy and unhealthy targets"],
        ),
        (
            BEHIND_AN_NLB,
            [*OF_TASKS, "Healthy and unhealthy targets"],
        ),
        (
            a_worker(queue={}, dashboard=True),
            [*OF_TASKS, "Messages that wait and that are in hand", "Age of the oldest message, s", "Dead letters"],
        ),
        (a_job(dashboard=True), []),
    ],
    ids=["web", "behind an NLB", "worker", "job"],
)
def test_each_kind_of_service_has_what_it_is_measured_by(engine, service, drawn):
    assert titles(engine, service) == [*drawn, *OF_RUNS]


def test_a_service_that_asks_for_none_has_none(engine):
    service = a_service()
    engine.run(lambda: service_stack.build(service, an_environment(), a_slot(service), WRITTEN))
    assert engine.all(DASHBOARD) == []


def test_requests_that_are_shifted_are_counted_on_both_sides(engine):
    service = a_service(dashboard=True, deployment={"strategy": "canary"})
    titles(engine, service)
    [requests] = [
        it["properties"]["metrics"]
        for it in engine.one(DASHBOARD).document("dashboardBody")["widgets"]
        if it["properties"].get("title") == "Requests"
    ]
    assert len({line[5] for line in requests}) == 2
