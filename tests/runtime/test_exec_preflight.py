"""Why a shell in a container cannot be had."""

import pytest

from runtime.aws.ecs_tasks import Container, read_task
from runtime.exec_preflight import ExecAsked, preflight
from tests.runtime.examples import a_task

ASKED = ExecAsked(in_catalog=True, is_provisioned=True)


def container(agent="RUNNING", reason=""):
    return Container("app", "RUNNING", None, "", "", exec_agent=agent, exec_agent_reason=reason)


def test_where_nothing_is_in_the_way_each_thing_that_it_takes_is_said():
    found = preflight(ASKED, a_task(exec_enabled=True), container())
    assert [it.passed for it in found] == [True, True, True]


@pytest.mark.parametrize(
    ("asked", "task", "agent", "why"),
    [
        (ExecAsked(False, False), {}, container(), "the entry does not say `exec: true`"),
        (ExecAsked(True, False), {}, container(), "not provisioned yet; run `slipway up`"),
        (ASKED, {"status": "STOPPED"}, container(), "the task has stopped"),
        (ASKED, {"status": "PENDING"}, container(), "it is PENDING"),
        (ASKED, {"exec_enabled": False}, container(), "was started before that"),
        (ASKED, {}, container("PENDING"), "try again in a moment"),
        (ASKED, {}, container(""), "ECS tells of no agent"),
        (ASKED, {}, container("STOPPED", "no space"), "has ended (no space)"),
    ],
)
def test_what_is_in_the_way_is_said_last(asked, task, agent, why):
    last = preflight(asked, a_task(**{"exec_enabled": True} | task), agent)[-1]
    assert not last.passed
    assert why in last.sentence


def test_what_ecs_says_of_an_agent_is_read():
    said = {
        "taskArn": "arn:aws:ecs:x:1:task/slipway-dev/t1",
        "taskDefinitionArn": "arn:aws:ecs:x:1:task-definition/dev_orders:3",
        "lastStatus": "RUNNING",
        "enableExecuteCommand": True,
        "containers": [
            {"name": "app", "managedAgents": [{"name": "ExecuteCommandAgent", "lastStatus": "STOPPED", "reason": "x"}]}
        ],
    }
    task = read_task(said)
    assert (task.exec_enabled, task.containers[0].exec_agent, task.containers[0].exec_agent_reason) == (
        True,
        "STOPPED",
        "x",
    )
