"""Whether one can get into a container by ECS Exec, and what stands in the way if not.

AWS says no more than "the execute command failed"; what it would need is in the service, in the task and in the
container, each of which says a part of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from runtime.aws.ecs_tasks import Container, Task
from service_catalog.messages import say


@dataclass(frozen=True)
class Finding:
    passed: bool
    sentence: str


@dataclass(frozen=True)
class ExecAsked:
    """What is known of the service."""

    in_catalog: bool
    """Its entry says ``exec: true``"""
    is_provisioned: bool
    """So did the entry that it was provisioned from: the service hands it on, and the task role has the rights"""


def preflight(service: ExecAsked, task: Task, container: Container) -> list[Finding]:
    """One finding for each thing that it takes, in their order; what follows from an earlier one is left out."""
    found: list[Finding] = []
    for finding in _findings(service, task, container):
        found.append(finding)
        if not finding.passed:
            break
    return found


def _findings(service: ExecAsked, task: Task, container: Container) -> Iterator[Finding]:
    yield _entry(service)
    if task.status != "RUNNING":
        yield Finding(False, _not_running(task))
    yield Finding(
        task.exec_enabled,
        say("the task was started with it")
        if task.exec_enabled
        else say("the task was started before that, or as a run; restart the service's tasks, then take a new one"),
    )
    yield _agent(container)


def _entry(service: ExecAsked) -> Finding:
    if service.is_provisioned:
        return Finding(True, say("the service is provisioned with `exec: true`, and its task role may open sessions"))
    if service.in_catalog:
        return Finding(False, say("the entry says `exec: true`, which is not provisioned yet; run `slipway up`"))
    return Finding(
        False,
        say("the entry does not say `exec: true`, so the task role may not open sessions; write it, then provision"),
    )


def _not_running(task: Task) -> str:
    if task.status == "STOPPED":
        return say("the task has stopped")
    return say("the task does not run now: it is %(status)s", status=task.status)


def _agent(container: Container) -> Finding:
    status = container.exec_agent
    if status == "RUNNING":
        return Finding(True, say("the agent in the container runs"))
    if status == "PENDING":
        return Finding(False, say("the agent in the container starts; try again in a moment"))
    if not status:
        return Finding(False, say("ECS tells of no agent in the container; restart the tasks of the service"))
    return Finding(
        False,
        say(
            "the agent in the container has ended (%(reason)s), and only a new task has a new one; a read-only root, "
            "an image without a shell's libraries, or no way to AWS's `ssmmessages` end it",
            reason=container.exec_agent_reason or status,
        ),
    )
