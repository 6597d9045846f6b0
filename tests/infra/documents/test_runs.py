"""What the state machine says where it matters, each expression evaluated as Step Functions does (JSONata)."""

import json
from typing import Any

import jsonata
import pytest

from infra.documents import runs

PLACEMENT = {"Cluster": "arn:cluster", "LaunchType": "FARGATE"}
TASK = runs.Task("nightly", "aws", "slipway-dev-123456789012", PLACEMENT)
PLAIN = runs.RunPlan(copies=2, attempts=1, timeout_seconds=3600, skips=False)
SKIPPING = runs.RunPlan(copies=1, attempts=3, timeout_seconds=60, skips=True)


def states(plan: runs.RunPlan = PLAIN) -> dict[str, Any]:
    found: dict[str, Any] = runs.definition(plan, TASK)["States"]
    return found


def copy_state(plan: runs.RunPlan = PLAIN) -> dict[str, Any]:
    group = states(plan)["Copies"]["ItemProcessor"]["States"]["Group"]
    found: dict[str, Any] = group["ItemProcessor"]["States"]["Copy"]
    return found


def evaluated(text: str, *, states: Any = None, **variables: Any) -> Any:
    assert text.startswith("{% ")
    assert text.endswith(" %}")
    expression = jsonata.Jsonata.jsonata(text[3:-3])
    return json.loads(json.dumps(expression.evaluate(None, {"states": states or {}, **variables})))


def overrides(request: dict[str, Any], copy: int = 1) -> dict[str, Any]:
    where = {"input": copy, "context": {"Execution": {"Name": "run-1"}}}
    found: dict[str, Any] = evaluated(copy_state()["Arguments"]["Overrides"], states=where, request=request)
    return found


def earlier(executions: list[dict[str, Any]]) -> Any:
    where = {"result": {"Executions": executions}, "context": {"Execution": {"Name": "run-2"}}}
    return evaluated(states(SKIPPING)["FindOtherRuns"]["Assign"]["earlier"], states=where)


def test_a_run_takes_from_its_input_what_it_says_and_from_the_entry_what_it_does_not():
    assign = states()["Inputs"]["Assign"]
    for said, copies, timeout in [
        ({}, 2, 3600),
        ({"copies": 50, "timeout_seconds": 9}, 50, 9),
        ({"copies": None}, 2, 3600),
    ]:
        assert evaluated(assign["copies"], states={"input": said}) == copies
        assert evaluated(assign["timeout"], states={"input": said}) == timeout


def test_a_copy_knows_which_it_is_of_which_run():
    assert overrides({}, copy=7) == {
        "ContainerOverrides": [
            {
                "Name": "app",
                "Environment": [{"Name": "RUN_ID", "Value": "run-1"}, {"Name": "RUN_COPY", "Value": "7"}],
            }
        ]
    }


def test_command_settings_and_size_come_on_top():
    said = {"command": ["bin/migrate"], "environment": {"MODE": "fast"}, "cpu": 1024, "memory": 2048}
    found = overrides(said)
    [container] = found["ContainerOverrides"]
    assert container["Command"] == ["bin/migrate"]
    assert container["Environment"][0] == {"Name": "MODE", "Value": "fast"}
    assert (found["Cpu"], found["Memory"]) == ("1024", "2048")


@pytest.mark.parametrize("nothing", [{}, {"command": None, "environment": None, "cpu": None}, {"environment": {}}])
def test_what_is_not_said_overrides_nothing(nothing):
    found = overrides(nothing)
    assert list(found) == ["ContainerOverrides"]
    assert "Command" not in found["ContainerOverrides"][0]
    assert len(found["ContainerOverrides"][0]["Environment"]) == 2


def test_the_live_revision_is_read_unless_the_run_names_one():
    [named] = states()["WhichRevision"]["Choices"]
    assert evaluated(named["Condition"], request={"revision": "arn:7"}) is True
    assert evaluated(named["Condition"], request={"revision": None}) is False
    assert evaluated(named["Condition"], request={}) is False
    assert states()["WhichRevision"]["Default"] == "ReadLive"
    assert states()["ReadLive"]["Arguments"] == {"Bucket": "slipway-dev-123456789012", "Key": "live/nightly.json"}


def test_only_a_missing_object_means_that_nothing_is_live():
    read = states()["ReadLive"]
    assert read["Catch"] == [{"ErrorEquals": ["S3.NoSuchKeyException"], "Next": "NotReleased"}]
    assert read["Retry"][0] == {"ErrorEquals": ["S3.NoSuchKeyException"], "MaxAttempts": 0}


def test_questions_that_aws_is_too_busy_for_are_asked_again():
    for question in (states()["ReadLive"], states(SKIPPING)["FindOtherRuns"]):
        again = question["Retry"][-1]
        assert again["ErrorEquals"] == ["States.TaskFailed"]
        assert again["MaxAttempts"] >= 3


@pytest.mark.parametrize(("first", "seconds"), [(1, 0), (41, 3), (81, 6), (961, 72)])
def test_a_group_of_copies_starts_some_seconds_after_the_one_before_it(first, seconds):
    group = states()["Copies"]["ItemProcessor"]
    assert (group["StartAt"], group["States"]["Turn"]["Next"]) == ("Turn", "Group")
    wait = group["States"]["Turn"]["Seconds"]
    assert evaluated(wait, states={"input": [first, first + 1]}) == seconds
    assert evaluated(wait, states={"input": [first]}) == seconds


def test_a_copy_is_a_task_of_the_revision_where_the_service_runs_and_says_whose_it_is():
    arguments = copy_state()["Arguments"]
    assert copy_state()["Resource"] == "arn:aws:states:::ecs:runTask.sync"
    assert (arguments["TaskDefinition"], arguments["Cluster"]) == ("{% $revision %}", "arn:cluster")
    where = {"context": {"Execution": {"Name": "run-1"}}}
    assert evaluated(arguments["Group"], states=where) == "run:run-1"


def test_only_a_program_that_failed_or_took_too_long_uses_up_attempts():
    [busy] = copy_state(PLAIN)["Retry"]
    assert "States.TaskFailed" not in busy["ErrorEquals"]
    _, again = copy_state(SKIPPING)["Retry"]
    assert (again["ErrorEquals"], again["MaxAttempts"]) == (["States.TaskFailed", "States.Timeout"], 2)
    assert copy_state()["TimeoutSeconds"] == "{% $timeout %}"


def test_a_failed_copy_lets_the_others_go_on_and_fails_the_run():
    [catch] = copy_state()["Catch"]
    assert catch["ErrorEquals"] == ["States.ALL"]
    assert evaluated(catch["Output"]["timed_out"], states={"errorOutput": {"Error": "States.Timeout"}}) == 1
    assert evaluated(catch["Output"]["timed_out"], states={"errorOutput": {"Error": "States.TaskFailed"}}) == 0

    total = states()["Copies"]["Output"]["failed"]
    assert evaluated(total, states={"result": [{"failed": 1}, {"failed": 2}]}) == 3
    assert evaluated(total, states={"result": [{"failed": 1}]}) == 1
    cause = states()["CopiesFailed"]["Cause"]
    assert evaluated(cause, states={"input": {"failed": 3}}, copies=50) == "3 of 50 failed"


def test_a_run_that_may_not_overlap_is_left_out_while_an_earlier_one_goes_on():
    assert earlier([{"Name": "run-2", "StartDate": 5}]) == 0
    assert earlier([{"Name": "run-2", "StartDate": 5}, {"Name": "run-1", "StartDate": 4}]) == 1
    assert earlier([{"Name": "run-2", "StartDate": 5}, {"Name": "run-3", "StartDate": 6}]) == 0


def test_of_runs_that_start_at_the_same_moment_one_goes_on():
    at_once = [{"Name": f"run-{number}", "StartDate": "2026-01-01T00:00:00.000Z"} for number in (1, 2, 3)]
    assert earlier(at_once) == 1
    assert earlier(at_once[1:]) == 0


def test_one_that_the_list_does_not_hold_yet_is_later_than_those_that_it_holds():
    assert earlier([{"Name": "run-1", "StartDate": 9}]) == 1


def test_overlapping_runs_ask_nobody():
    assert "FindOtherRuns" not in states(PLAIN)
    assert states(PLAIN)["Inputs"]["Next"] == "WhichRevision"


def test_every_state_leads_to_one_that_is_there():
    for plan in (PLAIN, SKIPPING):
        known = states(plan)
        ways = [state.get("Next") or state.get("Default") for state in known.values()]
        ways += [
            way["Next"] for state in known.values() for way in (*state.get("Choices", ()), *state.get("Catch", ()))
        ]
        assert {way for way in ways if way} - set(known) == set()


def test_the_definition_is_far_below_what_step_functions_takes():
    assert len(json.dumps(runs.definition(SKIPPING, TASK))) < 100_000
