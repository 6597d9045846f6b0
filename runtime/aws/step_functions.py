"""Executions of the services' state machines. Step Functions keeps them for 90 days."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from runtime.aws.clients import Clients
from runtime.aws.errors import Absent, Invalid
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.model import Environment

_AT_ONCE = 1000


@dataclass(frozen=True)
class ListedExecution:
    name: str
    status: str
    """As Step Functions says it: RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED"""
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Execution(ListedExecution):
    given: Mapping[str, Any]
    """Its input"""
    answer: Mapping[str, Any]
    """Its output; empty while it goes on, and of one that failed"""
    error: str
    cause: str


class StepFunctions:
    def __init__(self, aws: Clients, environment: Environment):
        self._aws, self._environment = aws, environment

    def start(self, service: str, name: str, given: Mapping[str, Any]) -> None:
        """Raises Conflict when the name is taken; the same once more is no second execution."""
        self._aws.call(
            "stepfunctions",
            "start_execution",
            say("starting a run of %(service)s", service=service),
            stateMachineArn=self._machine(service),
            name=name,
            input=json.dumps(given, ensure_ascii=False),
        )

    def executions(self, service: str, limit: int) -> list[ListedExecution]:
        """Newest first."""
        doing = say("listing the runs of %(service)s", service=service)
        pages = self._aws.pages(
            "stepfunctions", "list_executions", doing, stateMachineArn=self._machine(service), maxResults=_AT_ONCE
        )
        found = (read_listed(said) for page in pages for said in page["executions"])
        return sorted(islice(found, limit), key=lambda execution: execution.started_at, reverse=True)

    def execution(self, service: str, name: str) -> Execution:
        """Raises Absent."""
        doing = say("reading run %(run)s of %(service)s", run=name, service=service)
        try:
            arn = self._execution(service, name)
            return read_execution(self._aws.call("stepfunctions", "describe_execution", doing, executionArn=arn))
        except Absent as error:
            none = say("%(service)s has no run %(run)s in the last 90 days", service=service, run=name)
            raise Absent(none, error.code) from error

    def events(self, service: str, name: str) -> Iterator[Mapping[str, Any]]:
        """What happened in it, oldest first."""
        doing = say("reading run %(run)s of %(service)s", run=name, service=service)
        pages = self._aws.pages(
            "stepfunctions",
            "get_execution_history",
            doing,
            executionArn=self._execution(service, name),
            maxResults=_AT_ONCE,
        )
        for page in pages:
            yield from page["events"]

    def stop(self, service: str, name: str, cause: str) -> None:
        """Its tasks are stopped with it. Nothing happens to one that has ended."""
        doing = say("stopping run %(run)s of %(service)s", run=name, service=service)
        try:
            self._aws.call(
                "stepfunctions",
                "stop_execution",
                doing,
                executionArn=self._execution(service, name),
                error="Stopped",
                cause=cause,
            )
        except Invalid:
            if self.execution(service, name).status == "RUNNING":
                raise

    def _machine(self, service: str) -> str:
        name = naming.state_machine(self._environment.name, service)
        return self._environment.arn("states", f"stateMachine:{name}")

    def _execution(self, service: str, name: str) -> str:
        machine = naming.state_machine(self._environment.name, service)
        return self._environment.arn("states", f"execution:{machine}:{name}")


def read_listed(said: Mapping[str, Any]) -> ListedExecution:
    """One entry of ``list_executions()["executions"]``."""
    return ListedExecution(said["name"], said["status"], said["startDate"], said.get("stopDate"))


def read_execution(said: Mapping[str, Any]) -> Execution:
    """The answer of ``describe_execution``."""
    return Execution(
        name=said["name"],
        status=said["status"],
        started_at=said["startDate"],
        ended_at=said.get("stopDate"),
        given=_object(said.get("input")),
        answer=_object(said.get("output")),
        error=said.get("error") or "",
        cause=said.get("cause") or "",
    )


def _object(text: str | None) -> Mapping[str, Any]:
    """Whoever starts an execution in the console may hand it anything."""
    said = json.loads(text) if text else {}
    return said if isinstance(said, dict) else {}
