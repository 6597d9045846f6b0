"""A service's runs: tasks that start, do something and end. A job's at a time, others when somebody says so."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.documents import placement, policies, runs
from infra.documents.widgets import metric
from infra.exports import EnvironmentExports
from infra.feature import Feature
from infra.json_document import json_of
from infra.role import role_with_rights
from infra.service_parts import Alarm, Chart, ServiceParts
from service_catalog import naming
from service_catalog.model import Environment, Service

_ALARM_SECONDS = 300


@dataclass(frozen=True)
class RunsArgs:
    service: Service
    environment: Environment
    shared: EnvironmentExports
    security_group_id: pulumi.Input[str]


class Runs(Feature):
    """Every service has a state machine, whose executions are its runs. It reads which revision is live as it starts,
    so that no release changes it."""

    def __init__(self, name: str, args: RunsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Runs", name, {}, opts)
        service, environment = args.service, args.environment
        child = pulumi.ResourceOptions(parent=self)
        role, policy = role_with_rights(
            f"{name}-runs",
            naming.runs_role(environment.name, service.name),
            policies.state_machine_may_assume(environment, service.name),
            policies.run_tasks(environment, service.name),
            child,
        )
        machine = aws.sfn.StateMachine(
            name,
            name=naming.state_machine(environment.name, service.name),
            type="STANDARD",
            role_arn=role.arn,
            definition=json_of(runs.definition(runs.RunPlan.of(service), _task(args))),
            # A run that starts as soon as there is a machine needs the rights.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.state_machine_arn: pulumi.Output[str] = machine.arn
        self.parts = ServiceParts(
            alarms=_alarms(service, machine.arn),
            charts=_charts(machine.arn),
            record=({"state_machine": machine.arn},),
        )
        self.register_outputs({"state_machine_arn": machine.arn})


def _task(args: RunsArgs) -> runs.Task:
    service, environment, shared = args.service, args.environment, args.shared
    is_public = pulumi.Output.from_input(shared.assign_public_ip)
    public_ip = is_public.apply(lambda is_public: "ENABLED" if is_public else "DISABLED")
    place = placement.Place(environment.name, shared.task_subnet_ids, args.security_group_id, public_ip)
    where = {"Cluster": shared.cluster_arn, **placement.run_members(service.compute, place)}
    bucket = naming.config_bucket(environment.name, environment.account_id)
    return runs.Task(service.name, environment.partition, bucket, where)


def _charts(state_machine_arn: pulumi.Output[str]) -> tuple[Chart, ...]:
    own = {"StateMachineArn": state_machine_arn}
    ended = tuple(
        metric("AWS/States", f"Executions{it}", own, label=label)
        for it, label in {"Succeeded": "succeeded", "Failed": "failed", "TimedOut": "timed out"}.items()
    )
    took = metric("AWS/States", "ExecutionTime", own)
    return Chart("Runs", ended), Chart("Time of a run, ms", (took,), "Maximum")


def _alarms(service: Service, state_machine_arn: pulumi.Output[str]) -> tuple[Alarm, ...]:
    threshold = service.alarms.failed_runs
    if threshold is None:
        return ()
    dimensions = {"StateMachineArn": state_machine_arn}
    failed = Alarm("failed_runs", threshold, "AWS/States", "ExecutionsFailed", dimensions, "Sum", 1, _ALARM_SECONDS)
    return (failed,)
