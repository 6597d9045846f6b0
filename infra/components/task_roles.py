"""A service's two roles: one with which ECS starts its tasks, one for the program that runs in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.documents import policies
from infra.json_document import json_of
from service_catalog import naming
from service_catalog.model import Environment


@dataclass(frozen=True)
class TaskRolesArgs:
    environment: Environment
    service: str
    execution_statements: Sequence[policies.Statement]
    task_statements: Sequence[policies.Statement]


class TaskRoles(pulumi.ComponentResource):
    """Every release refers to them by name, so they are changed in place and never replaced."""

    def __init__(self, name: str, args: TaskRolesArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:TaskRoles", name, {}, opts)
        self._environment = args.environment
        where = (args.environment.name, args.service)
        execution = self._role(f"{name}-execution", naming.execution_role(*where), args.execution_statements)
        task = self._role(f"{name}-task", naming.task_role(*where), args.task_statements)
        self.execution_arn: pulumi.Output[str] = execution.arn
        self.task_arn: pulumi.Output[str] = task.arn
        self.register_outputs({"execution_arn": execution.arn, "task_arn": task.arn})

    def _role(self, name: str, role_name: str, statements: Sequence[policies.Statement]) -> aws.iam.Role:
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            name,
            name=role_name,
            assume_role_policy=json_of(policies.tasks_may_assume(self._environment)),
            opts=child,
        )
        # IAM refuses a policy that says nothing.
        if statements:
            policy = json_of(policies.document(statements))
            aws.iam.RolePolicy(name, role=role.name, policy=policy, opts=child)
        return role
